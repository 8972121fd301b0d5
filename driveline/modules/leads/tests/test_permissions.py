"""The seeded matrix is that of dealer.md §14, rows of leads, column by column."""

from __future__ import annotations

import pytest

from driveline.kit.permissions import permission

ROLES = {
    "顾": "consultant",
    "网": "web_consultant",
    "销经": "sales_manager",
    "销总": "sales_director",
    "服": "service_adviser",
    "客": "service_agent",
    "客主": "service_manager",
    "售总": "aftersales_director",
    "财": "finance_director",
    "市": "marketing",
    "总": "general_manager",
    "集": "group_auditor",
    "管": "admin",
}
# As printed: one cell per role, digit = scope of seeing, letters = verbs.
ROWS = {
    "leads": "1 1CEI 3CEAIXD 3AX - - 3 - - 3C 3X 4 3",
    "lead_tasks": "1F 1F 2F 3 - - - - - - 3 - -",
    "lead_records": "1 1 3X 3X - - 3 - - 3 3X - -",
    "lost_leads": "1 1 3VX 3VX - - 3 - - - 3 - -",
    "duplicate_leads": "- 1 3X 3X - - - - - 3 3 - 3",
}
VERBS = {
    "C": "create",
    "E": "edit",
    "A": "assign",
    "I": "import",
    "X": "export",
    "D": "void",
    "F": "record",
    "V": "activate",
}


@pytest.mark.parametrize("area", list(ROWS))
def test_the_matrix_is_as_printed(area: str) -> None:
    cells = dict(zip(ROLES.values(), ROWS[area].split(), strict=True))
    wanted: dict[str, dict[str, int]] = {f"{area}.view": {}}
    for role, cell in cells.items():
        if cell == "-":
            continue
        wanted[f"{area}.view"][role] = int(cell[0])
        for letter in cell[1:]:
            wanted.setdefault(f"{area}.{VERBS[letter]}", {})[role] = int(cell[0])
    assert {code: {r: int(s) for r, s in permission(code).matrix.items()} for code in wanted} == wanted
