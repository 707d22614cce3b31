"""欧阳先生一家, a household of 周婷's, and the link that she sends them."""

from uuid import uuid4

import pytest
from django.test import Client

from clients.checklist import actions
from clients.checklist.models import ClientLink
from tests import factories as make

NOW = make.at(make.THURSDAY, 10)


@pytest.fixture
def family(zhou, clock_at):
    clock_at(NOW)
    return make.household(zhou)


@pytest.fixture
def token(family, zhou):
    return actions.make_link(family, by=zhou, at=NOW, key=uuid4())


@pytest.fixture
def link(token):
    return ClientLink.objects.get()


@pytest.fixture
def phone():
    """A device of the client's, which nobody has signed in on."""
    return Client(HTTP_HOST="localhost")


@pytest.fixture
def begun(phone, token):
    """The same, with the notice agreed to."""
    assert phone.post(f"/fill/{token}/", {"agree": "on"}).status_code == 302
    return phone
