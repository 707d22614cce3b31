"""The addresses of the house. Every route declares who may call it, or nothing starts."""

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, include, path, register_converter

from org.converters import CodeConverter, WeekConverter
from org.routes import undeclared

register_converter(WeekConverter, "week")
register_converter(CodeConverter, "code")

urlpatterns: list[URLPattern | URLResolver] = [
    # The day first: an address is looked for from the top.
    path("", include("activity.urls")),
    path("", include("clients.urls")),
    path("", include("org.urls")),
]


if missing := undeclared(urlpatterns):
    raise ImproperlyConfigured(f"routes without a declared permission: {', '.join(missing)}")

handler400 = "org.pages.views.bad_request"
handler403 = "org.pages.views.forbidden"
handler404 = "org.pages.views.not_found"
handler500 = "org.pages.views.broken"
