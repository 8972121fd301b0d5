"""How the forms of this module are drawn, sent and answered."""

from driveline.kit.views.screens import SAVE, form_screen, saved

__all__ = ["SAVE", "form_screen", "saved"]
