"""Finding parties as people look for them (dealer.md §0.5 关键字框): by number, last four, name or pinyin.

Every search is within stores, newest first, and stops at a limit. What was typed reaches the database as a
parameter only.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from driveline.core import phones, pinyin
from driveline.core.models import Party
from driveline.core.search_text import letters

LIMIT = 1000
LONGEST = 60
FEW = 20
CANDIDATES = 3000  # of those whose initials fit, the newest that are read out

_number = re.compile(r"\+?[0-9][0-9\s\-()]*")
_masked = re.compile(r"([0-9]{3})\s*\*{2,8}\s*([0-9]{4})")


@dataclass(frozen=True)
class SearchHit:
    """Ids of parties, newest first. `more`: there are others, the search is to be refined.
    `too_short`: nothing was looked for, because so little would hit nearly everybody."""

    ids: list[int]
    more: bool = False
    too_short: bool = False


def among(ids: list[int]) -> list[int] | RawSQL:
    """The ids for an `__in` condition. Many travel as one parameter: a thousand single ones cost 20 ms."""
    if len(ids) <= FEW:
        return ids
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", ["{" + ",".join(map(str, ids)) + "}"])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])


def party_ids(store_ids: Iterable[int], text: str, limit: int = LIMIT) -> SearchHit:
    """Parties of the stores that a typed text means.

    A whole number (also a further number of the party), the last four digits, the first 3 or 5 and more
    digits, 138****4127 as shown in a masked list; of a name any two neighbouring characters or more (a
    single Chinese character is taken too); pinyin initials or whole pinyin from the first character on, of two
    or more: zhangwei, zhangw, zw.
    """
    stores = sorted(set(store_ids))
    wanted = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    if not stores or not wanted:
        return SearchHit([])
    if mask := _masked.fullmatch(wanted):
        rows = _tail(stores, mask[2]).filter(phone_key__startswith=mask[1])
        return _hit(_ids(rows, limit + 1), limit)
    if _number.fullmatch(wanted):
        return _by_number(stores, wanted, limit)
    return _by_name(stores, wanted, limit)


def _by_number(stores: list[int], wanted: str, limit: int) -> SearchHit:
    digits = re.sub(r"[^0-9]", "", wanted)
    known = phones.normalise(wanted)
    if known.key:
        return _whole(stores, known.key, limit)
    if len(digits) < 3:
        return SearchHit([], too_short=True)
    if len(digits) > 11:
        return SearchHit([])
    if len(digits) == 3 and connection.vendor == "postgresql":
        return _hit(_marked(stores, "#" + digits, limit + 1), limit)
    rows = _tail(stores, digits) if len(digits) == 4 else _prefix(stores, digits)
    return _hit(_ids(rows, limit + 1), limit)


def _whole(stores: list[int], key: str, limit: int) -> SearchHit:
    """Parties whose main or further number it is. CROSS JOIN: SQLite would begin with all parties of the store."""
    these = ", ".join(str(int(store)) for store in stores)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM core_party WHERE store_id IN ({these}) AND phone_key = %s AND NOT (phone_key = '') "  # noqa: S608
            "UNION SELECT core_party.id FROM core_partyphone CROSS JOIN core_party "
            f"WHERE core_partyphone.number = %s AND core_party.id = party_id AND store_id IN ({these}) "
            "ORDER BY 1 DESC LIMIT %s",
            [key, key, limit + 1],
        )
        return _hit([row[0] for row in cursor.fetchall()], limit)


def _tail(stores: list[int], digits: str) -> QuerySet[Party]:
    return _in(stores).filter(phone_tail=digits)


def _prefix(stores: list[int], digits: str) -> QuerySet[Party]:
    rows = _in(stores).exclude(phone_key="").filter(phone_key__gte=digits)
    if digits.strip("9"):
        rows = rows.filter(phone_key__lt=f"{int(digits) + 1:0{len(digits)}d}")
    return rows


def _by_name(stores: list[int], wanted: str, limit: int) -> SearchHit:
    plain = letters(wanted)
    if not plain or (len(plain) == 1 and plain.isascii()):
        return SearchHit([], too_short=True)
    found = _name_ids(stores, plain, limit + 1)
    if plain.isascii() and plain.isalnum():
        found = [*found, *_initials_ids(stores, plain, limit + 1)]
        read, more = _read_ids(stores, plain)
        hit = _hit([*found, *read], limit)
        return replace(hit, more=hit.more or more)
    return _hit(found, limit)


def _name_ids(stores: list[int], plain: str, most: int) -> list[int]:
    if connection.vendor == "postgresql":
        return _marked(stores, plain, most)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM party_name WHERE party_name MATCH %s ORDER BY rowid DESC LIMIT %s",
            [full_text_query(stores, plain), most],
        )
        return [row[0] for row in cursor.fetchall()]


def _initials_ids(stores: list[int], plain: str, most: int) -> list[int]:
    if connection.vendor == "postgresql":
        return _marked(stores, "^" + plain, most)
    end = plain[:-1] + chr(ord(plain[-1]) + 1)
    return _ids(_in(stores).filter(initials__gte=plain, initials__lt=end), most)


def _read_ids(stores: list[int], plain: str) -> tuple[list[int], bool]:
    """Parties whose names are read so, and whether there were more candidates than were looked at."""
    found: list[int] = []
    more = False
    for initials in pinyin.cuts(plain):
        ids = _initials_ids(stores, initials, CANDIDATES + 1)
        more = more or len(ids) > CANDIDATES
        rows = Party.objects.filter(pk__in=among(ids[:CANDIDATES])).values_list("id", "name")
        found += [pk for pk, name in rows if pinyin.sounds_like(name, plain)]
    return found, more


def _marked(stores: list[int], wanted: str, most: int) -> list[int]:
    """PostgreSQL: letters of a name, `^` + initials, `#` + the first digits (core 0002)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT party_search(%s, %s, %s)", [stores, wanted, most])
        return [row[0] for row in cursor.fetchall()]


def full_text_query(stores: Sequence[int], plain: str) -> str:
    """The question to the full-text table: the letters as a phrase, in any of the stores."""
    phrase = " ".join(letters(plain))
    units = " OR ".join(f'"s{int(store)}"' for store in stores)
    return f'name_split : "{phrase}" AND store : ({units})'


def _in(stores: list[int]) -> QuerySet[Party]:
    return (
        Party.objects.filter(store_id=stores[0])
        if len(stores) == 1
        else Party.objects.filter(store_id__in=stores)
    )


def _ids(rows: QuerySet[Party], most: int) -> list[int]:
    return list(rows.order_by("-id").values_list("id", flat=True)[:most])


def _hit(ids: list[int], limit: int) -> SearchHit:
    newest_first = sorted(set(ids), reverse=True)
    return SearchHit(newest_first[:limit], more=len(newest_first) > limit)


def index_problem() -> str:
    """What is wrong with the name index, for `driveline check`; "" when all is well."""
    expected = {"party_name_insert", "party_name_update", "party_name_delete"}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('party_name')")
            row = cursor.fetchone()
            return "" if row and row[0] else "The index party_name is missing or not valid."
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_party'")
        missing = expected - {row[0] for row in cursor.fetchall()}
    return f"Triggers of the name search are missing: {', '.join(sorted(missing))}." if missing else ""
