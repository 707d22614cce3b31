from functools import partial

import pytest

from .small_city import write_city


@pytest.fixture
def city(tmp_path):
    return partial(write_city, tmp_path)
