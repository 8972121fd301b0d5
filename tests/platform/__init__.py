"""A car platform to try against: a program of its own that speaks only HTTP. `python -m tests.platform --help`"""
