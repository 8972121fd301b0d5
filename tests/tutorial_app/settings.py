"""The test suite's settings and the tutorial's module."""

from driveline.config.settings.test import *  # noqa: F403  every setting of the suite holds here
from driveline.config.settings.test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.tutorial_app.keys"]
