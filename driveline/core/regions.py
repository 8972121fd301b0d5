"""Provinces and cities of the address fields (GB/T 2260), and how people write them."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path

_ENDINGS = (
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "地区",
    "省",
    "市",
    "盟",
)


def provinces() -> list[str]:
    """All provinces in the official order."""
    return list(_regions())


def cities(province: str) -> list[str]:
    """The cities of a province; a municipality is its own city; empty for an unknown province."""
    return list(_regions().get(province, []))


def province_named(text: str) -> str:
    """The full name of a province as people write it (湖北 → 湖北省); "" when there is none."""
    return _provinces_by_short().get(_short(text.strip()), "")


def city_named(text: str, province: str = "") -> str:
    """The full name of a city (武汉 → 武汉市), within the province if one is given; "" when there is none."""
    return _cities_by_short(province).get(_short(text.strip()), "")


def province_of(city: str) -> str:
    """The province a city lies in; "" for an unknown one."""
    return next((province for province, found in _regions().items() if city in found), "")


@lru_cache(maxsize=2048)  # few places are written in many messages
def tidy(province: str, city: str) -> tuple[str, str]:
    """Both names in full as far as they are known; the province from the city when it is missing."""
    full = province_named(province)
    town = city_named(city, full) or city.strip()
    if not full and not province.strip():
        full = province_of(town)
    return full or province.strip(), town


@cache
def _provinces_by_short() -> dict[str, str]:
    return _by_short(provinces())


@lru_cache(maxsize=64)
def _cities_by_short(province: str) -> dict[str, str]:
    return _by_short(cities(province) if province else [c for found in _regions().values() for c in found])


def _by_short(names: list[str]) -> dict[str, str]:
    """Short name → full name; of two with the same short one the first counts."""
    return {_short(name): name for name in reversed(names)}


def _short(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


@cache
def _regions() -> dict[str, list[str]]:
    file = Path(__file__).parent / "data" / "regions.json"
    found: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))
    return found
