"""Who holds two posts chooses whose menu he sees; the menus never merge."""

import pytest
from django.urls import reverse

from org.posts import Post
from tests import factories as make


@pytest.fixture
def li(department):
    """李卫东, a 组长 who is a 客户经理 too."""
    team = make.team(department)
    person = make.person(Post.TEAM_LEADER, unit=team, name="李卫东")
    make.appoint(person, Post.CLIENT_MANAGER, team)
    return person


def menu(client):
    navigation = client.get(reverse("me")).context["navigation"]
    return [link.route for link in navigation.links]


def held(person, post):
    return person.appointments.get(post=post).pk


def test_a_team_leader_starts_with_his_own_day(client, li):
    client.force_login(li)
    assert menu(client) == ["today", "client-list", "plan-next", "inbox", "me"]


def test_he_switches_and_lands_on_the_first_entry(client, li):
    client.force_login(li)
    response = client.post(reverse("switch-post"), {"post": held(li, Post.TEAM_LEADER)})
    assert response.url == reverse("unit", args=[li.appointments.first().unit.code])
    assert menu(client) == ["unit", "accompany", "client-list", "inbox", "me"]


def test_nobody_takes_a_post_that_is_not_his(client, li, manager):
    client.force_login(li)
    for pk in (held(manager, Post.DEPARTMENT_MANAGER), "x", ""):
        assert client.post(reverse("switch-post"), {"post": pk}).status_code == 404
    assert menu(client) == ["today", "client-list", "plan-next", "inbox", "me"]


def test_a_post_that_ended_is_gone_from_the_menu(client, li, department):
    client.force_login(li)
    client.post(reverse("switch-post"), {"post": held(li, Post.TEAM_LEADER)})
    li.appointments.filter(post=Post.TEAM_LEADER).update(ends_on=li.appointments.first().starts_on)
    assert menu(client) == ["today", "client-list", "plan-next", "inbox", "me"]


def test_the_menu_shows_what_waits(client, zhou):
    client.force_login(zhou)
    html = client.get(reverse("me")).content.decode()
    assert html.count('aria-current="page"') == 2  # side and tabs
    assert "data-bs-theme" not in html
    client.cookies["theme"] = "dark"
    assert '<html lang="zh-Hans" data-bs-theme="dark"' in client.get(reverse("me")).content.decode()


@pytest.mark.parametrize("post", Post)
def test_every_link_of_every_menu_opens(client, post, department):
    person = make.person(post, unit=make.home_of(post, department))
    client.force_login(person)
    for link in client.get(reverse("me")).context["navigation"].links:
        assert client.get(link.address, follow=True).status_code == 200, link
