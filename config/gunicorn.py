"""How gunicorn serves everywhere: `gunicorn -c python:config.gunicorn config.wsgi`."""

import os
import signal
import socket
import struct
from typing import Any

from config.processes import die_with_parent

bind = os.environ.get("BIND", "127.0.0.1:6311")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 10
READ_SECONDS = int(os.environ.get("WEB_READ_TIMEOUT", "10"))
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
# A page that the database cannot answer in time gives its thread back (libpq reads this at each connection).
os.environ.setdefault("PGOPTIONS", "-c statement_timeout=5s -c idle_in_transaction_session_timeout=15s")


def when_ready(server: Any) -> None:
    """A connection that sends nothing for so long gives its thread back; accepted sockets inherit this from TCP
    listeners (Linux). It ends pauses, not a sender that dribbles: that is the proxy's part (docs/operations.md)."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", READ_SECONDS, 0))


def post_fork(server: Any, worker: Any) -> None:
    """A worker never outlives its master, even when the master is killed outright."""
    die_with_parent(server.pid, signal.SIGKILL)
