"""Forty at once: threads with connections of their own, started together (reliability.md G8)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import connection
from django.test import Client

FORTY = 40


def meet_before(monkeypatch, owner, name, count=2):
    """For the control of a guard: the first `count` to come to `owner.name` wait there for each other, so that each
    has read before another writes. Where the guard still stands they cannot meet, and go on after a while."""
    places, barrier, inner = iter(range(count)), threading.Barrier(count), getattr(owner, name)
    turn = threading.Lock()

    def waiting(*given, **named):
        with turn:
            is_waited_for = next(places, None) is not None
        if is_waited_for:
            with suppress(threading.BrokenBarrierError):
                barrier.wait(5)
        return inner(*given, **named)

    monkeypatch.setattr(owner, name, waiting, raising=False)


class Crowd:
    """Runs works at the same moment and gives back their results or errors, in order."""

    def __init__(self, size=FORTY):
        self.size = size
        self.pool = ThreadPoolExecutor(size)

    def __call__(self, work, *more):
        """`work` for everybody, or in turn with `more` works."""
        works = (work, *more)
        start = threading.Barrier(self.size)
        return list(self.pool.map(lambda n: _result(start, works[n % len(works)]), range(self.size)))

    def close(self):
        leaving = threading.Barrier(self.size)

        def leave(_):
            leaving.wait(30)
            connection.close()

        list(self.pool.map(leave, range(self.size)))
        self.pool.shutdown()


def _result(start, work):
    connection.ensure_connection()
    start.wait(30)
    try:
        return work()
    except Exception as error:  # for the test to judge: raised here it would be lost with its thread
        return error


def same_device(client):
    """Another connection of the same browser: the same session and CSRF cookie."""
    again = Client(HTTP_HOST="localhost")
    again.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    return again
