"""All settings, from the environment, safe by default (docs/operations.md lists the variables).

Without a DATABASE_URL the commands of a checkout work on the demo's servers, if they run.
"""

import re
from http import HTTPStatus
from logging import LogRecord
from pathlib import Path
from typing import Any

import bootstrap_wrapper
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import stack

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

_demo = {} if env.str("DATABASE_URL", "") else (stack.running_demo() or {})


def _value(name: str, default: str = "") -> str:
    return env.str(name, _demo.get(name, default))


DEBUG = env.bool("DEBUG", False)
DEMO = _value("DEMO") == "1"
TESTING = env.bool("SIX311_TESTING", False)
DATABASE_URL = _value("DATABASE_URL")
CLOCK_MAY_SHIFT = DEMO or TESTING
INSECURE_HTTP = _value("INSECURE_HTTP") == "1"

SECRET_KEY = _value("SECRET_KEY", "only-for-development-" + "x" * 40 if DEBUG else "")
FIELD_KEYS = _value("FIELD_KEYS", SECRET_KEY if DEBUG else "").split(",")
if not SECRET_KEY:
    if DATABASE_URL:
        raise ImproperlyConfigured("SECRET_KEY is not set")
    SECRET_KEY = "no-database-no-secrets-" + "x" * 40

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [host for host in _value("ALLOWED_HOSTS").split(",") if host] or LOOPBACK
CSRF_TRUSTED_ORIGINS = [origin for origin in _value("CSRF_TRUSTED_ORIGINS").split(",") if origin]
if INSECURE_HTTP and not set(ALLOWED_HOSTS) <= {*LOOPBACK, "testserver"}:
    raise ImproperlyConfigured("INSECURE_HTTP=1 is for the loopback demo only; serve other hosts over HTTPS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "lucide",
    "treebeard",
    "org",
    "clients",
    "activity",
    "health",
    "config",
]

MIDDLEWARE = [
    *(["org.pages.middleware.CountQueries"] if env.bool("BENCH", False) else []),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "org.accounts.middleware.AccountRules",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "org.pages.middleware.NeverCache",
    "axes.middleware.AxesMiddleware",
    "org.drafts.middleware.HandedIn",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "org.pages.navigation.navigation",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]
COTTON_DIR = "components"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# PostgreSQL is the only truth (ADR 1); times are the database's (org/clock.py).
DATABASES: dict[str, dict[str, Any]] = {"default": stack.database_settings(DATABASE_URL)}
if _value("OWNER_DATABASE_URL"):
    DATABASES["owner"] = stack.database_settings(_value("OWNER_DATABASE_URL"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis may be erased or absent at any moment: broker and cache only.
REDIS_URL = _value("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "org.pages.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL.startswith(("redis", "unix"))
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

AUTH_USER_MODEL = "org.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "org.accounts.backends.Employed",
    "org.accounts.backends.ActivationCode",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "org.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("employee_no", "name", "phone")}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "org.accounts.passwords.NotTheDemoPassword"},
]  # fmt: skip
LOGIN_URL = "home"
LOGIN_REDIRECT_URL = "home"

AXES_FAILURE_LIMIT = 5
SIGN_IN_FAILURES_PER_ADDRESS = 20
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = "org.accounts.lockout.counted_by"
AXES_LOCKOUT_CALLABLE = "org.accounts.views.locked"
AXES_CLIENT_IP_CALLABLE = "org.accounts.lockout.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_FORM_FIELD = "employee_no"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "code", "new_password", "new_password2"]
AXES_VERBOSE = False

MFA_POSTS = [
    post
    for post in _value(
        "MFA_POSTS",
        ""
        if DEBUG or DEMO or TESTING
        else "branch_deputy_gm,gm_office,city_deputy_gm,city_leader,rule_admin,"
        "system_admin,auditor,health_coordinator,clinician,health_expert",
    ).split(",")
    if post
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
REMEMBERED_SESSION_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "org.pages.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_https = not (DEBUG or INSECURE_HTTP or TESTING)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^-/healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = Path(_value("STATIC_ROOT", str(BASE_DIR / ".run" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", bootstrap_wrapper.get_bootstrap_dir())]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
MEDIA_ROOT = Path(_value("MEDIA_ROOT", str(BASE_DIR / ".run" / "media")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024

EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _value("DEFAULT_FROM_EMAIL", "6311@localhost")
MAILBOX_DIR = Path(_value("MAILBOX_DIR", str(BASE_DIR / ".run" / "mailbox")))
if _value("EMAIL_URL"):
    vars().update(env.email_url_config(_value("EMAIL_URL")))
else:
    EMAIL_BACKEND = "org.notices.mailbox.FileMailbox"

# An address has a limit of its own (org/accounts/lockout.py); an account is limited whatever the address.
SILENCED_SYSTEM_CHECKS: list[str] = ["axes.W006"]


def _refusal_on_one_line(record: LogRecord) -> bool:
    """A 403 is an answer, not a failure: its line says which address; everything else keeps its traceback."""
    if getattr(record, "status_code", None) == HTTPStatus.FORBIDDEN:
        record.exc_info = None
    return True


def _no_client_token(record: LogRecord) -> bool:
    """The address of a client's own link is the key to it (clients/checklist): no line of a log keeps one."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            re.sub(r"/fill/[^/\s]+", "/fill/…", str(a)) if "/fill/" in str(a) else a for a in record.args
        )
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "refusals": {"()": "django.utils.log.CallbackFilter", "callback": _refusal_on_one_line},
        "no_client_token": {"()": "django.utils.log.CallbackFilter", "callback": _no_client_token},
    },
    "loggers": {"django.request": {"filters": ["refusals"]}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_client_token"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
