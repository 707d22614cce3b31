"""What each post finds in its menu, first what to do now. At most five entries: they are the phone's tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from org.delegations.rules import STANDING_IN
from org.pages.waiting import Waits, counted
from org.posts import Post
from org.reach import words_of

if TYPE_CHECKING:
    from org.people.models import Appointment, Person

ACTIVE_POST = "active_post"  # session: pk of the appointment whose menu is shown
THEMES = ("light", "dark")


class Entry(NamedTuple):
    label: Any  # lazy text
    icon: str
    route: str
    of_unit: bool = False  # the address takes the code of the post's unit


TODAY = Entry(_("今日"), "circle-dot", "today")
CLIENTS = Entry(_("客户"), "building", "client-list")
REVIEW = Entry(_("晨间批阅"), "clipboard-list", "review")
CITY = Entry(_("全市周报"), "chart-column", "city")
UNIT = Entry(_("单位周报"), "chart-column", "unit", of_unit=True)
MAILBOX = Entry(_("报送信箱"), "mail", "mailbox")
PEOPLE = Entry(_("机构与人员"), "users", "people")
DAYS = Entry(_("工作日历"), "calendar-days", "working-days")
FINES = Entry(_("扣罚"), "scale", "fines")
LEDGER = Entry(_("扣罚台账"), "scale", "fines")
IMPORTS = Entry(_("导入"), "upload", "imports")
PLAN = Entry(_("行事历"), "calendar-range", "plan-next")
APPROVALS = Entry(_("行事历审批"), "calendar-check", "approvals")
ITINERARY = Entry(_("行事历"), "calendar-range", "itineraries")
ACCOMPANY = Entry(_("我的陪访"), "users", "accompany")
BOARD = Entry(_("陪访看板"), "calendar-range", "visit-board")
REFERRALS = Entry(_("转介绍"), "share-2", "referrals")
REFERRED = Entry(_("转介绍成效"), "share-2", "referral-figures")
SCRIPTS = Entry(_("话术库"), "message-square-quote", "talk-tracks")
EVENTS = Entry(_("客户活动"), "calendar-heart", "events")
INBOX = Entry(_("消息"), "bell", "inbox")
ME = Entry(_("我的"), "user", "me")

MENUS: dict[Post, tuple[Entry, ...]] = {
    Post.CLIENT_MANAGER: (TODAY, CLIENTS, PLAN, INBOX, ME),
    Post.TEAM_LEADER: (UNIT, ACCOMPANY, CLIENTS, INBOX, ME),
    Post.SECTION_CHIEF: (UNIT, ACCOMPANY, CLIENTS, INBOX, ME),
    Post.DEPARTMENT_MANAGER: (REVIEW, ITINERARY, UNIT, INBOX, ME),
    Post.BRANCH_DEPUTY_GM: (APPROVALS, FINES, UNIT, INBOX, ME),
    Post.GM_OFFICE: (UNIT, CLIENTS, INBOX, ME),
    Post.BRANCH_CLERK: (PEOPLE, UNIT, ITINERARY, INBOX, ME),
    Post.HQ_STAFF: (CITY, LEDGER, MAILBOX, INBOX, ME),
    Post.CITY_DEPUTY_GM: (CITY, CLIENTS, INBOX, ME),
    Post.CITY_LEADER: (CITY, CLIENTS, INBOX, ME),
    Post.RULE_ADMIN: (DAYS, INBOX, ME),
    Post.HEALTH_COORDINATOR: (INBOX, DAYS, ME),
    Post.CLINICIAN: (INBOX, DAYS, ME),
    Post.HEALTH_EXPERT: (INBOX, DAYS, ME),
    Post.SYSTEM_ADMIN: (PEOPLE, DAYS, IMPORTS, INBOX, ME),
    Post.AUDITOR: (CITY, CLIENTS, PEOPLE, INBOX, ME),
}
NO_POST = (INBOX, ME)
AT_HAND = (
    ACCOMPANY,
    BOARD,
    Entry(_("日历订阅"), "calendar-days", "calendar-link"),
    Entry(_("我的请假与公务"), "calendar-off", "absences"),
    Entry(_("请假与公务审批和记录"), "calendar-check", "absence-queue"),
    Entry(_("批量减免"), "umbrella", "relief"),
    Entry(_("试运行"), "flask-conical", "trials"),
    FINES,
    DAYS,
    IMPORTS,
    APPROVALS,
    ITINERARY,
    CLIENTS,
    Entry(_("应陪未陪"), "users", "missed"),
    Entry(_("重大项目"), "git-branch", "major-projects"),
    REFERRALS,
    REFERRED,
    SCRIPTS,
    EVENTS,
    Entry(_("查报备"), "shield-check", "protection"),
    Entry(_("撞单"), "scale", "conflicts"),
    Entry(_("看号记录"), "eye", "phone-looks"),
    Entry(_("交接"), "arrow-right-left", "handovers"),
    Entry(_("接手的客户"), "building", "received"),
    Entry(_("离任清单"), "list-checks", "leaving"),
)  # on 我的, for whoever has the word by any post and not the page in his menu
LIES_UNDER = {
    "protection": "client-list", "protection-pool": "client-list", "conflicts": "client-list",
    "conflict": "client-list", "conflict-new": "client-list", "phone-looks": "client-list",
    "opportunity": "client-list", "opportunity-new": "client-list", "opportunity-close": "client-list",
    "opportunity-declare": "client-list", "major-project": "major-projects", "missed-visits": "missed",
    "approval": "approvals",
    "accompaniment": "accompany", "planned-visit": "client-list", "planned-visit-new": "client-list",
    "visit-board": "me", "calendar-link": "me",
    "plan": "plan-next", "plan-item-new": "plan-next", "plan-item": "plan-next", "itinerary": "itineraries",
    "itinerary-item-new": "itineraries", "itinerary-item": "itineraries", "itinerary-figure": "itineraries",
    "day": "today", "figure": "today", "my-week": "today", "week-figure": "today", "person-week": "today",
    "person-figure": "today", "delegations": "me", "delegation-give": "me", "absences": "me", "absence": "me",
    "absence-new": "me", "absence-queue": "me", "absence-record": "me", "relief": "me", "relief-new": "me",
    "trials": "me", "trial-new": "me", "trial-end": "me", "fine": "fines", "imports": "me", "import": "me",
    "import-columns": "me",
    "referrals": "me", "referral-figures": "me", "referral-rows": "me", "talk-tracks": "me", "talk-track": "me",
    "talk-track-new": "me", "talk-track-edit": "me", "referral": "client-list", "referral-ask": "client-list",
    "referral-tree": "client-list", "events": "me", "event": "me", "event-new": "me", "event-edit": "me",
    "event-guests": "me", "event-rows": "me",
    "clients-alike": "client-list", "client-alike": "client-list", "client-merge": "client-list",
    "merge": "client-list",
    "handovers": "me", "handover": "me", "handover-new": "me", "received": "me", "leaving": "me", "leaving-rows": "me",
}  # fmt: skip

Count = Callable[["Person", date], Waits]
WAITING: dict[str, Count] = {}
Holds = Callable[["Person", date], bool]
OF_USE: dict[str, Holds] = {}


def waiting(route: str) -> Callable[[Count], Count]:
    """Declare what the number beside an entry counts: what waits for this person. Rooms add theirs."""

    def register(count: Count) -> Count:
        WAITING[route] = count
        return count

    return register


def of_use(route: str) -> Callable[[Holds], Holds]:
    """Declare to whom 我的 names an entry, of those whom the page opens to; undeclared: to all of them."""

    def register(holds: Holds) -> Holds:
        OF_USE[route] = holds
        return holds

    return register


class Link(NamedTuple):
    label: Any
    icon: str
    address: str
    route: str
    waiting: int
    here: bool


class Navigation(NamedTuple):
    """`held` and `active` may be another's, for whom he stands in (代)."""

    links: list[Link]
    held: list[Appointment]
    active: Appointment | None
    delegates: bool  # a post of his can be delegated or stand in


