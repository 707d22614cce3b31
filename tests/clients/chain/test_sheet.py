"""The sheet of a visit: what the client's chain asks of it, before it is saved (domain.md 3)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from clients.chain.models import Opportunity
from org import clock
from tests import factories as make
from tests.clients.chain.visits import TODAY

SHEET = reverse("today-entry-new", args=[TODAY, "visit"])


@pytest.fixture
def third(crew, client):
    Opportunity.objects.filter(pk=crew.opportunity.pk).update(start_level=3, level=3)
    client.force_login(crew.her)
    return crew


def test_the_sheet_says_that_the_fourth_is_refused_without_the_card(client, third):
    said = client.get(SHEET, {"client": third.prospect.name}).content.decode()
    assert "还没有建客户资料档案卡" in said and "要先有卡" not in said  # reminded only
    later = make.MONDAY + timedelta(days=7)
    make.rules(later, accompaniment={"card_before_fourth": "refuse"})
    clock.shift_clock(to=make.at(later, 9))
    sheet = reverse("today-entry-new", args=[later, "visit"])
    said = client.get(sheet, {"client": third.prospect.name}).content.decode()
    assert "第 4 次拜访要先有卡，陪访级次不动" in said
    assert reverse("client-card", args=[third.prospect.pk]) in said
    third.prospect.card_made_at = make.at(TODAY, 8)
    third.prospect.save(update_fields=["card_made_at"])
    assert "档案卡" not in client.get(sheet, {"client": third.prospect.name}).content.decode()


def test_the_hint_asks_the_same_page_while_the_name_is_typed(client, third):
    """Its part alone is taken; a name that is nobody's takes the hint away."""
    part = re.compile(r'<div id="coming".*?</div>', re.DOTALL)
    for name, there in ((third.prospect.name, True), ("没有这家", False)):
        said = client.get(SHEET, {"client": name}, headers={"HX-Request": "true"}).content.decode()
        [found] = part.findall(said)
        assert f'hx-get="{SHEET}"' in found and "input changed delay:250ms from:#id_client" in found
        assert ("应由分管总 赵敏 陪访" in found) is there


def test_the_hint_keeps_the_project_that_was_chosen(client, third):
    """While the client is typed on; of another client's project it knows nothing."""
    latest = Opportunity.objects.create(
        prospect=third.prospect, line="补充医疗", started_on=make.MONDAY, created_at=make.at(make.MONDAY), level=1
    )  # the first to choose from
    select = re.compile(r'<option value="([^"]*)" selected>')
    for chosen, kept, said in (
        (latest.pk, str(latest.pk), "级次 2"), (third.opportunity.pk, str(third.opportunity.pk), "级次 4"),
        (make.prospect(third.her, "别家").pk, None, "级次 2"), ("x\0", None, "级次 2"),
    ):  # fmt: skip
        asked = {"client": third.prospect.name, "opportunity": chosen}
        page = client.get(SHEET, asked, headers={"HX-Request": "true"}).content.decode()
        part = page[page.index('id="coming"') :]
        part = part[: part.index('name="companion"')]
        assert next(iter(select.findall(part)), None) == kept and said in part
        assert 'hx-include="#id_client, [name=opportunity]"' in part and 'hx-swap="innerHTML"' in part


def test_a_household_has_its_own_button_beside_the_company(client, crew):
    client.force_login(crew.her)
    register = reverse("today-entry-new", args=[TODAY, "prospect"])
    assert f'href="{register}?household=1"' in client.get("/clients/").content.decode()
    ticked = re.compile(r'<input[^>]*name="household"[^>]*checked')
    assert ticked.search(client.get(register, {"household": "1"}).content.decode())
    assert not ticked.search(client.get(register).content.decode())
