"""Mechanisms with many kinds. An engine names no module and no kind; they come to it as declarations."""
