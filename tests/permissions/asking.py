"""Asking every route as somebody, and holding each answer against what it must be."""

import re
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from tests.permissions.oracle import ABSENT, FORBIDDEN, OPEN, REFUSED, Judge
from tests.permissions.routes import all_routes
from tests.permissions.things import address_of, thing_of
from tests.permissions.world import MARK

WAYS = {"GET": ("get", {}), "fragment": ("get", {"HTTP_HX_REQUEST": "true"}), "POST": ("post", {})}
ALLOWED = {
    ("GET", OPEN): {200},
    ("GET", REFUSED): {404},
    ("POST", OPEN): {200, 302, 409, 422},
    ("POST", REFUSED): {302, 404, 409},
}
NOT_EVEN_OPEN = {"gallery", "switch-post"}  # in debug only; asks for an appointment that the body does not name
SEARCHES = {"client-list": "?q=机械", "people": "?q=jin", "search": "?q=jin"}
QUIET = {"django_session"}


def rows():
    """One fingerprint of everything stored, sessions apart."""
    tables = sorted({model._meta.db_table for model in apps.get_models()} - QUIET)
    one = "SELECT '{0}' || coalesce(string_agg(r::text, '' ORDER BY r::text), '') AS x FROM {0} r"
    each = " UNION ALL ".join(one.format(table) for table in tables)
    with connection.cursor() as cursor:
        # in order: a parallel plan reads the tables in any
        cursor.execute(f"SELECT md5(string_agg(x, '' ORDER BY x)) FROM ({each}) AS everything")
        return cursor.fetchone()[0]


WRITES = re.compile(r"\b(insert|update|delete|merge|truncate|copy|nextval|setval|write\d+)\b", re.I)


@contextmanager
def watched():
    """Whether anything was sent that may write; a fingerprint of everything after each of thousands is dear."""
    seen = []

    def watch(execute, sql, params, many, context):
        if WRITES.search(sql):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def signed_in(who):
    client = Client(HTTP_HOST="localhost")
    client.force_login(who)
    return client


def ask(client, way, address, fields=None):
    verb, headers = WAYS[way]
    return getattr(client, verb)(address, fields or {}, **headers)


def fits(answer, way, expected, named_row):
    """Whether the status is one that the expectation allows."""
    method = "POST" if way == "POST" else "GET"
    if expected == FORBIDDEN:
        return answer.status_code == 403
    if answer.status_code == 405:
        return method not in answer["Allow"]
    if expected == ABSENT:
        return answer.status_code == 404
    if expected == OPEN and method == "GET" and (not named_row or named_row.acts):
        return answer.status_code in {200, 302}
    if method == "GET" and answer.status_code == 302:  # a verb's address leads who may read to the log
        return named_row.acts
    return answer.status_code in ALLOWED[method, expected]


def mismatches(world, who, relation, routes=None):
    """The cells of one asker that answer otherwise than they must, as sentences."""
    client, judge, wrong = signed_in(who), Judge(world, who), []
    before = rows()
    for route in routes or all_routes():
        thing = thing_of(route, world)
        expected = ABSENT if route.name in NOT_EVEN_OPEN else judge.expects(route, thing)
        for way in WAYS:
            if way == "fragment" and thing is None:
                continue
            if way == "POST" and expected == OPEN:
                wrong += _open_post(world, client, route, thing)
                continue
            with watched() as written, transaction.atomic():  # a copy that is taken leaves a trace
                answer = ask(client, way, address_of(route, world) + SEARCHES.get(route.name, ""), world.fields())
                transaction.set_rollback(expected == OPEN)
            if not fits(answer, way, expected, thing):
                wrong.append(f"{way} {route}: {answer.status_code}, should be {expected}")
            hidden = expected != OPEN if thing else relation in ("other branch", "other city")
            if hidden and answer.status_code != 302 and MARK in answer.content.decode(errors="ignore"):
                wrong.append(f"{way} {route} shows what is hers")
            if way == "POST" and written and rows() != before:
                wrong.append(f"{way} {route} changed something although {expected}")
                before = rows()
    if rows() != before:
        wrong.append("something has changed that no refused verb was seen to write")
    return wrong


def _open_post(world, client, route, thing):
    """A verb that is allowed is tried and undone."""
    if route.name == "sign-out":
        return []
    with transaction.atomic():
        answer = ask(client, "POST", address_of(route, world), world.fields())
        transaction.set_rollback(True)
    return [] if fits(answer, "POST", OPEN, thing) else [f"POST {route}: {answer.status_code}, should be open"]
