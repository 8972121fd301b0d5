"""Nouns that everybody shares."""

from driveline.core.models.api import ApiAnswer, ApiToken
from driveline.core.models.journal import (
    Attachment,
    AuditEntry,
    DailyCounter,
    Job,
    Notification,
    Operation,
    SavedView,
    SweepStep,
    Transition,
    UserPreference,
)
from driveline.core.models.organisation import (
    Grant,
    Membership,
    OrgUnit,
    Role,
    SignInThrottle,
    User,
    UserSession,
)
from driveline.core.models.party import Party, PartyPhone
from driveline.core.models.reference import (
    Brand,
    CarModel,
    DictHide,
    DictItem,
    NumberRule,
    Series,
    SettingValue,
)

__all__ = [
    "ApiAnswer",
    "ApiToken",
    "Attachment",
    "AuditEntry",
    "Brand",
    "CarModel",
    "DailyCounter",
    "DictHide",
    "DictItem",
    "Grant",
    "Job",
    "Membership",
    "Notification",
    "NumberRule",
    "Operation",
    "OrgUnit",
    "Party",
    "PartyPhone",
    "Role",
    "SavedView",
    "Series",
    "SettingValue",
    "SignInThrottle",
    "SweepStep",
    "Transition",
    "User",
    "UserPreference",
    "UserSession",
]
