"""What programs are offered of this module."""

from driveline.modules.setup.api import stores

__all__ = ["stores"]
