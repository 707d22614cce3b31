"""A house of two cities in which one client manager owns one of everything, and people who ask about it.

Whatever is hers carries the mark, so a page that shows any of it to somebody else is seen at once.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from activity.daily_log import reviewing
from activity.daily_log.as_read import fingerprint
from activity.daily_log.day import entries_of
from activity.discipline.closing import close_week
from activity.discipline.models import Fine
from activity.rollup.actions import freeze, publish_waiting
from clients.chain import planning
from clients.chain.models import Opportunity, PlannedVisit
from clients.handover.models import Handover
from clients.merging.models import Merge
from clients.prospects.models import SavedView
from clients.protection.models import Conflict
from org import clock
from org.absences import actions as absences
from org.absences import relieving
from org.absences.rules import Stretch, Wish
from org.intake.models import ImportBatch
from org.notices.models import Letter, Notice
from org.periods.due import Sweep
from org.permissions import Permission as P
from org.posts import Post
from org.rules.book import rules_on
from org.trials import actions as trials
from org.units.models import Unit
from org.week import Week
from tests import factories as make

MARK = "金丝雀"
SECRET = "密语"  # what a family told her: nobody else reads it anywhere
TODAY, YESTERDAY = make.THURSDAY, make.THURSDAY.replace(day=18)
NOW = make.at(TODAY, 10)
REPORTED = Week(make.MONDAY).previous
COMING = Week(make.MONDAY).next
DEPARTMENT_POSTS = [post for post in Post if post not in make.CITY_POSTS | make.BRANCH_POSTS]
RELATIONS = {
    "herself": list(Post),  # she holds the post too: nobody decides about himself
    "own unit": list(Post),  # seated where the post would sit above her
    "next unit": DEPARTMENT_POSTS,  # another department of her branch
    "other branch": [post for post in Post if post not in make.CITY_POSTS],
    "other city": list(Post),
}


class Line:
    """One unit of each kind, each below the other."""

    def __init__(self, branch, mark):
        self.branch, self.city = branch, branch.city
        self.department = make.department(branch, f"{branch.code}{mark}")
        self.section = self._below(self.department, "K", "section")
        self.team = self._below(self.section, "Z", "team")

    def _below(self, above, letter, kind):
        unit = {"code": f"{above.code}{letter}", "name": f"{above.code}{letter}", "kind": kind}
        return Unit.objects.add_child(Unit.objects.get(pk=above.pk), unit)

    def seat(self, post):
        if post in make.CITY_POSTS:
            return self.city
        if post in make.BRANCH_POSTS:
            return self.branch
        return {Post.SECTION_CHIEF: self.section, Post.DEPARTMENT_MANAGER: self.department}.get(post, self.team)


class World:
    """`line` is hers; `asker(post, relation)` makes somebody who stands so to her."""

    def __init__(self):
        clock.shift_clock(to=NOW)
        make.rules()
        city = make.city()
        branch = make.branch(city, "370202", f"{MARK}支公司")
        self.line = Line(branch, "T")
        self.lines = {
            "own unit": self.line,
            "next unit": Line(branch, "S"),
            "other branch": Line(make.branch(city, "370203", "市北支公司"), "T"),
            "other city": Line(make.branch(make.city("3706", "烟台市公司"), "370602", "芝罘支公司"), "T"),
        }
        self.her = make.person(
            Post.CLIENT_MANAGER, unit=self.line.team, name=f"{MARK}她", employee_no="E90001", pinyin="jinsique"
        )
        self.leader = make.person(Post.TEAM_LEADER, unit=self.line.team, name="组长")
        self.prospect = make.prospect(self.her, f"{MARK}机械有限公司", handler=f"{MARK}经办")
        self._card()
        self.household = make.prospect(self.her, f"{MARK}一家", kind="household", handler=f"{MARK}先生")
        make.diagnosis(self.household, when=NOW, mark=f"{MARK}{SECRET}")
        self._ten_items()
        self.view = SavedView.objects.create(person=self.her, name=f"{MARK}视图", query="grade=A", saved_at=NOW)
        self.notice = Notice.objects.create(key="mark", to=self.her, kind="x", title=MARK, at=NOW)
        lent = self.her.appointments.get()
        self.delegation = make.delegation(lent, self.leader, ends_on=TODAY + timedelta(days=7), reason=MARK)
        self._days()
        self._report()
        self._absences()
        self._import()
        self._fine()
        self.item = make.plan_item(self.her, TODAY, client=self.prospect.name)
        self._coming()
        self._project()
        self._visit_to_come()
        self._referral()
        self._disputed()
        self._twice()

    def _twice(self):
        """Another card of her client, and one that she has merged into it."""
        self.again = make.prospect(self.her, f"{MARK}机械股份有限公司")
        gone = make.prospect(self.her, f"{MARK}机械", merged_into=self.prospect)
        self.merge = Merge.objects.create(
            survivor=self.prospect, absorbed=gone, unit=self.line.team, by=self.her, at=NOW, own=True
        )

    def _disputed(self):
        """A client that a colleague of hers let go, and one that she says is hers."""
        other = make.person(Post.CLIENT_MANAGER, unit=self.line.team, name="同事")
        self.pooled = make.prospect(other, f"{MARK}公海有限公司", released_at=NOW)
        self.pooled.releases.create(person=other, at=NOW, protected_until=YESTERDAY)
        self.conflict = Conflict.objects.create(
            prospect=make.prospect(other, f"{MARK}相争有限公司"), name=f"{MARK}相争有限公司", person=self.her,
            unit=self.line.team, owner=other, owner_unit=self.line.team, level="branch", reason=f"{MARK}在先",
            raised_at=NOW,
        )  # fmt: skip
        by = make.person(Post.HQ_STAFF, unit=self.line.city, name="交接的人")
        self.handover = Handover.objects.create(person=other, unit=self.line.team, by=by, at=NOW)

    def _ten_items(self):
        """Her family told her; of another one, whose client manager bears no mark, the own link is open."""
        make.checklist(self.household, when=NOW, mark=f"{MARK}{SECRET}")
        asks = make.person(Post.CLIENT_MANAGER, unit=self.line.team, name="问家人的")
        make.checklist(make.household(asks, f"{MARK}的邻居"), when=NOW, mark=MARK, token=VALUES["token"])

    def _referral(self):
        """Her client named somebody who agreed; the script is of HQ's library."""
        self.script = make.talk_track(self.line.city)
        self.referral = make.referral(self.prospect, YESTERDAY, names=[(f"{MARK}食品", f"{MARK}主任")])
        self.referred = self.referral.names.get()
        self.event = make.client_event(self.her, YESTERDAY, guests=[self.prospect], title=f"{MARK}沙龙")
        self.guest = self.event.guests.get()

    def _card(self):
        """A card of her client with a row of each kind that has an address."""
        self.stakeholder = make.stakeholder(self.prospect, name=f"{MARK}总", note=f"{MARK}备注")
        self.proposal = make.proposal(self.prospect, line=f"{MARK}险")
        self.consent = make.consent(self.prospect, given_by=f"{MARK}人")

    def _project(self):
        """Her client's 开拓项目, declared a major one."""
        self.project = Opportunity.objects.create(
            prospect=self.prospect, line=f"{MARK}险", started_on=YESTERDAY, started_by=self.her, created_at=NOW,
            major=Opportunity.Major.DECLARED, major_reason=f"{MARK}理由", declared_by=self.her, declared_at=NOW,
        )  # fmt: skip

    def _visit_to_come(self):
        """Tomorrow she visits her client, and her leader is asked to come along."""
        tomorrow = TODAY + timedelta(days=1)
        wish = planning.Wish(
            starts_at=make.at(tomorrow, 10), ends_at=make.at(tomorrow, 11), purpose=f"{MARK}方案", kind="service"
        )
        made = planning.plan(self.her, self.prospect, wish, at=NOW, key=uuid4(), companions=[self.leader.pk])
        self.visit_to_come = PlannedVisit.objects.get(pk=made["planned"])
        self.asked = self.visit_to_come.accompaniments.get()

    def _coming(self):
        """Next week's plan of her department waits for 分管总; one line of it is hers."""
        by = make.person(Post.DEPARTMENT_MANAGER, unit=self.line.department, name="报的人")
        self.plan = make.submitted_plan(self.line.department, COMING, by=by, at=NOW, summary=f"{MARK}总结")
        self.target = make.target(self.plan, self.her, key_work=f"{MARK}重点")
        self.planned = make.plan_item(self.her, COMING.monday, plan=self.plan, client=self.prospect.name)

    def _fine(self):
        """Two weeks of hers without a log are closed: a fine is proposed, and nobody has decided."""
        noon = make.at(make.MONDAY + timedelta(days=1), 12)
        for week in (REPORTED.previous, REPORTED):
            close_week(self.line.city, week, due_at=noon, at=noon)
        self.fine = Fine.objects.get(person=self.her)

    def _import(self):
        """A list of hers that could not be read; nobody else sees it."""
        at = {"created_at": NOW, "changed_at": NOW, "asked_at": NOW, "ended_at": NOW}
        given = {"kind": "prospects", "file_name": f"{MARK}.xlsx", "sha256": "0" * 64, "size": 1, "content": b"x"}
        self.batch = ImportBatch.objects.create(person=self.her, state="unusable", **given, **at)

    def _absences(self):
        """She asks to be away; her team is relieved of a morning and on trial."""
        wish = Wish("leave", Stretch(TODAY, "pm", TODAY, "pm"), f"{MARK}看病")
        self.absence = absences.ask(self.her, wish, at=NOW, key=uuid4())["request"]
        somebody = make.person(Post.HQ_STAFF, unit=self.line.city, name="业务部的人")
        given = {"reason": f"{MARK}停电", "by": somebody, "at": NOW}
        morning = Stretch(TODAY, "am", TODAY, "am")
        self.relief = relieving.grant_relief([self.line.team], morning, key=uuid4(), **given)["batch"]
        weeks = {"first": Week.of(TODAY), "last": None}
        self.trial = trials.start_trial(self.line.team, key=uuid4(), **weeks, **given)["run"]

    def _days(self):
        """Yesterday's log waits for review, today's is a draft."""
        for day in (YESTERDAY, TODAY):
            when = make.at(day, 9, 30)
            self.call = make.call(self.her, day, when=when, client=self.prospect.name)["entry"]
            make.visit(self.her, day, when=when, client=self.prospect.name)
        self.visit = self.her.visits.get(day=YESTERDAY)
        self.log = make.submit(self.her, YESTERDAY, help_needed=f"{MARK}求助")
        said = {"entry": self.visit.pk, "text": f"{MARK}批注"}
        reviewing.annotate(self.log, by=self.leader, at=NOW, **said)

    def _report(self):
        at = make.at(REPORTED.saturday, 12)
        freeze(self.line.city, REPORTED, rules=rules_on(REPORTED.monday), due_at=at, at=at)
        publish_waiting(Sweep(at=NOW))
        self.letter = Letter.objects.exclude(attachment=None).first()

    def asker(self, post, relation):
        if relation != "herself":
            return make.person(post, unit=self.lines[relation].seat(post), name="问的人")
        if post != Post.CLIENT_MANAGER:
            make.appoint(self.her, post, self.line.seat(post))
        return self.her

    def fields(self):
        """One body that every form of the house can use, so that a verb that is not refused has its effect."""
        return {
            "key": uuid4(), "comment": "写", "text": "写", "entry": self.visit.pk, "rating": 5, "tomorrow_plan": "写",
            "client": "写公司", "contact": "写", "kind": "service", "answer": "answered", "purpose": "写",
            "result": "再联系", "call_at": "09:00", "starts_at": "09:00", "works": "no", "note": "写",
            "reason": "写",
            "shown": fingerprint(self.log, entries_of(self.log, self.her.pk, YESTERDAY)),
        }  # fmt: skip


