"""Every random city holds every hard thing, or the comparison with the product would prove nothing."""

from dataclasses import replace

import pytest

from .features import DEMANDED, features
from .fines import proposed
from .random_city import FILES, FIRST, LAST, City, write_random_city, write_workbook
from .reading import Book, raw_rows, read
from .weeks import assess, counted, mondays

SEEDS = range(1, 7)


@pytest.fixture(scope="module")
def cities(tmp_path_factory):
    return {seed: write_random_city(tmp_path_factory.mktemp(f"city{seed}"), seed) for seed in SEEDS}


@pytest.fixture(scope="module")
def found(cities):
    return {seed: features(city) for seed, city in cities.items()}


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
def test_a_city_is_small_and_whole(cities, seed):
    city = cities[seed]
    assert 38 <= len(rows(city, "roster", "人员")) <= 44
    assert 3 <= len(city.deputies) <= 4
    assert sum(len(rows(city, "activity", sheet)) for sheet in ("日志", "电话", "拜访", "积累", "学习")) < 25_000
    keys = [row[:3] for row in rows(city, "activity", "请假")]
    assert len(keys) == len(set(keys))  # a key met twice would be refused


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_change_the_figures(cities, seed):
    """Without any one of them the answers differ, so that a test which forgets to enter it fails."""
    city = cities[seed]
    book = read(city.folder, city.decisions)
    less = [{"corrections": {}}, {"trials": ()}, {"excuses": ()}, {"reliefs": ()}]
    less.append({"versions": city.decisions.versions[:1]})
    for change in less:
        fewer = book._replace(decisions=replace(city.decisions, **change))
        assert answers(fewer) != answers(book), change


@pytest.mark.parametrize(
    "workbook, sheet, parts, feature",
    [
        ("roster", "任职", ("returner", "returner soon", "returner within a week"), "returner"),
        ("roster", "任职", ("mover", "mover in the middle"), "moved in mid-week"),
        ("activity", "请假", (), "leave"),
        ("activity", "电话", (), "unanswered beyond the cap"),
        ("activity", "主管", (), "manager row"),
    ],
)
def test_a_city_without_the_rows_lacks_the_feature(cities, tmp_path, workbook, sheet, parts, feature):
    """The control of the counting: what is taken out of the files is no longer found in them."""
    city, fewer = cities[1], replace(cities[1], folder=tmp_path)
    gone = [city.cast[part] for part in parts]
    for name, titles in FILES.items():
        sheets = {title: rows(city, name, title) for title in titles}
        if name == workbook:
            sheets[sheet] = [row for row in sheets[sheet] if parts and row[0] not in gone]
        write_workbook(tmp_path / f"{name}.xlsx", sheets)
    assert features(fewer)[feature] == 0


def rows(city: City, workbook: str, sheet: str) -> list[tuple]:
    return [tuple(row.values()) for row in raw_rows(city.folder / f"{workbook}.xlsx", sheet)]


def answers(book: Book) -> list:
    given = counted(book)
    weeks = [list(assess(given, monday)) for monday in mondays(FIRST, LAST)]
    return [weeks, proposed(given, FIRST, LAST)]
