"""Accounts: creating a person, passwords, leaving and coming back (dealer.md §9.1, S-81, AC-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from driveline.core import clock, naming, passwords, phones, sessions
from driveline.core.access import Actor, system_actor
from driveline.core.models import Membership, OrgUnit, Role, User
from driveline.core.people import PeopleSettings
from driveline.core.services import leaving
from driveline.core.services.installation import login_rule
from driveline.core.services.memberships import find, membership_make
from driveline.kit.asking import asked
from driveline.kit.commands import Run, command
from driveline.kit.errors import Forbidden, Invalid, Refused
from driveline.kit.formats import listed
from driveline.kit.ports import ports

EDIT = "users.edit"


@dataclass(frozen=True)
class CreatedUser:
    """A new account: `password` is one-time, shown once, stored nowhere."""

    user: User
    membership: Membership
    login: str
    password: str


def propose_login(store_id: int, name: str, department: str = "") -> str:
    """The login that the store's scheme makes of a name, with the smallest free number; "" for the free scheme."""
    chosen = PeopleSettings.of(store_id)
    if chosen.login_scheme == "free" or not name.strip():
        return ""
    if chosen.login_scheme == "lg":
        base = naming.lg_login(chosen.login_prefix, naming.initials(department), name)
    else:
        base = naming.dist_login(name)
    taken = set(User.objects.filter(login__startswith=base).values_list("login", flat=True))
    return naming.free(base, taken)


def user_create(
    actor: Actor,
    *,
    name: str,
    store_id: int,
    role_id: int,
    login: str = "",
    phone: str = "",
    superior_id: int | None = None,
    department_id: int | None = None,
    accepts_work: bool = True,
    language: str = "zh-hans",
) -> CreatedUser:
    """A new person with a place in one store. Without a login one is proposed from the name.

    Raises Forbidden, Invalid (login taken or odd, phone, superior of another store), Refused (a role beyond
    the actor's own reach).
    """
    if not actor.can(EDIT):
        raise Forbidden(_("Your role does not include this action."))
    name, login = name.strip(), login.strip().lower() or propose_login(store_id, name)
    user = User(login=login, name=name, phone=_checked(name, login, phone), language=language)
    user.must_change_password = True
    password = passwords.one_time()
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            membership = membership_make(
                actor,
                user,
                store_id=store_id,
                role_id=role_id,
                superior_id=superior_id,
                department_id=department_id,
                accepts_work=accepts_work,
            )
            _audit(actor, "user.create", user, {"login": login, "name": name})
    except IntegrityError as error:
        raise Invalid({"login": [_("This login is taken.")]}) from error
    return CreatedUser(user, membership, login, password)


def create_user(
    *,
    login: str,
    name: str,
    store_code: str,
    role_code: str,
    superior_login: str | None = None,
    phone: str = "",
) -> CreatedUser:
    """The same from the command line, by codes. Raises Refused with a sentence for a code that does not exist."""
    store = OrgUnit.objects.filter(code=store_code.strip().upper()).first()
    if store is None:
        raise Refused(_("There is no store with the code %(code)s.") % {"code": store_code})
    role = Role.objects.filter(group_id=store.parent_id or store.pk, code=role_code).first()
    if role is None:
        raise Refused(_("There is no role with the code %(code)s.") % {"code": role_code})
    superior = Membership.objects.filter(store=store, user__login=(superior_login or "").lower()).first()
    if superior_login and superior is None:
        raise Refused(_("%(login)s does not work in this store.") % {"login": superior_login})
    return user_create(
        system_actor(store),
        name=name,
        store_id=store.pk,
        role_id=role.pk,
        login=login,
        phone=phone,
        superior_id=superior.pk if superior else None,
    )


