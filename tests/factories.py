"""Small makers of rows; every default is true to the regulation. Import as `make`: `make.person("client_manager")`."""

from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import uuid4

from activity.daily_log import actions
from activity.daily_log.models import DailyLog
from activity.itinerary.models import Itinerary, PlanItem, Target
from clients.checklist.actions import hashed
from clients.checklist.models import Answer, ClientLink, ConsultationChecklist, HealthAnswer, Submission
from clients.diagnosis import actions as diagnoses
from clients.diagnosis.models import NeedsDiagnosis
from clients.events import actions as events
from clients.events.models import ClientEvent
from clients.events.rules import NewEvent
from clients.policies.models import Policy
from clients.profiles.models import CardConsent, Proposal, ProposalFile, Stakeholder
from clients.prospects.models import Contact, Prospect
from clients.prospects.rules import normalised
from clients.prospects.searched import words_of, words_of_people
from clients.referrals import actions as referrals
from clients.referrals import scripts
from clients.referrals.models import Referral, ReferredName, TalkTrack
from clients.referrals.rules import NewName, NewReferral
from org.absences.models import Absence
from org.delegations.models import Delegation
from org.people.models import Appointment, Person
from org.posts import Post
from org.rules.models import RuleSet
from org.rules.schema import RuleBook
from org.units.models import Unit, UnitKind
from org.week import Week
from org.working_days.rules import SHANGHAI

MONDAY = date(2026, 11, 16)
THURSDAY = date(2026, 11, 19)
LONG_AGO = date(2020, 1, 1)
CITY_POSTS = {
    Post.HQ_STAFF, Post.CITY_DEPUTY_GM, Post.CITY_LEADER, Post.RULE_ADMIN, Post.SYSTEM_ADMIN, Post.AUDITOR,
    Post.HEALTH_COORDINATOR, Post.CLINICIAN, Post.HEALTH_EXPERT,
}  # fmt: skip
BRANCH_POSTS = {Post.BRANCH_DEPUTY_GM, Post.GM_OFFICE, Post.BRANCH_CLERK}

_numbers = count(1)


def at(day, hour=10, minute=0, second=0):
    return datetime.combine(day, time(hour, minute, second), SHANGHAI)


def _below(parent, **unit):
    return Unit.objects.add_child(Unit.objects.get(pk=parent.pk), unit)


def city(code="3702", name="青岛市公司"):
    return _below(Unit.root(), code=code, name=name, kind=UnitKind.CITY, mailbox=f"hq{code}@example.com")


def branch(of=None, code=None, name="市南支公司"):
    of = of or Unit.objects.filter(kind=UnitKind.CITY).first() or city()
    return _below(of, code=code or f"B{next(_numbers)}", name=name, kind=UnitKind.BRANCH)


def department(of=None, code=None):
    of = of or branch()
    return _below(of, code=code or f"{of.code}T", name="团体部", kind=UnitKind.DEPARTMENT)


def team(of, name="一组"):
    code = f"{of.code}{next(_numbers)}"
    return _below(of, code=code, name=name, kind=UnitKind.TEAM)


def person(post=None, *, unit=None, name=None, starts_on=LONG_AGO, ends_on=None, **more):
    """Somebody with the post in the unit (a new department of a new branch if not given)."""
    number = next(_numbers)
    made = Person(
        employee_no=more.pop("employee_no", f"E{number:05}"), name=name or f"员工{number}", joined_on=LONG_AGO,
        email=f"e{number}@example.com", phone=f"1380000{number:04}", **more,
    )  # fmt: skip
    made.set_unusable_password()
    made.save()
    if post:
        appoint(made, post, unit or department(), starts_on=starts_on, ends_on=ends_on)
    return made


def appoint(who, post, unit, *, starts_on=LONG_AGO, ends_on=None):
    who.__dict__.pop("_posts_on", None)
    who.__dict__.pop("_stands_in_on", None)
    return Appointment.objects.create(person=who, unit=unit, post=post, starts_on=starts_on, ends_on=ends_on)


