from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.prospects.rules import Registered, duplicates, is_uscc, normalised

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宏达（青岛）机械有限公司", "宏达(青岛)机械有限公司"),
        (" 宏达机械 ", "宏达机械"),
        ("宏达　机械", "宏达机械"),
        ("ＡＢＣ物流", "abc物流"),
        ("Haier  Group", "haier group"),
        ("宏达\u200b机械", "宏达机械"),
    ],
)
def test_one_name_in_two_spellings(one, other):
    assert normalised(one) == normalised(other)


INVISIBLE = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180f", "\u200d",
    "\u202e", "\u2060", "\u206f", "\u2800", "\u3164", "\ufe00", "\ufe0f", "\ufeff", "\uffa0", "\U0001d173",
    "\U000e0020", "\U000e0100", "\U000e01ef",
]  # fmt: skip


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda sign: f"{ord(sign):04x}")
def test_what_nobody_sees_makes_no_second_client(sign):
    assert normalised(f"宏达{sign}机械") == normalised(f"{sign}宏达机械{sign}") == "宏达机械"


def test_similar_names_are_two():
    assert normalised("宏达机械") != normalised("宏达机械厂")


@given(st.text())
def test_normalising_again_changes_nothing(name):
    once = normalised(name)
    assert normalised(once) == once
    assert len(once) <= 100


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91350100M000100Y43", True),  # the example of GB 32100-2015
        ("91350100M000100Y44", False),
        ("91350100M000100Y4", False),
        ("91350100M000100YI3", False),  # I, O, S, V, Z are no characters of a code
        ("91350100m000100y43", False),
        ("", False),
    ],
)
def test_a_code_checks_itself(code, valid):
    assert is_uscc(code) is valid


A, B = "91370200MA3C000001", "91370200MA3C000002"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("a", MONDAY, 1, "宏达机械", "")], set()),
        ([("a", MONDAY, 1, "宏达机械", ""), ("b", TUESDAY, 0, "宏达机械", "")], {"b"}),
        ([("a", MONDAY, 2, "宏达机械", ""), ("b", MONDAY, 1, "宏达机械", "")], {"a"}),
        ([("a", TUESDAY, 1, "宏达机械", ""), ("b", MONDAY, 2, " 宏达机械", "")], {"a"}),
        # the code decides where both have one
        ([("a", MONDAY, 1, "宏达机械", A), ("b", TUESDAY, 1, "宏达机械", B)], set()),
        ([("a", MONDAY, 1, "宏达机械", A), ("b", TUESDAY, 1, "宏达重工", A)], {"b"}),
        # the name where either lacks one
        ([("a", MONDAY, 1, "宏达机械", A), ("b", TUESDAY, 1, "宏达机械", "")], {"b"}),
        ([("a", MONDAY, 1, "宏达机械", ""), ("b", TUESDAY, 1, "宏达机械", B)], {"b"}),
        # a duplicate was registered too
        (
            [
                ("a", MONDAY, 1, "宏达机械", ""),
                ("b", MONDAY, 2, "宏达机械", A),
                ("c", MONDAY, 3, "宏达重工", A),
            ],
            {"b", "c"},
        ),
    ],
)
def test_the_earlier_registration_stands(rows, found):
    assert duplicates(Registered(*row) for row in rows) == found


@given(
    st.lists(
        st.tuples(st.sampled_from([MONDAY, TUESDAY]), st.sampled_from("甲乙丙"), st.sampled_from(["", A, B])),
        max_size=8,
    ),
    st.randoms(),
)
def test_as_defined_and_whatever_the_order_given(rows, random):
    registered = [Registered(number, day, number, name, uscc) for number, (day, name, uscc) in enumerate(rows)]
    expected = {
        one.key
        for one in registered
        if any(
            (earlier.day, earlier.order) < (one.day, one.order)
            and (earlier.uscc == one.uscc != "" or ("" in (earlier.uscc, one.uscc) and earlier.name == one.name))
            for earlier in registered
        )
    }
    random.shuffle(registered)
    assert duplicates(registered) == expected
