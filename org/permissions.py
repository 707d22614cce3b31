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
    PROSPECT_WRITE = "prospect.write"
    POLICY_READ = "policy.read"
    VISIT_READ = "visit.read"
    COACHING_READ = "coaching.read"
    ROLLUP_READ = "rollup.read"
    ROLLUP_EXPORT = "rollup.export"
    UNIT_READ = "unit.read"
    PEOPLE_READ = "people.read"
    PEOPLE_ADMIN = "people.admin"
    ACTIVATION = "activation"
    CALENDAR_READ = "calendar.read"
    CALENDAR_CORRECT = "calendar.correct"
    RULES_READ = "rules.read"
    TRACE_READ = "trace.read"
    ACCESS = "access"  # any signed-in person: home, inbox, me


class Scope(IntEnum):
    """How far a word reaches from the unit of the post."""

    SELF = 0
    TEAM = 1  # the post's own unit and below
    BRANCH = 2  # the 基层单位 above the post's unit
    CITY = 3  # the 市公司 above it


P, S = Permission, Scope
_EVERYONE = {P.ACCESS: S.SELF, P.CALENDAR_READ: S.CITY}
_STAFF = {**_EVERYONE, P.RULES_READ: S.CITY, P.UNIT_READ: S.SELF}
_BRANCH_EYES = {P.ROLLUP_READ: S.BRANCH, P.UNIT_READ: S.BRANCH, P.PEOPLE_READ: S.BRANCH}
_CITY_EYES = {P.ROLLUP_READ: S.CITY, P.UNIT_READ: S.CITY, P.PEOPLE_READ: S.CITY}

GRANTS: dict[Post, dict[Permission, Scope]] = {
    Post.CLIENT_MANAGER: {
        **_STAFF,
        P.LOG_WRITE: S.SELF, P.LOG_READ: S.SELF, P.PROSPECT_READ: S.SELF, P.PROSPECT_WRITE: S.SELF,
        P.POLICY_READ: S.SELF, P.VISIT_READ: S.SELF, P.COACHING_READ: S.SELF, P.ROLLUP_READ: S.SELF,
    },
    Post.TEAM_LEADER: {
        **_STAFF, P.UNIT_READ: S.TEAM, P.PEOPLE_READ: S.TEAM,
        P.LOG_READ: S.TEAM, P.LOG_ANNOTATE: S.TEAM, P.PROSPECT_READ_MASKED: S.TEAM, P.POLICY_READ: S.TEAM,
        P.VISIT_READ: S.TEAM, P.ROLLUP_READ: S.TEAM,
    },
    Post.SECTION_CHIEF: {
        **_STAFF, P.UNIT_READ: S.TEAM, P.PEOPLE_READ: S.TEAM,
        P.LOG_READ: S.TEAM, P.LOG_ANNOTATE: S.TEAM, P.PROSPECT_READ_MASKED: S.TEAM, P.POLICY_READ: S.TEAM,
        P.VISIT_READ: S.TEAM, P.ROLLUP_READ: S.TEAM,
    },
    Post.DEPARTMENT_MANAGER: {
        **_STAFF, **_BRANCH_EYES,
        P.LOG_READ: S.BRANCH, P.LOG_ANNOTATE: S.BRANCH, P.LOG_REVIEW: S.TEAM, P.PROSPECT_READ: S.BRANCH,
        P.POLICY_READ: S.BRANCH, P.VISIT_READ: S.BRANCH, P.COACHING_READ: S.SELF,
    },
    Post.BRANCH_DEPUTY_GM: {
        **_STAFF, **_BRANCH_EYES,
        P.LOG_READ: S.BRANCH, P.LOG_ANNOTATE: S.BRANCH, P.PROSPECT_READ: S.BRANCH, P.POLICY_READ: S.BRANCH,
        P.VISIT_READ: S.BRANCH, P.COACHING_READ: S.BRANCH,
    },
    Post.GM_OFFICE: {
        **_STAFF, **_BRANCH_EYES,
        P.LOG_READ: S.BRANCH, P.PROSPECT_READ_MASKED: S.BRANCH, P.POLICY_READ: S.BRANCH,
    },
    Post.BRANCH_CLERK: {**_STAFF, **_BRANCH_EYES, P.LOG_STATES: S.BRANCH, P.ACTIVATION: S.BRANCH},
    Post.HQ_STAFF: {
        **_STAFF, **_CITY_EYES,
        P.LOG_READ: S.CITY, P.PROSPECT_READ_MASKED: S.CITY, P.POLICY_READ: S.CITY, P.VISIT_READ: S.CITY,
        P.ROLLUP_EXPORT: S.CITY, P.CALENDAR_CORRECT: S.CITY,
    },
    Post.CITY_DEPUTY_GM: {
        **_STAFF, **_CITY_EYES,
        P.LOG_READ: S.CITY, P.PROSPECT_READ_MASKED: S.CITY, P.POLICY_READ: S.CITY, P.VISIT_READ: S.CITY,
    },
    Post.CITY_LEADER: {
        **_STAFF, **_CITY_EYES,
        P.LOG_READ: S.CITY, P.PROSPECT_READ_MASKED: S.CITY, P.POLICY_READ: S.CITY, P.VISIT_READ: S.CITY,
    },
    Post.RULE_ADMIN: {**_STAFF},
    Post.HEALTH_COORDINATOR: {**_EVERYONE},
    Post.CLINICIAN: {**_EVERYONE},
    Post.HEALTH_EXPERT: {**_EVERYONE},
    Post.SYSTEM_ADMIN: {
        **_EVERYONE, P.UNIT_READ: S.CITY, P.PEOPLE_READ: S.CITY, P.PEOPLE_ADMIN: S.CITY, P.ACTIVATION: S.CITY,
        P.CALENDAR_CORRECT: S.CITY,
    },
    Post.AUDITOR: {
        **_STAFF, **_CITY_EYES,
        P.LOG_READ: S.CITY, P.PROSPECT_READ_MASKED: S.CITY, P.POLICY_READ: S.CITY, P.VISIT_READ: S.CITY,
        P.TRACE_READ: S.CITY,
    },
}  # fmt: skip
