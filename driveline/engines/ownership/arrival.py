"""Assignment on arrival: nobody, one person, or in turn over those who take work; the reason is kept (DESIGN §3a)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.core.request_cache import briefly
from driveline.engines.ownership.models import ArrivalRule
from driveline.engines.ownership.people import Candidate, candidates

if TYPE_CHECKING:
    from driveline.engines.followup.policy import Policy


@dataclass(frozen=True, slots=True)
class Given:
    """To whom a new row goes (None: into the queue) and why: the rule, its version and what it went by."""

    user_id: int | None = None
    name: str = ""
    why: Mapping[str, Any] = field(default_factory=dict)


QUEUE = Given()


class Assigner:
    """Deals out the new rows of one store and kind. Counts on what it has given, so that a thousand rows of one
    file are spread evenly. One query for the rules, two more when somebody is to be given something."""

    def __init__(self, store_id: int, policy: Policy, people: Iterable[Candidate] | None = None) -> None:
        """`people`: those who may be given work, when the caller has read them already."""
        self._store_id, self._policy = store_id, policy
        self._known = people
        self._load: dict[int, int] = {}
        self._turn: dict[int, int] = {}
        self._among: dict[int, list[Candidate]] = {}
        self._given_so_far = 0
        self._shared: dict[int, int] = {}

    def give(self, source_id: int | None) -> Given:
        """The next one of the source's rule."""
        rule = self._rules.get(source_id) or self._rules.get(None)
        return self.by(rule) if rule is not None else QUEUE

    def by(self, rule: ArrivalRule) -> Given:
        """The next one of a rule."""
        if rule.mode == ArrivalRule.Mode.NOBODY:
            return QUEUE
        why = {"rule": rule.mode, "id": rule.pk, "version": rule.version}
        if rule.mode == ArrivalRule.Mode.PERSON:
            person = self._people.get(rule.people[0]) if rule.people else None
            if person is None:
                return Given(why={**why, "nobody": True})
            return self._given(person, why)
        return self._in_turn(rule, why)

    def take(self, user_id: int, why: Mapping[str, Any]) -> Given:
        """A named person, when he may be given work; else the queue."""
        person = self._people.get(user_id)
        return self._given(person, why) if person else Given(why={**why, "nobody": True})

    def share(self, user_ids: Sequence[int], dealt: Mapping[int, int], why: Mapping[str, Any]) -> Given:
        """Evenly over the named people: whoever was given fewest so far, `dealt` counted in; the queue for nobody.
        Who may not be given work is left out."""
        people = (
            [self._people[pk] for pk in dict.fromkeys(user_ids) if pk in self._people] if user_ids else []
        )
        if not people:
            return Given(why={**why, "nobody": True} if user_ids else {})
        person = min(people, key=lambda one: dealt.get(one.user_id, 0) + self._shared.get(one.user_id, 0))
        self._shared[person.user_id] = self._shared.get(person.user_id, 0) + 1
        return self._given(person, why)

    def _in_turn(self, rule: ArrivalRule, why: dict[str, Any]) -> Given:
        """Fewest open tasks first; among equals whoever was given something longest ago."""
        people = self._among.get(rule.pk)
        if people is None:
            people = [self._people[pk] for pk in dict.fromkeys(rule.people) if pk in self._people]
            self._among[rule.pk] = people
        if not people:
            return Given(why={**why, "nobody": True})
        person = min(people, key=lambda one: (self._open(one.user_id), self._turn.get(one.user_id, 0)))
        return self._given(person, {**why, "open": self._open(person.user_id)})

    def _given(self, person: Candidate, why: Mapping[str, Any]) -> Given:
        self._load[person.user_id] = self._open(person.user_id) + 1
        self._given_so_far += 1
        self._turn[person.user_id] = self._given_so_far
        return Given(person.user_id, person.name, why)

    def _open(self, user_id: int) -> int:
        found = self._load.get(user_id)
        return self._people[user_id].open_tasks if found is None else found

    @cached_property
    def _rules(self) -> dict[int | None, ArrivalRule]:
        store_id, kind = self._store_id, self._policy.kind
        return briefly(("arrival rules", store_id, kind), lambda: _rules_of(store_id, kind))

    @cached_property
    def _people(self) -> dict[int, Candidate]:
        if self._known is not None:
            return {one.user_id: one for one in self._known}
        found, self._load = briefly(
            ("arrival rules", self._store_id, self._policy.kind, "people"), self._read
        )
        return found

    def _read(self) -> tuple[dict[int, Candidate], dict[int, int]]:
        """Who takes work, and what is given to whom from now on, counted on beside what lay on the desks. At a door
        that takes hundreds a second both are a few seconds old at most, and its own gifts are always counted."""
        return {one.user_id: one for one in candidates(self._store_id, self._policy)}, {}


def _rules_of(store_id: int, kind: str) -> dict[int | None, ArrivalRule]:
    return {rule.source_id: rule for rule in ArrivalRule.objects.filter(store_id=store_id, kind=kind)}


def why_words(why: Mapping[str, Any]) -> str:
    """The reason of an assignment on arrival as people read it; "" for none."""
    rule = why.get("rule")
    if rule not in ("file", "shared", ArrivalRule.Mode.PERSON, ArrivalRule.Mode.ROTATION):
        return ""
    if why.get("nobody"):
        return _("nobody named by the rule takes work, so it waits to be assigned")
    if rule == "file":
        return _("named in the file")
    if rule == "shared":
        return _("chosen when the file was imported")
    if rule == ArrivalRule.Mode.PERSON:
        return _("by the rule of the source")
    return _("in turn: with %(n)s open tasks the fewest") % {"n": why.get("open", 0)}
