"""What the companion and the owner tell each other: in the app, and by mail where something is asked."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.chain.models import Accompaniment
from org.notices import actions as notices

BLAMED = "accompany_blamed"
OBJECTED = "accompany_objected"  # to the owner
REPLIED = "accompany_replied"  # and back
OF_THE_MISS = (BLAMED, OBJECTED, REPLIED)
ASKING = ("accompany_asked", "accompany_confirm", "accompany_reminder")
# Of an entry, or of an hour, of which nothing was said to be his miss as yet (objecting.py writes them).
UNBLAMED: dict[str, object] = {
    "blamed_at": None, "objection": "", "objection_words": "", "objected_at": None, "reply": "", "replied_at": None,
}  # fmt: skip


def tell(kind: str, about: Accompaniment, title: str, body: str, *, at: datetime, mail: bool = False) -> None:
    """To the companion; the link is the page with his buttons."""
    link = reverse("accompaniment", args=[about.pk])
    once = f"{about.pk}:{at.isoformat()}"
    notices.post(kind, to=about.companion, at=at, title=title, body=body, link=link, once=once)
    if mail and about.companion.email:
        notices.letter(
            to=about.companion.email, subject=title, at=at, once=f"{kind}:{once}", about=about,
            body="\n".join(filter(None, (body, _("在手机上一点就能答复：{link}").format(link=absolute(link))))),
        )  # fmt: skip


def lapse(about: Accompaniment, at: datetime) -> None:
    """He has answered, or is asked no more: what asked him counts as read."""
    for kind in ASKING:
        notices.lapse(kind, reverse("accompaniment", args=[about.pk]), at=at)


def unblame(about: Accompaniment, at: datetime) -> None:
    """A miss is of the entry that it was said of: should another be his too, he is told of it, and may object again."""
    if about.blamed_at is None:
        return
    for name, value in UNBLAMED.items():
        setattr(about, name, value)
    about.save(update_fields=list(UNBLAMED))
    for kind in OF_THE_MISS:
        notices.lapse(kind, reverse("accompaniment", args=[about.pk]), at=at)


def tell_owner(kind: str, about: Accompaniment, title: str, body: str, *, at: datetime) -> None:
    """`title` has {name} of the companion and {client}; the link is the page of the visit."""
    planned = about.planned
    client = planned.prospect.name if planned else (about.visit.client if about.visit else "")
    link = reverse("planned-visit", args=[planned.pk]) if planned else reverse("accompaniment", args=[about.pk])
    title = title.format(name=about.companion.name, client=client)
    notices.post(kind, to=about.person, at=at, title=title, body=body, link=link, once=f"{about.pk}:{at.isoformat()}")


def absolute(path: str) -> str:
    """With the house's own address in front."""
    origins = settings.CSRF_TRUSTED_ORIGINS or [f"https://{host}" for host in settings.ALLOWED_HOSTS]
    return f"{origins[0].rstrip('/')}{path}"
