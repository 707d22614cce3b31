"""The rules from September on, and a reader."""

from datetime import date

import pytest

from tests import factories as make
from tests.activity.weeks.reading import NOW, words


@pytest.fixture
def rules(db):
    return make.rules(date(2026, 9, 14))


@pytest.fixture
def read(client, zhou, clock_at):
    """What somebody reads at an address, at some time, as words; its status when it is not 200."""

    def reading(address, who=zhou, at=NOW):
        clock_at(at)
        client.force_login(who)
        answer = client.get(address)
        return words(answer.content.decode()) if answer.status_code == 200 else answer.status_code

    return reading
