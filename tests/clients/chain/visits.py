"""What the tests of planned visits share: a line of units with everybody in it, and a visit that is planned."""

from uuid import uuid4

from clients.chain import planning
from clients.chain.models import Opportunity, PlannedVisit
from org.posts import Post
from tests import factories as make

TODAY, FRIDAY = make.THURSDAY, make.THURSDAY.replace(day=20)
NOW = make.at(TODAY, 9)


class Crew:
    """A client manager in a team with everybody above her."""

    def __init__(self):
        make.rules(make.MONDAY)
        self.department = make.department(make.branch(make.city(), "370202", "市南支公司"))
        self.section = make._below(self.department, code="370202TK", name="一科", kind="section")
        self.team = make._below(self.section, code="370202TKZ", name="一组", kind="team")
        self.her = make.person(Post.CLIENT_MANAGER, unit=self.team, name="周婷")
        self.mate = make.person(Post.CLIENT_MANAGER, unit=self.team, name="吴思远")
        self.leader = make.person(Post.TEAM_LEADER, unit=self.team, name="李卫东")
        self.chief = make.person(Post.SECTION_CHIEF, unit=self.section, name="孙洁")
        self.manager = make.person(Post.DEPARTMENT_MANAGER, unit=self.department, name="陈立")
        self.deputy = make.person(Post.BRANCH_DEPUTY_GM, unit=self.department.branch, name="赵敏")
        self.prospect = make.prospect(self.her, "瑞丰食品有限公司")
        self.opportunity = self.project(level=1)

    def project(self, prospect=None, *, level=1, line="团体意外"):
        """A running 开拓项目 that has come as far as that."""
        return Opportunity.objects.create(
            prospect=prospect or self.prospect, line=line, started_on=make.LONG_AGO, start_level=level, level=level,
            created_at=make.at(make.LONG_AGO),
        )  # fmt: skip

    def plan(self, *companions, day=FRIDAY, hour=10, at=NOW, who=None, prospect=None, **more):
        who, prospect = who or self.her, prospect or self.prospect
        given = {"opportunity": self.opportunity.pk if prospect == self.prospect else None, "purpose": "递交方案"}
        given |= {"contact": "张经理", "place": "客户处"}
        wish = planning.Wish(starts_at=make.at(day, hour), ends_at=make.at(day, hour + 1), **{**given, **more})
        made = planning.plan(who, prospect, wish, at=at, key=uuid4(), companions=[one.pk for one in companions])
        return PlannedVisit.objects.get(pk=made["planned"])
