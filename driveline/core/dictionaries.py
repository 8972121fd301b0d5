"""Enumerations that users maintain (UN-D01…D04): the group's entries are everybody's, a store adds and hides.

A module registers a dictionary with its seeded entries and says with `uses` where entries are used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext_lazy as _

from driveline.core.models import DictItem
from driveline.core.request_cache import once, remembering
from driveline.kit.formats import in_language

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Counter = Callable[[DictItem], int]


@dataclass(frozen=True)
class Seed:
    """An entry that every group begins with. `system`: used by the program itself; it can be renamed and
    moved, is never offered for choice and cannot be removed (UN-D04)."""

    code: str
    label: str
    label_en: str
    parent: str = ""
    system: bool = False


@dataclass(frozen=True)
class Dictionary:
    """A kind of enumeration. `parent` names the dictionary its entries are grouped by."""

    code: str
    label: str | _StrPromise
    seeded: tuple[Seed, ...] = ()
    parent: str = ""

    def system_codes(self) -> frozenset[str]:
        """Codes the program itself uses."""
        return frozenset(seed.code for seed in self.seeded if seed.system)


@dataclass(frozen=True)
class Entry:
    """An entry as a store sees it. `offered`: active, not hidden, and meant for people to choose."""

    id: int
    kind: str
    code: str
    label_zh: str
    label_en: str
    parent_code: str
    unit_id: int
    active: bool
    hidden: bool
    seeded: bool

    @property
    def label(self) -> str:
        """In the language of the reader; what users typed has one language only."""
        return in_language(self.label_zh, self.label_en)

    @property
    def offered(self) -> bool:
        return self.active and not self.hidden and not is_system(self.kind, self.code)

    def __str__(self) -> str:
        return self.label


_dictionaries: dict[str, Dictionary] = {}
_counters: dict[str, list[Counter]] = {}


def dictionary(
    code: str, label: str | _StrPromise, *, seeded: list[Seed] | None = None, parent: str = ""
) -> Dictionary:
    """Register a dictionary; a second different one under the same code is a programming error."""
    declared = Dictionary(code, label, tuple(seeded or ()), parent)
    if _dictionaries.setdefault(code, declared) != declared:
        raise ValueError(f"dictionary {code} is declared twice")
    return declared


def dictionaries() -> list[Dictionary]:
    """Every registered dictionary, in the order of declaration."""
    return list(_dictionaries.values())


def by_code(code: str) -> Dictionary:
    """The registered dictionary; KeyError for an unknown code."""
    return _dictionaries[code]


def is_system(kind: str, code: str) -> bool:
    """Whether the entry is one the program itself uses."""
    declared = _dictionaries.get(kind)
    return declared is not None and code in declared.system_codes()


def uses(kind: str, counter: Counter) -> None:
    """Say how often an entry of the kind is used in one place: the entry of the group in all its stores. The counter
    stops at a cap (`kit.badges.capped_count`): it is asked for every dialog."""
    found = _counters.setdefault(kind, [])
    if counter not in found:
        found.append(counter)


def count_uses(item: DictItem) -> int:
    """How often an entry is used, over all places that were registered; a place with many counts as its cap and one."""
    return sum(counter(item) for counter in _counters.get(item.kind, []))


def items(store_id: int, kind: str, include_inactive: bool = False) -> list[Entry]:
    """The entries a store is offered, the group's and its own, in their order; with `include_inactive` also
    those that are disabled, hidden or the program's own. One query, none the second time in a request."""
    found = [entry for entry in _entries(store_id, kind) if entry.kind == kind]
    return found if include_inactive else [entry for entry in found if entry.offered]


def item_by_code(store_id: int, kind: str, code: str) -> Entry | None:
    """The entry under a code, in use or not; the store's own goes before the group's."""
    found = [entry for entry in items(store_id, kind, include_inactive=True) if entry.code == code]
    return next((entry for entry in found if entry.unit_id == store_id), found[0] if found else None)


def item_by_id(store_id: int, kind: str, item_id: int | None) -> Entry | None:
    """The entry of that id, in use or not, as far as the store sees it."""
    found = items(store_id, kind, include_inactive=True)
    return next((entry for entry in found if entry.id == item_id), None)


def label(store_id: int, kind: str, code: str) -> str:
    """What is shown for a stored code; a code that is not known (any more) is shown as it stands."""
    entry = item_by_code(store_id, kind, code)
    return entry.label if entry else code


