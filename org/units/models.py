"""Units (单位): one root above the cities, below it 市公司 › 基层单位 › 团体部 › 科 › 组."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from org.permissions import Permission
from org.reach import reach


class UnitKind(models.TextChoices):
    ROOT = "root", _("总公司")
    CITY = "city", _("市公司")
    BRANCH = "branch", _("基层单位")
    DEPARTMENT = "department", _("团体部")
    SECTION = "section", _("科")
    TEAM = "team", _("组")


class UnitQuerySet(MP_NodeQuerySet):
    def visible_to(self, person: Any, on: Any) -> UnitQuerySet:
        """Units whose people he may look up (reliability.md 2.1 has one row for people, units and posts)."""
        return self.filter(reach(person, Permission.PEOPLE_READ, on=on).q(unit="", person=None))

    def chosen_from(self, person: Any, word: Permission, *, on: Any) -> UnitQuerySet:
        """The city, its branches and their 团体部, within the reach of a word."""
        kinds = (UnitKind.CITY, UnitKind.BRANCH, UnitKind.DEPARTMENT)
        return self.filter(reach(person, word, on=on).q(unit="", person=None), kind__in=kinds)

    def within(self, unit: Unit) -> UnitQuerySet:
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    code = models.CharField(_("单位代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类型"), max_length=10, choices=UnitKind)
    mailbox = models.EmailField(_("信箱"), blank=True)

    steplen = 5
    objects = UnitManager()

    class Meta:
        verbose_name = _("单位")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    def above(self, kind: UnitKind) -> Unit | None:
        """The unit itself or the nearest one above it of that kind."""
        if self.kind == kind:
            return self
        return Unit.objects.get_ancestors(self).filter(kind=kind).last()

    @property
    def city(self) -> Unit | None:
        return self.above(UnitKind.CITY)

    @property
    def branch(self) -> Unit | None:
        return self.above(UnitKind.BRANCH)

    @classmethod
    def root(cls) -> Unit:
        """The one node above all cities, made on first need."""
        found: Unit | None = cls.objects.filter(kind=UnitKind.ROOT).first()
        return found or cls.objects.add_root({"code": "ROOT", "name": str(UnitKind.ROOT.label), "kind": UnitKind.ROOT})
