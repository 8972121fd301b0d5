"""A developer's checkout: debug pages, plain static files, the gallery."""

from driveline.config import env
from driveline.config.settings.base import *  # noqa: F403  every setting of base holds here
from driveline.config.settings.base import HOME, MIDDLEWARE, STORAGES

DEBUG = True
SECRET_KEY = env.secret_key(HOME, may_generate=True)
GALLERY = True
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
