"""The command line speaks one language, whatever the program's is."""

from __future__ import annotations

import pytest
from django.utils import translation

from driveline.config.cli import main


@pytest.mark.django_db
def test_a_refusal_of_a_service_is_said_in_english(world, capsys) -> None:
    order = ["user", "create", "newone", "--name", "新人", "--store", "HX000026", "--role", "nope"]
    assert main(order) == 1
    assert capsys.readouterr().err == "driveline: There is no role with the code nope.\n"
    assert translation.get_language() == "zh-hans"
