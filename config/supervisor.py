"""Everything of a demo in one terminal: servers, data, web, worker, beat; `manage.py demo` starts it.

Nothing outlives it: Ctrl-C stops all in order, and after `kill -9` the kernel ends what it started.
A process that dies is started again.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn
from unicodedata import east_asian_width

from config import processes, stack
from config.processes import PYTHON, spawn
from config.servers import Servers

FIRST_PORT = 6311
RESTARTS_A_MINUTE = 5
Say = Callable[[str], None]


class Failed(Exception):
    """The demo cannot start or go on; the message says why."""


class Service:
    """A program that is started again when it dies, unless it dies again and again."""

    def __init__(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"], stops_with: int = signal.SIGTERM):
        self.name, self.start, self.stops_with = name, start, stops_with
        self.deaths: deque[float] = deque(maxlen=RESTARTS_A_MINUTE)
        self.process = start()

    def keep_alive(self, say: Say) -> None:
        if (code := self.process.poll()) is None:
            return
        if len(self.deaths) == RESTARTS_A_MINUTE and time.monotonic() - self.deaths[0] < 60:
            raise Failed(f"{self.name} ends again and again, see its log")
        self.deaths.append(time.monotonic())
        say(f"{self.name} ended ({code}), starting it again")
        self.process = self.start()

    def stop(self) -> None:
        processes.stop(self.process, with_signal=self.stops_with)


class Demo:
    """The demo in `folder`; `run()` comes back when it was told to stop."""

    def __init__(self, folder: Path, *, port: int | None, say: Say) -> None:
        self.folder, self.port, self.say = folder, port, say
        self.services: list[Service] = []
        self.told: dict[str, str] = {}

    def run(self) -> None:
        with stack.only_one(self.folder) as alone, ExitStack() as closing:
            if not alone:
                raise Failed(f"the demo runs already: open {(stack.running_demo() or {}).get('DEMO_URL', 'it')}")
            (self.folder / stack.ANNOUNCED).unlink(missing_ok=True)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.default_int_handler)
            closing.callback(self.stop)
            try:
                self.start(closing)
                self.watch()
            except KeyboardInterrupt:
                self.say("stopping")
                signal.signal(signal.SIGINT, signal.SIG_IGN)

    def start(self, closing: ExitStack) -> None:
        listening = closing.enter_context(self.listen())
        port, fd = listening.getsockname()[1], listening.fileno()
        url = f"http://127.0.0.1:{port}"
        self.start_servers(closing)
        self.told["DEMO_URL"] = url
        self.prepare()
        stack.announce(self.folder, self.told)
        self.add("worker", lambda: self.program("worker", processes.worker()))
        self.add("beat", lambda: self.program("beat", processes.beat(self.folder / "beat")))
        self.add("web", lambda: self.program("web", processes.web(f"fd://{fd}"), pass_fds=[fd]))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/healthz", timeout=60):
            self.say(f"ready, open {url}")
        self.say(accounts_table(json.loads(self.accounts.read_text())))
        self.say(f"Data and logs are in {self.folder}. Ctrl-C stops.")

    def listen(self) -> socket.socket:
        """Held here, so that no request is refused while the web starts again."""
        wanted = [self.port] if self.port else range(FIRST_PORT, FIRST_PORT + 20)
        for port in wanted:
            try:
                return socket.create_server(("127.0.0.1", port), backlog=256)
            except OSError:
                self.say(f"port {port} is taken")
        raise Failed("no port to listen on: choose one with `manage.py demo --port`")

    def start_servers(self, closing: ExitStack) -> None:
        """Those that the environment names are used, the others are started."""
        named = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        servers = Servers(self.folder, False, named["DATABASE_URL"], named["REDIS_URL"])
        closing.callback(servers.remove_sockets)
        closing.callback(self.stop)
        if not named["DATABASE_URL"]:
            self.add("PostgreSQL", servers.postgres, signal.SIGINT)
        if not named["REDIS_URL"]:
            self.add("Valkey", servers.valkey)
        self.told = stack.environment(self.folder, database_url=servers.database_url, redis_url=servers.redis_url)

    def prepare(self) -> None:
        """Tables and static files always, demo data once."""
        self.finish("migrate")
        self.finish("collectstatic", "--no-input", "--clear")
        if not self.accounts.exists():
            self.say("making the demo data, this once")
            unfinished = self.accounts.with_suffix(".new")
            unfinished.unlink(missing_ok=True)
            unfinished.touch(mode=0o600)
            self.finish("seed_demo", "--json", output=unfinished)
            unfinished.rename(self.accounts)

    @property
    def accounts(self) -> Path:
        return self.folder / "accounts.json"

    def finish(self, *command: str, output: Path | None = None) -> None:
        """Run a management command to its end."""
        log = self.folder / "log" / "setup.log"
        process = spawn([PYTHON, "manage.py", *command], env={**os.environ, **self.told}, log=output or log, errors=log)
        try:
            code = process.wait()
        finally:
            processes.stop(process)
        if code:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            raise Failed(f"`manage.py {command[0]}` failed, see {log}\n{last}")

    def program(self, name: str, command: list[str], pass_fds: list[int] | None = None) -> "subprocess.Popen[bytes]":
        return spawn(
            command,
            env={**os.environ, **self.told},
            log=self.folder / "log" / f"{name}.log",
            pass_fds=pass_fds or [],
        )

    def add(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"], stops_with: int = signal.SIGTERM) -> None:
        self.services.append(Service(name, start, stops_with))

    def watch(self) -> NoReturn:
        while True:
            time.sleep(0.5)
            for service in self.services:
                service.keep_alive(self.say)

    def stop(self) -> None:
        """Last started, first stopped: the web before the worker, PostgreSQL at the very end."""
        while self.services:
            self.services.pop().stop()


def forget(folder: Path) -> None:
    """Throw the demo's data away, unless it runs."""
    with stack.only_one(folder) as alone:
        if not alone:
            raise Failed("the demo runs: stop it first")
        shutil.rmtree(folder)


def accounts_table(seeded: dict[str, list[dict[str, str]]]) -> str:
    """One line an account, columns as `seed_demo --json` gives them, aligned as a terminal shows Chinese."""
    rows = [[str(value) for value in account.values()] for account in seeded["accounts"]]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(value + " " * (width - columns(value)) for value, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def columns(text: str) -> int:
    """How many columns of a terminal it takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
