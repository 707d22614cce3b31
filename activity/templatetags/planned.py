"""`{% load planned %}`: how a plan's lines are drawn."""

from django import template

from activity.itinerary.models import PlanItem

register = template.Library()

ICONS = {
    PlanItem.Kind.CALL: "phone",
    PlanItem.Kind.VISIT: "map-pin",
    PlanItem.Kind.ACCOMPANY: "users",
    PlanItem.Kind.MEETING: "presentation",
    PlanItem.Kind.TRAINING: "graduation-cap",
    PlanItem.Kind.PROPOSAL: "file-text",
    PlanItem.Kind.CLIENT_EVENT: "party-popper",
}


@register.filter
def plan_icon(kind: str) -> str:
    return ICONS[PlanItem.Kind(kind)]
