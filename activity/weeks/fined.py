"""The fines of a week, each in one sentence that follows where it stands, with its page."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.discipline.models import Fine
from activity.weeks.words import taken
from org.rules.book import book_of

STANDS = {
    Fine.State.PROPOSED: gettext_lazy("已提议{what}，待分管总确认"),
    Fine.State.CONFIRMED: gettext_lazy("提议{what}，分管总已确认"),
    Fine.State.DISMISSED: gettext_lazy("提议{what}，分管总决定不予{label}"),
    Fine.State.APPEALED: gettext_lazy("提议{what}，分管总已确认，申诉中"),
    Fine.State.UPHELD: gettext_lazy("提议{what}，申诉后维持"),
    Fine.State.WAIVED: gettext_lazy("提议{what}，申诉后免除"),
    Fine.State.SETTLED: gettext_lazy("提议{what}，分管总已确认，已结算"),
    Fine.State.REVERSED: gettext_lazy("提议{what}，已冲销"),
}


def fine_said(fine: Fine) -> str:
    """已提议扣 ¥50，待分管总确认."""
    book = book_of(fine.rules)
    said = str(STANDS[Fine.State(fine.state)]).format(what=taken(fine.yuan, book), label=book.fines.label)
    if fine.kind == Fine.Kind.TWO_SHORT_WEEKS:
        return said
    return _("{why}：{said}").format(why=fine.get_kind_display(), said=said)


def fine_lines(fines: Iterable[Fine]) -> list[tuple[str, str]]:
    return [(fine_said(one), reverse("fine", args=[one.pk])) for one in fines]
