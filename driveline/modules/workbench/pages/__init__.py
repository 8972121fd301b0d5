"""The pages everybody has. Importing this package registers them."""

from driveline.modules.workbench.pages import desk, messages

__all__ = ["desk", "messages"]
