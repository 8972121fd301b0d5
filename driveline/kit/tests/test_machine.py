"""The state table refuses what can never be, and draws itself."""

import pytest
from django.db import models

from driveline.kit.machine import Machine


class Light(models.TextChoices):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


MOVES = {"go": (("red",), "green"), "stop": (("green",), "red"), "fail": (("red", "green"), "broken")}


def test_it_answers_from_the_table():
    machine = Machine(Light, MOVES, start="red")
    assert machine.sources("fail") == {"red", "green"}
    assert machine.target("go") == "green"
    assert machine.allows("go", Light.RED)
    assert not machine.allows("go", "broken")
    assert machine.verbs("green") == ["stop", "fail"]


def test_a_state_that_can_never_be_reached_is_refused_at_once():
    with pytest.raises(ValueError, match="broken can never be reached"):
        Machine(Light, {"go": (("red",), "green")}, start="red")


def test_a_state_of_another_kind_may_be_named_as_unused():
    assert Machine(Light, {"go": (("red",), "green")}, start="red", unused=["broken"]).verbs("red") == ["go"]


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="no state blue"):
        Machine(Light, {"go": (("blue",), "green")}, start="red")


def test_it_draws_itself():
    assert Machine(Light, MOVES, start="red").mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> red",
        "    red --> green: go",
        "    green --> red: stop",
        "    green --> broken: fail",
        "    red --> broken: fail",
    ]
