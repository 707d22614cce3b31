"""What /proc knows of the processes that a test started."""

import time
from pathlib import Path


def stat(pid):
    """(state, parent) of a process, or None when it is gone."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return state, int(parent)


def descendants(pid):
    """Children, grandchildren and so on, as they are now."""
    children = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if seen := stat(folder.name):
            children.setdefault(seen[1], []).append(int(folder.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found[1:]


def survivors(pids, patience=20):
    """Those that still run after `patience` seconds; a zombie runs no more."""
    end = time.monotonic() + patience
    while left := [pid for pid in pids if (seen := stat(pid)) and seen[0] != "Z"]:
        if time.monotonic() > end:
            break
        time.sleep(0.1)
    return left
