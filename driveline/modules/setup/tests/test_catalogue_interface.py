"""A program looks a car up by its names and enters a lead for it."""

from __future__ import annotations

from typing import Any

import pytest

from driveline.core.models import Brand, CarModel, Series
from driveline.modules.leads.models import Lead
from tests.factories import a_phone, a_source
from tests.programs import Program
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def cars() -> dict[str, Any]:
    """大众: 朗逸 (two models, one out of use) and 宝来, out of use; 奥迪, out of use: A4L."""
    vw, audi = (
        Brand.objects.create(name="大众", initials="dz"),
        Brand.objects.create(name="奥迪", initials="ad", active=False),
    )
    lavida = Series.objects.create(brand=vw, name="朗逸", initials="ly")
    bora = Series.objects.create(brand=vw, name="宝来", initials="bl", active=False)
    a4 = Series.objects.create(brand=audi, name="A4L", initials="a4l")
    model = CarModel.objects.create(
        series=lavida, name="朗逸 1.5L 自动", guide_price="12.09", launched="2025"
    )
    for series, name, active in (
        (lavida, "朗逸 旧款", False),
        (bora, "宝来 1.4T", True),
        (a4, "A4L 45", True),
    ):
        CarModel.objects.create(series=series, name=name, active=active)
    return {"brand": vw, "series": lavida, "model": model}


def test_a_program_finds_a_car_and_enters_a_lead_for_it(world: World, cars: dict[str, Any]) -> None:
    program = Program(world, world.wangbing)
    [brand] = program.get("brands", q="大众").json()["items"]
    assert brand == {"id": cars["brand"].pk, "name": "大众", "initials": "dz"}
    [series] = program.get("series", parent=brand["id"], q="LY").json()["items"]
    assert series == {
        "id": cars["series"].pk,
        "name": "朗逸",
        "initials": "ly",
        "brand": {"id": brand["id"], "label": "大众"},
    }
    [model] = program.get("models", parent=series["id"]).json()["items"]
    assert (model["name"], model["guide_price"], model["launched"]) == ("朗逸 1.5L 自动", "12.09", "2025")
    entry = {"name": "周敏", "phone": a_phone(), "source": a_source(world).pk}
    answer = program.post(
        "leads", entry | {"brand": brand["id"], "series": series["id"], "car_model": model["id"]}
    )
    assert answer.status_code == 201, answer.content.decode()
    assert Lead.objects.get().pursuit.car_model_id == cars["model"].pk


def test_what_is_out_of_use_is_not_offered(world: World, cars: dict[str, Any]) -> None:
    program = Program(world, world.wangbing)
    for name, found in (("brands", cars["brand"]), ("series", cars["series"]), ("models", cars["model"])):
        assert program.ids(name) == [found.pk]
    gone = CarModel.objects.exclude(pk=cars["model"].pk).values_list("pk", flat=True)
    assert [program.get(f"models/{pk}").status_code for pk in gone] == [404] * 3


def test_nothing_of_another_brand_comes_and_what_is_no_brand_is_said(
    world: World, cars: dict[str, Any]
) -> None:
    program = Program(world, world.wangbing)
    assert program.ids("series", parent=cars["brand"].pk + 10**6) == []
    assert program.get("series", parent="x").json()["errors"][0]["field"] == "parent"
    assert program.get("brands", parent="1").json()["errors"][0]["field"] == "parent"
    assert program.post("brands", {"name": "新"}).status_code == 405
