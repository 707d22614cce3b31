"""A house of two cities in which one client manager owns one of everything, and people who ask about it.

Whatever is hers carries the mark, so a page that shows any of it to somebody else is seen at once.
"""

from datetime import timedelta
from functools import cached_property
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
from org.posts import Post
from org.rules.book import rules_on
from org.trials import actions as trials
from org.units.models import Unit
from org.week import Week
from tests import factories as make

MARK = "金丝雀"
TOKEN = "the-own-link-of-a-family"
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
        make.checklist(make.household(asks, f"{MARK}的邻居"), when=NOW, mark=MARK, token=TOKEN)

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
            "shown": self.shown,
        }  # fmt: skip

    @cached_property
    def shown(self):
        """Her log as a reviewer has read it; nothing that the tests leave behind changes it."""
        return fingerprint(self.log, entries_of(self.log, self.her.pk, YESTERDAY))
