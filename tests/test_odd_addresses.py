"""Addresses with what no 工号 and no 单位代码 holds: 404, never an error."""

import pytest

from org.posts import Post
from org.week import Week
from tests import factories as make

ODD = ["%00", "1%00", "%0A", "%1F", "%7F", "a%20b", "'", "%F0%9F%98%80", "x" * 21, "%C2%85", "%E2%80%8B", "1%0A"]
PLACES = [
    "/people/{}/", "/people/{}/week/2026-W47/", "/people/{}/week/2026-W47/figures/calls/", "/review/2026-11-18/{}/",
    "/report/2026-W46/{}/", "/units/{}/", "/today/2026-11-19/figures/{}/", "/today/2026-11-19/{}/new/",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_an_odd_address_is_no_page(client, department, clock_at, place):
    clock_at(make.at(make.THURSDAY))
    person = make.person(Post.CLIENT_MANAGER, unit=department)
    for post in (Post.DEPARTMENT_MANAGER, Post.SYSTEM_ADMIN, Post.HQ_STAFF):
        make.appoint(person, post, make.home_of(post, department))
    client.force_login(person)
    for odd in ODD:
        assert client.get(place.format(odd)).status_code == 404, odd
    for odd in ODD:
        assert client.post(place.format(odd) + "card/").status_code == 404, odd


@pytest.mark.parametrize("code", ["370202", "370202T1", "a-b", "a.b", "a_b", "X" * 20])
def test_every_code_that_the_import_takes_is_an_address(client, hq, city, clock_at, code):
    clock_at(make.at(make.THURSDAY))
    make.branch(city, code)
    admin = make.person(Post.SYSTEM_ADMIN, unit=city, employee_no=code)
    client.force_login(hq)
    assert client.get(f"/units/{code}/").status_code == 200
    assert client.get(f"/report/{Week.of(make.THURSDAY).code}/{code}/").status_code in (200, 302)
    client.force_login(admin)
    assert client.get(f"/people/{code}/").status_code == 200
