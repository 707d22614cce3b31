"""The second factor by post (settings.MFA_POSTS), off for the others."""

import re

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from org.posts import Post
from tests import factories as make


@pytest.fixture(autouse=True)
def for_auditors(settings):
    settings.MFA_POSTS = [Post.AUDITOR]


@pytest.fixture
def auditor(city):
    return make.person(Post.AUDITOR, unit=city)


def enrolment(client):
    page = client.get("/second-factor/").content.decode()
    assert "data:image/svg+xml;base64," in page
    return page


def code_of(key, drift=0):
    return f"{totp(bytes.fromhex(key), drift=drift):06}"


def test_other_posts_are_not_asked(client, zhou):
    client.force_login(zhou)
    assert client.get("/inbox/").status_code == 200


def test_first_it_is_bound_then_asked_at_each_sign_in(client, auditor):
    client.force_login(auditor)
    assert client.get("/inbox/").url == "/second-factor/"
    enrolment(client)
    key = client.session["otp_key"]
    assert client.post("/second-factor/", {"token": code_of(key)}).url == "/"
    assert client.get("/inbox/").status_code == 200
    client.logout()
    client.force_login(auditor)
    assert client.get("/inbox/").url == "/second-factor/"
    page = client.get("/second-factor/").content.decode()
    assert "data:image" not in page
    assert client.post("/second-factor/", {"token": code_of(key)}).status_code == 422  # used up
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/second-factor/", {"token": code_of(key, drift=1)}).url == "/"


@pytest.mark.parametrize("token", ["000000", "12", "abcdef", ""])
def test_a_wrong_code_binds_nothing(client, auditor, token):
    client.force_login(auditor)
    enrolment(client)
    assert client.post("/second-factor/", {"token": token}).status_code == 422
    assert not TOTPDevice.objects.exists()
    assert client.get("/inbox/").status_code == 302


def test_the_secret_stays_the_same_until_it_is_bound(client, auditor):
    client.force_login(auditor)
    secrets = [re.search(r"[A-Z2-7]{32}", enrolment(client))[0] for _ in range(2)]
    assert secrets[0] == secrets[1]


def test_a_lost_phone_is_forgotten_by_the_administrator(client, auditor, city):
    TOTPDevice.objects.create(user=auditor, name="TOTP")
    client.force_login(make.person(Post.SYSTEM_ADMIN, unit=city))
    client.post(f"/people/{auditor.employee_no}/forget-second-factor/")
    assert not TOTPDevice.objects.exists()
