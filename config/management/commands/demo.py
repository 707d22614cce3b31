"""`manage.py demo`, which is `make run`: the whole product from a checkout, with demo data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import stack
from config.servers import Unavailable
from config.supervisor import Demo, Failed, forget


class Command(BaseCommand):
    help = "Runs servers, web, worker and beat on loopback until Ctrl-C; data stay in .run/demo."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="instead of the first free one from 6311 on")
        parser.add_argument("--fresh", action="store_true", help="throw the old data away first")

    def handle(self, *args: Any, port: int | None, fresh: bool, **options: Any) -> None:
        try:
            if fresh:
                forget(stack.demo_dir())
            Demo(stack.demo_dir(), port=port, say=self.say).run()
        except (Failed, Unavailable) as reason:
            raise CommandError(str(reason)) from reason

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
