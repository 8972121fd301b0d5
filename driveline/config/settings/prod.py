"""Real stores. Refuses whatever would make a real installation lie or leak."""

import os

from django.core.exceptions import ImproperlyConfigured

from driveline.config import env
from driveline.config.settings.base import *  # noqa: F403  every setting of base holds here
from driveline.config.settings.base import EMBEDDED, HOME, SILENCED_SYSTEM_CHECKS

if fixed := [name for name in os.environ if name.startswith("DRIVELINE_NOW")]:
    raise ImproperlyConfigured(f"{', '.join(sorted(fixed))}: the clock is not for setting in production.")
if env.flag("DEBUG") or env.flag("DJANGO_DEBUG") or env.flag("DRIVELINE_GALLERY"):
    raise ImproperlyConfigured("Debug pages and the gallery are not for production.")

DEBUG = False
GALLERY = False
SECRET_KEY = env.secret_key(HOME, may_generate=EMBEDDED)
PLAIN_HTTP = env.flag("DRIVELINE_PLAIN_HTTP")  # an intranet without certificates says so on purpose

_scheme = "http" if PLAIN_HTTP else "https"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.listing("DRIVELINE_HOSTS")]
CSRF_TRUSTED_ORIGINS = [f"{_scheme}://{host}" for host in env.listing("DRIVELINE_HOSTS")]

SESSION_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 3600
if env.flag("DRIVELINE_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# W005, W021: sister hosts of the dealer are not ours to bind. The rest only when plain HTTP was asked for.
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W005", "security.W021"]
if PLAIN_HTTP:
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
