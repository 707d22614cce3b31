"""The house keeps its shape: imports point one way, every route is declared, only actions write (architecture.md).

What tools check by themselves is shown here to fail when somebody breaks it.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import path

from org.routes import public, undeclared

ROOT = Path(__file__).parent.parent
APPS = ("config", "org", "clients", "activity", "health")
MODULES = sorted(module for app in APPS for module in (ROOT / app).rglob("*.py") if "migrations" not in module.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "mixins", "common", "base", "misc", "tools"}
MARKED_SAFE = {"org/pages/icons.py"}  # lucide escapes what it draws
NAMED_BY_OTHERS = {"config/nodatabase/base.py"}  # Django asks a database backend for a module `base`


def name(module):
    return str(module.relative_to(ROOT))


def tree(module):
    return ast.parse(module.read_text(), name(module))


def each(*endings):
    """The modules whose names end so, as test parameters."""
    found = [module for module in MODULES if name(module).endswith(endings)]
    assert found, endings
    return pytest.mark.parametrize("module", found, ids=name)


def imported(module):
    """Absolute names of all that a module imports at run time; for type checkers alone does not count."""
    for node in _outside_type_checking(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _outside_type_checking(node):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _outside_type_checking(child)


# Imports.


def lint_imports(folder):
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=folder, capture_output=True, text=True
    )


def test_imports_point_one_way():
    ended = lint_imports(ROOT)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("org/week.py", "import activity.daily_log.rules"),
        ("org/permissions.py", "from clients.prospects import models"),
        ("clients/visits/actions.py", "from activity.daily_log import counting"),
        ("activity/home/desk.py", "import health.apps"),
        ("org/clock.py", "from config import stack"),
    ],
)
def test_a_wrong_import_is_noticed(tmp_path, module, line):
    """The control: the same tree with one line more."""
    for app in APPS:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__", "*.xlsx"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as planted:
        planted.write(f"\n{line}\n")
    ended = lint_imports(tmp_path)
    assert ended.returncode == 1 and "BROKEN" in ended.stdout, ended.stdout


def test_the_contract_sees_every_module():
    """A folder without __init__.py would be invisible to it."""
    assert [name(module.parent) for module in MODULES if not (module.parent / "__init__.py").exists()] == []


def test_nothing_is_imported_inside_a_function():
    found = [
        f"{name(module)}:{inner.lineno}"
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert found == []


def test_modules_are_named_after_what_they_are_about():
    named = {name(module): {module.stem, *module.parent.relative_to(ROOT).parts} for module in MODULES}
    found = [module for module, names in named.items() if names & FORBIDDEN_NAMES and module not in NAMED_BY_OTHERS]
    assert found == []


BELOW = {  # inside a room: urls -> views -> forms, exports -> actions -> models -> rules
    "actions.py": r"\.tasks(\.|$)|\.(views|forms)(\.|$)|^celery",
    "models.py": r"\.(tasks|views|urls|forms|actions|exports|imports)(\.|$)|^celery",
    "/rules.py": r"^django|\.(models|actions|views|forms|tasks|clock|settings)(\.|$)",
    "forms.py": r"\.(actions|views|tasks|urls)(\.|$)",
    "exports.py": r"\.(views|urls|tasks|actions)(\.|$)",
}


@pytest.mark.parametrize("kind", BELOW)
def test_a_room_stands_on_what_is_below(kind):
    modules = [module for module in MODULES if name(module).endswith(kind) and "commands" not in module.parts]
    assert modules
    wrong = {
        name(module): found
        for module in modules
        if (found := [i for i in imported(module) if re.search(BELOW[kind], i)])
    }
    assert wrong == {}


# Who writes.

WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create"}
NOT_ROWS = {"session", "context", "changes", "params"}  # dictionaries have an `update` too


def writes(module):
    """Calls that write rows: `x.save()`, `Model.objects…update()`."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            said = ast.unparse(node.func.value)
            if said.split(".")[-1] not in NOT_ROWS and not said.startswith(("cache", "drawn", "qrcode")):
                yield f"{name(module)}:{node.lineno} {said}.{node.func.attr}"


