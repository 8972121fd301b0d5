"""docs/permissions.md, generated from the declarations: every right and how far each seeded role has it.

python -m driveline.modules.setup.docs > docs/permissions.md
python -m driveline.modules.setup.docs settings > docs/settings.md
python -m driveline.modules.setup.docs openapi > docs/api/openapi.json
"""

from __future__ import annotations

import os
import sys
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from driveline.kit.settings import SettingField

HEAD = """# Rights and roles

Generated from the declarations by `python -m driveline.modules.setup.docs`; a test keeps it true.
A role is a set of grants, each a right with its own reach; administrators copy and edit roles in the program.
Reach: 1 own rows · 2 own and those of everybody below · 5 department · 3 store · 4 group · blank: not granted.
"""


def permissions_page() -> str:
    """The page as Markdown, in English, one table per heading; columns are the seeded roles."""
    from django.utils.translation import override

    from driveline.core.roles import ROLES
    from driveline.kit.permissions import all_permissions

    with override("en"):
        parts = [HEAD, "| | Role | 角色 |", "| --- | --- | --- |"]
        parts += [f"| {n} | {role.label_en} | {role.label} |" for n, role in enumerate(ROLES, 1)]
        rights = sorted(all_permissions(), key=lambda p: (str(p.group), p.code))
        for heading, group in groupby(rights, key=lambda p: str(p.group)):
            numbers = " | ".join(str(n) for n, _role in enumerate(ROLES, 1))
            parts += ["", f"## {heading}", "", f"| Right | Code | {numbers} |"]
            parts.append("| --- | --- |" + " :-: |" * len(ROLES))
            for permission in group:
                reach = (permission.matrix.get(role.code) for role in ROLES)
                cells = " | ".join("" if scope is None else str(int(scope)) for scope in reach)
                parts.append(f"| {permission.label} | `{permission.code}` | {cells} |")
    return "\n".join(parts) + "\n"


SETTINGS_HEAD = """# Settings of a store

Generated from the declarations by `python -m driveline.modules.setup.docs settings`; a test keeps it true.
Changed under 系统设置 → 参数设置, for the store or for the whole group, from today or from a later day.
The history says who, when, old and new.
What holds is the store's newest value valid on the business date, else the group's, else the default.
"""


def settings_page() -> str:
    """The page as Markdown, in English, one table per section."""
    from django.utils.translation import override

    from driveline.kit.settings import sections

    with override("en"):
        parts = [SETTINGS_HEAD]
        for section in sorted(sections(), key=lambda one: one.section):
            parts += [
                f"## {section.label}",
                "",
                "| Setting | Key | Default | Limits | Rule |",
                "| --- | --- | --- | --- | --- |",
            ]
            parts += [
                f"| {field.label} | `{field.key}` | {_default(field)} | {_limits(field)} | {field.rule} |"
                for field in section.fields.values()
            ]
            parts.append("")
    return "\n".join(parts)


def _default(field: SettingField) -> str:
    if field.choices:
        return str(dict(field.choices)[field.default])
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    if isinstance(field.default, dict):
        same = len({str(value) for value in field.default.values()}) == 1
        first = next(iter(field.default.values()))
        return f"{'–'.join(first)} every day" if same and first else "per weekday"
    if isinstance(field.default, list):
        return ", ".join(map(str, field.default)) or "none"
    from driveline.kit.formats import unit

    return f"{field.default} {unit(field.unit, field.default)}".strip()


def _limits(field: SettingField) -> str:
    if field.choices:
        return " · ".join(str(label) for _code, label in field.choices)
    low, high = field.min_value, field.max_value
    return (
        ""
        if low is None and high is None
        else f"{low if low is not None else ''}–{high if high is not None else ''}"
    )


def openapi_document() -> str:
    """The document of the interface in English."""
    from driveline.kit.api.document import text

    return text("en")


def main() -> None:
    """Print the page of rights, with the word `settings` that of the settings, with `openapi` the document."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "driveline.config.settings.test")
    django.setup()
    made = {"settings": settings_page, "openapi": openapi_document}
    sys.stdout.write(made.get(" ".join(sys.argv[1:]), permissions_page)())


if __name__ == "__main__":
    main()
