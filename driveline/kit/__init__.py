"""How a page, a column, a command, a setting, an export is declared. Owns no business table, imports nothing of ours."""
