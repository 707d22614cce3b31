"""Drafts read aloud: kept for the writer alone, never overwritten unseen, gone when the form is handed in."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.db import IntegrityError, connection, transaction
from django.shortcuts import redirect
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from org.absences.forms import AskForm
from org.drafts import actions
from org.drafts.middleware import HandedIn
from org.drafts.models import FormDraft, Name
from org.periods.tasks import tidy
from tests import factories as make
from tests.factories import THURSDAY, at

NAME = Name("submit", str(THURSDAY))
TWO, LATER = at(THURSDAY, 14, 2), at(THURSDAY, 14, 5)
ONE_TAB, OTHER_TAB = "a" * 32, "b" * 32


def written(text):
    return {"tomorrow_plan": [text]}


def save(who, text, version, page=ONE_TAB, when=TWO, name=NAME):
    return actions.keep(who, name, written(text), version=version, page=page, at=when)


def kept(who, name=NAME):
    return FormDraft.objects.visible_to(who).filter(form=name.form, subject=name.subject).first()


# Two tabs


def test_what_is_written_is_kept_and_counted(zhou):
    assert [save(zhou, text, version).draft.version for version, text in enumerate(["拜", "拜访", "拜访三家"])] == [
        1,
        2,
        3,
    ]
    assert (kept(zhou).data, kept(zhou).saved_at) == (written("拜访三家"), TWO)


def test_of_two_tabs_the_second_is_told_what_the_first_wrote(zhou):
    save(zhou, "拜访三家", 0)
    save(zhou, "拜访四家", 1, OTHER_TAB, LATER)
    second = save(zhou, "打六个电话", 1)
    assert (second.taken, second.draft.version, second.draft.data, second.draft.saved_at) == (
        False, 2, written("拜访四家"), LATER,
    )  # fmt: skip
    assert kept(zhou).data == written("拜访四家")
    assert save(zhou, "打六个电话", 2).taken  # chosen, having seen it


def test_two_that_began_without_a_draft(zhou):
    assert save(zhou, "一", 0).taken
    assert not save(zhou, "二", 0, OTHER_TAB).taken
    assert kept(zhou).data == written("一")


def test_a_page_whose_answer_was_lost_goes_on(zhou):
    """The saving arrived, its answer did not: the page still names the version before, and is no other page."""
    save(zhou, "一", 0)
    assert save(zhou, "一二", 0).draft.version == 2
    assert save(zhou, "一二三", 1).draft.version == 3
    assert not save(zhou, "四", 1).taken  # two behind is another


def test_what_was_handed_in_elsewhere_is_not_brought_back_unseen(zhou):
    save(zhou, "拜访三家", 0)
    actions.forget(zhou, NAME)
    late = save(zhou, "拜访四家", 1)
    assert (late.taken, late.draft) == (False, None)
    assert kept(zhou) is None


def test_each_form_and_each_day_has_its_own(zhou):
    for name in (NAME, Name("submit", "2026-11-20"), Name("whole-day", str(THURSDAY)), Name("absence")):
        assert save(zhou, str(name), 0, name=name).taken
    assert FormDraft.objects.count() == 4
    with pytest.raises(IntegrityError, match="one_draft_a_person_and_form"), transaction.atomic():
        FormDraft.objects.create(person=zhou, form="absence", page=ONE_TAB, saved_at=TWO)


@pytest.mark.race
@pytest.mark.parametrize("version", [0, 1])
def test_of_eight_at_once_one_is_kept_and_seven_are_told(fresh_db, rounds, version):
    person = make.person()
    for number in range(rounds(2, 50)):
        name = Name("race", str(number))
        if version:
            save(person, "先", 0, name=name)
        ready = Barrier(8)

        def one(tab, name=name, ready=ready):
            try:
                ready.wait()
                return save(person, str(tab), version, str(tab) * 32, name=name).taken
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(one, range(8)))
        assert sum(taken) == 1
        assert kept(person, name).data == written(str(taken.index(True)))


def test_without_the_version_the_last_would_win(zhou):
    """The control: what is asked of the row is only whose it is."""
    save(zhou, "拜访三家", 0)
    FormDraft.objects.visible_to(zhou).update(data=written("打六个电话"))
    assert kept(zhou).data == written("打六个电话")


# What is kept, and how long


def test_no_secret_is_kept(zhou):
    data = {"old_password": ["x"], "csrfmiddlewaretoken": ["x"], "otp_token": ["x"], "reason": ["看病"]}
    assert actions.keep(zhou, NAME, data, version=0, page=ONE_TAB, at=TWO).draft.data == {"reason": ["看病"]}


def test_after_thirty_days_it_is_forgotten(zhou, clock_at):
    save(zhou, "旧", 0, name=Name("old"))
    save(zhou, "新", 0, when=TWO + timedelta(minutes=5))
    clock_at(TWO + timedelta(days=30, seconds=1))
    tidy()
    assert [one.form for one in FormDraft.objects.all()] == ["submit"]


# The page


@pytest.fixture
def as_zhou(client, zhou, clock_at):
    clock_at(TWO)
    client.force_login(zhou)
    return client


def post(client, text="拜访三家", version=0, **more):
    body = {"form": NAME.form, "subject": NAME.subject, "version": version, "page": ONE_TAB}
    return client.post(reverse("draft"), body | {"written": json.dumps(written(text))} | more)


def read(client):
    return client.get(reverse("draft"), NAME._asdict()).json()


def test_saved_read_and_thrown_away(as_zhou):
    assert read(as_zhou) == {"version": 0, "at": "", "data": {}}
    assert post(as_zhou).json() == {"version": 1, "at": "14:02", "data": written("拜访三家")}
    assert read(as_zhou)["data"] == written("拜访三家")
    assert as_zhou.post(reverse("draft-discard"), NAME._asdict()).json()["version"] == 0
    assert read(as_zhou)["version"] == 0


def test_the_second_tab_gets_both_texts_to_choose_from(as_zhou):
    post(as_zhou)
    told = post(as_zhou, "打六个电话", page=OTHER_TAB)
    assert told.status_code == 409
    assert told.json() == {"version": 1, "at": "14:02", "data": written("拜访三家")}


def test_nobody_reads_or_touches_another_s(as_zhou, client, zhou, manager):
    """The address names a form, never a person: her manager under the same name finds none, and writes his own."""
    post(as_zhou)
    client.force_login(manager)
    assert read(client) == {"version": 0, "at": "", "data": {}}
    assert post(client, "经理写的").json()["version"] == 1
    client.post(reverse("draft-discard"), NAME._asdict())
    assert kept(zhou).data == written("拜访三家") and kept(manager) is None


def test_a_stranger_at_the_door_is_led_to_it(client, db):
    assert client.get(reverse("draft")).status_code == 302
    assert post(client).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("written", "no json"), ("written", "[" * 50_000), ("written", '{"a": 1}'), ("written", '["a"]'),
        ("written", '{"a": [1]}'), ("written", ""),
        ("written", '{"a": ["\\u0000"]}'), ("written", '{"\\u0000": ["a"]}'), ("written", '{"a": ["\\ud800"]}'),
        ("written", json.dumps(written("长" * 60_001))), ("form", "不是名字"), ("form", ""), ("subject", "x" * 81),
        ("version", "-1"), ("version", "x"), ("version", "9" * 30),
        ("page", "x"), ("page", ""),
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused(as_zhou, zhou, field, value):
    answer = post(as_zhou, **{field: value})
    assert answer.status_code == 422 and "trouble" in answer.json()
    assert FormDraft.objects.count() == 0


def test_what_is_too_long_says_so(as_zhou):
    said = post(as_zhou, written=json.dumps(written("长" * 60_001))).json()["trouble"]
    assert said == "内容太长，没有自动保存；可以直接提交"


# Handing in


ASKED = {
    "draft-form": "absence", "draft-subject": "", "key": "7f0c2e9e-7a4b-4e3b-9a63-0f5f2b1c9d11", "kind": "leave",
    "first": str(THURSDAY), "first_half": "am", "last": "", "last_half": "pm",
}  # fmt: skip


def test_a_form_that_is_taken_leaves_no_draft(as_zhou, zhou):
    save(zhou, "看病", 0, name=Name("absence"))
    save(zhou, "别的", 0)
    refused = as_zhou.post(reverse("absence-new"), {**ASKED, "reason": ""})
    assert refused.status_code == 422 and kept(zhou, Name("absence"))
    taken = as_zhou.post(reverse("absence-new"), {**ASKED, "reason": "看病"})
    assert taken.status_code == 302 and kept(zhou, Name("absence")) is None
    assert kept(zhou)


def test_a_refusal_that_goes_back_with_a_sentence_keeps_the_draft(zhou, rf):
    """Answered by a redirect, like a form that is taken."""
    save(zhou, "看病", 0, name=Name("absence"))

    def answer(level):
        request = rf.post("/", {"draft-form": "absence"})
        request.user, request.session = zhou, {}

        def page(request):
            messages.add_message(request, level, "这条刚被改过")
            return redirect("/")

        MessageMiddleware(HandedIn(page))(request)
        return request

    answer(messages.ERROR)
    assert kept(zhou, Name("absence"))
    answer(messages.SUCCESS)
    assert kept(zhou, Name("absence")) is None


def test_a_sentence_that_was_looked_at_is_still_shown(as_zhou, rf, zhou):
    request = rf.post("/", {"draft-form": "absence"})
    request.user, request.session = zhou, {}

    def page(request):
        messages.error(request, "这条刚被改过")
        return redirect("/")

    answer = MessageMiddleware(HandedIn(page))(request)
    assert "messages" in answer.cookies or "_messages" in request.session


def test_a_form_that_names_no_draft_or_an_odd_one_is_taken_all_the_same(as_zhou, zhou):
    body = {name: value for name, value in ASKED.items() if "draft" not in name} | {"reason": "看病"}
    assert as_zhou.post(reverse("absence-new"), {**body, "draft-form": "不是名字\0"}).status_code == 302


def test_the_tag_names_form_and_subject_and_says_what_was_refused(zhou):
    request, said = RequestFactory().get("/"), Template('{% load drafts %}<form {% autosave "excuse" no week %}>')
    drawn = said.render(Context({"request": request, "no": 'E"1', "week": "2026-W47"}))
    assert drawn == '<form data-autosave="excuse" data-subject="E&quot;1 2026-W47">'
    for form, posted in ((AskForm({}), True), (AskForm(), False)):
        assert ("data-posted" in said.render(Context({"request": request, "form": form}))) == posted
    assert "data-posted" in said.render(Context({"request": RequestFactory().post("/")}))
