"""Fixtures that tests of every folder share."""

pytest_plugins = ("tests.common", "tests.world")
