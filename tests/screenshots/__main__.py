"""`python -m tests.screenshots [--only NAME…]` on servers of its own: every page as a phone and a laptop show it.

screenshots/<name>-<phone|laptop>-<light|dark>.png, of the demo's data on a Friday at 08:12 (the manager reviews),
the same day at 14:06 (client managers write) and on Saturday at 12:05 (the week is rolled up).
"""

import argparse
import os
import socket
import sys

import django

from config import processes, stack

FOLDER = stack.ROOT / "screenshots"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="pages whose name begins so")
    only = tuple(parser.parse_args().only)
    # Static files without collecting them first; queries beside Playwright's event loop.
    os.environ.update(SIX311_TESTING="1", DJANGO_ALLOW_ASYNC_UNSAFE="1", DJANGO_SETTINGS_MODULE="config.settings")
    django.setup()

    from tests.screenshots import camera, moments  # noqa: PLC0415 (models want a set-up Django)

    FOLDER.mkdir(exist_ok=True)
    people = moments.prepare()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        web = processes.spawn(processes.web(f"fd://{listening.fileno()}"), pass_fds=[listening.fileno()])
        try:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            taken = camera.take_all(moments.pages(people), people, url=url, only=only, folder=FOLDER)
        finally:
            processes.kill(web)
    print(f"{taken} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