class Thing(NamedTuple):
    """What a route's arguments lead to: a row of a unit, and hers where `person`; seen by holders of a word."""

    given: dict
    words: tuple = ()
    person: bool = True
    unit: str = "team"
    acts: bool = False  # a verb that needs the route's own word over her, and that nobody does to himself


VALUES = {  # arguments that name no row
    "day": TODAY,
    "week": Week.of(TODAY),
    "item": "calls",
    "kind": "call",
    "year": TODAY.year,
    "month": TODAY.month,
    "token": "the-own-link-of-a-family",
}
DAY_OF_MONTH = {"working-days-correct"}  # where `day` is a number
READS_ABOUT_A_PERSON = {"people-person", "person-week", "person-figure"}
PLAN = (P.PLAN_READ,)
LOG, PEOPLE, EXPORT = (P.LOG_READ,), (P.PEOPLE_READ,), (P.ROLLUP_EXPORT,)
CLIENT = (P.PROSPECT_READ, P.PROSPECT_READ_MASKED)
HANDS = (P.PROSPECT_REASSIGN, P.PROSPECT_TRANSFER)
MERGES = (P.PROSPECT_WRITE, P.CONFLICT_DECIDE, P.CONFLICT_ARBITRATE)


def thing_of(route, world):
    """None for a route that names no row; KeyError for an argument that nobody has described here."""
    if route.name == "person-plan":  # of a department, whoever of it is asked about
        return Thing({"employee_no": world.her.employee_no}, PLAN, unit="department")
    if "employee_no" in route.arguments:
        return _about_a_person(route, world)
    if route.name in BY_NAME:
        return BY_NAME[route.name](world)
    if unknown := set(route.arguments) - set(VALUES):
        raise KeyError(f"{route}: say in tests/permissions/world.py what {', '.join(sorted(unknown))} leads to")
    return None


