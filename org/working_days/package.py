"""What the package chinesecalendar says of a day: the State Council's holidays and make-up days."""

from datetime import date

import chinese_calendar

from org.working_days.rules import Day

NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def announced(day: date) -> Day | None:
    """The day as the package knows it, with the holiday's Chinese name; None past the years that it knows."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # the package's word for a year that it does not know
        return None
    return Day(works=not off, holiday=NAMES.get(name, "") if off else "")
