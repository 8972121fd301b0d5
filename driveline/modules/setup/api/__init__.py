"""What programs are offered of this module."""

from driveline.modules.setup.api import catalogue, stores

__all__ = ["catalogue", "stores"]
