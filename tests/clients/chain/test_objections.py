"""Who is said to have stayed away answers once (docs/adr/0011); figures of 应陪未陪 count submitted logs only."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activity.daily_log import actions, reviewing
from activity.daily_log.models import DailyLog
from clients.chain import inviting, objecting
from clients.chain.missed import chained, shares
from clients.chain.models import Accompaniment
from clients.chain.silence import follow_silence
from clients.chain.telling import UNBLAMED
from clients.visits.models import Visit
from org import clock
from org.notices.models import Notice
from org.periods.due import Sweep
from org.workflow import Refused
from tests import factories as make
from tests.clients.chain.held import confirm, level, record, remove
from tests.clients.chain.test_visits_planned import accept
from tests.clients.chain.visits import FRIDAY, TODAY

MONDAY = FRIDAY + timedelta(days=3)
ELEVEN, NOON = make.at(MONDAY, 11), make.at(MONDAY, 12)
LIMIT = make.at(MONDAY + timedelta(days=3), 0)  # told on Monday: two whole working days after it


@pytest.fixture
def told(crew):
    """`told(accepts)`: asked a day before, not along by the owner's record, and told on Monday that it is his."""

    def make_it(*, accepts=False):
        planned = crew.plan(crew.leader, at=make.at(TODAY - timedelta(days=1), 9))
        if accepts:
            accept(planned.accompaniments.get(), crew.leader)
        visit = record(crew, alone=True)
        hand_in(crew)
        for early in (make.at(FRIDAY, 23), make.at(MONDAY, 0, 5), make.at(MONDAY, 8, 29)):
            follow_silence(Sweep(early))
        assert not Notice.objects.filter(kind="accompany_blamed").exists(), "she may still be writing"
        for hour in (9, 10):
            clock.shift_clock(to=make.at(MONDAY, hour))
            follow_silence(Sweep(make.at(MONDAY, hour)))
        one = visit.companions.get()
        [notice] = Notice.objects.filter(to=crew.leader, kind="accompany_blamed")
        assert notice.link == f"/accompany/{one.pk}/" and one.blamed_at == make.at(MONDAY, 9)
        return one

    return make_it


def hand_in(crew):
    actions.submit(crew.her, day=FRIDAY, key=uuid4(), tomorrow_plan="拜访", at=make.at(FRIDAY, 18))


def returned(crew):
    """The manager gives the log back, so that she may write again."""
    log = DailyLog.objects.get(person=crew.her, day=FRIDAY)
    reviewing.return_log(log, comment="补上陪访", by=crew.manager, at=ELEVEN)


def notices_of(who, *kinds):
    return Notice.objects.unread().filter(to=who, kind__in=[f"accompany_{kind}" for kind in kinds])


def objects(one, by, what, *, at=ELEVEN, words=""):
    objecting.object_to(one, objection=what, words=words, by=by, at=at, key=uuid4())


def replies(one, by, *, agrees, at=NOON):
    objecting.reply(one, agrees=agrees, by=by, at=at, key=uuid4())


def missed(one):
    visit = Visit.objects.get(pk=one.visit_id)
    return visit.companion_missing, visit.missed_by_id


def test_that_he_came_takes_both_words(crew, told):
    one = told(accepts=True)
    assert (level(crew), missed(one)) == (1, (True, crew.leader.pk))
    objects(one, crew.leader, "came", words="门口拍了照")
    assert (level(crew), missed(one)) == (1, (True, crew.leader.pk)), "his word alone moves nothing"
    assert Notice.objects.get(to=crew.her, kind="accompany_objected").link == f"/accompany/{one.pk}/"
    replies(one, crew.her, agrees=True)
    assert (level(crew), missed(one)) == (2, (False, None))
    one.refresh_from_db()
    assert (one.outcome, one.reply, one.visit.companion) == ("confirmed", "agreed", crew.leader)
    confirm(one, crew.leader, "谈得好", at=make.at(MONDAY, 13))
    assert Visit.objects.get(pk=one.visit_id).companion_confirmed, "and counts for 3111, his feedback being in time"
    with pytest.raises(Refused, match="已经答复过"):
        replies(one, crew.her, agrees=False)


def test_no_and_silence_leave_the_miss_where_it_was(crew, told):
    one = told()
    assert (level(crew), missed(one)) == (2, (True, crew.leader.pk)), "asked in time and silent: the chain goes on"
    objects(one, crew.leader, "unasked")
    assert (level(crew), missed(one)) == (2, (True, crew.leader.pk))
    for again in ("came", "unasked"):
        with pytest.raises(Refused, match="你已说过「未收到邀请」"):
            objects(one, crew.leader, again)
    with pytest.raises(Refused, match="已经答复过"):
        replies(one, crew.her, agrees=True)


def test_who_may_say_what_and_until_when(crew, told):
    one = told(accepts=True)
    with pytest.raises(Refused, match="不归你办"):
        objects(one, crew.leader, "unasked")  # he has answered the invitation
    with pytest.raises(Refused, match="不归你办"):
        objects(one, crew.chief, "came")
    with pytest.raises(Refused, match="期限"):
        objects(one, crew.leader, "came", at=LIMIT)
    objects(one, crew.leader, "came", at=LIMIT - timedelta(seconds=1))
    with pytest.raises(Refused, match="由这次拜访的客户经理答复"):
        replies(one, crew.chief, agrees=True)
    replies(one, crew.her, agrees=False)
    assert missed(one) == (True, crew.leader.pk)