def _about_a_person(route, world):
    given = {"employee_no": world.her.employee_no, "day": YESTERDAY}
    words = (P.LOG_REVIEW,) if route.name.startswith("review-") else LOG
    if route.name.startswith("people-"):
        words = PEOPLE
    return Thing(given, words, acts=route.name not in READS_ABOUT_A_PERSON)


def _log(world):
    return Thing({"pk": world.log.pk}, LOG)


def _verb(world):
    return _log(world)._replace(acts=True)


def _client(world):
    contact = world.prospect.contacts.get()
    return Thing({"pk": world.prospect.pk, "contact": contact.pk}, CLIENT)


def _conflict(world):
    return Thing({"pk": world.conflict.pk}, (P.CONFLICT_READ,))


def _two_cards(world):
    return Thing({"pk": world.prospect.pk, "other": world.again.pk}, (P.PROSPECT_WRITE, P.CONFLICT_DECIDE))


def _own_client(world):
    return Thing({"pk": world.prospect.pk})


def _diagnosis(world):
    return Thing({"pk": world.household.pk, "step": "living"})


def _checklist(world):
    return Thing({"pk": world.household.pk, "item": "family"})


def _card(world):
    """A row of the card of her client; its forms are hers alone."""
    given = {"pk": world.prospect.pk, "section": "company", "part": "stakeholders", "row": world.stakeholder.pk}
    return Thing(given, CLIENT)