def test_pages_and_forms_write_nothing():
    seen = [
        module for module in MODULES if re.search(r"(views|forms|urls|exports|desk|board|table)\.py$", name(module))
    ]
    found = [line for module in seen for line in writes(module) if not re.search(r"qrcode\.make", line)]
    assert len(seen) > 20 and found == []


def test_rows_are_asked_for_through_who_may_see_them():
    """No `Model.objects.get(pk=…)` in a view (reliability.md C13)."""
    unscoped = re.compile(r"\.objects\.(get|filter|all|exclude|first|last|in_bulk)\(")
    allowed = {
        "org/working_days/views.py": 2,  # a day of the common calendar
    }
    found = {
        name(module): len(unscoped.findall(module.read_text()))
        for module in MODULES
        if name(module).endswith("views.py") and unscoped.search(module.read_text())
    }
    assert found == allowed


@each("actions.py", "reviewing.py", "recording.py")
def test_who_acts_and_when_are_said_by_name(module):
    """`approve(itinerary, *, by, at)`: the subject first, `by` and `at` never by position."""
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            positional = {argument.arg for argument in node.args.args}
            named = {argument.arg for argument in node.args.kwonlyargs}
            if {"by", "at"} <= positional | named:
                assert {"by", "at"} <= named, f"{name(module)}: {node.name}"


def test_nobody_hides_an_error():
    bare = re.compile(r"except( Exception| BaseException)?( as \w+)?:")
    assert [name(module) for module in MODULES if bare.search(module.read_text())] == []


def test_what_is_shown_is_escaped():
    """C16: autoescape everywhere."""
    marks = re.compile(r"\bmark_safe\(|\bSafeString\(|\bformat_html_join\(|autoescape\s*=\s*False")
    assert {name(module) for module in MODULES if marks.search(module.read_text())} == MARKED_SAFE
    unsafe = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off")
    assert [name(page) for page in TEMPLATES if unsafe.search(page.read_text())] == []


def test_what_the_browser_sends_is_never_spread_into_a_query():
    """C23: no `filter(**request.GET)`; C14: no form with all fields; nothing is exempt from CSRF."""
    wrong = re.compile(
        r"\*\*(request\.(GET|POST)|self\.data)|__all__\"?\s*$|fields\s*=\s*.__all__|csrf_exempt|exclude\s*=\s*\[\]"
    )
    assert [name(module) for module in MODULES if re.search(wrong, _without_module_all(module))] == []


def _without_module_all(module):
    return re.sub(r"^__all__\s*=.*?\]", "", module.read_text(), flags=re.M | re.S)


# Routes.


def test_a_route_without_a_permission_is_named():
    def bare(request):
        return None

    assert undeclared([path("a/", bare), path("b/", public(bare))]) == ["a/"]


def start(tmp_path, planted):
    """`manage.py check` of the same product with one more line in its table of addresses."""
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("org", "clients", "activity", "health", "templates", "static"):
        (tmp_path / part).symlink_to(ROOT / part)
    shutil.copy(ROOT / "manage.py", tmp_path)
    urls, last = tmp_path / "config" / "urls.py", '    path("", include("activity.urls")),\n'
    assert last in urls.read_text()
    urls.write_text(urls.read_text().replace(last, f"{last}    {planted},\n"))
    return subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=tmp_path, env=os.environ, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param('path("open/", lambda request: None)', marks=pytest.mark.long),
        'path("deep/", include([path("open/", lambda request: None)]))',
    ],
)
def test_a_route_without_a_permission_keeps_the_product_from_starting(tmp_path, planted):
    ended = start(tmp_path, planted)
    assert ended.returncode != 0
    assert "ImproperlyConfigured: routes without a declared permission" in ended.stderr and "open/" in ended.stderr


@pytest.mark.long
def test_a_declared_route_starts(tmp_path):
    """The control of the control."""
    ended = start(tmp_path, 'path("open/", include("org.notices.urls"))')
    assert ended.returncode == 0, ended.stderr


# Migrations.


def test_migrations_are_up_to_date(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