@transaction.atomic
def user_edit(actor: Actor, membership_id: int, *, name: str, login: str, phone: str = "") -> User:
    """Correct name, login or phone of somebody who works in reach. Raises Forbidden, Invalid."""
    user = find(actor, membership_id).user
    name, login = name.strip(), login.strip().lower()
    was = {"name": user.name, "login": user.login, "phone": user.phone}
    user.phone = _checked(name, login, phone, user.pk)
    user.name, user.login = name, login
    user.save(update_fields=["name", "login", "phone"])
    now = {"name": user.name, "login": user.login, "phone": user.phone}
    changed = {key: [was[key], now[key]] for key in was if was[key] != now[key]}
    if changed:
        _audit(actor, "user.edit", user, {"changes": changed})
    return user


def password_reset(actor: Actor, membership_id: int) -> CreatedUser:
    """A new one-time password; every session of the person ends. Shown once, stored nowhere."""
    row = find(actor, membership_id)
    _refuse_out_of_reach(actor, row.user)
    password = passwords.one_time()
    user = row.user
    user.set_password(password)
    user.must_change_password = True
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        sessions.end_all([user.pk])
        _audit(actor, "user.password_reset", user, {})
    return CreatedUser(user, row, user.login, password)


def password_change(user: User, password: str) -> None:
    """The person's own new password. Raises Invalid with every rule that it breaks."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": list(error.messages)}) from error
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = clock.system_now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])


def _why_not_disable(row: Membership, actor: Actor) -> str:
    if row.user_id == actor.user_id:
        return _("Your own account can be disabled only by somebody else.")
    return "" if row.user.is_active else _("This account is disabled already.")


def _why_not_enable(row: Membership, actor: Actor) -> str:
    return _("This account is in use.") if row.user.is_active else ""


def _told_on_disable(rows: Sequence[Membership], actor: Actor) -> dict[str, Any]:
    """What the dialog says: who, what is still open, and what the act means."""
    text = _("They can no longer sign in and get no new work. Their history stays under their name.")
    told: dict[str, Any] = {"title": listed(row.user.name for row in rows), "text": text}
    held = [line for row in rows for line in leaving.work_of(row.user)]
    if rows:
        told["title"] = _("Disable %(name)s?") % {"name": told["title"]}
    if held:
        told["text"] = _("Still open: %(what)s. %(text)s") % {"what": leaving.in_words(held), "text": text}
        told["button"] = _("Hand over %(n)s and disable") % {"n": leaving.total(held)}
    return told


@command(
    "user.disable",
    model=Membership,
    permission=EDIT,
    label=_lazy("Disable"),
    icon="user-off",
    guard=_why_not_disable,
    confirm=_told_on_disable,
    danger=True,
    select=("user", "store"),
)
def user_disable(rows: Sequence[Membership], run: Run, *, work: str = "", to: Sequence[int] = ()) -> None:
    """停用: refused while open work remains (S-81) unless it is handed over in the same act: `work` is "people"
    (to the memberships `to`) or "queue". Sessions end, sign-in answers 账号已停用 (AC-09)."""
    actor = cast(Actor, run.actor)
    gone: list[User] = []
    moved = 0
    for row in rows:
        try:
            with transaction.atomic():
                _refuse_out_of_reach(actor, row.user)
                stores = [store for store, _left in leaving.work_of(row.user)]
                moved += leaving.hand_over(actor, row.user, stores, work, to)
                if reason := leaving.still_open(row.user.name, leaving.work_of(row.user)):
                    raise Refused(reason, "S-81")
        except Refused as refusal:
            run.skip(row, refusal.sentence)
        else:
            gone.append(row.user)
    ids = [user.pk for user in gone]
    User.objects.filter(pk__in=ids, is_active=True).update(is_active=False, disabled_at=run.now)
    sessions.end_all(ids)
    run.message = _disabled(gone)
    if moved:
        run.message += _(", %(n)s handed over") % {"n": moved}


def _disabled(users: Sequence[User]) -> str:
    if len(users) == 1:
        return _("%(name)s is disabled") % {"name": users[0].name}
    return ngettext("%(n)s account disabled", "%(n)s accounts disabled", len(users)) % {"n": len(users)}


def _told_on_enable(rows: Sequence[Membership], actor: Actor) -> dict[str, Any]:
    """What the dialog says: who, and what comes back with the account and what does not."""
    text = _("They sign in again with the password they had. Work that was handed over stays where it is.")
    return asked(_("Enable %(name)s?"), text, [row.user for row in rows])


@command(
    "user.enable",
    model=Membership,
    permission=EDIT,
    label=_lazy("Enable"),
    icon="user-check",
    guard=_why_not_enable,
    confirm=_told_on_enable,
    select=("user",),
)
def user_enable(rows: Sequence[Membership], run: Run) -> None:
    """Back at work: may sign in again; sessions from before stay ended."""
    users = [row.user_id for row in rows]
    sessions.end_all(users)
    User.objects.filter(pk__in=users).update(is_active=True, disabled_at=None)
    run.message = ngettext("%(n)s account enabled", "%(n)s accounts enabled", len(users)) % {"n": len(users)}


def absence_set(
    actor: Actor,
    membership_id: int,
    *,
    stand_in_id: int | None,
    absent_from: date | None,
    absent_to: date | None,
) -> Membership:
    """Who works the due tasks while the person is away; no stand-in or no first day ends the absence."""
    row = find(actor, membership_id)
    if absent_from and absent_to and absent_to < absent_from:
        raise Invalid({"absent_to": [_("The last day is before the first.")]})
    stand_in = None
    if stand_in_id is not None:
        stand_in = Membership.objects.filter(pk=stand_in_id, store_id=row.store_id, active=True).first()
        if stand_in is None or stand_in.pk == row.pk or not stand_in.user.is_active:
            raise Invalid({"stand_in": [_("Choose somebody else who works in this store.")]})
    if absent_from and stand_in is None:
        raise Invalid({"stand_in": [_("Choose who works the due tasks meanwhile.")]})
    row.stand_in, row.absent_from, row.absent_to = stand_in, absent_from, absent_to if absent_from else None
    with transaction.atomic():
        row.save(update_fields=["stand_in", "absent_from", "absent_to"])
        detail = {"stand_in": stand_in.user_id if stand_in else None, "from": absent_from, "to": absent_to}
        _audit(actor, "user.absence", row.user, detail)
    return row


def _refuse_out_of_reach(actor: Actor, user: User) -> None:
    """An account that works in a unit the actor does not manage is not his to close (its work is not his to see)."""
    places = Membership.objects.filter(user=user, active=True, store__active=True).select_related("store")
    scope = actor.scope(EDIT)
    reach = actor.group_store_ids if scope is not None and scope.name == "GROUP" else {actor.store_id}
    other = [row.store.name for row in places if row.store_id not in reach]
    if other:
        raise Refused(
            _("%(name)s also works in %(stores)s. End the place in this store instead, or ask the group.")
            % {"name": user.name, "stores": listed(other)}
        )


def _checked(name: str, login: str, phone: str, user_id: int = 0) -> str:
    """The normalised phone; Invalid with every field that is wrong."""
    errors: dict[str, list[str]] = {}
    if not name or len(name) > 30:
        errors["name"] = [_("Give a name of at most 30 characters.")]
    if not naming.is_login(login) and (name or login):
        errors["login"] = [login_rule()]
    elif User.objects.filter(login=login).exclude(pk=user_id).exists():
        errors["login"] = [_("This login is taken.")]
    key = phones.normalise(phone).key if phone.strip() else ""
    if phone.strip() and not phones.is_mobile(key):
        errors["phone"] = [_("A mobile number has 11 digits and begins with 13 to 19.")]
    if errors:
        raise Invalid(errors)
    return key


def _audit(actor: Actor, action: str, user: User, detail: dict[str, Any]) -> None:
    ports.audit.write(actor, action, object_type="core.user", object_id=user.pk, detail=detail)
