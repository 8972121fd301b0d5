"""The demonstration: a dealer group at work, loaded by `driveline demo` into an empty database, never into a real one."""

from driveline.modules.setup.demo.loading import load, loaded
from driveline.modules.setup.demo.people import DemoLogin, logins

__all__ = ["DemoLogin", "load", "loaded", "logins"]