def delegation(held, to, *, starts_on=THURSDAY, ends_on=THURSDAY, reason="出差", **more):
    """As stored, whoever may: `held` is the appointment that is lent."""
    to.__dict__.pop("_stands_in_on", None)
    return Delegation.objects.create(
        appointment=held, delegator=held.person, delegate=to, starts_on=starts_on, ends_on=ends_on, reason=reason,
        created_at=at(starts_on, 8), **more,
    )  # fmt: skip


def home_of(post, unit):
    """The unit in which a post sits, seen from a department: city posts in the city, branch posts in the branch."""
    return unit.city if post in CITY_POSTS else unit.branch if post in BRANCH_POSTS else unit


def rules(effective_from=date(2026, 9, 14), **data):
    book = RuleBook.model_validate({"effective_from": effective_from, **data})
    version = RuleSet.objects.count() + 1
    return RuleSet.objects.create(
        version=version, effective_from=effective_from, data=book.as_json(), sha256=book.sha256,
        published_at=at(effective_from),
    )  # fmt: skip


def prospect(owner, name="宏达机械有限公司", *, unit=None, handler="张经理", phone="13812345521", **more):
    unit = unit or owner.appointments.first().unit
    words = words_of(name, more.get("uscc", ""), more.get("kind", Prospect.Kind.ORGANISATION))
    given = {"source": "cold", "registered_on": LONG_AGO, "created_at": at(LONG_AGO), **more}
    made = Prospect.objects.create(
        name=name, name_key=normalised(name), owner=owner, unit=unit, city=unit.city,
        found_by_people=words_of_people([(handler, phone)]), **words, **given,
    )  # fmt: skip
    Contact.objects.create(prospect=made, name=handler, phone=phone, is_handler=True)
    return made


def household(owner, name="欧阳先生一家", **more):
    return prospect(owner, name, kind="household", handler="欧阳先生", **more)


def talk_track(city):
    """The first script of the library, in effect since long ago."""
    if not TalkTrack.objects.filter(city=city).exists():
        scripts.supply_first(at=at(LONG_AGO, 8))
    return TalkTrack.objects.filter(city=city).first()


def referral(client, day=THURSDAY, *, names=(), when=None, **more):
    """Asked by the owner of the client; `names` are (company, name) of those who agreed."""
    given = [NewName(company=company, name=name) for company, name in names]
    said = {"contact": "张经理", "result": "names" if given else "later", "steps_done": [0, 5], "names": given}
    track = talk_track(client.city)
    when = when or at(day)
    result = referrals.ask(client, track, NewReferral(**{**said, **more}), by=client.owner, at=when, key=uuid4())
    return Referral.objects.select_related("prospect", "script").get(pk=result["referral"])


def introduced(by, company, *, owner=None, day=THURSDAY, name="李主任"):
    """A prospect that came of a name which the client `by` gave."""
    asked = referral(by, day, names=[(company, name)])
    made = prospect(owner or by.owner, company, handler=name)
    ReferredName.objects.filter(referral=asked).update(prospect=made, registered_at=at(day))
    return made


def client_event(host, day=THURSDAY, *, guests=(), when=None, **more):
    """`guests` are clients of the host; the first contact of each is invited."""
    new = NewEvent(
        **{"kind": "salon", "title": "雇主责任沙龙", "day": day, "place": "二楼会议室", "host": host.name, **more}
    )
    when = when or at(day)
    made = ClientEvent.objects.get(pk=events.plan(new, by=host, at=when, key=uuid4())["event"])
    if guests:
        contacts = [one.contacts.first().pk for one in guests]
        events.invite(made, contacts, by=host, at=when, key=uuid4())
    return made


