"""The outbox: every letter leaves once per Message-ID, whatever the server does (reliability.md F10)."""

import smtplib
import socket
from datetime import date, timedelta
from itertools import count

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend
from django.db import IntegrityError

from org.notices import actions as notices
from org.notices.actions import Attachment, deliver, letter, message_id, post
from org.notices.models import Letter, Notice
from tests import factories as make

NOW = make.at(date(2026, 11, 21), 12)


@pytest.fixture(autouse=True)
def noon(clock_at):
    clock_at(NOW)


class Sink:
    """An SMTP server's mailbox; `refuse` names recipients that it does not know, `answers` what it says instead."""

    def __init__(self):
        self.letters, self.refuse, self.answers = [], set(), {}

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if "sender" in self.answers:
            return self.answers["sender"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if "recipient" in self.answers:
            return self.answers["recipient"]
        if address in self.refuse:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "data" in self.answers:
            return self.answers["data"]
        self.letters.append((envelope.rcpt_tos[0], envelope.content))
        return "250 accepted"


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def smtp(settings, free_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port
    sink = Sink()
    server = Controller(sink, hostname="127.0.0.1", port=free_port)
    sink.start, sink.stop = server.start, server.stop
    yield sink
    if server.server:
        server.stop()


def write(to="hq@example.com", once="rollup:3702:2026-11-16:1", **more):
    letter(to=to, subject="周报", body="见附件", at=NOW, once=once, **more)


def test_a_letter_is_written_once_for_a_cause_and_address():
    write()
    write()
    write(to="HQ@example.com")
    write(to="deputy@example.com")
    assert list(Letter.objects.order_by("pk").values_list("to", flat=True)) == ["hq@example.com", "deputy@example.com"]


def test_the_message_id_follows_from_the_cause_and_the_address():
    assert message_id("a", "x@example.com") == message_id("a", "X@example.com")
    assert len({message_id(once, to) for once in "ab" for to in ("x@example.com", "y@example.com")}) == 4


def test_the_database_refuses_a_second_letter_with_the_same_message_id():
    write()
    kept = Letter.objects.get()
    kept.pk = None
    with pytest.raises(IntegrityError, match="message_id"):
        kept.save(force_insert=True)


def test_delivered_with_its_attachment_and_marked():
    write(attachment=Attachment("周报.xlsx", b"PK\x03\x04"))
    assert deliver() == 1
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.attachments[0].filename) == (["hq@example.com"], "周报", "周报.xlsx")
    assert sent.message()["Message-ID"] == Letter.objects.get().message_id
    assert Letter.objects.get().sent_at is not None
    assert deliver() == 0
    assert len(mail.outbox) == 1


def test_over_smtp(smtp):
    smtp.start()
    write()
    assert deliver() == 1
    assert message_id("rollup:3702:2026-11-16:1", "hq@example.com").encode() in smtp.letters[0][1]


def test_a_server_that_is_down_lets_all_wait_and_the_next_round_sends_them(smtp, clock_at):
    for n in range(3):
        write(to=f"{n}@example.com")
    assert deliver() == 0
    tried = Letter.objects.exclude(last_error="").get()
    assert (tried.tries, tried.next_try_at - NOW < timedelta(seconds=15)) == (1, True)
    smtp.start()
    clock_at(NOW + timedelta(minutes=1))
    assert deliver() == 3
    assert [to for to, _ in smtp.letters] == ["0@example.com", "1@example.com", "2@example.com"]


def test_the_pauses_grow_to_a_minute_and_no_further(smtp, clock_at):
    write()
    pauses, now = [], NOW
    for _ in range(6):
        clock_at(now)
        deliver()
        following = Letter.objects.get().next_try_at
        pauses.append(round((following - now).total_seconds()))
        now = following + timedelta(seconds=1)
    assert pauses == [10, 20, 40, 60, 60, 60]


def test_a_black_hole_costs_one_time_out_a_round(settings, smtp, free_port):
    settings.EMAIL_TIMEOUT = 0.3
    for n in range(5):
        write(to=f"{n}@example.com")
    with socket.create_server(("127.0.0.1", free_port)):
        assert deliver() == 0
    assert Letter.objects.filter(tries=1).count() == 1
    assert Letter.objects.filter(tries=0).count() == 4


def test_an_address_that_is_refused_does_not_hold_up_the_others(smtp):
    smtp.start()
    smtp.refuse = {"gone@example.com"}
    write(to="gone@example.com")
    write(to="here@example.com")
    assert deliver() == 1
    refused = Letter.objects.get(to="gone@example.com")
    assert (refused.sent_at, refused.tries) == (None, 1)
    assert "550" in refused.last_error


GREYLISTED = "451 4.7.1 greylisted, try again later"


@pytest.mark.parametrize(
    ("stage", "answer", "pause"),
    [
        ("recipient", GREYLISTED, timedelta(seconds=10)),
        ("recipient", "550 no such user", timedelta(hours=1)),
        ("sender", GREYLISTED, timedelta(seconds=10)),
        ("sender", "550 no such sender", timedelta(hours=1)),
        ("data", GREYLISTED, timedelta(seconds=10)),
        ("data", "554 looks like spam", timedelta(hours=1)),
    ],
)
def test_only_a_refusal_for_good_waits_long(smtp, clock_at, stage, answer, pause):
    smtp.start()
    write(to="strange@example.com")
    write(to="here@example.com")
    smtp.answers = {stage: answer}
    deliver()
    letters = Letter.objects.order_by("pk")
    assert [(one.sent_at, one.tries) for one in letters] == [(None, 1), (None, 1)]  # one does not hold up the other
    assert all(pause <= one.next_try_at - NOW < pause + timedelta(seconds=5) for one in letters)
    smtp.answers = {}
    clock_at(NOW + pause + timedelta(seconds=6))
    assert deliver() == 2


def test_a_round_tries_a_letter_once_however_long_it_takes(smtp, clock_at, monkeypatch):
    """Otherwise a slow server that greylists everybody would keep the round for ever."""
    smtp.start()
    smtp.answers = {"recipient": GREYLISTED}
    for n in range(3):
        write(to=f"{n}@example.com")
    ticks = count()
    monkeypatch.setattr("org.notices.actions.clock.now", lambda: NOW + timedelta(minutes=2 * next(ticks)))
    deliver()
    assert list(Letter.objects.values_list("tries", flat=True)) == [1, 1, 1]


def test_a_crash_between_sending_and_marking_repeats_the_same_message_id(monkeypatch, clock_at):
    write()

    class Crash(BaseException):
        pass

    def crash(*_args, **_changes):
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.query.QuerySet.update", crash)
        with pytest.raises(Crash):
            deliver()
    deliver()
    assert len(mail.outbox) == 2
    assert len({sent.message()["Message-ID"] for sent in mail.outbox}) == 1


def test_the_file_mailbox_keeps_one_file_a_message_id(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAILBOX_DIR = "org.notices.mailbox.FileMailbox", tmp_path / "mailbox"
    write()
    deliver()
    Letter.objects.update(sent_at=None)
    deliver()
    assert len(list((tmp_path / "mailbox").iterdir())) == 1


def test_a_quarrel_at_the_good_bye_is_no_trouble(monkeypatch, smtp):
    smtp.start()

    def quarrel(self):
        raise smtplib.SMTPResponseException(421, b"bye")

    monkeypatch.setattr(notices, "get_connection", EmailBackend)
    write()
    deliver()
    monkeypatch.setattr(EmailBackend, "close", quarrel)
    assert deliver() == 0


def test_a_cause_tells_each_person_once(zhou, manager):
    for _ in range(2):
        post("rollup", to=[zhou, manager], at=NOW, title="周报", once="rollup:3702:2026-11-16:1")
    post("rollup", to=zhou, at=NOW, title="周报", once="rollup:3702:2026-11-23:1")
    assert Notice.objects.filter(to=zhou).count() == 2
    assert Notice.objects.filter(to=manager).count() == 1


def test_without_a_cause_every_call_tells(zhou):
    for minute in range(2):
        post("returned", to=zhou, at=NOW + timedelta(minutes=minute), title="已退回", about=zhou)
    assert Notice.objects.filter(to=zhou).count() == 2


def test_a_long_cause_still_fits(zhou):
    for _ in range(2):
        post("x", to=zhou, at=NOW, title="长" * 300, once="y" * 500)
    assert len(Notice.objects.get().title) == 120
