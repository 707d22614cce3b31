"""What components and pages draw with: `{% load pages %}`; the drawing itself is in org/pages."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.template.defaultfilters import stringfilter
from django.utils.safestring import SafeString

from org.pages import drawings, icons

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """The quick form of `<c-icon>`, for rows of long tables."""
    return icons.icon(str(name), str(label or ""), str(classes or ""))


@register.filter
def state_icon(state: str) -> str:
    return icons.OF_STATE.get(state, "circle-dot")


@register.filter
def kind_icon(kind: str) -> str:
    return icons.OF_KIND.get(kind, "sticky-note")


@register.filter
def plain(value: drawings.Number | None) -> str:
    return drawings.plain(value)


@register.simple_tag
def ring(done: drawings.Number, target: drawings.Number) -> drawings.Ring:
    return drawings.ring(done or 0, target or 0)


@register.simple_tag
def heat_state(done: Any = None, target: Any = None, percent: Any = None) -> str:
    if percent not in (None, ""):
        return drawings.heat_of_percent(percent)
    return drawings.heat_of_target(None if done == "" else done, None if target == "" else target)


@register.simple_tag
def day_bars(days: Iterable[int | None]) -> list[drawings.Bar]:
    return drawings.day_bars(days)


@register.simple_tag
def spark(values: Sequence[drawings.Number | None]) -> drawings.Spark:
    return drawings.spark(values)


@register.simple_tag
def control(field: BoundField, attrs: dict[str, str] | None = None) -> SafeString:
    """The widget of a field in our classes; Django itself adds aria-invalid and aria-describedby."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, RadioSelect):
        css = ""
    else:
        css = "form-select" if isinstance(widget, Select) else "form-control"
    own = str(widget.attrs.get("class", ""))
    return field.as_widget(attrs={**(attrs or {}), "class": f"{css} {own}".strip()})


@register.filter
@stringfilter
def undo_link(tags: str) -> str:
    """The address of 撤销 in a message's extra_tags, written `undo:/review/…`."""
    return next((tag.removeprefix("undo:") for tag in tags.split() if tag.startswith("undo:/")), "")


@register.filter
@stringfilter
def initial(name: str) -> str:
    """The surname's first character, for the round beside a name."""
    return name[:1]
