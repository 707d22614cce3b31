"""What may be imported by whom, and how far (reliability.md 2.1; docs/adr/0002 where it says more)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from org.people.models import Person
from org.permissions import Permission
from org.reach import Reach, reach
from org.workbooks.columns import Label
from org.workbooks.importing import Importer, importers


class Kind(NamedTuple):
    word: str
    needs: Permission
    icon: str
    text: Label
    shown_at: str  # the route that lists what was imported


KINDS = {
    kind.word: kind
    for kind in (
        Kind("prospects", Permission.IMPORT_PROSPECTS, "building", _("准客户登记表，每行一家"), "client-list"),
        Kind("policies", Permission.IMPORT_POLICIES, "shield", _("核心系统的承保清单，每行一张保单"), ""),
        Kind("activity", Permission.IMPORT_ACTIVITY, "clipboard-list", _("日志、电话、拜访等历史记录"), "city"),
        Kind("cards", Permission.IMPORT_PROSPECTS, "id-card", _("档案卡、干系人、历年保费、日期和服务"), "client-list"),
        Kind(
            "referrals", Permission.IMPORT_PROSPECTS, "share-2", _("请了谁、同意联系的名字、致谢"), "referral-figures"
        ),
        Kind("events", Permission.IMPORT_PROSPECTS, "calendar-heart", _("客户活动和嘉宾、到场、跟进"), "events"),
        Kind("checklists", Permission.DIAGNOSIS_WRITE, "list-checks", _("自己家庭客户的十项资料"), "client-list"),
        Kind("roster", Permission.IMPORT_ROSTER, "users", _("单位、人员和任职"), "people"),
    )
}
WORDS = tuple(kind.needs for kind in KINDS.values())


def allowed(person: Person, on: date) -> list[Kind]:
    return [kind for kind in KINDS.values() if person.can(kind.needs, on=on)]


def importer_of(word: str) -> Importer:
    return importers()[word]()


def title_of(word: str) -> Label:
    return importers()[word].title


class Reached:
    """`org.workbooks.importing.Within` for a person's reach."""

    def __init__(self, person: Person, word: str, on: date) -> None:
        self.reach: Reach = reach(person, KINDS[word].needs, on=on)

    def __call__(self, path: str, person_id: int | None = None) -> bool:
        return self.reach.covers(path) or (self.reach.own and person_id == self.reach.person_id)
