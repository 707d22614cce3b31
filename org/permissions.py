"""Who may do what: one page. The table is reliability.md 2.1; docs/generated/permissions.md is made from it."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from org.posts import Post


class Permission(StrEnum):
    """A verb of the business. READ words also decide what `visible_to` shows."""

    LOG_WRITE = "log.write"
    LOG_READ = "log.read"
    LOG_STATES = "log.states"  # handed in or not, without content
    LOG_ANNOTATE = "log.annotate"
    LOG_REVIEW = "log.review"
    PROSPECT_READ = "prospect.read"
    PROSPECT_READ_MASKED = "prospect.read_masked"
    PROSPECT_EXPORT = "prospect.export"
    PROSPECT_WRITE = "prospect.write"  # status, next action and contacts of one's own clients
    PROSPECT_REASSIGN = "prospect.reassign"  # hand clients over inside a branch
    PROSPECT_TRANSFER = "prospect.transfer"  # between branches too
    CARD_WRITE = "card.write"  # 客户资料档案卡 of one's own clients
    DIAGNOSIS_WRITE = "diagnosis.write"  # of a household: whoever made it, nobody else
    SCRIPT_READ = "script.read"  # HQ's library of 话术
    SCRIPT_WRITE = "script.write"
    PROTECTION_ASK = "protection.ask"  # 这家单位报备了吗
    POOL_READ = "pool.read"
    POOL_CLAIM = "pool.claim"
    CONFLICT_READ = "conflict.read"
    CONFLICT_RAISE = "conflict.raise"
    CONFLICT_DECIDE = "conflict.decide"  # inside a branch
    CONFLICT_ARBITRATE = "conflict.arbitrate"  # between branches
    PHONE_LOOK_READ = "phone_look.read"  # who had which number shown
    POLICY_READ = "policy.read"
    VISIT_READ = "visit.read"
    OPPORTUNITY_WRITE = "opportunity.write"  # start and close 开拓项目 of one's own clients
    MAJOR_DECLARE = "major.declare"  # 申报重大项目
    MAJOR_CONFIRM = "major.confirm"
    VISIT_PLAN = "visit.plan"  # visits to one's own clients, and who is asked to come along
    VISIT_CONFIRM = "visit.confirm"  # come along to the visits of those below, and confirm it
    COACHING_READ = "coaching.read"
    ROLLUP_READ = "rollup.read"
    ROLLUP_EXPORT = "rollup.export"
    PEOPLE_READ = "people.read"  # people, units, posts
    PEOPLE_EXPORT = "people.export"
    PEOPLE_ADMIN = "people.admin"
    ACTIVATION = "activation"
    CALENDAR_READ = "calendar.read"
    CALENDAR_CORRECT = "calendar.correct"
    ABSENCE_ASK = "absence.ask"
    ABSENCE_READ = "absence.read"
    ABSENCE_EXPORT = "absence.export"  # of leave, duty and relief, without reasons
    ABSENCE_GRANT = "absence.grant"
    ABSENCE_GRANT_MANAGER = "absence.grant_manager"  # the same for what a 团体部经理 asks for himself
    ABSENCE_RECORD = "absence.record"  # enter what was granted on paper
    RELIEF_GRANT = "relief.grant"
    TRIAL_RUN = "trial.run"
    FINE_READ = "fine.read"
    FINE_EXPORT = "fine.export"
    FINE_DECIDE = "fine.decide"
    WEEK_EXCUSE = "week.excuse"
    PLAN_DRAFT = "plan.draft"  # one's own lines of the 行事历; 内勤 prepares those of the branch
    PLAN_READ = "plan.read"
    PLAN_SUBMIT = "plan.submit"
    PLAN_APPROVE = "plan.approve"
    DELEGATE = "delegation.give"
    IMPORT_PROSPECTS = "import.prospects"
    IMPORT_POLICIES = "import.policies"
    IMPORT_ACTIVITY = "import.activity"
    IMPORT_ROSTER = "import.roster"

    @property
    def only_reads(self) -> bool:
        """Decides nothing about anybody. A word whose last part is none of these decides."""
        return self.value.rpartition(".")[2] in {"read", "read_masked", "states", "export"}


# 合并: two cards of one client by its holder, else by who decides about conflicts between their holders.
MERGES = (Permission.PROSPECT_WRITE, Permission.CONFLICT_DECIDE, Permission.CONFLICT_ARBITRATE)


class Scope(IntEnum):
    """How far a word reaches from the unit of the post."""

    SELF = 0
    TEAM = 1  # the post's own unit and below
    BRANCH = 2  # the 基层单位 above the post's unit
    CITY = 3  # the 市公司 above it
    ALL = 4  # what all cities share: there is one calendar


P, S = Permission, Scope
_EVERYONE = {P.CALENDAR_READ: S.ALL, P.FINE_READ: S.SELF}  # who has another post since still reads his own
_ASKS = {P.PROTECTION_ASK: S.CITY}
_TEAM_EYES = {
    **_ASKS,
    P.LOG_READ: S.TEAM, P.LOG_ANNOTATE: S.TEAM, P.PROSPECT_READ_MASKED: S.TEAM, P.POLICY_READ: S.TEAM,
    P.ROLLUP_READ: S.TEAM, P.ABSENCE_ASK: S.SELF, P.PLAN_READ: S.TEAM, P.SCRIPT_READ: S.CITY,
    P.VISIT_CONFIRM: S.TEAM,
}  # fmt: skip
_CITY_EYES = {
    P.LOG_READ: S.CITY, P.PROSPECT_READ_MASKED: S.CITY, P.POLICY_READ: S.CITY, P.ROLLUP_READ: S.CITY,
    P.ABSENCE_READ: S.CITY, P.FINE_READ: S.CITY, P.PLAN_READ: S.CITY, P.SCRIPT_READ: S.CITY,
}  # fmt: skip

GRANTS: dict[Post, dict[Permission, Scope]] = {
    Post.CLIENT_MANAGER: {
        **_EVERYONE,
        **_ASKS, P.POOL_READ: S.BRANCH, P.POOL_CLAIM: S.BRANCH, P.CONFLICT_READ: S.SELF, P.CONFLICT_RAISE: S.SELF,
        P.PHONE_LOOK_READ: S.SELF,
        P.LOG_WRITE: S.SELF, P.LOG_READ: S.SELF, P.PROSPECT_READ: S.SELF, P.POLICY_READ: S.SELF,
        P.PROSPECT_WRITE: S.SELF,
        P.CARD_WRITE: S.SELF, P.SCRIPT_READ: S.CITY,
        P.DIAGNOSIS_WRITE: S.SELF,
        P.VISIT_READ: S.SELF, P.COACHING_READ: S.SELF, P.ROLLUP_READ: S.SELF,
        P.VISIT_PLAN: S.SELF,
        P.OPPORTUNITY_WRITE: S.SELF,
        P.ABSENCE_ASK: S.SELF, P.PLAN_DRAFT: S.SELF, P.PLAN_READ: S.SELF, P.IMPORT_PROSPECTS: S.SELF,
    },
    Post.TEAM_LEADER: {**_EVERYONE, **_TEAM_EYES},
    Post.SECTION_CHIEF: {**_EVERYONE, **_TEAM_EYES},
    Post.DEPARTMENT_MANAGER: {
        **_EVERYONE,
        **_ASKS, P.POOL_READ: S.BRANCH, P.CONFLICT_READ: S.BRANCH, P.CONFLICT_DECIDE: S.BRANCH,
        P.PHONE_LOOK_READ: S.BRANCH,
        P.LOG_READ: S.BRANCH, P.LOG_ANNOTATE: S.BRANCH, P.LOG_REVIEW: S.TEAM, P.PROSPECT_READ: S.BRANCH,
        P.POLICY_READ: S.BRANCH, P.VISIT_READ: S.BRANCH, P.COACHING_READ: S.SELF, P.ROLLUP_READ: S.BRANCH,
        P.VISIT_CONFIRM: S.BRANCH, P.MAJOR_DECLARE: S.BRANCH, P.PROSPECT_REASSIGN: S.BRANCH,
        P.ABSENCE_ASK: S.SELF, P.ABSENCE_READ: S.BRANCH, P.ABSENCE_GRANT: S.BRANCH, P.FINE_READ: S.BRANCH,
        P.PLAN_READ: S.BRANCH, P.PLAN_SUBMIT: S.TEAM, P.DELEGATE: S.SELF, P.IMPORT_PROSPECTS: S.TEAM,
        P.SCRIPT_READ: S.CITY,
    },
    Post.BRANCH_DEPUTY_GM: {
        **_EVERYONE,
        **_ASKS, P.POOL_READ: S.BRANCH, P.CONFLICT_READ: S.BRANCH, P.PHONE_LOOK_READ: S.SELF,
        P.LOG_READ: S.BRANCH, P.LOG_ANNOTATE: S.BRANCH, P.PROSPECT_READ: S.BRANCH, P.POLICY_READ: S.BRANCH,
        P.VISIT_READ: S.BRANCH, P.COACHING_READ: S.BRANCH, P.ROLLUP_READ: S.BRANCH,
        P.VISIT_CONFIRM: S.BRANCH,
        P.ABSENCE_READ: S.BRANCH, P.ABSENCE_GRANT: S.BRANCH, P.ABSENCE_GRANT_MANAGER: S.BRANCH,
        P.FINE_READ: S.BRANCH, P.FINE_DECIDE: S.BRANCH, P.WEEK_EXCUSE: S.BRANCH,
        P.PLAN_READ: S.BRANCH, P.PLAN_APPROVE: S.BRANCH, P.DELEGATE: S.SELF, P.SCRIPT_READ: S.CITY,
    },
    Post.GM_OFFICE: {
        **_EVERYONE,
        **_ASKS,
        P.LOG_READ: S.BRANCH, P.PROSPECT_READ_MASKED: S.BRANCH, P.POLICY_READ: S.BRANCH, P.ROLLUP_READ: S.BRANCH,
        P.ABSENCE_READ: S.BRANCH, P.FINE_READ: S.BRANCH, P.PLAN_READ: S.BRANCH,
        P.DELEGATE: S.SELF, P.SCRIPT_READ: S.CITY, P.VISIT_CONFIRM: S.BRANCH,
    },
    Post.BRANCH_CLERK: {
        **_EVERYONE,
        P.LOG_STATES: S.BRANCH, P.ROLLUP_READ: S.BRANCH, P.PEOPLE_READ: S.BRANCH, P.ACTIVATION: S.BRANCH,
        P.ABSENCE_READ: S.BRANCH, P.ABSENCE_RECORD: S.BRANCH, P.PLAN_READ: S.BRANCH, P.PLAN_DRAFT: S.BRANCH,
        P.IMPORT_PROSPECTS: S.BRANCH, P.IMPORT_POLICIES: S.BRANCH,
    },
    Post.HQ_STAFF: {
        **_EVERYONE, **_CITY_EYES, **_ASKS, P.CONFLICT_READ: S.CITY, P.CONFLICT_ARBITRATE: S.CITY,
        P.VISIT_READ: S.CITY, P.ROLLUP_EXPORT: S.CITY, P.CALENDAR_CORRECT: S.ALL,
        P.FINE_EXPORT: S.CITY, P.ABSENCE_EXPORT: S.CITY,
        P.RELIEF_GRANT: S.CITY, P.TRIAL_RUN: S.CITY, P.PROSPECT_EXPORT: S.CITY, P.IMPORT_PROSPECTS: S.CITY,
        P.MAJOR_CONFIRM: S.CITY, P.PROSPECT_TRANSFER: S.CITY,
        P.IMPORT_POLICIES: S.CITY, P.IMPORT_ACTIVITY: S.CITY, P.SCRIPT_WRITE: S.CITY,
    },
    Post.CITY_DEPUTY_GM: {**_EVERYONE, **_CITY_EYES, P.DELEGATE: S.SELF, P.VISIT_CONFIRM: S.CITY},
    Post.CITY_LEADER: {**_EVERYONE, **_CITY_EYES, P.VISIT_CONFIRM: S.CITY},
    Post.RULE_ADMIN: {**_EVERYONE},
    Post.HEALTH_COORDINATOR: {**_EVERYONE},
    Post.CLINICIAN: {**_EVERYONE},
    Post.HEALTH_EXPERT: {**_EVERYONE},
    Post.SYSTEM_ADMIN: {
        **_EVERYONE,
        P.PEOPLE_READ: S.CITY, P.PEOPLE_EXPORT: S.CITY, P.PEOPLE_ADMIN: S.CITY, P.ACTIVATION: S.CITY,
        P.CALENDAR_CORRECT: S.ALL, P.IMPORT_ROSTER: S.CITY,
    },
    Post.AUDITOR: {
        **_EVERYONE, **_CITY_EYES, P.VISIT_READ: S.CITY, P.PEOPLE_READ: S.CITY, P.CONFLICT_READ: S.CITY,
        P.PHONE_LOOK_READ: S.CITY,
    },
}  # fmt: skip
