"""Who works where: one tree of units, people, and what each may do in each store (DESIGN §2, §3a)."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.kit.formats import in_language
from driveline.kit.scopes import Scope


class OrgUnit(models.Model):
    """A node of the organisation: group 集团 → store 门店 → department 部门."""

    class Kind(models.TextChoices):
        GROUP = "group", _("Group")
        STORE = "store", _("Store")
        DEPARTMENT = "department", _("Department")

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    code = models.CharField(_("Code"), max_length=20, blank=True)
    name = models.CharField(_("Name"), max_length=60)
    city = models.CharField(_("City"), max_length=30, blank=True)
    active = models.BooleanField(_("Active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Unit")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="org_unit_code_once"),
        ]
        indexes = [models.Index(fields=["parent", "kind"], name="org_unit_parent")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, login: str | None) -> "User":
        return self.get(login=(login or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. Rights come from memberships, never from the user."""

    login = models.CharField(_("Login"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=30)
    phone = models.CharField(_("Mobile"), max_length=20, blank=True)
    is_active = models.BooleanField(_("Employed"), default=True)
    is_system = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(_("Language"), max_length=10, default="zh-hans")
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("User")

    def __str__(self) -> str:
        """The name; the program, which acts under a user of its own, is named in the reader's language."""
        return gettext("System") if self.is_system else self.name


class Role(models.Model):
    """A named set of grants; the seeded ones carry a code and both labels."""

    group = models.ForeignKey(OrgUnit, models.PROTECT, related_name="roles")
    code = models.CharField(_("Code"), max_length=40)
    label = models.CharField(_("Name"), max_length=40)
    label_en = models.CharField(_("English name"), max_length=60, blank=True)
    seeded = models.BooleanField(default=False)
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("Role")
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="role_code_once")]

    def __str__(self) -> str:
        return in_language(self.label, self.label_en)


class Grant(models.Model):
    """One permission code with its own scope; the scope belongs to the grant (DESIGN §3a)."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField(_("Permission"), max_length=60)
    scope = models.PositiveSmallIntegerField(_("Scope"), choices=Scope.choices)

    class Meta:
        verbose_name = _("Grant")
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="grant_once")]


class Membership(models.Model):
    """A user's place in one store (or in the group): role, superior and whether new work may come."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    store = models.ForeignKey(OrgUnit, models.PROTECT, related_name="memberships")
    department = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.ForeignKey(Role, models.PROTECT, related_name="memberships")
    superior = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports")
    accepts_work = models.BooleanField(_("Takes new work"), default=True)
    active = models.BooleanField(_("Active"), default=True)
    stand_in = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    absent_from = models.DateField(_("Absent from"), null=True, blank=True)
    absent_to = models.DateField(_("Absent to"), null=True, blank=True)

    class Meta:
        verbose_name = _("Membership")
        constraints = [models.UniqueConstraint(fields=["user", "store"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.store}"


class UserSession(models.Model):
    """A signed-in browser, listed to its user, who may end it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now=True)


class SignInThrottle(models.Model):
    """Failed sign-ins of one login from one address; system clock."""

    key = models.CharField(max_length=80, unique=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_failure_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)
