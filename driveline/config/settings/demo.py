"""bin/demo: like production on this machine only, over plain HTTP, with the clock free to be set."""

from driveline.config import env
from driveline.config.settings.base import *  # noqa: F403  every setting of base holds here
from driveline.config.settings.base import HOME

DEMO = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.listing("DRIVELINE_HOSTS")]
CSRF_TRUSTED_ORIGINS = [f"http://{host}" for host in env.listing("DRIVELINE_HOSTS")]
SECRET_KEY = env.secret_key(HOME, may_generate=True)
