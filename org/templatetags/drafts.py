"""`<form {% autosave "absence" subject %}>`: the form keeps drafts of itself (org/drafts)."""

from typing import Any

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.html import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def autosave(context: Context, name: str, *about: Any, form: BaseForm | None = None) -> str:
    """`about`: what the form is about, in one word or several (a person and a week).

    `data-posted`: the fields hold what was sent and refused, so they are newer than any draft. `form` tells; without
    it the page's `form`, and without one the method.
    """
    form = form or context.get("form")
    is_posted = form.is_bound if form is not None else context["request"].method == "POST"
    posted = " data-posted" if is_posted else ""
    subject = " ".join(str(one) for one in about if one not in (None, ""))
    return format_html('data-autosave="{}" data-subject="{}"{}', name, subject, posted)
