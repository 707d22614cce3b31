"""What each argument of the URL table leads to in the world, and who should reach it.

A new route gets its line here.
"""

from typing import NamedTuple

from org.permissions import Permission as P
from org.week import Week
from tests.permissions.world import COMING, REPORTED, TODAY, TOKEN, YESTERDAY


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
    "token": TOKEN,
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
        raise KeyError(f"{route}: say in tests/permissions/things.py what {', '.join(sorted(unknown))} leads to")
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