def checklist(family, *, when, mark="", token=""):
    """The ten items of a household by its owner: `mark` goes into every text. With a token an open link, else one that
    was filled in, health too."""
    made = ConsultationChecklist.objects.create(
        prospect=family, person=family.owner, created_at=when, changed_at=when, guardian_agreed_at=when
    )
    told = {
        "members": [{"relation": "self", "age": 30, "sex": "male", "occupation": f"{mark}职业"}],
        "city": f"{mark}市",
    }
    Answer.objects.create(checklist=made, item="family", value=told, source="told", at=when)
    until = when + timedelta(days=7)
    link = ClientLink.objects.create(
        checklist=made, token_hash=hashed(token or str(made.pk)), created_at=when, expires_at=until,
        state="waiting" if token else "filled",
    )  # fmt: skip
    if not token:
        said = {"concerns": {"covers": ["life"], "words": f"{mark}担心"}}
        given = {"at": when, "consented_at": when, "notice_sha256": "0" * 64}
        submission = Submission.objects.create(link=link, answers=said, **given)
        HealthAnswer.objects.create(submission=submission, words=f"{mark}病史", consented_at=when)
    return made


def policy(seller, day=THURSDAY, premium="10000.00", *, unit=None, **more):
    number = next(_numbers)
    given = {"number": f"PDAA{number:08}", "holder": f"客户{number}", "line": "团体意外险", "is_renewal": False}
    unit = unit or seller.appointments.first().unit
    return Policy.objects.create(**{**given, **more}, seller=seller, unit=unit, premium=premium, issued_on=day)


def call(who, day=THURSDAY, *, when=None, **more):
    when = when or at(day)
    number = next(_numbers)
    given = {
        "client": f"客户{number}", "contact": "王敏", "kind": "service", "answer": "answered", "purpose": "续保提醒",
        "outcome": "再联系", "call_at": when.time(), "key": uuid4(),
    }  # fmt: skip
    return actions.record_call(who, day=day, at=when, **{**given, **more})


def visit(who, day=THURSDAY, *, when=None, **more):
    when = when or at(day)
    number = next(_numbers)
    given = {
        "client": f"客户{number}", "contact": "王敏", "kind": "service", "purpose": "送保单", "outcome": "已签收",
        "starts_at": when.time(), "key": uuid4(),
    }  # fmt: skip
    return actions.record_visit(who, day=day, at=when, **{**given, **more})


def registration(who, day=THURSDAY, *, when=None, **more):
    given = {"name": f"新客户{next(_numbers)}", "handler": "李主任", "source": "cold", "key": uuid4()}
    return actions.register_prospect(who, day=day, at=when or at(day), **{**given, **more})


def study(who, day=THURSDAY, *, when=None, **more):
    given = {"topic": "product", "title": "雇主责任险", "learnt": "三人起投", "key": uuid4()}
    return actions.record_study(who, day=day, at=when or at(day), **{**given, **more})


def full_day(who, day=THURSDAY):
    """6, 3, 1 and 1."""
    for _ in range(6):
        call(who, day)
    for _ in range(3):
        visit(who, day)
    registration(who, day)
    study(who, day)


def submit(who, day=THURSDAY, *, when=None, **more):
    given = {"tomorrow_plan": "拜访三家", "key": uuid4()}
    actions.submit(who, day=day, at=when or at(day, 18), **{**given, **more})
    return DailyLog.objects.select_related("unit", "person").get(person=who, day=day)


def absence(who, day, half="am", kind="leave"):
    return Absence.objects.create(person=who, day=day, half=half, kind=kind)


def plan_item(who, day=THURSDAY, *, plan=None, kind="call", **more):
    """A line of the 行事历 that 分管总 has approved for the week, unless `plan` is another."""
    given = {"client": "云帆物流", "contact": "王敏", "purpose": "续保名单核对", "visit_kind": "service"}
    return PlanItem.objects.create(
        itinerary=plan or approved_plan(who, day), person=who, day=day, kind=kind, **{**given, **more}
    )


