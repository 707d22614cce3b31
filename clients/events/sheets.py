"""客户活动 as sheets: the events of a client manager and their guests."""

from __future__ import annotations

from clients.events.models import ClientEvent, Guest
from clients.prospects.named import CLIENT
from org.workbooks.columns import Table, choice, clock, code, day, money, text

# An event is known by whoever holds it, its day and its title; of several such by when it starts.
EVENT = (code("工号", required=True), day("日期", required=True), text("主题", length=60, required=True))
EVENTS = Table(
    "客户活动",
    (
        *EVENT,
        choice("类别", dict(ClientEvent.Kind.choices), required=True),
        clock("开始"),
        text("地点", length=100, required=True),
        text("主持人", length=40, required=True),
        money("预算"),
        text("备注", length=200),
        choice("状态", dict(ClientEvent.State.choices), required=True),
        text("取消原因", length=200),
    ),
    key=(*(column.name for column in EVENT), "开始"),
)
GUESTS = Table(
    "嘉宾",
    (
        *EVENT,
        clock("开始"),
        *CLIENT,
        text("姓名", length=40, required=True),
        choice("到场", dict(Guest.State.choices), required=True),
        text("跟进", length=200),
        day("跟进日期"),
        day("已跟进"),
    ),
)
FIELDS = {
    "kind": "类别", "starts_at": "开始", "place": "地点", "host": "主持人", "budget": "预算", "note": "备注",
    "state": "状态", "reason": "取消原因",
}  # fmt: skip
TOLD = {"state": "到场", "follow_up": "跟进", "follow_up_on": "跟进日期", "followed_on": "已跟进"}
TABLES = (EVENTS, GUESTS)
