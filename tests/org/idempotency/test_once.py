"""A key is one person's, one form's, one effect's."""

from uuid import uuid4

import pytest

from org.idempotency.actions import Kept, keeping, once
from org.idempotency.models import Once
from org.prepared import ask
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


def kept_by_itself(by, key):
    """An effect that keeps what it answers with its own writes; how often it ran."""
    ran = []

    def effect():
        ran.append(1)
        ask(keeping(result := Kept(said="mine"), key, by=by))
        return result

    return effect, ran


def test_a_result_that_the_effect_has_kept_is_found_again(zhou):
    key = uuid4()
    effect, ran = kept_by_itself(zhou, key)
    asked = {"by": zhou, "verb": "say", "at": AT, "parameters": {}, "effect": effect}
    assert [once(key, **asked) for _ in range(3)] == [{"said": "mine"}] * 3
    assert ran == [1] and Once.objects.get().result == {"said": "mine"}


def test_an_effect_around_it_is_kept_under_its_own_key(zhou):
    inner, outer = uuid4(), uuid4()
    effect, ran = kept_by_itself(zhou, inner)
    asked = {"by": zhou, "at": AT, "parameters": {}}
    around = {"verb": "around", "effect": lambda: once(inner, verb="say", effect=effect, **asked)}
    assert [once(outer, **asked, **around) for _ in range(3)] == [{"said": "mine"}] * 3
    assert ran == [1] and {one.result["said"] for one in Once.objects.all()} == {"mine"}