def approved_plan(who, day=THURSDAY):
    """The approved itinerary of his department and the week of that day, with a goal for him."""
    unit, week = who.appointments.first().unit, Week.of(day)
    above = [*Unit.objects.get_ancestors(unit), unit]
    unit = next((one for one in above if one.kind == UnitKind.DEPARTMENT), unit)
    when = at(week.previous.saturday, 11)
    stands = {"version": 1, "first_submitted_at": when, "submitted_at": when, "approved_at": when}
    if not (plan := Itinerary.objects.filter(unit=unit, week=week.monday).first()):
        plan = Itinerary.objects.create(
            unit=unit, week=week.monday, state="approved", person=person(), approved_by=person(), created_at=when,
            changed_at=when, **stands,
        )  # fmt: skip
    Target.objects.get_or_create(
        itinerary=plan, person=who, defaults={"visits": 15, "key_work": "续保", "changed_at": when}
    )
    return plan


def plan(unit, week, *, at, **more):
    """The department's itinerary of that planned week, a draft unless told otherwise."""
    return Itinerary.objects.create(unit=unit, week=week.monday, changed_at=at, created_at=at, **more)


def submitted_plan(unit, week, *, by, at, **more):
    """Handed in by `by` at that time as its first version, waiting for 分管总."""
    stands = {"state": "submitted", "person": by, "version": 1, "first_submitted_at": at, "submitted_at": at}
    return plan(unit, week, at=at, **{**stands, **more})


def target(itinerary, who, *, visits=15, premium="80000.00", cases=2, key_work="续保", **more):
    goal = {"visits": visits, "premium": premium, "cases": cases, "key_work": key_work}
    return Target.objects.create(itinerary=itinerary, person=who, changed_at=itinerary.changed_at, **{**goal, **more})


def stakeholder(of, name="欧阳先生", *, role="decides", **more):
    return Stakeholder.objects.create(
        prospect=of, name=name, role=role, changed_by=of.owner, changed_at=at(THURSDAY), **more
    )


def proposal(of, version=1, *, line="团体意外", content=b"%PDF-1.4 %%EOF", **more):
    """With its file, a PDF."""
    made = Proposal.objects.create(
        prospect=of, version=version, line=line, made_by=of.owner, made_at=at(THURSDAY), **more
    )
    file = {"name": "方案.pdf", "kind": "pdf", "size": len(content), "sha256": "0" * 64, "content": content}
    ProposalFile.objects.create(proposal=made, which="proposal", **file)
    return made


def consent(of, *, purpose="keep", given_by="李主任", **more):
    given = {"version": "2026-1", "given_on": LONG_AGO, "recorded_by": of.owner, "recorded_at": at(THURSDAY)}
    return CardConsent.objects.create(prospect=of, purpose=purpose, given_by=given_by, **{**given, **more})


def diagnosis(of, *, when=None, mark="", confirmed=True, **figures):
    """Of a household, by its owner: a man who earns and his child; `mark` goes into every text."""
    by, when = of.owner, when or at(THURSDAY)
    began = diagnoses.start(of, by=by, at=when, key=uuid4())
    made = NeedsDiagnosis.objects.get(pk=began["diagnosis"])
    texts = {"occupation": f"{mark}职业", "phone": f"{mark}电话"}
    father = {"relation": "husband", "name": f"{mark}先生", "age": 30, "guardian_agreed_at": False, **texts}
    child = {"relation": "child", "name": f"{mark}孩子", "age": 2, "guardian_agreed_at": True, **texts}
    said = [
        diagnoses.Answers(roll=[(None, father), (None, child)]),
        diagnoses.Answers(
            {"housing": 600_000, **figures},
            {0: {"living": 30_000, "living_years": 46, "income": 96_000, "income_years": 46, "cover_asked": True}},
            {0: [diagnoses.Policy(f"{mark}公司", f"{mark}险", 1_000, 200_000)]},
        ),
    ]
    for one in said:
        diagnoses.keep(made, one, by=by, at=when, key=uuid4(), revision=made.revision)
        made.refresh_from_db()
    if confirmed:
        diagnoses.confirm(made, made.members.first().pk, by=by, at=when, revision=made.revision)
        made.refresh_from_db()
    return made