def test_the_pages_have_the_buttons_and_both_words(client, crew, told):
    one = told(accepts=True)
    page = f"/accompany/{one.pk}/"
    client.force_login(crew.leader)
    assert "记在你名下" in client.get("/accompany/").content.decode()
    said = client.get(page).content.decode()
    assert "我到场了" in said and "未收到邀请" not in said and "11月26日 00:00 前" in said
    body = {"key": uuid4(), "objection": "came", "words": "在会议室"}
    assert client.post(f"{page}object/", body).status_code == 302
    assert client.post(f"{page}reply/", {"key": uuid4(), "agrees": "1"}).status_code == 403
    client.force_login(crew.her)
    assert "在会议室" in client.get(page).content.decode()
    assert client.post(f"{page}reply/", {"key": uuid4(), "agrees": "0"}).status_code == 302
    Accompaniment.objects.get(reply="denied")
    client.force_login(crew.manager)
    every = client.get("/visits/missed/list/?first=2026-11-01&last=2026-11-30").content.decode()
    assert "李卫东：我到场了" in every and "没有到场" in every


def test_a_visit_moves_the_chain_at_once_and_the_figure_when_the_log_is_in(crew):
    record(crew, companion_id=crew.leader.pk)
    assert level(crew) == 2
    days = crew.deputy, FRIDAY, TODAY, FRIDAY
    assert shares(chained(*days))[0].visits == 0
    hand_in(crew)
    assert shares(chained(*days))[0].visits == 1


def test_where_the_log_is_never_handed_in_he_is_told_when_the_day_is_locked(crew):
    crew.plan(crew.leader, at=make.at(TODAY - timedelta(days=1), 9))
    record(crew, alone=True)
    lock = make.at(MONDAY + timedelta(days=1), 12)
    for at, told in ((make.at(MONDAY, 9), 0), (lock - timedelta(seconds=1), 0), (lock, 1), (lock, 1)):
        clock.shift_clock(to=at)
        follow_silence(Sweep(at))
        assert Notice.objects.filter(kind="accompany_blamed").count() == told, at


def test_a_miss_of_an_entry_that_is_gone_goes_with_it(crew, told):
    """Taken back and written anew, or kept for another day: he is told of the new one, and may object to it."""
    one = told(accepts=True)
    objects(one, crew.leader, "came")
    returned(crew)
    remove(crew, one.visit, at=NOON)
    one.refresh_from_db()
    assert (one.blamed_at, one.objection, one.objection_words, one.objected_at, one.reply) == (None, "", "", None, "")
    assert not notices_of(crew.leader, "blamed") and not notices_of(crew.her, "objected")
    visit = record(crew, alone=True, at=NOON)
    assert missed(visit.companions.get()) == (True, crew.leader.pk)
    late = make.at(MONDAY + timedelta(days=1), 13)
    follow_silence(Sweep(late))
    assert notices_of(crew.leader, "blamed").count() == 1
    objects(visit.companions.get(), crew.leader, "came", at=late)


def test_who_is_asked_for_another_hour_has_no_miss_of_the_first(crew):
    planned = crew.plan(crew.leader)
    rows = Accompaniment.objects.filter(planned=planned)
    rows.update(blamed_at=NOON, objection="came", objected_at=NOON, reply="denied", replied_at=NOON)
    inviting.ask_again(planned, by=crew.her, at=NOON)
    assert list(rows.values_list(*UNBLAMED)) == [tuple(UNBLAMED.values())]


def test_once_the_entry_names_him_nothing_is_left_to_deny(client, crew, told):
    one = told(accepts=True)
    objects(one, crew.leader, "came")
    stale = Accompaniment.objects.get(pk=one.pk)
    returned(crew)
    visit = record(crew, at=NOON, replaces=one.visit_id, companion_id=crew.leader.pk)
    assert visit.companions.get().outcome == "pending" and not notices_of(crew.her, "objected")
    for agrees in (False, True):
        with pytest.raises(Refused):
            replies(stale, crew.her, agrees=agrees)
    assert visit.companions.get().reply == ""


def test_who_is_left_out_again_after_both_agreed_is_told_again(client, crew, told):
    one = told(accepts=True)
    objects(one, crew.leader, "came")
    replies(one, crew.her, agrees=True)
    returned(crew)
    same = record(crew, at=NOON, replaces=one.visit_id, companion_id=crew.leader.pk, outcome="已收下方案")
    assert same.companions.get().reply == "agreed", "the entry says the same of him"
    visit = record(crew, at=NOON, replaces=same.pk, alone=True)
    again = visit.companions.get()
    assert (again.reply, again.outcome, missed(again)) == ("", "", (True, crew.leader.pk))
    client.force_login(crew.leader)
    assert "双方已确认到场" not in client.get(f"/accompany/{again.pk}/").content.decode()
    objects(again, crew.leader, "came", at=NOON + timedelta(minutes=1))


def test_what_nobody_told_him_is_history_after_a_while(crew):
    crew.plan(crew.leader, at=make.at(TODAY - timedelta(days=1), 9))
    one = record(crew, alone=True).companions.get()
    with pytest.raises(Refused, match="期限"):
        objects(one, crew.leader, "unasked", at=make.at(FRIDAY, 12) + objecting.FAR)
    objects(one, crew.leader, "unasked", at=make.at(FRIDAY, 11) + objecting.FAR)


def test_the_owner_has_as_long_to_reply_and_then_the_record_stands(client, crew, told):
    one = told(accepts=True)
    objects(one, crew.leader, "came")
    client.force_login(crew.her)
    assert "11月26日 00:00 前答复" in client.get(f"/accompany/{one.pk}/").content.decode()
    clock.shift_clock(to=LIMIT)
    said = client.get(f"/accompany/{one.pk}/").content.decode()
    assert "没有答复，按记录算" in said and "他到场了" not in said
    with pytest.raises(Refused, match="答复期限"):
        replies(one, crew.her, agrees=True, at=LIMIT)
    assert missed(one) == (True, crew.leader.pk)
