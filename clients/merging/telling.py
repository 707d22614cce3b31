"""Whom a merge is told: the holders, where they did not do it themselves. Neither learns who held the other card."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.merging.models import Merge
from org.notices import actions as notices

if TYPE_CHECKING:
    from org.people.models import Person


def tell_merged(merge: Merge, name: str, gone_name: str) -> None:
    """By the names that both cards had until then: that which was not chosen is on the absorbed card by now."""
    kept, gone, at = merge.survivor, merge.absorbed, merge.at
    link, body = reverse("client", args=[kept.pk]), merge.reason
    if kept.released_at is None and kept.owner_id != merge.by_id:
        title = _("「{gone}」的资料并入了你的客户「{name}」").format(gone=gone_name, name=name)
        if kept.name != name:
            title = _("{merged}，现名「{now}」").format(merged=title, now=kept.name)
        notices.post("client_merged", to=kept.owner, at=at, title=title, body=body, link=link, once=f"{merge.pk}:kept")
    if gone.released_at is None and gone.owner_id not in (kept.owner_id, merge.by_id):
        title = _("「{name}」和另一家是同一家，已合并，不再在你名下").format(name=gone_name)
        notices.post("client_merged", to=gone.owner, at=at, title=title, body=body, once=f"{merge.pk}:gone")


def tell_undone(merge: Merge, *, by: Person, at: datetime) -> None:
    for which, one in (("kept", merge.survivor), ("gone", merge.absorbed)):
        if one.released_at is None and one.owner_id != by.pk:
            link = reverse("client", args=[one.pk])
            title = _("「{name}」的合并已撤销，恢复原样").format(name=one.name)
            notices.post("merge_undone", to=one.owner, at=at, title=title, link=link, once=f"{merge.pk}:{which}")
