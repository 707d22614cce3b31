"""How pages write what is personal."""

from django import template

register = template.Library()


@register.filter
def masked(phone: str) -> str:
    """138 **** 5521: the first three and the last four digits; of short numbers only the last two (DESIGN.md 5)."""
    digits = "".join(one for one in phone if one.isdigit())
    if len(digits) < 9:
        return f"**** {digits[-2:]}" if digits else ""
    return f"{digits[:3]} **** {digits[-4:]}"
