"""The pages of the ten items hold in both themes and widths, the client's own without a sign-in."""

from uuid import uuid4

import pytest
from django.test import Client

from clients.checklist import actions
from clients.checklist.rules import Item
from tests.axe import WAYS, Seen
from tests.clients.checklist.conftest import NOW
from tests.clients.checklist.sheets import sheet
from tests.clients.checklist.test_rules import FULL

pytestmark = pytest.mark.long


def flaws(seen, address):
    seen.show(address)
    for way in WAYS:
        seen.dress(*way)
        yield from ((address, way, flaw) for flaw in seen.flaws())


def test_what_owner_and_client_see(page, zhou, family, token):
    for item in ("family", "income", "assets", "aims", "concerns", "social", "budget"):
        actions.tell(family, Item(item), FULL[item], guardian=True, by=zhou, at=NOW, key=uuid4())
    seen, own = Seen(page), f"/clients/{family.pk}/"
    seen.as_who(zhou)
    shown = ("checklist/", "checklist/advice/", "checklist/print/", "checklist/items/policies/", "checklist/link/")
    wrong = [flaw for at in ("", *shown) for flaw in flaws(seen, own + at)]
    seen.client = Client(HTTP_HOST="localhost")
    wrong += flaws(seen, f"/fill/{token}/")
    seen.client.post(f"/fill/{token}/", {"agree": "on"})
    wrong += flaws(seen, f"/fill/{token}/form/")
    seen.client.post(f"/fill/{token}/form/", sheet())
    wrong += flaws(seen, f"/fill/{token}/")
    seen.as_who(zhou)
    wrong += flaws(seen, f"{own}checklist/review/")
    assert wrong == []
