"""Where the servers are: addresses as the settings want them, and the demo that runs from this checkout.

Which servers those are, and how they start, is in config/servers.py.
"""

import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

NAME = "six311"
ANNOUNCED = "environment.json"
ROOT = Path(__file__).resolve().parent.parent


def run_dir() -> Path:
    """Where the data of the demo and of test runs live (`SIX311_RUN_DIR`, else `.run` of the checkout)."""
    return Path(os.environ.get("SIX311_RUN_DIR") or ROOT / ".run").resolve()


def database_settings(url: str) -> dict[str, Any]:
    """Django's settings for `postgres://user:password@host:port/name?host=/socket/folder&sslmode=…`.

    A socket folder may stand as `?host=`, percent-encoded in the host's place, or in `PGHOST`.
    An empty address gives an engine that says in one sentence what is missing when it is used.
    """
    if not url:
        return {"ENGINE": "config.nodatabase", "NAME": NAME}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"PostgreSQL is the only engine, not {parts.scheme}")
    login, _, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    host, port = re.fullmatch(r"(\[.*\]|[^:]*)(?::(\d+))?", place).groups()  # type: ignore[union-attr]
    options: dict[str, Any] = {"connect_timeout": 5, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": options.pop("host", "") or unquote(host.strip("[]")) or os.environ.get("PGHOST", ""),
        "PORT": options.pop("port", port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,  # plans live as long (docs/adr/0012)
        "CONN_HEALTH_CHECKS": True,
    }


def with_name(url: str, name: str) -> str:
    """The same PostgreSQL server, another database."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")


def with_number(url: str, number: int) -> str:
    """The same Redis server, another numbered database."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return f"{parts.scheme}://{parts.netloc}/{number}" + (f"?{parts.query}" if parts.query else "")


def broker_url(url: str) -> str:
    """`REDIS_URL` as Celery spells it; without one, an address where nothing ever answers."""
    if not url:
        return "redis+socket:///nonexistent"
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', 0)}"


def demo_dir() -> Path:
    return run_dir() / "demo"


@contextmanager
def only_one(folder: Path, tries: int = 5) -> Iterator[bool]:
    """True for the one process that works in `folder`; the kernel drops the lock with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a") as lock:
        for _ in range(tries):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.1)
            else:
                yield True
                return
        yield False


def running_demo() -> dict[str, str] | None:
    """The environment of the demo that runs from this checkout, or None."""
    announced = demo_dir() / ANNOUNCED
    try:
        with open(demo_dir() / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return dict(json.loads(announced.read_text())) if announced.exists() else None
    except FileNotFoundError:
        return None
    return None


def environment(folder: Path, *, database_url: str, redis_url: str) -> dict[str, str]:
    """What the processes of a demo in `folder` are told: loopback, secrets of its own, mail into a folder."""
    kept = folder / "secrets.json"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(json.dumps({name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "FIELD_KEYS")}))
    return {
        **json.loads(kept.read_text()),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DEMO": "1",
        "INSECURE_HTTP": "1",
        "MAILBOX_DIR": str(folder / "mailbox"),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
    }


def announce(folder: Path, told: dict[str, str]) -> None:
    """Let the commands of this checkout find the demo (`running_demo`)."""
    unfinished = folder / f"{ANNOUNCED}.new"
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(told))
    unfinished.rename(folder / ANNOUNCED)
