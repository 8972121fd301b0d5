"""网销管理: leads from the first number to the defeat and back.

Owns the lead itself, its settings, commands, pages and what it shows on the workbench. Who follows whom and when is
the engines' business, names and numbers are the party's.
"""
