"""What all forms of this module share."""

from driveline.kit.forms import ServiceForm

__all__ = ["ServiceForm"]
