"""The URL table as the tests see it: every route with its name, its arguments and what it declares."""

from dataclasses import dataclass

from django.urls import URLPattern, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    name: str
    arguments: tuple[str, ...]
    declared: frozenset

    def __str__(self):
        return "-".join([self.name, *self.arguments])

    @property
    def words(self):
        """The permissions of which a post needs one; none for public and signed-in routes."""
        return self.declared - {"public", "signed_in"}

    @property
    def is_public(self):
        return "public" in self.declared

    def address(self, given):
        return reverse(self.name, kwargs={name: given[name] for name in self.arguments})


def all_routes(resolver=None, arguments=()):
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        taken = (*arguments, *pattern.pattern.converters)
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            found.append(Route(pattern.name, taken, pattern.callback.declared))
        else:
            found += all_routes(pattern, taken)
    return found


def share(routes, number, step):
    """Every `step`th route, for each number another share of them."""
    return routes[number % step :: step]
