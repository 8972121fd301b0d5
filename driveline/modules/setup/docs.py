"""docs/permissions.md, generated from the declarations: every right and how far each seeded role has it.

python -m driveline.modules.setup.docs > docs/permissions.md
"""

from __future__ import annotations

import os
import sys
from itertools import groupby

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


def main() -> None:
    """Print the page."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "driveline.config.settings.test")
    django.setup()
    sys.stdout.write(permissions_page())


if __name__ == "__main__":
    main()
