"""What left as a workbook comes back into an empty house and leaves as the same workbook again (issue 5, item 7)."""

from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.core.management import call_command

from clients.checklist.models import Answer, ConsultationChecklist
from clients.events.models import ClientEvent, Guest
from clients.profiles.models import ClientProfile, Cover, KeyDate, ServiceRecord, Stakeholder, YearRecord
from clients.profiles.sheets import SINGLE
from clients.prospects.models import Contact, Prospect
from clients.referrals.models import Referral, ReferredName, Thanks
from org.trace.models import Trace
from org.workbooks.importing import importers, run
from org.workbooks.reading import read
from org.workbooks.writing import SheetOut, write
from tests import factories as make

NOW = make.at(make.THURSDAY, 14)
TODAY = make.THURSDAY
CODE = "91370213MH5NGAEKEM"


@pytest.fixture(autouse=True)
def thursday(clock_at):
    clock_at(NOW)


@pytest.fixture
def dice():
    return Random(6311)


@pytest.fixture
def companies(zhou):
    """One with a code, one whose name is a formula, two more."""
    made = [make.prospect(zhou, name) for name in ("=宏达机械", "瑞丰食品", "云帆物流")]
    return [make.prospect(zhou, "青岛恒信五金", uscc=CODE), *made]


def some(dice, *values):
    return dice.choice(["", *values])


def cards(dice, companies):
    for one in companies:
        by = {"changed_by": one.owner, "changed_at": NOW}
        numbers = {name: dice.choice([None, dice.randrange(400)]) for name in SINGLE if name.startswith(("age", "cl"))}
        numbers["average_age"] = Decimal("36.5")
        told = {
            "legal_representative": "欧阳",
            "business": "-加工",
            "founded_on": date(2001, 3, 4),
            "concerns": "@费率",
        }
        told |= {"benefit_policy": "一\n二", "men": 3, "women": 0}
        ClientProfile.objects.create(prospect=one, **told, **numbers, **by)
        Prospect.objects.filter(pk=one.pk).update(budget="48600.50", social_insurance="城镇社保")
        for n in range(3):
            on = TODAY - timedelta(days=dice.randrange(900))
            Stakeholder.objects.create(
                prospect=one, name=f"人{n}", title="+总", role=dice.choice(["decides", "pays"]), **by
            )
            money = {"premium": Decimal("1234.56"), "claims": dice.choice([None, Decimal(0)])}
            YearRecord.objects.create(prospect=one, year=2020 + n, insurer="平安", insured=n or None, **money, **by)
            cover = {"line": "团意", "standing": "held", "expires_on": on, "quoted_on": on, "note": some(dice, "说")}
            Cover.objects.create(prospect=one, insurer="太保", premium=n or None, **cover, **by)
            KeyDate.objects.create(prospect=one, kind="renewal", what="续保", on=on, yearly=bool(n), **by)
            ServiceRecord.objects.create(prospect=one, day=on, kind="claim", what="协助", result=some(dice, "好"), **by)
        ServiceRecord.objects.create(prospect=one, day=on, kind="claim", what="协助", **by)  # equal ones are counted

    bare = make.prospect(companies[0].owner, "只有社保的", social_insurance="城镇社保")  # no card of its own
    make.prospect(bare.owner, "只有预算的", budget="100.00")


def referrals(dice, companies):
    for n, one in enumerate(companies):
        asked = make.referral(
            one, TODAY - timedelta(days=n), names=[("甲公司", "李总"), ("乙公司", "=王总")], withheld=n
        )
        gone = asked.names.get(company="乙公司")
        gone.closed_on, gone.closed_reason = TODAY, "-不需要"
        gone.save()
        Thanks.objects.create(referral=asked, day=TODAY, told="+成了", by=one.owner, recorded_at=NOW)
        make.referral(one, TODAY - timedelta(days=9), result="later", again_on=TODAY + timedelta(days=n), note="@下月")
    ReferredName.objects.filter(referral__prospect=companies[0], company="甲公司").update(
        prospect=companies[1], registered_at=NOW
    )
    one = companies[0]  # twice more on a day, and a name of which there is one without a code too
    make.prospect(one.owner, one.name)
    again = [make.referral(one, TODAY, when=NOW + timedelta(hours=n), names=[("丙公司", "钱总")]) for n in (0, 1)]
    make.referral(one, TODAY, when=NOW - timedelta(hours=6), result="later")
    Thanks.objects.create(referral=again[1], day=TODAY, told="再谢", by=one.owner, recorded_at=NOW)
    again[1].names.update(prospect=one, registered_at=NOW)


def events(dice, companies):
    host = companies[0].owner
    held = make.client_event(
        host, TODAY - timedelta(days=3), guests=companies, starts_at=time(14, 30), budget="3000.50"
    )
    ClientEvent.objects.filter(pk=held.pk).update(state="held", note="=备注")
    for guest in held.guests.all():
        after = dice.choice(
            [{}, {"follow_up": "送方案", "follow_up_on": TODAY, "followed_on": dice.choice([None, TODAY])}]
        )
        Guest.objects.filter(pk=guest.pk).update(state=dice.choice(["came", "absent"]), **after)
    make.client_event(host, TODAY + timedelta(days=9), guests=companies[:2], title="年会")
    over = make.client_event(host, TODAY, title="取消的")
    ClientEvent.objects.filter(pk=over.pk).update(state="cancelled", reason="下雪")


