"""What holds however the program runs."""

from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from driveline.config import env
from driveline.config.schedule import RECURRING

HOME: Path = env.home()
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "driveline.kit",
    "driveline.core",
    "driveline.engines.intake",
    "driveline.engines.followup",
    "driveline.engines.ownership",
    "driveline.modules.leads",
    "driveline.modules.workbench",
    "driveline.modules.setup",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "dj_queue",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "driveline.config.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "driveline.core.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "driveline.core.middleware.ActorMiddleware",
]

ROOT_URLCONF = "driveline.config.urls"
WSGI_APPLICATION = "driveline.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "driveline.core.context.shell",
            ],
        },
    }
]

# Data. No ATOMIC_REQUESTS: every transaction of the embedded database takes the write lock; reading must not.
DATABASES = {"default": env.database(HOME)}
EMBEDDED = DATABASES["default"]["ENGINE"].endswith("sqlite3")
SILENCED_SYSTEM_CHECKS = ["models.W040"]  # SQLite leaves the extra columns of an index out, as it should
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Static files: bundles are built into driveline/static/build, hashed once by the manifest.
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [env.PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Language and time.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [env.PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "driveline_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# People.
AUTH_USER_MODEL = "core.User"
LOGIN_URL = "core:login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "driveline_session"
CSRF_COOKIE_NAME = "driveline_csrf"
CSRF_FAILURE_VIEW = "driveline.core.views.entry.stale_token"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
AUTHENTICATION_BACKENDS = ["driveline.core.signin.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "driveline.core.passwords.LettersAndFigures"},
    {"NAME": "driveline.core.passwords.NothingPersonal"},
]

# The browser is told to trust nothing but us.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# A platform that is asked for leads may stand in a private network only where the operator says so.
PLATFORM_PRIVATE_HOSTS = env.flag("DRIVELINE_PLATFORM_PRIVATE_HOSTS")

# Background work goes through django.tasks only; this block is the switch to another backend.
# The embedded database may make a worker wait for seconds, so a quiet one there is given longer to live.
TASKS = {
    "default": {
        "BACKEND": "dj_queue.backend.DjQueueBackend",
        "QUEUES": [],
        "OPTIONS": {
            "mode": "async",
            "workers": [{"queues": "*", "threads": 2, "polling_interval": 0.5}],
            "dispatchers": [{"batch_size": 200, "polling_interval": 1}],
            "scheduler": {"polling_interval": 5},
            "recurring": RECURRING,
            "process_heartbeat_interval": 2,
            "process_alive_threshold": 30 if EMBEDDED else 6,
            "shutdown_timeout": 10,
            "clear_finished_jobs_after": 7 * 86400,
            "clear_recurring_executions_after": 7 * 86400,
        },
    }
}

GALLERY = env.flag("DRIVELINE_GALLERY")  # the page that shows every component

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "driveline": {"level": "INFO"},
        "dj_queue": {"level": "WARNING"},
    },
}
