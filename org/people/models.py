"""People (人员) and their dated posts (任职). Authority is asked of a date, so nobody's move rewrites history."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import connection, models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from org.delegations.rules import STANDING_IN
from org.permissions import Permission
from org.posts import ASSESSED, Post
from org.reach import acting_for, can, reach
from org.units.models import Unit

if TYPE_CHECKING:
    from org.delegations.models import Delegation


def _seated(reader: Person, word: Permission, on: date) -> models.QuerySet[Any, Any]:
    """The keys of the holders of a post of that day in a unit within reach of the word."""
    within = reach(reader, word, on=on).q(unit="unit", person=None)
    return Appointment.objects.on(on).filter(within).values("person")


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, person: Person, on: date) -> PersonQuerySet:
        """Himself, and people who hold a post on that day in a unit within his reach."""
        return self.filter(Q(pk=person.pk) | Q(pk__in=_seated(person, Permission.PEOPLE_READ, on)))

    def exported_by(self, person: Person, on: date) -> PersonQuerySet:
        """Those of them whom he may take along in a list."""
        return self.filter(pk__in=_seated(person, Permission.PEOPLE_EXPORT, on))

    def matching(self, text: str) -> PersonQuerySet:
        """By part of a name or 工号, or the beginning of the pinyin or its initials; everybody for nothing."""
        typed = text.strip().lower()
        spelt = Q(pinyin__startswith=typed) | Q(initials__startswith=typed)
        return self.filter(spelt | Q(name__icontains=typed) | Q(employee_no__icontains=typed)) if typed else self

    def of_unit(self, unit: Any, *, on: date) -> PersonQuerySet:
        """Who holds a post in the unit or below it on that day."""
        held = Appointment.objects.on(on).filter(unit__path__startswith=unit.path)
        return self.filter(pk__in=held.values("person"))

    def not_activated(self) -> PersonQuerySet:
        """Without a password of their own; Django marks an unusable one with `!`."""
        return self.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def with_posts(self, on: date) -> PersonQuerySet:
        """With `held`: the appointments of that day, units included, in one more query."""
        held = Appointment.objects.on(on).select_related("unit").order_by("unit__depth", "pk")
        return self.prefetch_related(models.Prefetch("appointments", held, to_attr="held"))

    def holding(self, post: Post, *, on: date) -> PersonQuerySet:
        return self.filter(pk__in=Appointment.objects.on(on).filter(post=post).values("person"))


class Person(AbstractBaseUser):
    """Somebody of the company; signs in with 工号, first by a one-time activation code."""

    employee_no = models.CharField(_("工号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(_("拼音"), max_length=120, blank=True, editable=False)
    initials = models.CharField(_("拼音首字母"), max_length=20, blank=True, editable=False)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    joined_on = models.DateField(_("入司日期"))
    left_on = models.DateField(_("离司日期"), null=True, blank=True)
    is_active = models.BooleanField(_("可登录"), default=True)
    must_change_password = models.BooleanField(default=False, editable=False)
    activation_code = models.CharField(max_length=128, blank=True, editable=False)
    activation_expires_at = models.DateTimeField(null=True, editable=False)

    objects = BaseUserManager.from_queryset(PersonQuerySet)()
    USERNAME_FIELD = "employee_no"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("人员")
        ordering = ["employee_no"]

    def __str__(self) -> str:
        return self.name

    def can(self, permission: Permission, row: Any = None, *, on: date) -> bool:
        """Whether a post of his, or one that he stands in for, gives it (over that row's unit and person)."""
        return can(self, permission, row, on=on)

    def acting_for(self, permission: Permission, row: Any, *, on: date) -> Delegation | None:
        """By which delegation (代) he may, where none of his own posts gives it; None too where he may not at all."""
        return acting_for(self, permission, row, on=on)

    def employed_on(self, day: date) -> bool:
        """Of the company that day and not suspended; 离司日期 is the last day."""
        return self.is_active and self.joined_on <= day and (self.left_on is None or day <= self.left_on)

    def posts_on(self, day: date) -> list[Appointment]:
        """His appointments of that day, highest unit first; asked once per instance and day."""
        cache: dict[date, list[Appointment]] = self.__dict__.setdefault("_posts_on", {})
        if day not in cache:
            cache[day] = Appointment.held_by(self, day) if self.employed_on(day) else []
        return cache[day]

    def stands_in_on(self, day: date) -> list[Delegation]:
        """The delegations (代) that he holds with effect on that day. Asked once, and of those only whose own posts
        may stand in for anybody."""
        cache: dict[date, list[Delegation]] = self.__dict__.setdefault("_stands_in_on", {})
        if day not in cache:
            own = self.posts_on(day)
            found = self.stand_ins.on(day).named() if any(held.post in STANDING_IN for held in own) else []
            cache[day] = [one for one in found if one.lends_to(own, on=day)]
        return cache[day]

    def seats_on(self, day: date) -> list[Appointment]:
        """What he may act by: his own posts, then those whose holder he stands in for, where `person` is another."""
        return [*self.posts_on(day), *(one.appointment for one in self.stands_in_on(day))]


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def on(self, day: date) -> AppointmentQuerySet:
        return self.filter(Q(starts_on__lte=day), Q(ends_on__gte=day) | Q(ends_on=None))

    def touching(self, first: date, last: date) -> AppointmentQuerySet:
        """Those that hold on any day of [first, last]."""
        return self.filter(Q(starts_on__lte=last), Q(ends_on__gte=first) | Q(ends_on=None))

    def assessed_within(self, unit: Any) -> AppointmentQuerySet:
        """Those that owe 6311 or 3111 in the unit or below it."""
        return self.filter(post__in=ASSESSED, unit__path__startswith=unit.path)


_HELD = """
    SELECT {columns} FROM org_appointment AS held JOIN org_unit AS unit ON unit.id = held.unit_id
    WHERE held.person_id = %(person)s
        AND held.starts_on <= %(day)s AND (held.ends_on IS NULL OR held.ends_on >= %(day)s)
    ORDER BY unit.depth, held.id
"""


class _Dates(Func):
    """daterange(起, 止, '[]'): 止 is the last day of service, inclusive."""

    function = "DATERANGE"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


class Appointment(models.Model):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="appointments")
    post = models.CharField(_("岗位"), max_length=20, choices=Post)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_it_starts",
            ),
            models.UniqueConstraint(fields=["person", "unit", "post", "starts_on"], name="one_appointment_a_start"),
            ExclusionConstraint(
                name="a_post_in_a_unit_is_held_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (_Dates("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["post", "starts_on"], name="appointment_by_post")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_post_display()} {self.unit}"

    @classmethod
    def held_by(cls, person: Person, day: date) -> list[Appointment]:
        """His of that day with their units, highest unit first. Every request asks this: written out, it takes a
        seventh of the time in which the queryset is built."""
        own, of_unit = ({field.column: field.attname for field in model._meta.concrete_fields} for model in (cls, Unit))
        columns = ", ".join([*(f"held.{column}" for column in own), *(f"unit.{column}" for column in of_unit)])
        with connection.cursor() as cursor:
            cursor.execute(_HELD.format(columns=columns), {"person": person.pk, "day": day})
            rows = cursor.fetchall()
        found = []
        for row in rows:
            held = cls.from_db(connection.alias, [*own.values()], row[: len(own)])
            held.person, held.unit = person, Unit.from_db(connection.alias, [*of_unit.values()], row[len(own) :])
            found.append(held)
        return found