@lru_cache(maxsize=4096)
def address(route: str, unit: str = "") -> str:
    """Where the entry leads; "" while the project has no such page."""
    try:
        return reverse(route, args=[unit] if unit else [])
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=256)
def _declared(route: str, unit: str) -> frozenset[str]:
    declared: frozenset[str] = getattr(resolve(address(route, unit)).func, "declared", frozenset())
    return declared


def _opens(entry: Entry, unit: str, active: Appointment | None, person: Person) -> bool:
    """Whether the page is there and this post alone may open it: a menu never borrows from another post."""
    if not address(entry.route, unit):
        return False
    words = _declared(entry.route, unit)
    return bool(words & {"signed_in", "public"}) or (active is not None and bool(words & set(words_of(active, person))))


def active_post(request: HttpRequest) -> Appointment | None:
    """The chosen one of today's, also one that he stands in for (代), else the highest of his own; a 组长 or 科长 who
    is a 客户经理 too starts with 今日."""
    person: Any = request.user
    today = request.today  # type: ignore[attr-defined]
    chosen = request.session.get(ACTIVE_POST)
    own = person.posts_on(today)
    first = min(own, key=lambda one: one.post in (Post.TEAM_LEADER, Post.SECTION_CHIEF), default=None)
    return next((one for one in person.seats_on(today) if one.pk == chosen), first)


