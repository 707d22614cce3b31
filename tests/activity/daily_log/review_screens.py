"""The pages of 批阅 in a test's hands: opened, read and answered."""

import re

from django.urls import reverse

from activity.daily_log.as_read import fingerprint
from activity.daily_log.day import entries_of


def page(client, *address):
    answer = client.get(reverse(*address[:1], args=address[1:]))
    assert answer.status_code == 200
    return answer


def post(client, name, log, **data):
    return client.post(reverse(name, args=[log.pk]), {"shown": as_he_reads(log), **data})


def as_he_reads(log):
    return fingerprint(log, entries_of(log, log.person_id, log.day))


def words(answer):
    """What a person reads, without mark-up and white space."""
    html = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", html))


def rows(answer):
    return {row.person.name: row for row in answer.context["board"].rows}
