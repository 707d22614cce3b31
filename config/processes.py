"""Child processes that never outlive who started them, also after `kill -9`.

The kernel forgets the death signal when a process changes its user, so it is asked for after that
(`Popen` runs `preexec_fn` after `user`), and each program that forks asks again for its own children:
gunicorn in config/gunicorn.py, Celery in config/celery.py; PostgreSQL's children watch their postmaster.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from config.stack import ROOT

PYTHON = sys.executable
_SET_DEATH_SIGNAL = 1
# Loaded before any fork: a child between fork and exec must not import.
_prctl: Callable[..., int] | None = getattr(ctypes.CDLL(None), "prctl", None)


def die_with_parent(parent: int, with_signal: int) -> None:
    """Ask the kernel for `with_signal` when process `parent` ends; end now when it has ended already."""
    if _prctl:
        _prctl(_SET_DEATH_SIGNAL, int(with_signal))
    if os.getppid() != parent:
        os._exit(1)


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    errors: Path | None = None,
    user: str | None = None,
    cwd: Path = ROOT,
    on_parent_death: int = signal.SIGKILL,
    pass_fds: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start a program in its own session, so that the terminal's Ctrl-C reaches only the supervisor.

    What it says is appended to `log`; its complaints too, unless they go to `errors`.
    """
    parent = os.getpid()
    entry = pwd.getpwnam(user) if user else None
    with open(log or os.devnull, "ab") as output, open(errors or os.devnull, "ab") as complaints:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd="/" if user else cwd,
            env=dict(os.environ if env is None else env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=complaints if errors else output,
            start_new_session=True,
            user=entry and entry.pw_uid,
            group=entry and entry.pw_gid,
            extra_groups=[] if entry else None,
            pass_fds=pass_fds,
            preexec_fn=lambda: die_with_parent(parent, on_parent_death),  # noqa: PLW1509
        )


def stop(process: "subprocess.Popen[bytes]", *, with_signal: int = signal.SIGTERM, patience: float = 15) -> None:
    """End a program politely, and with its whole session when it does not listen for `patience` seconds."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """`kill -9` of the program and of everything it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def web(bind: str) -> list[str]:
    """gunicorn on `bind`: an address, or `fd://N` for a socket that the caller holds."""
    return [PYTHON, "-m", "gunicorn", "-c", "python:config.gunicorn", "--bind", bind, "config.wsgi"]


def worker(name: str = "worker", concurrency: int = 2) -> list[str]:
    return [
        *(PYTHON, "-m", "celery", "-A", "config", "worker"),
        *("-c", str(concurrency), "-n", f"{name}@%h", "-l", "INFO"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def beat(schedule: Path) -> list[str]:
    """Celery's beat; `schedule` is where it keeps when it last rang."""
    return [
        PYTHON,
        "-m",
        "celery",
        "-A",
        "config",
        "beat",
        "-l",
        "INFO",
        "--pidfile",
        "",
        "-s",
        str(schedule),
    ]
