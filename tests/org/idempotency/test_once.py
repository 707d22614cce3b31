"""A key is one person's, one form's, one effect's."""

from uuid import uuid4

import pytest

from org.idempotency.actions import once
from org.idempotency.models import Once
from org.workflow import Refused
from tests import factories as make

AT = make.at(make.THURSDAY)


def do(by, key, said, verb="say"):
    return once(key, by=by, verb=verb, at=AT, parameters={"said": said}, effect=lambda: {"said": said})


def test_nobody_uses_up_the_key_of_another(zhou, manager):
    key = uuid4()
    assert do(manager, key, "mine") == {"said": "mine"}
    assert do(zhou, key, "hers") == {"said": "hers"}
    assert do(manager, key, "mine") == {"said": "mine"}
    assert Once.objects.count() == 2


@pytest.mark.parametrize("other", [{"said": "other"}, {"said": "mine", "verb": "shout"}])
def test_the_own_key_for_something_else_is_refused(zhou, other):
    key = uuid4()
    do(zhou, key, "mine")
    with pytest.raises(Refused, match="内容不同"):
        do(zhou, key, **other)
