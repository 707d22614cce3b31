"""转介绍 from a workbook, in the columns of its export: history that was kept elsewhere, told by the day it was.

Of who did not agree a number comes in and no name: a row of 被介绍人 says since when he agreed. Whatever is known
already stays as it is; an import adds.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.prospects.models import Prospect
from clients.prospects.named import OWNER, AboutClients, Clients, Several, nobody
from clients.referrals.models import Referral, ReferredName, TalkTrackVersion, Thanks
from clients.referrals.sheets import NAMES, NTH, RECORDED, REFERRALS, REGISTERED_CODE, TABLES, THANKS, numbered
from org import clock
from org.people.directory import Directory
from org.workbooks import account
from org.workbooks.columns import brief
from org.workbooks.importing import Book, Row, Tally, refuse_second
from org.workbooks.upserting import not_known, trace_rows

STEP = re.compile(r"\d{1,3}")
NAMED = ("日期", "请了谁", NTH)


class Key(NamedTuple):
    prospect: UUID
    day: date
    contact: str
    nth: int = 1


class ReferralsImporter(AboutClients):
    title = gettext_lazy("转介绍")
    tables = TABLES

    def __init__(self) -> None:
        super().__init__()
        self.directory = Directory()
        self.made_of: dict[tuple[str, int], Prospect] = {}  # the clients that names became
        self.scripts: dict[tuple[int, str], list[TalkTrackVersion]] = {}

    def key(self, row: Row) -> Key:
        return Key(self.of(row).pk, row["日期"], row["请了谁"], row[NTH] or 1)

    def check_rows(self, book: Book) -> None:
        refuse_second(book, self.keyed(book, REFERRALS.sheet, *NAMED), "请了谁")
        refuse_second(book, self.keyed(book, NAMES.sheet, *NAMED, "姓名", "单位"), "姓名")
        self.scripts = _scripts(self.found.values())
        today = clock.today()
        stored = self._stored(book)
        for row in list(book.good(REFERRALS.sheet)):
            self._check_request(book, row, today)
        self._refuse_gaps(book, set(stored))
        results = {key: one.result for key, one in stored.items()}
        results = {self.key(row): row["结果"] for row in book.good(REFERRALS.sheet)} | results
        for table in (NAMES, THANKS):
            for row in list(book.good(table.sheet)):
                if self.key(row) not in results:
                    book.refuse(row, "请了谁", _("没有这一天请过他的记录，先在「转介绍」表里写一行"))
                elif table == NAMES and results[self.key(row)] != Referral.Result.NAMES:
                    book.refuse(row, "请了谁", _("这一次的结果不是「给了名字」"))
                else:
                    (_check_name if table == NAMES else _check_thanks)(book, row, today)
        self._find_made(book)

    def _refuse_gaps(self, book: Book, known: set[Key]) -> None:
        """A second request of a day needs the first, or it would be the first when the list comes again."""
        for row in sorted(book.good(REFERRALS.sheet), key=lambda row: row[NTH] or 1):
            key = self.key(row)
            if key.nth == 1 or key._replace(nth=key.nth - 1) in known:
                known.add(key)
            else:
                book.refuse(row, NTH, _("这一天还没有第 {n} 次").format(n=key.nth - 1))

    def _check_request(self, book: Book, row: Row, today: date) -> None:
        person = self.directory.ids.get(row["工号"])
        held = self.directory.unit_on(person, row["日期"]) if person else None
        if person is None or held is None or not self.within(held.path, person):
            book.refuse(row, "工号", _("工号「%(no)s」不在你可以导入的范围内") % {"no": row["工号"]})
        elif row["日期"] > today:
            book.refuse(row, "日期", _("这一天还没到"))
        elif self.script(row) is None:
            book.refuse(row, "话术", _("话术库里没有「%(cell)s」这一版") % {"cell": brief(row["话术"])})
        elif row["再问日期"] and row["再问日期"] <= row["日期"]:
            book.refuse(row, "再问日期", _("再问日期要晚于请他介绍那天"))

    def script(self, row: Row) -> TalkTrackVersion | None:
        """The version that is named, else the one of that day."""
        versions = self.scripts.get((self.of(row).city_id, row["话术"]), [])
        if number := row["话术版本"]:
            return next((one for one in versions if one.number == number), None)
        return next((one for one in versions if one.effective_from <= row["日期"]), versions[-1] if versions else None)

    def _find_made(self, book: Book) -> None:
        """Which client a name became: one in reach too, and not of somebody else's naming."""
        rows = [row for row in book.good(NAMES.sheet) if row["登记为客户"]]
        named = [(row[REGISTERED_CODE], row["登记为客户"], row["登记客户负责人"] or row[OWNER]) for row in rows]
        clients, made = Clients(named, within=self.within), []
        for row, one in zip(rows, named, strict=True):
            try:
                made.append((row, clients(*one)))
            except Several as several:
                book.refuse(row, "登记为客户", several.words(REGISTERED_CODE))
        self._keep_made(book, made)

    def _keep_made(self, book: Book, made: list[tuple[Row, Prospect | None]]) -> None:
        wanted = [one.pk for _row, one in made if one]
        taken = set(ReferredName.objects.filter(prospect__in=wanted).values_list("prospect", flat=True))
        known = self._known_names(book)
        for row, one in made:
            if one is None:
                book.refuse(row, "登记为客户", nobody())
            elif (self.key(row), row["姓名"], row["单位"]) not in known and one.pk in taken:
                book.refuse(row, "登记为客户", _("这家客户已经记在另一个被介绍人名下"))
            else:
                taken.add(one.pk)
                self.made_of[row.table.sheet, row.number] = one

    def _stored(self, book: Book) -> dict[Key, Referral]:
        ids = {one.pk for one in self.found.values()}
        stored = numbered(Referral.objects.filter(prospect__in=ids).order_by(*RECORDED))
        return {Key(one.prospect_id, one.asked_on, one.contact, nth): one for nth, one in stored}

    def _known_names(self, book: Book) -> set[tuple[Key, str, str]]:
        stored = {one.pk: key for key, one in self._stored(book).items()}
        rows = ReferredName.objects.filter(referral__in=stored).values_list("referral_id", "name", "company")
        return {(stored[pk], name, company) for pk, name, company in rows}

    def write(self, book: Book, *, at: datetime) -> Tally:
        self.hold(book)
        stored, known = self._stored(book), self._known_names(book)
        made: dict[Key, Referral] = {}
        tally = Tally()
        for row in book.good(REFERRALS.sheet):
            if self.key(row) in stored:
                tally.unchanged += 1
            else:
                made[self.key(row)] = self._referral(row, at)
        tally += self._save(Referral, list(made.values()), at)
        rows = list(book.good(NAMES.sheet))
        new = [row for row in rows if (self.key(row), row["姓名"], row["单位"]) not in known]
        asked = stored | made
        names = [self._name(row, asked[self.key(row)], at) for row in new if self.key(row) in asked]
        tally += self._save(ReferredName, names, at, known=len(rows) - len(new))
        tally += self._thank(book, asked, at)
        return tally

    def _save(self, model: Any, made: list[Any], at: datetime, *, known: int = 0) -> Tally:
        model._default_manager.bulk_create(made, batch_size=1_000)
        trace_rows(((one, {}) for one in made), at=at)
        account.current().made(made)
        account.current().step(len(made) + known)
        return Tally(created=len(made), unchanged=known)

    def _referral(self, row: Row, at: datetime) -> Referral:
        client, script, nth = self.of(row), self.script(row), self.key(row).nth
        if script is None:
            raise LookupError(row["话术"])
        steps = {int(one) - 1 for one in STEP.findall(row["说到的步骤"])}
        return Referral(
            prospect_id=client.pk, person_id=self.directory.ids[row["工号"]], unit_id=client.unit_id, script=script,
            asked_on=row["日期"], contact=row["请了谁"], steps_done=sorted(steps & set(range(len(script.steps)))),
            result=row["结果"], note=row["备注"], again_on=row["再问日期"], withheld=row["没同意联系的人数"] or 0,
            recorded_at=at + timedelta(microseconds=nth - 1),  # a second of a day stays the second
        )  # fmt: skip

    def _name(self, row: Row, referral: Referral, at: datetime) -> ReferredName:
        client = self.made_of.get((row.table.sheet, row.number))
        over = client is not None or row["不再跟进日期"] is not None
        return ReferredName(
            referral=referral, name=row["姓名"], company=row["单位"], phone="" if over else row["电话"],
            agreed_on=row["同意联系"], prospect_id=client.pk if client else None,
            registered_at=at if client else None, closed_on=row["不再跟进日期"], closed_reason=row["不再跟进原因"],
            recorded_at=at,
        )  # fmt: skip

    def _thank(self, book: Book, asked: dict[Key, Referral], at: datetime) -> Tally:
        """A list says not who gave thanks: it is put down to who had asked."""
        rows = [row for row in book.good(THANKS.sheet) if self.key(row) in asked]
        keys = {one.pk: key for key, one in asked.items()}
        stored = Thanks.objects.filter(referral__in=keys).values_list("referral_id", "day", "told")
        known = ((keys[pk], day, told) for pk, day, told in stored)
        new = not_known((((self.key(row), row["致谢日期"], row["告诉了什么"]), row) for row in rows), known)
        made = [
            Thanks(
                referral=asked[self.key(row)], day=row["致谢日期"], told=row["告诉了什么"], recorded_at=at,
                by_id=asked[self.key(row)].person_id,
            )
            for row in new
        ]  # fmt: skip
        return self._save(Thanks, made, at, known=len(rows) - len(made))


