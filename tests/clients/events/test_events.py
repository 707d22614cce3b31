"""客户活动: guests are contacts of one's own clients, who came, what follows, and each number opens them."""

import re
from uuid import uuid4

import pytest

from activity.daily_log.models import DailyLog
from clients.events import actions
from clients.events.models import ClientEvent, Guest
from clients.events.reading import figures_of
from clients.events.rules import Figures, GuestFacts, Said, figures
from clients.prospects.models import Contact
from clients.referrals.moments import ready
from org.rules.schema import Referrals
from org.workflow import Refused
from tests import factories as make

THURSDAY = make.THURSDAY
AT = make.at(THURSDAY, 14)
FRIDAY = THURSDAY.replace(day=20)


@pytest.fixture
def clients_of_zhou(zhou):
    return [make.prospect(zhou, name) for name in ("宏达机械", "瑞丰食品", "云帆物流")]


@pytest.fixture
def event(zhou, clients_of_zhou):
    return make.client_event(zhou, guests=clients_of_zhou)


@pytest.fixture
def signed(client, clock_at):
    def sign(who, at=AT):
        clock_at(at)
        client.force_login(who)
        return client

    return sign


def told(event, **said):
    """The fields of the form: company → (state, follow-up, its day, followed)."""
    data = {"key": uuid4()}
    for one in event.guests.select_related("prospect"):
        state, what, day, done = said.get(one.prospect.name, ("came", "", "", ""))
        data |= {
            f"g{one.pk}-state": state, f"g{one.pk}-follow_up": what, f"g{one.pk}-follow_up_on": day,
            f"g{one.pk}-is_followed": done,
        }  # fmt: skip
    return data


@pytest.mark.parametrize(
    ("guests", "expected"),
    [
        ([], Figures()),
        ([GuestFacts("invited", False, False)], Figures(1, 0, 0, 0, 0)),
        ([GuestFacts("came", True, False), GuestFacts("absent", True, True)], Figures(2, 1, 1, 1, 1)),
    ],
)
def test_the_figures_of_an_event(guests, expected):
    assert figures(guests) == expected


def test_an_event_is_planned_and_guests_are_invited_once(signed, zhou, clients_of_zhou):
    client = signed(zhou)
    said = {
        "kind": "salon",
        "title": "雇主责任沙龙",
        "day": "2026-11-20",
        "place": "二楼",
        "host": "周婷",
        "budget": "3000",
    }
    answer = client.post("/events/new/", {"key": uuid4(), **said})
    event = ClientEvent.objects.get()
    assert answer["Location"] == f"/events/{event.pk}/" and event.budget == 3000
    contacts = [str(one.contacts.get().pk) for one in clients_of_zhou[:2]]
    where = f"/events/{event.pk}/guests/"
    for _twice in range(2):
        client.post(where, {"key": uuid4(), "contacts": contacts})
    assert event.guests.count() == 2
    assert "云帆物流" in client.get(where).content.decode()
    assert "宏达机械" not in client.get(where).content.decode()
    assert "没有找到" in client.get(f"{where}?q=没有这家").content.decode()


@pytest.mark.parametrize("missing", ["title", "day", "place", "host"])
def test_what_an_event_lacks_is_said(signed, zhou, missing):
    said = {"kind": "salon", "title": "沙龙", "day": "2026-11-20", "place": "二楼", "host": "周婷", missing: ""}
    answer = signed(zhou).post("/events/new/", {"key": uuid4(), **said})
    assert answer.status_code == 422 and "field-bad" in answer.content.decode()
    assert not ClientEvent.objects.exists()


def test_nobody_invites_anothers_contact_nor_who_wants_to_be_left_alone(zhou, event, manager):
    other = make.prospect(manager, "别家")
    quiet = make.prospect(zhou, "安静")
    Contact.objects.filter(prospect=quiet).update(do_not_disturb_since=THURSDAY)
    contacts = [one.contacts.get().pk for one in (other, quiet)]
    assert actions.invite(event, contacts, by=zhou, at=AT, key=uuid4()) == {"added": 0}


