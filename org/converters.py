"""What stands in addresses: weeks, /report/2026-W47/, and codes, /people/10284/."""

from org.week import Week


class WeekConverter:
    """A code that names no week (2026-W54) matches nothing, so Django answers 404."""

    regex = r"\d{4}-W\d{2}"

    def to_python(self, value: str) -> Week:
        return Week.from_code(value)

    def to_url(self, value: Week | str) -> str:
        return str(value)


class CodeConverter:
    """A 工号 or 单位代码, of the same signs as the import takes (org/workbooks/columns.py); anything else is a 404."""

    regex = r"[\w.-]{1,20}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