def _own_card(world):
    return _card(world)._replace(words=())


def _proposal(world):
    return Thing({"pk": world.proposal.pk, "which": "proposal"}, (P.PROSPECT_READ,))


def _own_entry(world):
    return Thing({"pk": world.call})


def _own_item(world):
    return Thing({"pk": world.item.pk})


def _own_visit(world):
    return Thing({"pk": world.visit_to_come.pk})


def _his_invitation(world):
    """Answered and confirmed by her leader alone, whom nobody here is."""
    return Thing({"pk": world.asked.pk}, person=False)


def _unit(world):
    return Thing({"code": world.line.team.code}, (P.ROLLUP_READ,), person=False)


def _workbook(world):
    return Thing({"week": REPORTED, "pk": world.letter.pk}, EXPORT, person=False, unit="city")


def _absence(world):
    return Thing({"pk": world.absence}, (P.ABSENCE_READ, P.ABSENCE_ASK))


def _absence_verb(world):
    return _absence(world)._replace(acts=True)


def _fine(world):
    return Thing({"pk": world.fine.pk}, (P.FINE_READ,))


def _itinerary(world):
    return Thing({"week": COMING, "code": world.line.department.code, "item": "premium"}, PLAN, unit="department")


def _merged(world):
    """What is prepared for others: not hers by being about her."""
    given = {**_itinerary(world).given, "pk": world.planned.pk}
    return Thing(given, (P.PLAN_SUBMIT, P.PLAN_DRAFT), person=False, unit="department")