def checklists(dice, companies):
    for n, name in enumerate(("欧阳先生一家", "王女士一家")):
        family = make.household(companies[0].owner, name)
        made = ConsultationChecklist.objects.create(
            prospect=family, person=family.owner, created_at=NOW, changed_at=NOW, guardian_agreed_at=NOW
        )
        grown = [{"relation": "self", "age": 30, "sex": "male", "occupation": "=职员"}, {"relation": "spouse"}]
        told = {
            "family": {"city": "青岛", "members": grown},
            "income": {"spending_monthly": "8000.5", "earners": [{"who": "self", "yearly": f"{100 + n}000"}]},
            "assets": {"deposits": "0", "shares": "1000", "property": "1200000"},
            "aims": {"aims": [{"what": "换房", "by": "2032-09", "amount": "500000"}]},
            "care": {"education": "300000"},
            "policies": {"none": True} if n else {"held": [{"who": "self", "company": "甲", "premium": "900.5"}]},
            "concerns": {"covers": ["life", "medical"], "words": "+怕断供"},
            "social": {"people": [{"who": "spouse", "scheme": "urban"}]},
            "budget": {"yearly": "12000"},
        }
        for item, value in told.items():
            Answer.objects.create(checklist=made, item=item, value=value, source="told", at=NOW)


KINDS = {  # what fills the house, what empties it again, a column that is dropped
    "cards": (cards, (ClientProfile, Stakeholder, YearRecord, Cover, KeyDate, ServiceRecord), "赔款"),
    "referrals": (referrals, (ReferredName, Thanks, Referral), "不再跟进原因"),
    "events": (events, (Guest, ClientEvent), "跟进日期"),
    "checklists": (checklists, (ConsultationChecklist,), "到哪年哪月"),
}


def take(kind, by, path):
    call_command("export", kind, str(path), "--as", by.employee_no)
    return path


def contents(path, kind):
    """What the import reads of each sheet: header and cells."""
    found = {}
    for table in importers()[kind].tables:
        sheet = next(one for one in read(path) if one.name == table.sheet)
        names = [column.name for column in table.columns]
        places = [sheet.header.index(name) if name in sheet.header else None for name in names]
        rows = [[None if at is None or at >= len(row) else row[at] for at in places] for _n, row in sheet.rows]
        found[table.sheet] = sorted((row for row in rows if any(cell is not None for cell in row)), key=str)
    return found


def without(path, column, target):
    def cut(header, cells):
        return [cell for name, cell in zip(header, cells, strict=False) if name != column]

    sheets = read(path)
    assert any(column in sheet.header for sheet in sheets)
    out = (
        SheetOut(one.name, cut(one.header, one.header), [cut(one.header, r) for _n, r in one.rows]) for one in sheets
    )
    write(target, out)
    return target


@pytest.mark.parametrize("kind", KINDS)
def test_what_leaves_comes_back_and_leaves_the_same(db, kind, dice, companies, zhou, hq, tmp_path):
    fill, models, column = KINDS[kind]
    fill(dice, companies)
    by = zhou if kind == "checklists" else hq
    path = take(kind, by, tmp_path / "first.xlsx")
    before = contents(path, kind)
    assert all(before.values()), before
    house = {model: model._default_manager.count() for model in models}
    full = run(importers()[kind](), path, at=NOW)
    assert vars(full.tally) == {"created": 0, "updated": 0, "unchanged": full.rows}, full.errors
    assert {model: model._default_manager.count() for model in models} == house

    def again(file):
        for model in models:
            model.objects.all().delete() if hasattr(model, "objects") else model._default_manager.all().delete()
        Prospect.objects.update(budget=None, social_insurance="")
        outcome = run(importers()[kind](), file, at=NOW)
        return outcome, contents(take(kind, by, tmp_path / "again.xlsx"), kind)

    outcome, after = again(path)
    assert (outcome.refused, outcome.errors) == (0, [])
    assert (outcome.tally.unchanged, outcome.tally.updated) == (0, 2 if kind == "cards" else 0)
    assert after == before
    second = run(importers()[kind](), path, at=NOW)
    assert vars(second.tally) == {"created": 0, "updated": 0, "unchanged": outcome.rows}, second.errors
    outcome, lossy = again(without(path, column, tmp_path / "less.xlsx"))
    assert lossy != before
    assert Trace.objects.filter(verb="export_list", changes__for=by.employee_no).count() == 3


def test_a_family_comes_back_as_a_family(db, companies, zhou, hq, tmp_path):
    make.household(zhou)
    path = take("prospects", hq, tmp_path / "clients.xlsx")
    Contact.objects.all().delete()
    Prospect.objects.all().delete()
    assert run(importers()["prospects"](), path, at=NOW).refused == 0
    assert [one.name for one in Prospect.objects.filter(kind="household")] == ["欧阳先生一家"]
    assert Prospect.objects.count() == len(companies) + 1
    before = contents(path, "prospects")
    assert contents(take("prospects", hq, tmp_path / "again.xlsx"), "prospects") == before
