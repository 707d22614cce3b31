"""Weeks in addresses: /weeks/2026-W47/."""

from org.week import Week


class WeekConverter:
    """A code that names no week (2026-W54) matches nothing, so Django answers 404."""

    regex = r"\d{4}-W\d{2}"

    def to_python(self, value: str) -> Week:
        return Week.from_code(value)

    def to_url(self, value: Week | str) -> str:
        return str(value)
