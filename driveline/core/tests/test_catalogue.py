"""The vehicle catalogue and the regions."""

import time
from decimal import Decimal

from driveline.core import catalogue, regions
from driveline.core.catalogue import Line, Loaded, Option
from driveline.core.models import Brand, CarModel, Series

LINES = [
    Line("比亚迪", "汉", "汉 2025款 EV 605KM 尊贵型", "1", Decimal("17.98"), "2025-02"),
    Line("比亚迪", "汉", "汉 2024款 DM-i 125KM", "2", Decimal("16.58"), "2024-02"),
    Line("比亚迪", "宋PLUS", "宋PLUS 2025款", "3", None, ""),
    Line("宝马", "宝马3系", "宝马3系 2025款 325Li", "4", Decimal("34.99"), "2024-08"),
    Line("奥迪", "奥迪A6L", "奥迪A6L 2025款", "5", Decimal("42.79"), "2024-10"),
]


def test_the_shipped_catalogue_is_whole() -> None:
    lines = catalogue.read_file()
    assert len(lines) == 12_845
    assert len({line.brand for line in lines}) == 247
    assert len({(line.brand, line.series) for line in lines}) == 1_666
    assert lines[0] == Line(
        "212", "212 T01", "212 T01 2024款 2.0T 探险家", "69363", Decimal("15.99"), "2024-08"
    )
    assert max(len(line.model) for line in lines) == 78
    assert "PyLab.me" in str(catalogue.ATTRIBUTION)
    assert "CC BY 4.0" in str(catalogue.ATTRIBUTION)


def test_loading_is_quick_and_may_be_repeated(db, django_assert_max_num_queries) -> None:
    begun = time.perf_counter()
    assert catalogue.load() == Loaded(247, 1_666, 12_845)
    assert time.perf_counter() - begun < 10  # 1-2 s on an idle machine
    Brand.objects.filter(name="宝马").update(active=False)
    CarModel.objects.filter(series__brand__name="212")[0].delete()
    with django_assert_max_num_queries(12):
        assert catalogue.load() == Loaded(0, 0, 1)
    assert not Brand.objects.get(name="宝马").active


def test_choosing_brand_then_series_then_model(db) -> None:
    assert catalogue.load(LINES) == Loaded(3, 3 + 1, 5)
    byd = Brand.objects.get(name="比亚迪")
    assert [o.label for o in catalogue.brand_options()] == ["奥迪", "宝马", "比亚迪"]
    assert [o.label for o in catalogue.brand_options("b")] == ["宝马", "比亚迪"]
    assert [o.label for o in catalogue.brand_options("byd")] == ["比亚迪"]
    assert [o.label for o in catalogue.brand_options("亚迪")] == ["比亚迪"]
    assert (
        catalogue.brand_options("bm") + catalogue.brand_options("丰田")
        == [Option(Brand.objects.get(name="宝马").pk, "宝马")] * 1
    )
    assert {o.label for o in catalogue.series_options(byd.pk)} == {"汉", "宋PLUS"}
    assert [(o.label, o.hint) for o in catalogue.series_options(byd.pk, "plus")] == [("宋PLUS", "比亚迪")]
    assert [(o.label, o.hint) for o in catalogue.series_options(None, "a6l")] == [("奥迪A6L", "奥迪")]
    assert catalogue.series_options(None) == []
    han = Series.objects.get(name="汉")
    assert [(o.label, o.hint) for o in catalogue.model_options(han.pk)] == [
        ("汉 2025款 EV 605KM 尊贵型", "17.98"),
        ("汉 2024款 DM-i 125KM", "16.58"),
    ]
    assert [o.label for o in catalogue.model_options(han.pk, "dm-i")] == ["汉 2024款 DM-i 125KM"]
    Series.objects.filter(pk=han.pk).update(active=False)
    assert [o.label for o in catalogue.series_options(byd.pk)] == ["宋PLUS"]


def test_a_series_by_the_names_people_write(db) -> None:
    catalogue.load(LINES)
    assert catalogue.find_series("奥迪", "奥迪 a6l").name == "奥迪A6L"
    assert catalogue.find_series("", "汉").brand.name == "比亚迪"
    assert catalogue.find_series("宝马", "汉") is None
    assert catalogue.find_series("宝马", "") is None


def test_regions() -> None:
    assert len(regions.provinces()) == 34
    assert regions.provinces()[:2] == ["北京市", "天津市"]
    assert regions.cities("北京市") == ["北京市"]
    assert regions.cities("湖北省")[0] == "武汉市"
    assert "仙桃市" in regions.cities("湖北省")
    assert regions.cities("nowhere") == []
    assert max(len(city) for p in regions.provinces() for city in regions.cities(p)) == 11


def test_regions_as_people_write_them() -> None:
    assert [regions.province_named(t) for t in ("湖北", "广西", "内蒙古", "香港", "北京", "")] == [
        "湖北省",
        "广西壮族自治区",
        "内蒙古自治区",
        "香港特别行政区",
        "北京市",
        "",
    ]
    assert regions.city_named("武汉") == "武汉市"
    assert regions.city_named("武汉", "湖南省") == ""
    assert regions.tidy("", "武汉") == ("湖北省", "武汉市")
    assert regions.tidy("湖北", "") == ("湖北省", "")
    assert regions.tidy("火星", "环形山") == ("火星", "环形山")
