"""系统设置: people, rights, dictionaries, settings, units, catalogue and audit; and the demonstration.

Owns pages only: what it changes is core's, through core's services.
"""
