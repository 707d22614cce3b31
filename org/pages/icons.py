"""Outline icons of the `lucide` package at stroke 1.75; no sprite, nothing third-party in the repository."""

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

# Words of the design that lucide spells otherwise.
ALIASES = {
    "alert-triangle": "triangle-alert",
    "hourglass-low": "hourglass",
    "star-filled": "star",
    "note": "sticky-note",
    "home": "house",
    "message-2": "message-square",
    "arrow-back-up": "undo-2",
    "clipboard-text": "clipboard-list",
    "circle-help": "circle-question-mark",
}

# What stands before a word of state; colour alone never tells.
OF_STATE = {
    "ok": "circle-check",
    "warn": "clock",
    "bad": "triangle-alert",
    "info": "info",
    "star": "star",
    "": "circle-dot",
}

# The four activities of 6311, and other work.
OF_KIND = {
    "call": "phone",
    "visit": "map-pin",
    "prospect": "user-plus",
    "study": "book-open",
    "other": "sticky-note",
}


@lru_cache(maxsize=512)
def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """Hidden from readers unless it carries a label. Unknown names raise IconDoesNotExist."""
    said = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    attributes = {"class": f"i {classes}".strip(), "stroke-width": "1.75", **said}
    return mark_safe(lucide(ALIASES.get(name, name), size=None, **attributes))  # noqa: S308 - escaped by the package
