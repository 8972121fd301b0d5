"""Bringing files in: reading them, finding heads and columns, values of cells, giving failed rows back. Owns no table.

`reader` runs in a process of its own and knows nothing of Django; keep this file free of imports for its sake.
"""
