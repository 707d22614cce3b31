"""Which event a row means: by whoever holds it, its day and its title, and of several such by when it starts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple
from uuid import UUID

from clients.events.models import ClientEvent


class Name(NamedTuple):
    """上午场 and 下午场 share one."""

    person_id: int
    day: date
    title: str


class Key(NamedTuple):
    name: Name
    starts_at: time | None


@dataclass
class Known:
    """An event that is stored, or that a row of the file makes; as it will be after the import."""

    place: UUID | Key
    starts_at: time | None
    state: str
    stored: ClientEvent | None = None


class Events:
    def __init__(self, stored: Iterable[ClientEvent], told: Iterable[Key]) -> None:
        self.named: dict[Name, list[Known]] = defaultdict(list)
        for one in stored:
            name = Name(one.person_id, one.day, one.title)
            self.named[name].append(Known(one.pk, one.starts_at, one.state, one))
        self.told = Counter(key.name for key in set(told))

    def meant(self, key: Key) -> Known | None:
        """An empty start means the only one there is. Raises `LookupError` where there are several."""
        several = self.named.get(key.name, [])
        same = [one for one in several if one.starts_at == key.starts_at]
        if key.starts_at is None:
            same = same or several
        if len(same) > 1:
            raise LookupError
        return same[0] if same else None

    def told_of(self, key: Key) -> Known | None:
        """The one that a row of 客户活动 is about: it may say the start of one that had none."""
        several = self.named.get(key.name, [])
        if len(several) == self.told[key.name] == 1 and several[0].starts_at is None:
            return several[0]
        return self.meant(key)
