"""Line ends: a browser sends \\r\\n, a workbook keeps \\n. Kept and compared with \\n."""

from __future__ import annotations

from typing import Any


def folded(value: Any) -> Any:
    """A text, or what JSON holds, with \\n alone; anything else as it is."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, list):
        return [folded(one) for one in value]
    if isinstance(value, dict):
        return {name: folded(one) for name, one in value.items()}
    return value
