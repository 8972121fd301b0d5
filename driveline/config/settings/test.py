"""The test suite. DB=pg runs it on PostgreSQL (DRIVELINE_TEST_DATABASE_URL), otherwise on an SQLite file."""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.gettempdir()) / f"driveline-test-{os.getuid()}"
os.environ.setdefault("DRIVELINE_HOME", str(_folder))
os.environ.setdefault("DRIVELINE_SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
for _name in [
    name for name in os.environ if name.startswith("DRIVELINE_NOW") or name == "DRIVELINE_DATABASE_URL"
]:
    del os.environ[_name]

from driveline.config import env  # noqa: E402  the environment has to be set first
from driveline.config.settings.base import *  # noqa: E402, F403  every setting of base holds here
from driveline.config.settings.base import HOME, MIDDLEWARE  # noqa: E402

TESTING = True
SECRET_KEY = os.environ["DRIVELINE_SECRET_KEY"]
GALLERY = True
ALLOWED_HOSTS = ["*"]
POSTGRES = os.environ.get("DB", "sqlite") == "pg"
if POSTGRES:
    _url = os.environ.get("DRIVELINE_TEST_DATABASE_URL", "postgresql:///driveline")
    DATABASES = {"default": {**env.database(HOME, _url), "CONN_MAX_AGE": 0}}
else:
    # A file, not memory: threads of the race tests and the live server each need a connection of their own.
    DATABASES = {"default": env.database(HOME, "")}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / f"test-{os.getpid()}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"

EMBEDDED = not POSTGRES
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
MEDIA_ROOT = HOME / f"files-{os.getpid()}"
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
