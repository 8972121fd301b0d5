"""What a browser calls itself, made readable for the list of sessions. Only a hint: it can say anything."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("WeChat", r"MicroMessenger/(\d+)"),
    ("QQ", r"QQBrowser/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[^ ]* (?:Mobile/\S+ )?Safari"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def spoken(agent: str) -> str:
    """Browser and system: "Chrome 140 · Windows"; what is not known is left out, "" when nothing is."""
    parts = []
    for name, pattern in _BROWSERS:
        if found := re.search(pattern, agent):
            parts.append(f"{name} {found.group(1)}")
            break
    parts += [name for name, pattern in _SYSTEMS if re.search(pattern, agent)][:1]
    return " · ".join(parts)
