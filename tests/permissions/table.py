"""The table of reliability.md 2.1, typed once by hand: GRANTS is compared with it, and the oracle judges by it.

s oneself, t the post's own unit and below, b the 基层单位, c the 市公司, a all cities; - not at all.
Where a cell differs from reliability.md, docs/adr/0002 says why.
"""

from org.posts import Post

COLUMNS = (
    Post.CLIENT_MANAGER, Post.TEAM_LEADER, Post.SECTION_CHIEF, Post.DEPARTMENT_MANAGER, Post.BRANCH_DEPUTY_GM,
    Post.GM_OFFICE, Post.BRANCH_CLERK, Post.HQ_STAFF, Post.CITY_DEPUTY_GM, Post.CITY_LEADER, Post.RULE_ADMIN,
    Post.HEALTH_COORDINATOR, Post.CLINICIAN, Post.HEALTH_EXPERT, Post.SYSTEM_ADMIN, Post.AUDITOR,
)  # fmt: skip
CELLS = """
                     客 组 科 部 分 总 内 业 副 领 规 协 医 专 系 审
log.write            s  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -    6311 daily log: CRU s
log.read             s  t  t  b  b  b  -  c  c  c  -  -  -  -  -  c
log.states           -  -  -  -  -  -  b  -  -  -  -  -  -  -  -  -    R b (states only)
log.annotate         -  t  t  b  b  -  -  -  -  -  -  -  -  -  -  -    N
log.review           -  -  -  t  -  -  -  -  -  -  -  -  -  -  -  -    review, of the own 团体部 only
prospect.read        s  -  -  b  b  -  -  -  -  -  -  -  -  -  -  -
prospect.read_masked -  t  t  -  -  b  -  c  c  c  -  -  -  -  -  c
prospect.write       s  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -    prospect, card: CRU s
prospect.reassign    -  -  -  b  -  -  -  -  -  -  -  -  -  -  -  -    reassign b
prospect.transfer    -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    to another branch, as it arbitrates between them
prospect.export      -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    X
diagnosis.write      s  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -    household diagnosis: CRU s
card.write           s  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -    prospect, card: CRU s
script.read          c  c  c  c  c  c  -  c  c  c  -  -  -  -  -  c    scripts are HQ's, sales reads
script.write         -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -
protection.ask       c  c  c  c  c  c  -  c  -  -  -  -  -  -  -  -    domain.md 3: anyone may ask, of those who sell
pool.read            b  -  -  b  b  -  -  -  -  -  -  -  -  -  -  -    domain.md 3: the branch pool
pool.claim           b  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
conflict.read        s  -  -  b  b  -  -  c  -  -  -  -  -  -  -  c
conflict.raise       s  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
conflict.decide      -  -  -  b  -  -  -  -  -  -  -  -  -  -  -  -    the manager; reliability.md: prospect, reassign b
conflict.arbitrate   -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    between branches
phone_look.read      s  -  -  b  s  -  -  -  -  -  -  -  -  -  -  c    access logs: own, 审计 R; the manager's branch
policy.read          s  t  t  b  b  b  -  c  c  c  -  -  -  -  -  c
visit.read           s  -  -  b  b  -  -  c  -  -  -  -  -  -  -  c    "confirm" comes with the visit chain
opportunity.write    s  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -    visits, chain: CRU s
major.declare        -  -  -  b  -  -  -  -  -  -  -  -  -  -  -  -    申报 by the manager or by itself (domain.md 3)
major.confirm        -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    confirm major
visit.plan           s  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -    visits, chain: CRU s
visit.confirm        -  t  t  b  b  b  -  -  c  c  -  -  -  -  -  -    confirm; leaders at major projects
coaching.read        s  -  -  s  b  -  -  -  -  -  -  -  -  -  -  -    coaching notes
rollup.read          s  t  t  b  b  b  b  c  c  c  -  -  -  -  -  c
rollup.export        -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    X
people.read          -  -  -  -  -  -  b  -  -  -  -  -  -  -  c  c    people, units, posts
people.export        -  -  -  -  -  -  -  -  -  -  -  -  -  -  c  -    issue 4: every list exports; by who keeps it
people.admin         -  -  -  -  -  -  -  -  -  -  -  -  -  -  c  -
activation           -  -  -  -  -  -  b  -  -  -  -  -  -  -  c  -    activation cards
calendar.read        a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a    not in reliability.md: domain.md 3
calendar.correct     -  -  -  -  -  -  -  a  -  -  -  -  -  -  a  -
absence.ask          s  s  s  s  -  -  -  -  -  -  -  -  -  -  -  -    leave, duty: ask s, and who has a 3111 too
absence.read         -  -  -  b  b  b  b  c  c  c  -  -  -  -  -  c    R; who grants or records reads it too
absence.export       -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    issue 4: every list exports
absence.grant        -  -  -  b  b  -  -  -  -  -  -  -  -  -  -  -    A b, never for oneself
absence.grant_manager -  -  -  -  b  -  -  -  -  -  -  -  -  -  -  -   of a 团体部经理: a peer decides nothing
absence.record       -  -  -  -  -  -  b  -  -  -  -  -  -  -  -  -    record b
relief.grant         -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    bulk relief c
trial.run            -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    not in reliability.md: domain.md 3, 试运行
fine.read            s  s  s  b  b  b  s  c  c  c  s  s  s  s  s  c    fine ledger: R; of oneself in whatever post
fine.export          -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    X
fine.decide          -  -  -  -  b  -  -  -  -  -  -  -  -  -  -  -    A b, not self
week.excuse          -  -  -  -  b  -  -  -  -  -  -  -  -  -  -  -    explanation: excuse b
plan.draft           s  -  -  -  -  -  b  -  -  -  -  -  -  -  -  -    itinerary: C s; 内勤 prepares it for the branch
plan.read            s  t  t  b  b  b  b  c  c  c  -  -  -  -  -  c
plan.submit          -  -  -  t  -  -  -  -  -  -  -  -  -  -  -  -    CU t
plan.approve         -  -  -  -  b  -  -  -  -  -  -  -  -  -  -  -    A b, never what one handed in oneself
delegation.give      -  -  -  s  s  s  -  -  s  -  -  -  -  -  -  -    not in reliability.md: ground.md, Delegation
import.prospects     s  -  -  t  -  -  b  c  -  -  -  -  -  -  -  -    import b; docs/adr/0002
import.policies      -  -  -  -  -  -  b  c  -  -  -  -  -  -  -  -    import b; import
import.activity      -  -  -  -  -  -  -  c  -  -  -  -  -  -  -  -    history (workbooks.md), as the operator has it
import.roster        -  -  -  -  -  -  -  -  -  -  -  -  -  -  c  -    people, units, posts
"""


def _read():
    found = {post: {} for post in COLUMNS}
    for line in CELLS.strip().splitlines()[1:]:
        word, *letters = line.split()[: len(COLUMNS) + 1]
        for post, letter in zip(COLUMNS, letters, strict=True):
            if letter != "-":
                found[post][word] = letter
    return found


MAY = _read()  # post -> word -> letter
