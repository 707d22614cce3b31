"""转介绍 and 客户活动 as axe sees them, on phone and laptop, light and dark."""

from datetime import timedelta

import pytest

from tests import factories as make
from tests.axe import WAYS, Seen

THURSDAY = make.THURSDAY


@pytest.mark.long
def test_the_pages_hold_in_both_themes_and_widths(page, zhou, clock_at):
    hongda = make.prospect(zhou, "宏达机械")
    ruifeng = make.introduced(hongda, "瑞丰食品", day=THURSDAY - timedelta(days=20))
    asked = make.referral(ruifeng, names=[("晨光幼儿园", "王园长")])
    event = make.client_event(zhou, guests=[hongda, ruifeng])
    clock_at(make.at(THURSDAY, 14))
    seen, wrong = Seen(page), []
    seen.as_who(zhou)
    for address in (
        "/referrals/", f"/clients/{ruifeng.pk}/referrals/new/", f"/referrals/{asked.pk}/", "/referrals/figures/",
        f"/clients/{ruifeng.pk}/referrals/tree/", "/scripts/", f"/events/{event.pk}/", "/events/",
        f"/clients/{ruifeng.pk}/",
    ):  # fmt: skip
        seen.show(address)
        for way in WAYS:
            seen.dress(*way)
            wrong += [f"{address} {way}: {flaw}" for flaw in seen.flaws()]
    assert wrong == []