def _batch(world):
    return Thing({"pk": world.batch.pk})


def _approval(world):
    """Of the department, and about whoever handed it in: never hers."""
    return _itinerary(world)._replace(words=(P.PLAN_APPROVE,), person=False)


def _referral(world):
    return Thing({"pk": world.referral.pk}, CLIENT)


def _own_referral(world):
    return Thing({"pk": world.referral.pk})


def _own_name(world):
    return Thing({"pk": world.referred.pk})


def _script(world, word):
    return Thing({"pk": world.script.pk}, (word,), person=False, unit="city")


def _event(world):
    return Thing({"pk": world.event.pk}, CLIENT)


def _own_event(world):
    return Thing({"pk": world.event.pk})


BY_NAME = {
    **dict.fromkeys(("event", "event-print"), _event),
    **dict.fromkeys(("event-edit", "event-guests", "event-tell", "event-cancel"), _own_event),
    "event-guest-remove": lambda world: Thing({"pk": world.guest.pk}),
    "referral": _referral,
    "referral-tree": lambda world: Thing({"pk": world.prospect.pk}, CLIENT),
    "referral-ask": _own_client,
    **dict.fromkeys(("referral-name", "referral-thank"), _own_referral),
    **dict.fromkeys(("referral-name-close", "referral-name-forget", "referral-name-phone"), _own_name),
    "talk-track": lambda world: _script(world, P.SCRIPT_READ),
    **dict.fromkeys(("talk-track-edit", "talk-track-retire"), lambda world: _script(world, P.SCRIPT_WRITE)),
    "approval": _approval,
    **dict.fromkeys(
        ("approval-approve", "approval-return", "approval-undo"), lambda world: _approval(world)._replace(acts=True)
    ),
    **dict.fromkeys(
        ("import", "import-columns", "import-fix", "import-run", "import-cancel", "import-undo", "import-problems"),
        _batch,
    ),
    "plan-item": lambda world: Thing({"pk": world.planned.pk}),
    **dict.fromkeys(("itinerary", "itinerary-figure", "itinerary-print"), _itinerary),
    **dict.fromkeys(("itinerary-save", "itinerary-item", "itinerary-item-new"), _merged),
    "fine": _fine,
    "fine-confirm": lambda world: _fine(world)._replace(acts=True),
    "fine-dismiss": lambda world: _fine(world)._replace(acts=True),
    "absence": _absence,
    "absence-grant": _absence_verb,
    "absence-refuse": _absence_verb,
    "absence-revoke": _absence_verb,
    "absence-withdraw": lambda world: Thing({"pk": world.absence}),
    "relief-withdraw": lambda world: Thing({"batch": world.relief}, (P.RELIEF_GRANT,), person=False),
    "trial-end": lambda world: Thing({"pk": world.trial}, (P.TRIAL_RUN,), person=False),
    "log": _log,
    "log-print": _log,
    "log-annotate": _verb,
    "log-answer": _verb,
    "review-pass": _verb,
    "review-return": _verb,
    "review-ineffective": _verb,
    "review-accept": _verb,
    "review-undo": _verb,
    "review-undo-ineffective": _verb,
    "review-undo-accept": _verb,
    **dict.fromkeys(
        (
            "client-checklist",
            "client-checklist-advice",
            "client-checklist-print",
            "client-checklist-export",
            "client-checklist-known",
            "client-checklist-link",
            "client-checklist-link-end",
            "client-checklist-review",
            "client-checklist-erase",
            "client-checklist-item",
        ),
        _checklist,
    ),
    "protection-claim": lambda world: Thing({"pk": world.pooled.pk}, (P.POOL_READ,), person=False),
    "protection-give-back": _own_client,
    "handover-new": lambda world: Thing({"who": world.her.employee_no}, HANDS, person=False),
    **dict.fromkeys(("handover", "handover-undo"), lambda world: Thing({"pk": world.handover.pk}, HANDS, person=False)),
    **dict.fromkeys(("client-merge", "client-apart"), _two_cards),
    "client-alike": lambda world: Thing({"pk": world.prospect.pk}, MERGES),
    **dict.fromkeys(("merge", "merge-undo"), lambda world: Thing({"pk": world.merge.pk}, MERGES)),
    "conflict": _conflict,
    **dict.fromkeys(("conflict-grant", "conflict-keep"), lambda world: _conflict(world)._replace(acts=True)),
    "conflict-withdraw": lambda world: Thing({"pk": world.conflict.pk}),
    "client": _client,
    "client-phone": _client,
    **dict.fromkeys(("client-card", "client-card-print"), _card),
    "client-card-export": lambda world: _card(world)._replace(words=(P.PROSPECT_EXPORT,)),
    **dict.fromkeys(
        (
            "client-card-section",
            "client-card-new",
            "client-card-row",
            "client-card-remove",
            "client-proposal-new",
            "client-consent-new",
        ),
        _own_card,
    ),
    "client-proposal-file": _proposal,
    "client-proposal-sent": lambda world: _proposal(world)._replace(words=()),
    "client-proposal-receipt": lambda world: _proposal(world)._replace(words=()),
    "client-consent-withdraw": lambda world: Thing({"pk": world.consent.pk}),
    "client-enrich": _own_client,
    **dict.fromkeys(
        (
            "diagnosis",
            "diagnosis-start",
            "diagnosis-step",
            "diagnosis-reckon",
            "diagnosis-confirm",
            "diagnosis-working",
            "diagnosis-versions",
            "diagnosis-print",
            "diagnosis-export",
            "diagnosis-hand-on",
        ),
        _diagnosis,
    ),
    "client-status": _own_client,
    "client-next": _own_client,
    "client-contact": lambda world: _client(world)._replace(words=()),
    **dict.fromkeys(("client-view-drop", "client-view-prefer"), lambda world: Thing({"view": world.view.pk})),
    "today-entry": _own_entry,
    "today-entry-remove": _own_entry,
    **dict.fromkeys(("planned", "planned-answer", "planned-move", "planned-cancel", "planned-undo"), _own_item),
    "opportunity-new": _own_client,
    **dict.fromkeys(
        ("opportunity", "opportunity-close", "opportunity-reopen"), lambda world: Thing({"pk": world.project.pk})
    ),
    "opportunity-declare": lambda world: Thing({"pk": world.project.pk}, (P.MAJOR_DECLARE,)),
    "major-project": lambda world: Thing({"pk": world.project.pk}, (P.MAJOR_CONFIRM,), person=False),
    "planned-visit-new": _own_client,
    "planned-visit": lambda world: _own_visit(world)._replace(words=(P.VISIT_READ,)),
    **dict.fromkeys(("planned-visit-move", "planned-visit-cancel", "planned-visit-invite"), _own_visit),
    "accompaniment": lambda world: Thing({"pk": world.asked.pk}, (P.VISIT_READ,)),
    **dict.fromkeys(
        (
            "accompaniment-accept",
            "accompaniment-decline",
            "accompaniment-propose",
            "accompaniment-confirm",
            "accompaniment-refuse",
            "accompaniment-object",
        ),
        _his_invitation,
    ),
    **dict.fromkeys(
        ("accompaniment-admit", "accompaniment-withdraw", "accompaniment-reply"),
        lambda world: Thing({"pk": world.asked.pk}),
    ),
    "calendar-feed": lambda world: Thing({"secret": "unknown"}, person=False),
    "inbox-open": lambda world: Thing({"notice": world.notice.pk}),
    "delegation-end": lambda world: Thing({"delegation": world.delegation.pk}),
    "unit": _unit,
    "report-unit": _unit,
    "report-unit-print": _unit,
    "report-premium": _unit,
    "report-people": _unit,
    "report-export": lambda world: Thing({"code": world.line.team.code}, EXPORT, person=False),
    "week-results": _unit,
    "week-results-export": lambda world: Thing({"code": world.line.team.code}, EXPORT, person=False),
    "report-workbook": _workbook,
    "mailbox-attachment": _workbook,
}


def address_of(route, world):
    thing = thing_of(route, world)
    given = VALUES | ({"day": TODAY.day} if route.name in DAY_OF_MONTH else {})
    return route.address(given | (thing.given if thing else {}))
