"""Every reason for which a password is refused is said in Chinese."""

import re

import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError

from org.accounts.passwords import DEMO_PASSWORD
from org.people.models import Person

REFUSED = {"short": "密码太短，至少 10 位。", "1234567890": "密码只包含数字。", "password123": "这个密码太常见了。"}


@pytest.mark.parametrize(("password", "sentence"), REFUSED.items())
def test_a_weak_password_is_refused_in_words_one_reads(password, sentence):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert sentence in refused.value.messages


@pytest.mark.parametrize("password", [*REFUSED, DEMO_PASSWORD, "E100-phone-E100"])
def test_no_sentence_is_english(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, Person(employee_no="E100-phone", name="周婷"))
    assert not re.search(r"[A-Za-z]{3}", " ".join(refused.value.messages))
    helps = [validator.get_help_text() for validator in get_default_password_validators()]
    assert not re.search(r"[A-Za-z]{3}", " ".join(helps))
