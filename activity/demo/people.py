"""The demo's people: a 科 with its 科长 added to the roster, and one account for each post."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from org.accounts.passwords import DEMO_PASSWORD
from org.people.models import Appointment, Person
from org.posts import Post
from org.units.models import Unit
from org.workbooks.reading import Sheet

DEPARTMENT, SECTION, TEAM = "370202T", "370202K1", "370202T1"
CHIEF = "20379001"
CLIENT_MANAGER = "20370219"  # of the printed accounts, as `accounts` chooses him
CITY, BRANCH, RELIEVED, TRIED = "3702", "370202", "370211", "370285"  # the accounts' branch, and two others


def with_section(sheets: list[Sheet]) -> list[Sheet]:
    """市南支公司 gets 一科 above its first team, and a chief (the recorded roster has neither)."""
    by_name = {sheet.name: sheet for sheet in sheets}
    last = 100_000  # beyond every row of the file
    units = by_name["单位"]
    parent = units.header.index("上级代码")
    for _number, cells in units.rows:
        if cells[0] == TEAM:
            cells[parent] = SECTION
    units.rows.append((last, [SECTION, "一科", "科", DEPARTMENT, None]))
    by_name["人员"].rows.append((last, [CHIEF, "沈国梁", "13805320001", f"{CHIEF}@example.com", "2018-03-01", None]))
    by_name["任职"].rows.append((last, [CHIEF, SECTION, "科长", "2025-01-01", None]))
    return sheets


def holder(post: Post, code: str, at: datetime) -> Person:
    """Who holds the post in the unit or below it at that time, the first by 工号."""
    held = Appointment.objects.on(at.date()).filter(post=post, unit__path__startswith=Unit.objects.get(code=code).path)
    return held.select_related("person").order_by("person__employee_no")[0].person


def accounts() -> list[dict[str, Any]]:
    """One holder of each post, all different and as near to the section as may be, with the demo's password set."""
    found: list[dict[str, Any]] = []
    for post in sorted(Post, key=lambda post: post is Post.CLIENT_MANAGER):  # team leaders hold that one too
        held = (
            Appointment.objects.filter(post=post, ends_on=None)
            .exclude(person__employee_no__in=[account["employee"] for account in found])
            .select_related("person", "unit")
            .order_by("unit__path", "person__employee_no")
            .first()
        )
        if held is None:
            continue
        person = held.person
        person.set_password(DEMO_PASSWORD)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        found.append(
            {
                "role": str(post.label),
                "employee": person.employee_no,
                "password": DEMO_PASSWORD,
                "name": person.name,
                "unit": held.unit.name,
            }
        )
    return sorted(found, key=lambda account: [str(post.label) for post in Post].index(account["role"]))
