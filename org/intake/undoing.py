"""Taking an import back: what it made is deleted, what it changed is set back, unless something rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import CASCADE, PROTECT, RESTRICT, Field, ForeignKey, Model
from django.utils.translation import gettext as _

from org.corrections.models import Correction
from org.drafts.models import FormDraft
from org.intake.journal import looks
from org.people.models import Person
from org.trace.models import Trace
from org.units.models import Unit
from org.workbooks.importing import Importer
from org.workflow import Refused

BATCH = 1_000
HOLDS = (CASCADE, PROTECT, RESTRICT)
BY_ITSELF = (Correction, FormDraft, Trace)  # noted because of the import, or about it; typed and not handed in

Made = list[tuple[type[Model], dict[str, str]]]  # model → key → how the row looked
Changed = list[tuple[type[Model], str, dict[str, list[Any]]]]


def take_back(journal: dict[str, Any], importer: Importer, *, at: datetime) -> None:
    """In the caller's transaction. Raises `Refused` with what rests on the import; then nothing was changed. What is
    compared is held from before until the end, after what the importer holds itself."""
    made: Made = [(apps.get_model(label), keys) for label, keys in journal["made"]]
    changed = [(apps.get_model(label), key, changes) for label, key, changes in journal["changed"]]
    concerned = _Concerned(made, changed)
    follow = importer.taking_back(concerned, at=at)
    concerned.hold()
    held = [*_altered_since(made), *_changed_since(changed), *_referred_to(made)]
    if held:
        raise Refused(_("不能撤回：{reasons}。要改的请逐条改").format(reasons="；".join(dict.fromkeys(held))))
    for model, key, changes in reversed(changed):
        _set_back(model, key, changes)
    for model, keys in reversed(made):
        _delete(model, list(keys))
    follow()


class _Concerned:
    """The rows of an import, read anew by whoever goes through them: a long list need not be held whole."""

    def __init__(self, made: Made, changed: Changed) -> None:
        self.keys: list[tuple[type[Model], Iterable[str]]] = [*made, *_by_model(changed).items()]

    def __iter__(self) -> Iterator[Model]:
        for model, keys in self.keys:
            yield from _rows(model, keys)

    def hold(self) -> None:
        for model, keys in self.keys:
            wanted = sorted(keys, key=model._meta.pk.to_python)
            for start in range(0, len(wanted), BATCH):
                some = model._base_manager.filter(pk__in=wanted[start : start + BATCH]).order_by("pk")
                for _locked in some.select_for_update().values_list("pk").iterator():
                    pass


def _by_model(changed: Changed) -> dict[type[Model], dict[str, dict[str, list[Any]]]]:
    found: dict[type[Model], dict[str, dict[str, list[Any]]]] = {}
    for model, key, changes in changed:
        found.setdefault(model, {})[key] = changes
    return found


def _rows(model: type[Model], keys: Iterable[str]) -> Iterator[Model]:
    keys = list(keys)
    for start in range(0, len(keys), BATCH):
        yield from model._default_manager.filter(pk__in=keys[start : start + BATCH])


def _altered_since(made: Made) -> Iterator[str]:
    for model, keys in made:
        now = looks(model._meta.label_lower, keys)
        if gone := sum(key not in now for key in keys):
            yield _("{n} 条{what}已被删除").format(n=gone, what=model._meta.verbose_name)
        if other := sum(key in now and now[key] != look for key, look in keys.items()):
            yield _("{n} 条{what}后来有改动").format(n=other, what=model._meta.verbose_name)


def _changed_since(changed: Changed) -> Iterator[str]:
    for model, rows in _by_model(changed).items():
        left = set(rows)
        for row in _rows(model, rows):
            if all(_is(row, name, after) for name, (_before, after) in rows[str(row.pk)].items()):
                left.discard(str(row.pk))
        if left:
            yield _("导入时更新的{what}后来有改动").format(what=model._meta.verbose_name)


def _is(row: Model, name: str, kept: Any) -> bool:
    if name == "parent" and isinstance(row, Unit):
        above = row.get_parent()
        return above is not None and above.code == kept
    field, value = row._meta.get_field(name), getattr(row, name)
    if isinstance(field, ForeignKey):
        field = field.target_field
    return bool(value == (field.to_python(kept) if isinstance(field, Field) else kept))


def _referred_to(made: Made) -> Iterator[str]:
    """Rows of others that need a made row: visits to a client, the account of a person, units below a unit."""
    for model, keys in made:
        for relation in _relations(model):
            other = relation.related_model
            if relation.on_delete not in HOLDS or other in BY_ITSELF:
                continue
            own = next((theirs for one, theirs in made if one is other), {})
            count = 0
            for start in range(0, len(keys), BATCH):
                some = list(keys)[start : start + BATCH]
                found = other._base_manager.filter(**{f"{relation.field.name}__in": some}).values_list("pk", flat=True)
                count += sum(str(pk) not in own for pk in found)
            if count:
                named = other._meta.auto_created or other  # a list of clients is part of what it belongs to
                said = {"what": model._meta.verbose_name, "n": count, "other": named._meta.verbose_name}
                yield _("{what}已有 {n} 条{other}").format(**said)
        if model is Unit:
            yield from _units_below(keys)


def _relations(model: type[Model]) -> Iterator[Any]:
    """Those too that have no name from here (`related_name="+"`, the tables between two models)."""
    for one in model._meta.get_fields(include_hidden=True):
        if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one):
            yield one


def _units_below(keys: dict[str, str]) -> Iterator[str]:
    for unit in Unit.objects.filter(pk__in=keys):
        if any(str(below.pk) not in keys for below in unit.get_descendants()):
            yield _("「{unit}」下面已有别的单位").format(unit=unit.name)


def _set_back(model: type[Model], key: str, changes: dict[str, list[Any]]) -> None:
    before = {name: values[0] for name, values in changes.items() if name != "parent"}
    if before:
        model._default_manager.filter(pk=key).update(**before)
    if model is Unit and "parent" in changes:
        above = changes["parent"][0]
        target = Unit.objects.get(code=above) if above else Unit.root()
        Unit.objects.get(pk=key).move(target, "last-child")


def _delete(model: type[Model], keys: list[str]) -> None:
    if model is Unit:
        for unit in Unit.objects.filter(pk__in=keys).order_by("-path"):
            Unit.objects.get(pk=unit.pk).delete()
        return
    if model is Person:
        Correction.objects.filter(person_id__in=map(int, keys)).delete()
    for start in range(0, len(keys), BATCH):
        model._default_manager.filter(pk__in=keys[start : start + BATCH]).delete()
