"""docs/generated/: who may do what, and which states lead where, from the code's own tables."""

from pathlib import Path

from django.apps import apps
from django.urls import get_resolver

from org.permissions import GRANTS, Permission, Scope
from org.posts import Post
from org.workflow import Step

FOLDER = Path(__file__).parents[2] / "docs" / "generated"
MADE = "Made by `python -m tests.generated`; do not edit."
REACH = {Scope.SELF: "本人", Scope.TEAM: "本单位", Scope.BRANCH: "支公司", Scope.CITY: "全市", Scope.ALL: "各市"}
PERMISSIONS = f"""# Who may do what

{MADE} The source is `GRANTS` in `org/permissions.py`.
A word reaches 本人 (oneself), 本单位 (the post's own unit and those below), 支公司 (the 基层单位 above the post)
全市 (the 市公司 above it) or 各市 (what all cities share); empty means not at all. Several posts add up.
"""
ADDRESSES = """
## What each address needs

One of the words; a row out of its reach is 404. `public` is open to strangers, `signed_in` to everybody else.
"""
STATES = f"""# Which state leads where

{MADE} The source are the `Step` tables of the models; `org/workflow.py` moves.
"""


def permissions():
    """Word x post with its reach; then address x words."""
    rows = [[f"`{word.value}`", *(REACH.get(GRANTS[post].get(word), "") for post in Post)] for word in Permission]
    head = ["", *(post.label for post in Post)]
    return "\n".join([PERMISSIONS, table(head, rows), ADDRESSES, table(["address", "name", "needs"], addresses()), ""])


def addresses():
    def walk(resolver, before="/"):
        for pattern in resolver.url_patterns:
            where = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, where)
            else:
                needs = ", ".join(f"`{word}`" for word in sorted(map(str, pattern.callback.declared)))
                yield [f"`{where}`", pattern.name, needs]

    return sorted(walk(get_resolver()))


def states():
    """A diagram and a table for each model that has steps."""
    found = [
        (model, steps)
        for model in apps.get_models()
        if (steps := [step for step in vars(model).values() if isinstance(step, Step)])
    ]
    return "\n".join([STATES, *(diagram(model, steps) for model, steps in found)])


def diagram(model, steps):
    field = model._meta.get_field("state")
    labels = dict(field.choices)
    moves = [f"  {step.source} --> {step.target}: {step.verb}" for step in steps]
    named = [f"  {state}: {label}" for state, label in labels.items()]
    drawn = ["```mermaid", "stateDiagram-v2", f"  [*] --> {field.default}", *named, *moves, "```", ""]
    rows = [[f"`{step.verb}`", labels[step.source], labels[step.target], f"`{step.needs}`"] for step in steps]
    head = f"## {model._meta.verbose_name} (`{model.__name__}`)\n"
    return "\n".join([head, *drawn, table(["verb", "from", "to", "needs"], rows), ""])


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in lines)


PAGES = {"permissions.md": permissions, "states.md": states}


def write():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page, made in PAGES.items():
        (FOLDER / page).write_text(made())