def test_who_came_and_what_follows_is_told_at_once_and_opens(signed, zhou, event):
    client = signed(zhou)
    said = told(
        event, 宏达机械=("came", "送方案", "2026-11-23", ""), 瑞丰食品=("came", "寄资料", "2026-11-20", "on"),
        云帆物流=("absent", "", "", ""),
    )  # fmt: skip
    assert client.post(f"/events/{event.pk}/tell/", said).status_code == 302
    event.refresh_from_db()
    assert event.state == "held"
    assert figures_of(event.guests.all()) == Figures(3, 2, 1, 1, 1)
    for item, names in {"came": {"宏达机械", "瑞丰食品"}, "absent": {"云帆物流"}, "to_follow": {"宏达机械"}}.items():
        rows = client.get(f"/events/rows/?item={item}&event={event.pk}").content.decode()
        assert {one for one in ("宏达机械", "瑞丰食品", "云帆物流") if one in rows} == names
    html = re.sub(r"<[^>]+>|\s", "", client.get("/events/").content.decode())
    assert "3211" in html
    assert not DailyLog.objects.exists()  # an event counts for nothing in 6311


def test_who_came_can_be_asked_to_introduce_somebody(zhou, event):
    guest = event.guests.get(prospect__name="宏达机械")
    actions.tell(event, {guest.pk: Said("came")}, by=zhou, at=AT, key=uuid4())
    [one] = ready(zhou, today=FRIDAY, rules=Referrals())
    assert (one.prospect.name, one.moment.occasion) == ("宏达机械", "came")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (("came", "送方案", "", ""), "写上哪天跟进"),
        (("came", "", "2026-11-23", ""), "写上跟进什么"),
        (("x", "", "", ""), "有一行"),
    ],
)
def test_half_a_follow_up_is_refused_and_stays_typed(signed, zhou, event, said, sentence):
    answer = signed(zhou).post(f"/events/{event.pk}/tell/", told(event, 宏达机械=said))
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert said[1] in answer.content.decode()
    assert not Guest.objects.exclude(state="invited").exists()


def test_before_its_day_nobody_came(zhou, clients_of_zhou):
    event = make.client_event(zhou, FRIDAY, guests=clients_of_zhou, when=AT)
    guest = event.guests.first()
    with pytest.raises(Refused, match="2026-11-20，当天起"):
        actions.tell(event, {guest.pk: Said("came")}, by=zhou, at=AT, key=uuid4())


def test_a_cancelled_event_says_why_and_takes_no_more(signed, zhou, event):
    client = signed(zhou)
    client.post(f"/events/{event.pk}/cancel/", {"reason": ""})
    event.refresh_from_db()
    assert event.state == "planned"
    client.post(f"/events/{event.pk}/cancel/", {"reason": "场地停电"})
    assert "场地停电" in client.get(f"/events/{event.pk}/").content.decode()
    assert client.post(f"/events/{event.pk}/tell/", told(event)).status_code == 409


def test_the_attendance_list_is_a_sheet_to_sign(signed, zhou, event):
    said = re.sub(r"<[^>]+>|\s", "", signed(zhou).get(f"/events/{event.pk}/print/").content.decode())
    for words in ("客户活动签到表", "雇主责任沙龙", "宏达机械张经理", "签字"):
        assert words in said


def test_those_above_read_it_and_strangers_do_not(signed, zhou, event, manager, hq, stranger):
    for who, status in ((manager, 200), (hq, 200), (stranger, 404)):
        assert signed(who).get(f"/events/{event.pk}/").status_code == status
    assert signed(manager).post(f"/events/{event.pk}/tell/", told(event)).status_code == 403
    assert "雇主责任沙龙" not in signed(stranger).get("/events/").content.decode()
    assert signed(stranger).get(f"/events/rows/?item=came&event={event.pk}").status_code == 404


