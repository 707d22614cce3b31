"""What the owner was writing of a family and has not handed in goes with what was handed in."""

from __future__ import annotations

from clients.checklist.models import ConsultationChecklist
from clients.checklist.rules import ASKED
from org.drafts import actions as drafts
from org.drafts.models import Name


def forget_drafts(checklist: ConsultationChecklist) -> None:
    """Of each item, by the name that its page gives (templates/clients/checklist/item.html)."""
    for item in ASKED:
        drafts.forget(checklist.person, Name("checklist", f"{checklist.prospect_id} {item}"))
