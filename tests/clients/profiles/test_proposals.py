"""计划书: files told by their content, versions, receipts; and 知情同意, ended only by a withdrawal."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from clients.profiles.files import MOST, kind_of, named
from clients.profiles.models import CardConsent, Proposal, ProposalFile
from org.posts import Post
from org.trace.models import Trace
from tests import factories as make
from tests.clients.profiles.conftest import JPG, PDF, PNG, office

XLSX, DOCX = office("xl/workbook.xml"), office("word/document.xml")
FILES = [
    (PDF, "pdf"), (PNG, "png"), (JPG, "jpg"), (XLSX, "xlsx"), (DOCX, "docx"),
    (b"", ""), (b"%PDF-1.4 cut", ""), (b"<html><script>", ""), (b"<svg xmlns=''/>", ""), (b"MZ" + bytes(99), ""),
    (XLSX[:-30], ""), (b"PK\x03\x04" + bytes(99), ""), (office("xl/workbook.xml", "xl/vbaProject.bin"), ""),
    (office("other.xml"), ""), (b"GIF89a", ""), (b"\xff\xd8\xff\xe0 no end", ""),
]  # fmt: skip


def file_at(proposal, which="proposal"):
    return reverse("client-proposal-file", args=[proposal.pk, which])


def test_a_file_is_what_its_content_says():
    assert [(content[:12], kind_of(content)) for content, _kind in FILES] == [(c[:12], kind) for c, kind in FILES]


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("方案.pdf", "pdf", "方案.pdf"),
        ("方案.exe", "pdf", "方案.pdf"),
        ("../../etc/passwd", "xlsx", "passwd.xlsx"),
        ("C:\\x\\报价.XLSX", "xlsx", "报价.xlsx"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "pdf", "fdp.pdf"),
        ("", "png", "png.png"),
        ("...", "png", "png.png"),
        ("长" * 300 + ".pdf", "pdf", "长" * 115 + ".pdf"),
    ],
)
def test_a_file_keeps_its_name_and_ends_as_its_content(name, kind, kept):
    assert named(name, kind) == kept


def test_versions_count_up_and_the_file_comes_back_as_it_was(client, zhou, propose):
    propose()
    propose("测算.xlsx", XLSX, sent_on="2026-11-16")
    first, second = Proposal.objects.order_by("version")
    assert (first.version, second.version, str(first.premium)) == (1, 2, "486000.00")
    answer = client.get(file_at(second))
    assert answer.content == XLSX
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert Trace.objects.get(verb="take_file").by == zhou


def test_the_same_form_makes_one_version(propose):
    key = uuid4()
    propose(key=key)
    propose(key=key)
    assert Proposal.objects.count() == ProposalFile.objects.count() == 1
    assert "内容不同" in propose(key=key, content=PDF + b"%%EOF", status=422).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("方案.pdf", b"<html>", "认不出"),
        ("空.pdf", b"", "空的"),
        ("大.pdf", PDF[:9] + bytes(MOST) + b"%%EOF", "超过 10 MB"),
    ],
    ids=["disguised", "empty", "too heavy"],
)
def test_a_wrong_file_is_said_and_nothing_kept(propose, name, content, sentence):
    assert sentence in propose(name, content, status=422).content.decode()
    assert not Proposal.objects.exists()


def test_a_receipt_closes_the_version(client, propose):
    propose()
    proposal = Proposal.objects.get()
    address = reverse("client-proposal-receipt", args=[proposal.pk])
    said = {"key": uuid4(), "receipt_on": "2026-11-18", "receipt_by": "李主任", "receipt_note": "再谈免赔"}
    for _ in range(2):
        file = SimpleUploadedFile("回执.jpg", JPG)
        assert client.post(address, {**said, "file": file}).status_code == 302
    proposal.refresh_from_db()
    assert str(proposal.sent_on) == str(proposal.receipt_on) == "2026-11-18"
    assert client.get(file_at(proposal, "receipt")).content == JPG
    again = client.post(address, {**said, "key": uuid4()})
    assert again.status_code == 422 and "已经有回执" in again.content.decode()
    sent = client.post(reverse("client-proposal-sent", args=[proposal.pk]), {"key": uuid4(), "on": "2026-11-17"})
    assert sent.status_code == 422 and "已经记过送达" in sent.content.decode()


def test_a_receipt_before_the_sending_is_refused(client, propose):
    propose(sent_on="2026-11-18")
    proposal = Proposal.objects.get()
    said = {"key": uuid4(), "receipt_on": "2026-11-17", "receipt_by": "李主任"}
    answer = client.post(reverse("client-proposal-receipt", args=[proposal.pk]), said)
    assert answer.status_code == 422 and "早于送达" in answer.content.decode()
    with pytest.raises(IntegrityError, match="a_receipt_follows_the_sending"), transaction.atomic():
        Proposal.objects.update(receipt_on="2026-11-17")


def test_files_are_for_who_reads_unmasked(client, manager, hq, stranger, department, propose):
    propose()
    address = file_at(Proposal.objects.get())
    both = make.person(Post.CLIENT_MANAGER, unit=department)
    make.appoint(both, Post.TEAM_LEADER, department)  # reads the team masked, only his own unmasked
    for who, status in ((manager, 200), (hq, 403), (stranger, 404), (both, 404)):
        client.force_login(who)
        assert client.get(address).status_code == status, who
    client.force_login(manager)
    assert client.get(address.replace("/proposal/", "/nonsense/")).status_code == 404


def test_a_consent_stands_until_it_is_withdrawn(client, zhou, seen, client_of_hers):
    client.force_login(zhou)
    address = reverse("client-consent-new", args=[client_of_hers.pk])
    said = {"purpose": "keep", "version": "2026-1", "given_by": "李主任", "given_on": "2026-11-18"}
    assert client.post(address, {"key": uuid4(), **said}).status_code == 302
    assert client.post(address, {"key": uuid4(), **said}).status_code == 422
    consent = CardConsent.objects.get()
    leave = reverse("client-consent-withdraw", args=[consent.pk])
    early = {"key": uuid4(), "on": "2026-11-17", "who": "李主任"}
    assert client.post(leave, early).status_code == 422
    assert client.post(leave, {**early, "key": uuid4(), "on": "2026-11-19"}).status_code == 302
    consent.refresh_from_db()
    assert (str(consent.withdrawn_on), consent.withdrawn_by) == ("2026-11-19", "李主任")
    assert client.post(address, {"key": uuid4(), **said}).status_code == 302  # given again: a row of its own
    assert CardConsent.objects.count() == 2


def test_the_workbook_is_for_who_exports_and_says_who_took_it(client, tmp_path, hq, manager, fill, client_of_hers):
    fill("stakeholders", name="=1+1", role="decides", attitude="for", influence="high", note="爱听数")
    address = reverse("client-card-export", args=[client_of_hers.pk])
    client.force_login(manager)
    assert client.post(address).status_code == 403
    client.force_login(hq)
    path = tmp_path / "card.xlsx"
    path.write_bytes(client.post(address).content)
    book = load_workbook(path)
    assert book.sheetnames[0] == "档案卡" and len(book.sheetnames) == 10
    cell = book["干系人"]["D2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    every = [str(one) for sheet in book for row in sheet.values for one in row]
    assert any(hq.employee_no in one for one in every) and "爱听数" not in every
    assert Trace.objects.get(verb="export_card").by == hq
