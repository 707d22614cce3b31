"""`verify_ledger`: the fine ledger's chain and sums; not 0, naming the lines, when one byte was changed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from activity.discipline.models import Ledger
from activity.discipline.verifying import faults

BROKEN, UNUSABLE = 1, 2


class Command(BaseCommand):
    help = "Check the chain of hashes of the fine ledger, its numbers and its sums."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = list(faults())
            heads = list(Ledger.objects.order_by("city__code").values("city__code", "number", "head"))
        except (DatabaseError, ImproperlyConfigured) as error:
            lines = str(error).strip().splitlines()
            raise CommandError(_("数据库不可用：%s") % (lines[0] if lines else ""), returncode=UNUSABLE) from error
        chains = [{"city": one["city__code"], "entries": one["number"], "head": one["head"]} for one in heads]
        if options["json"]:
            said = {"ok": not found, "chains": chains, "faults": [fault._asdict() for fault in found]}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            for chain in chains:
                self.stdout.write(_("{city}：{entries} 条，链头 {head}").format(**chain))
            for fault in found:
                self.stdout.write(f"{fault.city} 第 {fault.number} 条：{fault.what}")
        if found:
            raise CommandError(_("台账有 {count} 处不符。").format(count=len(found)), returncode=BROKEN)
