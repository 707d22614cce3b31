"""`{% load amendments %}`: what 分管总 changed while approving, on any page that shows the plan."""

from typing import Any

from django import template

from activity.approval.reading import amendments_of
from activity.itinerary.models import Itinerary

register = template.Library()


@register.inclusion_tag("activity/approval/amendments.html")
def amendments(plan: Itinerary | None) -> dict[str, Any]:
    return {"amended": amendments_of(plan)}
