"""The messages of the platform, the same for the same seed: good ones, faulty ones, some about one person."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
CITIES = ("武汉", "南京", "杭州", "成都", "Beijing")
FAULTS = ("no_phone", "short_phone", "no_name", "only_virtual", "text_phone")


@dataclass(frozen=True)
class Said:
    """A message, what is wrong with it ("" for a good one), and the number that it is about."""

    number: str
    phone: str
    fault: str
    body: dict[str, Any]


def messages(
    seed: int, count: int, *, faulty: float = 0.0, virtual: float = 0.0, same_person: float = 0.0
) -> list[Said]:
    """`count` messages with numbers of their own; the shares say how many are faulty, bring a virtual number, or are
    about a person of an earlier message."""
    chance = random.Random(seed)
    made: list[Said] = []
    phones: list[str] = []
    for n in range(count):
        again = bool(phones) and chance.random() < same_person
        phone = chance.choice(phones) if again else f"13{seed % 10}{n:08d}"
        fault = chance.choice(FAULTS) if chance.random() < faulty else ""
        if not fault and not again:
            phones.append(phone)
        made.append(_said(f"P{seed}-{n}", phone, fault, chance, virtual))
    return made


def _said(number: str, phone: str, fault: str, chance: random.Random, virtual: float) -> Said:
    user: dict[str, Any] = {
        "name": "" if fault == "no_name" else f"{chance.choice(SURNAMES)}{chance.choice(('先生', '女士'))}",
        "mobile": {"no_phone": "", "short_phone": phone[:7], "text_phone": "面谈"}.get(fault, phone),
        "sex": chance.choice((1, 2, 0)),
    }
    if fault == "only_virtual":
        user |= {"mobile": "", "virtual": "95013" + phone}
    elif chance.random() < virtual:
        user["virtual"] = "95013" + phone[::-1]
    body = {
        "clueId": number,
        "user": user,
        "city": chance.choice(CITIES),
        "message": chance.choice(("想了解首付", "周末看车", "有现车吗", "emoji 🚗", "")),
        "createTime": "2026-11-20 10:00:00",
    }
    return Said(number, phone, fault, body)
