"""What the words of a file mean in the store, looked up once for a run: sources, cars, people, places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from driveline.core import regions
from driveline.core.models import Brand, CarModel, Membership, Series
from driveline.core.search_text import letters
from driveline.engines.followup.policy import policy_for
from driveline.engines.ownership.people import candidates
from driveline.modules.leads.choices import KIND

LEAST_PREFIX = 2  # so short a series (Q5, M6) may begin what people write of a car


@dataclass(frozen=True, slots=True)
class Car:
    """The car somebody wants, as far as the catalogue knows it; `rest` are the words it does not."""

    brand_id: int | None = None
    series_id: int | None = None
    car_model_id: int | None = None
    rest: str = ""


class People:
    """Who may be given leads, by login and by name; a name that two people have names nobody."""

    def __init__(self, store_id: int) -> None:
        ids = [one.user_id for one in candidates(store_id, policy_for(KIND))]
        self._by_word: dict[str, int | None] = {}
        rows = Membership.objects.filter(store_id=store_id, user_id__in=ids).values_list(
            "user_id", "user__login", "user__name"
        )
        for user_id, login, name in rows:
            self._by_word[login.lower()] = user_id
            word = letters(name)
            self._by_word[word] = None if self._by_word.get(word, user_id) != user_id else user_id

    def find(self, word: str) -> int | None:
        """The user id behind a login, a name, or an address of mail that begins with the login."""
        plain = word.strip().lower()
        found = self._by_word.get(plain) or self._by_word.get(letters(word))
        return found or self._by_word.get(plain.partition("@")[0])


class Cars:
    """The catalogue by names as people write them; models are read for the series that occur."""

    def __init__(self) -> None:
        self._brands = {
            letters(name): pk for pk, name in Brand.objects.filter(active=True).values_list("pk", "name")
        }
        self._series: dict[str, list[tuple[int, int]]] = defaultdict(list)
        rows = Series.objects.filter(active=True, brand__active=True)
        for pk, name, brand_id in rows.values_list("pk", "name", "brand_id"):
            self._series[letters(name)].append((pk, brand_id))
        self._longest = max(map(len, self._series), default=0)
        self._models: dict[int, dict[str, int]] = {}
        self._found: dict[tuple[str, str, str], Car] = {}

    def find(self, brand: str, series: str, model: str) -> Car:
        """The car that the three cells mean; each may hold more than its head says."""
        key = (brand, series, model)
        if key not in self._found:
            self._found[key] = self._find(brand, series, model)
        return self._found[key]

    def _find(self, brand: str, series: str, model: str) -> Car:
        brand_id = self._brands.get(letters(brand))
        series_id, home = self._series_of(letters(series), brand_id)
        rest = [] if brand_id or not brand else [brand]
        model_text = letters(model)
        if series and series_id is None:
            series_id, home = self._within(letters(series), brand_id)
            rest.append(series)
        if model and series_id is None:
            series_id, home = self._within(model_text, brand_id)
        model_id = self._model_of(series_id, model_text) if series_id and model else None
        if model and model_id is None:
            rest.append(model)
        if series_id and brand and brand_id is None and home:
            rest = (
                [word for word in rest if word != brand] if letters(brand) in self._names_of(home) else rest
            )
        return Car(brand_id or home, series_id, model_id, " ".join(dict.fromkeys(rest)))

    def _series_of(self, word: str, brand_id: int | None) -> tuple[int | None, int | None]:
        """The series of this name, when it is the only one (of the brand)."""
        found = [one for one in self._series.get(word, ()) if brand_id is None or one[1] == brand_id]
        return found[0] if len(found) == 1 else (None, None)

    def _within(self, text: str, brand_id: int | None) -> tuple[int | None, int | None]:
        """The longest series that the text begins with, the brand in front of it or not: 大众迈腾330."""
        starts = [
            text,
            *(
                text[len(b) :]
                for b, pk in self._brands.items()
                if b and text.startswith(b) and brand_id in (None, pk)
            ),
        ]
        for start in starts:
            for length in range(min(len(start), self._longest), LEAST_PREFIX - 1, -1):
                found = self._series_of(start[:length], brand_id)
                if found[0] is not None:
                    return found
        return None, None

    def _model_of(self, series_id: int, text: str) -> int | None:
        """The model of the series with this name, written with or without the series in front."""
        if series_id not in self._models:
            rows = CarModel.objects.filter(series_id=series_id, active=True).values_list(
                "pk", "name", "series__name"
            )
            self._models[series_id] = found = {}
            for pk, name, series in rows:
                whole = letters(name)
                found[whole] = pk
                found.setdefault(whole.removeprefix(letters(series)), pk)
        known = self._models[series_id]
        return known.get(text)

    def _names_of(self, brand_id: int) -> set[str]:
        return {name for name, pk in self._brands.items() if pk == brand_id}


class Places:
    """Province and city in full, as far as they are known."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, province: str, city: str) -> tuple[str, str]:
        key = (province, city)
        if key not in self._found:
            self._found[key] = regions.tidy(province, city)
        return self._found[key]


def chosen_words(options: Mapping[str, object], field: str) -> dict[str, int]:
    """What the person has said that words of a column mean: folded word → id."""
    words = options.get("words")
    given = words.get(field, {}) if isinstance(words, dict) else {}
    return {str(word): int(pk) for word, pk in given.items() if pk}
