"""An empty database becomes a dealer group: group, first store, roles, dictionaries, administrator."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from driveline.core import catalogue, dictionaries, passwords
from driveline.core.access import system_user
from driveline.core.models import Membership, OrgUnit, Role, User
from driveline.core.naming import is_login
from driveline.core.services import roles
from driveline.kit.errors import Invalid, Refused

_STORE_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")


@dataclass(frozen=True)
class InstalledAdmin:
    """The first person: shown once, the password must be changed at the first sign-in."""

    login: str
    password: str
    group_id: int
    store_id: int


def installed() -> bool:
    """True once there is a unit: the first-run page is closed then."""
    return OrgUnit.objects.exists()


def install(
    *,
    group_name: str,
    store_code: str,
    store_name: str,
    admin_login: str,
    admin_name: str = "",
    city: str = "",
) -> InstalledAdmin:
    """Set the group up and load the vehicle catalogue. Raises Invalid for input that cannot be taken, Refused when
    there is a group already."""
    store_code, admin_login = store_code.strip().upper(), admin_login.strip().lower()
    _check(group_name, store_code, store_name, admin_login)
    password = passwords.one_time()
    try:
        with transaction.atomic():
            if installed():
                raise Refused(_("This installation has been set up already."))
            system_user()  # its unique login lets only one of two simultaneous set-ups through
            group = OrgUnit.objects.create(kind=OrgUnit.Kind.GROUP, name=group_name.strip())
            store = OrgUnit.objects.create(
                parent=group,
                kind=OrgUnit.Kind.STORE,
                code=store_code,
                name=store_name.strip(),
                city=city.strip(),
            )
            seed(group)
            name = admin_name.strip() or _nobody_in_particular()
            admin = User(login=admin_login, name=name, must_change_password=True)
            admin.set_password(password)
            admin.save()
            held = {
                role.code: role
                for role in Role.objects.filter(group=group, code__in=["admin", "group_admin"])
            }
            Membership.objects.bulk_create(
                [
                    Membership(user=admin, store=store, role=held["admin"], accepts_work=False),
                    Membership(user=admin, store=group, role=held["group_admin"], accepts_work=False),
                ]
            )
    except IntegrityError as error:
        raise Refused(_("This installation has been set up already.")) from error
    catalogue.load()
    return InstalledAdmin(admin_login, password, group.pk, store.pk)


def _nobody_in_particular() -> str:
    """The name of an administrator who gave none, in the language of the installation: its people will read it."""
    with override(settings.LANGUAGE_CODE):
        return _("Administrator")


@transaction.atomic
def store_add(group: OrgUnit, *, code: str, name: str, city: str = "") -> OrgUnit:
    """A further store of the group. Raises Invalid for a code that is taken or odd."""
    code = code.strip().upper()
    _check(group.name, code, name, "admin")
    if OrgUnit.objects.filter(code=code).exists():
        raise Invalid({"store_code": [_("There is a store with this code already.")]})
    return OrgUnit.objects.create(
        parent=group, kind=OrgUnit.Kind.STORE, code=code, name=name.strip(), city=city.strip()
    )


def seed(group: OrgUnit) -> roles.SeedReport:
    """Roles with their grants and the group's dictionaries; re-runnable, undoes nothing that users changed."""
    report = roles.seed(group)
    dictionaries.seed(group.pk)
    return report


def seed_all() -> list[roles.SeedReport]:
    """Seed every group again, after an upgrade of the program brought new permissions, dictionaries or cars."""
    groups = OrgUnit.objects.filter(kind=OrgUnit.Kind.GROUP)
    if groups:
        catalogue.load()
    return [seed(group) for group in groups]


def _check(group_name: str, store_code: str, store_name: str, admin_login: str) -> None:
    errors: dict[str, list[str]] = {}
    if not group_name.strip() or len(group_name.strip()) > 60:
        errors["group_name"] = [_("Give the group a name of at most 60 characters.")]
    if not _STORE_CODE.fullmatch(store_code):
        errors["store_code"] = [_("A store code has 2 to 20 letters and figures, for example HX000026.")]
    if not store_name.strip() or len(store_name.strip()) > 60:
        errors["store_name"] = [_("Give the store a name of at most 60 characters.")]
    if not is_login(admin_login) or admin_login == "system":
        errors["admin_login"] = [login_rule()]
    if errors:
        raise Invalid(errors)


def login_rule() -> str:
    """What a login may look like, as a sentence."""
    return _("A login has 2 to 40 small letters, figures, dots or dashes and begins with a letter or figure.")
