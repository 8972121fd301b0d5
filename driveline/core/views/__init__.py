"""The pages of this floor: sign-in, account, store switch, what the interface remembers."""

from driveline.core.views.account import password, session_end, sessions_end_others, sessions_list
from driveline.core.views.entry import first_run, sign_in, sign_out
from driveline.core.views.phones import phone_reveal
from driveline.core.views.shell import preferences, profile, stores_due, switch_store

__all__ = [
    "first_run",
    "password",
    "phone_reveal",
    "preferences",
    "profile",
    "session_end",
    "sessions_end_others",
    "sessions_list",
    "sign_in",
    "sign_out",
    "stores_due",
    "switch_store",
]
