"""What each cell of the matrix must answer, told from the hand-typed table by walking up the tree of units.

Shares nothing with `org.permissions` and `org.reach`: there reach is a prefix of paths, here a question to parents.
"""

from functools import cache

from org.posts import Post
from org.units.models import Unit, UnitKind
from tests.permissions.table import MAY

OPEN, FORBIDDEN, ABSENT, REFUSED = "open", "forbidden", "absent", "refused"
BORDER = {"b": UnitKind.BRANCH, "c": UnitKind.CITY, "a": UnitKind.ROOT}


def parents(unit):
    """The unit and those above it."""
    while unit:
        yield unit
        unit = Unit.objects.get_parent(unit)


class Judge:
    """Tells for one asker what a route must answer about a thing."""

    def __init__(self, world, asker):
        self.world, self.is_her = world, asker.pk == world.her.pk
        self.held = [(Post(one.post), one.unit) for one in asker.appointments.select_related("unit")]
        self._within = cache(self._reaches)

    def has(self, words):
        return any(word in MAY[post] for post, _seat in self.held for word in words)

    def covers(self, words, thing):
        """Whether it is about himself, or one of the words by one of the posts reaches the thing's unit."""
        if thing.person and self.is_her and (not words or self.has(words)):
            return True
        return any(
            self._within(MAY[post][word], place, thing.unit)
            for place, (post, _seat) in enumerate(self.held)
            for word in words
            if word in MAY[post]
        )

    def _reaches(self, scope, place, unit):
        if scope == "s":
            return False
        border = seat = self.held[place][1]
        if scope in BORDER:
            border = next((one for one in parents(seat) if one.kind == BORDER[scope]), seat)
        return border.pk in {one.pk for one in parents(getattr(self.world.line, unit))}

    def expects(self, route, thing):
        if route.words and not self.has(route.words):
            return FORBIDDEN
        if thing is None:
            return OPEN
        if not self.covers(thing.words, thing):
            return ABSENT
        if thing.acts and ((self.is_her and thing.person) or not self.covers(route.words, thing)):
            return REFUSED
        return OPEN
