"""Every random city holds every hard thing, or the comparison with the product would prove nothing."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from .features import DEMANDED, features
from .fines import proposed
from .random_city import FILES, FIRST, LAST, City, write_random_city, write_workbook
from .reading import raw_rows
from .weeks import Material, assess, counted, material, mondays

SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 7))]  # as the product is compared with
EMPTIED = ("请假", "电话", "主管")


@pytest.fixture(scope="module")
def city_of(tmp_path_factory):
    """The city of a seed, written once."""
    return cache(lambda seed: write_random_city(tmp_path_factory.mktemp(f"city{seed}"), seed))


@pytest.fixture(scope="module")
def given_of(city_of):
    return cache(lambda seed: material(city_of(seed).folder, decisions=city_of(seed).decisions))


@pytest.fixture(scope="module")
def found_of(city_of, given_of):
    return cache(lambda seed: features(city_of(seed), given_of(seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_city_holds_every_feature(found_of, seed):
    found = found_of(seed)
    assert found["returner"] >= 3
    assert [name for name in DEMANDED if not found[name]] == []


@pytest.mark.long
def test_the_cities_together_hold_every_mode_and_the_ramp(found_of):
    everywhere = sum((found_of(seed) for seed in range(1, 7)), start=Counter())
    for name in ("mode each_item", "mode each_day", "mode weighted", "ramp met", "ramp short", "newcomer week short"):
        assert everywhere[name], name


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(city_of, tmp_path):
    again = write_random_city(tmp_path, 1)
    for name in ("roster.xlsx", "activity.xlsx"):
        assert (tmp_path / name).read_bytes() == (city_of(1).folder / name).read_bytes()
        assert (tmp_path / name).read_bytes() != (city_of(2).folder / name).read_bytes()
    assert again == replace(city_of(1), folder=tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_city_is_small_and_whole(city_of, given_of, seed):
    city, book = city_of(seed), given_of(seed).book
    assert len(book.people) == 40
    assert 3 <= len(city.deputies) <= 4
    assert sum(map(len, (book.logs, book.calls, book.visits, book.registrations, book.studies))) < 25_000
    keys = [row[:3] for row in rows(city, "activity", "请假")]
    assert len(keys) == len(set(keys))  # a key met twice would be refused


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_change_the_figures(city_of, given_of, seed):
    """Without any one of them the answers differ, so that a test which forgets to enter it fails."""
    decisions, whole = city_of(seed).decisions, answers(given_of(seed))
    less = [{"corrections": {}}, {"trials": ()}, {"excuses": ()}, {"reliefs": ()}]
    less.append({"versions": decisions.versions[:1]})
    for change in less:
        fewer = given_of(seed).book._replace(decisions=replace(decisions, **change))
        assert answers(counted(fewer)) != whole, change


def test_a_city_without_the_rows_lacks_the_feature(city_of, tmp_path):
    """The control of the counting: what is taken out of the files is no longer found in them."""
    city = city_of(1)
    gone = {"任职": {who for part, who in city.cast.items() if part.startswith(("returner", "back", "mover"))}}
    for name, titles in FILES.items():
        sheets = {
            title: [row for row in rows(city, name, title) if row[0] not in gone.get(title, ())] for title in titles
        }
        write_workbook(tmp_path / f"{name}.xlsx", sheets | {title: [] for title in titles if title in EMPTIED})
    found = features(replace(city, folder=tmp_path))
    lacking = ("returner", "streak cut by a gap", "moved in mid-week", "trial of one unit of a mover", "leave")
    lacking += ("half a day", "quiet call", "unanswered beyond the cap", "manager row")
    assert [name for name in lacking if found[name]] == []
    assert found["joiner in mid-week"] and found["log back"] and found["two visits to one client"]


def rows(city: City, workbook: str, sheet: str) -> list[tuple]:
    return [tuple(row.values()) for row in raw_rows(city.folder / f"{workbook}.xlsx", sheet)]


def answers(given: Material) -> list:
    weeks = [list(assess(given, monday)) for monday in mondays(FIRST, LAST)]
    return [weeks, proposed(given, FIRST, LAST)]