def _scripts(clients: Any) -> dict[tuple[int, str], list[TalkTrackVersion]]:
    """City and title → its versions, the newest first."""
    found: dict[tuple[int, str], list[TalkTrackVersion]] = {}
    cities = {one.city_id for one in clients}
    versions = TalkTrackVersion.objects.filter(track__city__in=cities).select_related("track").order_by("-number")
    for one in versions:
        found.setdefault((one.track.city_id, one.title), []).append(one)
    return found


def _check_name(book: Book, row: Row, today: date) -> None:
    if not row["日期"] <= row["同意联系"] <= today:
        book.refuse(row, "同意联系", _("同意的日期在请他介绍那天到今天之间"))
    elif row["不再跟进日期"] and row["登记为客户"]:
        book.refuse(row, "不再跟进日期", _("登记为客户的不能又不再跟进"))
    elif row["不再跟进日期"] and not row["日期"] <= row["不再跟进日期"] <= today:
        book.refuse(row, "不再跟进日期", _("不再跟进的日期在请他介绍那天到今天之间"))


def _check_thanks(book: Book, row: Row, today: date) -> None:
    if not row["日期"] <= row["致谢日期"] <= today:
        book.refuse(row, "致谢日期", _("致谢日期在请他介绍那天到今天之间"))
