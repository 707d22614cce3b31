"""Every random city holds every hard thing, or the comparison with the product would prove nothing."""

from dataclasses import replace

import pytest

from .features import DEMANDED, features
from .fines import proposed
from .random_city import FILES, FIRST, LAST, City, write_random_city, write_workbook
from .reading import raw_rows
from .weeks import Material, assess, counted, material, mondays

SEEDS = range(1, 7)
EMPTIED = ("请假", "电话", "主管")


@pytest.fixture(scope="module")
def cities(tmp_path_factory):
    return {seed: write_random_city(tmp_path_factory.mktemp(f"city{seed}"), seed) for seed in SEEDS}


@pytest.fixture(scope="module")
def given(cities):
    return {seed: material(city.folder, decisions=city.decisions) for seed, city in cities.items()}


@pytest.fixture(scope="module")
def found(cities, given):
    return {seed: features(city, given[seed]) for seed, city in cities.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_city_holds_every_feature(found, seed):
    assert found[seed]["returner"] >= 3
    assert [name for name in DEMANDED if not found[seed][name]] == []


def test_the_cities_together_hold_every_mode_and_the_ramp(found):
    everywhere = sum(found.values(), start=type(found[1])())
    for name in ("mode each_item", "mode each_day", "mode weighted", "ramp met", "ramp short", "newcomer week short"):
        assert everywhere[name], name


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(cities, tmp_path):
    again = write_random_city(tmp_path, 1)
    for name in ("roster.xlsx", "activity.xlsx"):
        assert (tmp_path / name).read_bytes() == (cities[1].folder / name).read_bytes()
        assert (tmp_path / name).read_bytes() != (cities[2].folder / name).read_bytes()
    assert again == replace(cities[1], folder=tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_city_is_small_and_whole(cities, given, seed):
    city, book = cities[seed], given[seed].book
    assert len(book.people) == 40
    assert 3 <= len(city.deputies) <= 4
    assert sum(map(len, (book.logs, book.calls, book.visits, book.registrations, book.studies))) < 25_000
    keys = [row[:3] for row in rows(city, "activity", "请假")]
    assert len(keys) == len(set(keys))  # a key met twice would be refused


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_change_the_figures(cities, given, seed):
    """Without any one of them the answers differ, so that a test which forgets to enter it fails."""
    decisions, whole = cities[seed].decisions, answers(given[seed])
    less = [{"corrections": {}}, {"trials": ()}, {"excuses": ()}, {"reliefs": ()}]
    less.append({"versions": decisions.versions[:1]})
    for change in less:
        fewer = given[seed].book._replace(decisions=replace(decisions, **change))
        assert answers(counted(fewer)) != whole, change


def test_a_city_without_the_rows_lacks_the_feature(cities, tmp_path):
    """The control of the counting: what is taken out of the files is no longer found in them."""
    city = cities[1]
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