@pytest.mark.parametrize("size", [1, 12])
def test_the_pages_ask_the_same_however_many(signed, zhou, size, django_assert_max_num_queries):
    guests = [make.prospect(zhou, f"客户{n:02}") for n in range(size)]
    event = make.client_event(zhou, guests=guests)
    for _more in range(size):
        make.client_event(zhou)
    client = signed(zhou)
    for where, most in (("/events/", 9), (f"/events/{event.pk}/", 9), (f"/events/rows/?event={event.pk}", 10)):
        with django_assert_max_num_queries(most):
            client.get(where)


def test_what_follows_with_a_guest_is_a_next_step_of_the_client(signed, zhou, event):
    guest = event.guests.get(prospect__name="宏达机械")
    for said, shown in ((Said("came", "送方案", FRIDAY), True), (Said("came", "送方案", FRIDAY, True), False)):
        actions.tell(event, {guest.pk: said}, by=zhou, at=AT, key=uuid4())
        page = signed(zhou).get(f"/clients/{guest.prospect_id}/").content.decode()
        assert ("送方案 张经理" in page) is shown


def test_inviting_twice_is_answered_in_words(signed, zhou, clients_of_zhou):
    """A double tap is one invitation; the same form with other ticks is told so, without an error page."""
    client, event, key = signed(zhou), make.client_event(zhou), uuid4()
    where = f"/events/{event.pk}/guests/"
    first, second, _third = (one.contacts.get().pk for one in clients_of_zhou)
    for _tap in range(2):
        assert client.post(where, {"key": key, "contacts": [first]}).status_code == 302
    assert event.guests.count() == 1
    assert client.post(where, {"key": key, "contacts": [first, second]}).status_code == 422
    assert client.post(where, {"key": uuid4(), "contacts": ["x"]}).status_code == 422
    assert event.guests.count() == 1


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_what_is_over_is_not_rewritten(signed, zhou, clients_of_zhou, state):
    client, event = signed(zhou), make.client_event(zhou)
    ClientEvent.objects.filter(pk=event.pk).update(state=state)
    said = {"kind": "salon", "title": "改过的", "day": "2026-11-25", "place": "二楼", "host": "周婷"}
    answer = client.post(f"/events/{event.pk}/edit/", {"key": uuid4(), **said})
    assert answer.status_code == 422 and "不能再改" in answer.content.decode()
    event.refresh_from_db()
    assert event.title != "改过的"
    given = {"key": uuid4(), "contacts": [clients_of_zhou[0].contacts.get().pk]}
    assert client.post(f"/events/{event.pk}/guests/", given).status_code == (422 if state == "cancelled" else 302)
    assert event.guests.count() == (0 if state == "cancelled" else 1)
    assert f"/events/{event.pk}/edit/" not in client.get(f"/events/{event.pk}/").content.decode()


def test_of_four_hundred_guests_each_page_is_told_by_itself(
    signed, zhou, clients_of_zhou, django_assert_max_num_queries
):
    """More fields than one form may have (Django takes 1,000)."""
    event = make.client_event(zhou)
    of, when = clients_of_zhou[0], {"invited_at": AT}
    Guest.objects.bulk_create(Guest(event=event, prospect=of, name=f"嘉宾{n:03}", **when) for n in range(400))
    client = signed(zhou)
    with django_assert_max_num_queries(14):
        last = client.get(f"/events/{event.pk}/?page=14")
    assert last.content.decode().count("<fieldset") == 10 and "第 14 / 14 页" in last.content.decode()
    figures = {item: number for item, _label, number in last.context["figures"]}
    assert figures["invited"] == 400
    said = {f"{form.prefix}-state": "came" for form in last.context["form"].guests}
    make_room = Guest.objects.create(event=event, prospect=of, name="嘉宾000前", **when)  # the pages lie elsewhere now
    answer = client.post(f"/events/{event.pk}/tell/", {"key": uuid4(), "page": 14, **said})
    assert answer["Location"] == f"/events/{event.pk}/?page=14"
    came = set(Guest.objects.filter(state="came").values_list("name", flat=True))
    assert came == {f"嘉宾{n}" for n in range(390, 400)} and make_room.name not in came
    empty = client.post(f"/events/{event.pk}/tell/", {"key": uuid4(), "page": 1})
    assert empty.status_code == 422 and "没有看到嘉宾" in empty.content.decode()