def seed(group_id: int) -> int:
    """Give a group the seeded entries it lacks; safe to run again. Returns how many were added."""
    have = set(DictItem.objects.filter(unit_id=group_id).values_list("kind", "code"))
    new = [
        DictItem(
            unit_id=group_id,
            kind=declared.code,
            code=entry.code,
            label=entry.label,
            label_en=entry.label_en,
            parent_code=entry.parent,
            position=(place + 1) * 10,
            seeded=True,
        )
        for declared in dictionaries()
        for place, entry in enumerate(declared.seeded)
        if (declared.code, entry.code) not in have
    ]
    # Two installations at the same moment may meet on the only unique key, unit + kind + code.
    DictItem.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _entries(store_id: int, kind: str) -> list[Entry]:
    if not remembering():
        return _load(store_id, kind)
    return once(("dictionaries", store_id), lambda: _load(store_id))


# In words of its own: nearly every page reads this, and putting it together took the ORM 1.4 ms.
_ENTRIES = """
    SELECT item.id, item.kind, item.code, item.label, item.label_en, item.parent_code, item.unit_id, item.active,
        EXISTS (SELECT 1 FROM core_dicthide hide WHERE hide.item_id = item.id AND hide.store_id = %s), item.seeded
    FROM core_dictitem item
    WHERE item.unit_id IN (%s, (SELECT parent_id FROM core_orgunit WHERE id = %s)) AND %s IN (item.kind, '')
    ORDER BY item.kind, item.position, item.id
"""


def _load(store_id: int, kind: str = "") -> list[Entry]:
    """The entries of the store and of its group, of one kind or of all."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [store_id, store_id, store_id, kind])
        return [Entry(*row[:7], *map(bool, row[7:])) for row in cursor.fetchall()]


dictionary(
    "lead_source",
    _("Lead sources"),
    seeded=[
        Seed("autohome", "汽车之家", "Autohome"),
        Seed("dongchedi", "懂车帝", "Dongchedi"),
        Seed("yiche", "易车", "Yiche"),
        Seed("pcauto", "太平洋汽车", "PCauto"),
        Seed("other_web", "其他网络", "Other website"),
        Seed("hotline", "400电话", "400 hotline"),
        Seed("website", "官网", "Own website"),
        Seed("consumer_app", "车管家", "Owner's app"),
        Seed("event", "店内活动", "Event in the store"),
        Seed("referral", "老客户介绍", "Referral"),
    ],
)
dictionary(
    "defeat_category",
    _("Defeat categories"),
    seeded=[
        Seed("product", "产品类", "Product"),
        Seed("derivative", "衍生类", "Finance and extras"),
        Seed("commercial", "商务类", "Commercial"),
        Seed("other", "其他", "Other"),
    ],
)
dictionary(
    "defeat_reason",
    _("Defeat reasons"),
    parent="defeat_category",
    seeded=[
        Seed("model_unsuitable", "车型或配置不合适", "Model or equipment does not suit", "product"),
        Seed("no_stock", "无现车，等待太久", "Not in stock, too long a wait", "product"),
        Seed("quality_doubts", "对品质或口碑有顾虑", "Doubts about quality or reputation", "product"),
        Seed("finance", "金融方案不满意", "Finance offer does not suit", "derivative"),
        Seed("trade_in", "置换价格不满意", "Trade-in price too low", "derivative"),
        Seed("extras", "保险、上牌等费用不满意", "Cost of insurance and registration", "derivative"),
        Seed("price", "价格或优惠不满意", "Price or discount", "commercial"),
        Seed("other_brand", "已购其他品牌", "Bought another brand", "commercial"),
        Seed("other_dealer", "已在其他店购车", "Bought at another dealer", "commercial"),
        Seed("no_plan", "暂无购车计划", "No plan to buy at present", "other"),
        Seed("not_reached", "长期联系不上", "Not reached for a long time", "other"),
        Seed("declined", "客户拒绝再联系", "Does not want to be contacted", "other"),
        Seed("system_m", "系统:满 M 次未转化", "System: no result after M follow-ups", "other", system=True),
    ],
)
dictionary(
    "void_reason",
    _("Void reasons"),
    seeded=[
        Seed("wrong_number", "错号空号", "Wrong number"),
        Seed("test_data", "测试数据", "Test data"),
        Seed("entered_twice", "重复录入", "Entered twice"),
        Seed("import_reverted", "导入撤销", "Import taken back", system=True),
        Seed("other", "其他", "Other"),
    ],
)
dictionary("competitor", _("Competitors"))
