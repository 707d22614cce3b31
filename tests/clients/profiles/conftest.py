"""A client of 周婷 and the forms of its card, posted as the page posts them."""

from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories as make

THURSDAY = make.THURSDAY
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"


def office(part, *more):
    held = BytesIO()
    with ZipFile(held, "w") as packed:
        for name in ("[Content_Types].xml", part, *more):
            packed.writestr(name, "<x/>")
    return held.getvalue()


@pytest.fixture(autouse=True)
def thursday(clock_at):
    clock_at(make.at(THURSDAY, 10))


@pytest.fixture
def client_of_hers(zhou):
    return make.prospect(zhou, "瑞丰食品有限公司", handler="李主任", headcount=320)


@pytest.fixture
def fill(client, zhou, client_of_hers):
    """`fill("covers", insurer="甲财险", …)` posts the form of a list or section and tells the answer."""

    def fill(part, *, who=zhou, key=None, row=None, status=302, **said):
        client.force_login(who)
        where = [client_of_hers.pk, part]
        if part in ("company", "workforce", "benefit"):
            address = reverse("client-card-section", args=where)
        else:
            address = reverse("client-card-row", args=[*where, row]) if row else reverse("client-card-new", args=where)
        answer = client.post(address, {"key": key or uuid4(), **said})
        assert answer.status_code == status, (answer.status_code, answer.content.decode()[-2000:])
        return answer

    return fill


@pytest.fixture
def propose(client, zhou, client_of_hers):
    def propose(name="方案.pdf", content=PDF, *, who=zhou, key=None, status=302, **said):
        client.force_login(who)
        file = SimpleUploadedFile(name, content)
        given = {"key": key or uuid4(), "line": "团体意外", "premium": "48.6", "file": file, **said}
        answer = client.post(reverse("client-proposal-new", args=[client_of_hers.pk]), given)
        assert answer.status_code == status, answer.content.decode()[-2000:]
        return answer

    return propose
