"""Requests that are begun and not ended: they hold the threads of the web for seconds, not for ever."""

import os
import socket
import subprocess
import sys
import time

import pytest

THREADS = 4
WAIT = 1
APP = """
def answer(environ, start_response):
    said = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]
"""


@pytest.fixture
def web(tmp_path):
    """The address of a gunicorn with the house's configuration, one process, and an application that echoes."""
    (tmp_path / "echo.py").write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    asked = {"BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1", "WEB_READ_TIMEOUT": str(WAIT)}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:config.gunicorn",
        "--pythonpath",
        tmp_path,
        "echo:answer",
    ]
    with subprocess.Popen(command, env={**os.environ, **asked}, stderr=subprocess.DEVNULL) as server:
        try:
            _until_it_answers(port)
            yield port
        finally:
            server.kill()


def _until_it_answers(port):
    for _ in range(100):
        try:
            assert _post(port, b"ready") == b"ready"
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("gunicorn does not answer")


def _post(port, body, timeout=20):
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as line:
        line.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("sent", [b"POST / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nhalf"])
def test_half_sent_requests_give_their_threads_back(web, sent):
    lines = [socket.create_connection(("127.0.0.1", web)) for _ in range(THREADS)]
    for line in lines:
        line.sendall(sent)
    assert _post(web, b"whole") == b"whole"
    for line in lines:
        line.close()


def test_who_sends_slowly_but_steadily_is_heard(web):
    with socket.create_connection(("127.0.0.1", web), timeout=20) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\n")
        for sign in (b"s", b"t", b"e", b"a", b"d", b"y"):
            time.sleep(WAIT / 3)
            line.sendall(sign)
        assert b"".join(iter(lambda: line.recv(4096), b"")).endswith(b"steady")
