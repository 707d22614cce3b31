"""`python -m tests.bench [--large]` on servers of its own: a table, and the same as JSON on the last line."""

from __future__ import annotations

import argparse
import json
import sys

import django


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="1.4 million people instead of 100,000")
    large = parser.parse_args().large
    django.setup()

    from tests.bench import everything  # noqa: PLC0415 (models want a set-up Django)

    goals = everything.measure(large=large)
    print(f"\n{'':4} {'what':44} {'ratio':>7} {'goal':>7}")
    for goal in goals:
        verdict = "met" if goal.met else "MISSED"
        print(f"{goal.code:4} {goal.what:44} {goal.ratio:7.2f} {f'≤ {goal.limit:g}':>7}  {verdict}")
    print(json.dumps({goal.code: {**goal._asdict(), "met": goal.met} for goal in goals}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