def links(request: HttpRequest) -> list[Link]:
    """The menu of the active post, with what waits."""
    active = active_post(request)
    person: Any = request.user
    here = request.resolver_match.view_name if request.resolver_match else ""
    units = {entry: active.unit.code if entry.of_unit and active else "" for entry in _menu(active)}
    shown = [entry for entry, unit in units.items() if _opens(entry, unit, active, person)]
    counts = _counts(shown, person, request.today)  # type: ignore[attr-defined]
    return [
        Link(entry.label, entry.icon, address(entry.route, units[entry]), entry.route, counts.get(entry.route, 0),
             _is_here(entry.route, here))
        for entry in shown
    ]  # fmt: skip


def _menu(active: Appointment | None) -> tuple[Entry, ...]:
    return MENUS[Post(active.post)] if active else NO_POST


def _counts(entries: Iterable[Entry], person: Person, today: date) -> dict[str, int]:
    routes = [entry.route for entry in entries if entry.route in WAITING]
    return counted({route: WAITING[route](person, today) for route in routes})


def at_hand(request: HttpRequest) -> list[Link]:
    """What 我的 leads to besides the menu: each page once, whichever of his posts opens it."""
    person: Any = request.user
    today = request.today  # type: ignore[attr-defined]
    active = active_post(request)
    in_menu = {entry.route for entry in _menu(active)}
    shown = [
        entry
        for entry in AT_HAND
        if entry.route not in in_menu
        and (entry.route not in OF_USE or OF_USE[entry.route](person, today))
        and any(_opens(entry, "", held, person) for held in person.seats_on(today))
    ]
    counts = _counts(shown, person, today)
    return [
        Link(entry.label, entry.icon, address(entry.route), entry.route, counts.get(entry.route, 0), False)
        for entry in shown
    ]


def _is_here(route: str, here: str) -> bool:
    """`review-log` lies under `review`, `client-phone` under `client-list`; a few names say it themselves."""
    stem = route.removesuffix("-list")
    return route in (here, LIES_UNDER.get(here)) or here == stem or here.startswith(stem + "-")


def landing(request: HttpRequest) -> str:
    """The address of the first entry: what this person does now."""
    found = links(request)
    return found[0].address if found else reverse("me")


def _navigation(request: HttpRequest) -> Navigation | None:
    if not (hasattr(request, "today") and request.user.is_authenticated):
        return None
    held = request.user.seats_on(request.today)
    delegates = any(one.post in STANDING_IN for one in held)
    return Navigation(links(request), held, active_post(request), delegates)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: asks the database only when a page draws its menu."""
    theme = request.COOKIES.get("theme", "")
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "theme": theme if theme in THEMES else "",
        "has_gallery": settings.DEBUG,
    }
