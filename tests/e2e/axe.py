"""The automatic accessibility check: axe-core in the page, findings as short sentences.

    from tests.e2e.axe import findings
    assert findings(page) == []

The script is evaluated through the debugging protocol, so the page's content policy stays as strict as it is.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Rules of taste that the design decided otherwise.
LEFT_OUT = ("region", "page-has-heading-one", "heading-order", "landmark-unique")

# What fades or slides has come to its end: half-way colours are nobody's design. What moves with the scrolling
# (the shadow of a sticky head) has no end to wait for.
STILL = """() => Promise.all(document.getAnimations()
  .filter((one) => one.timeline instanceof DocumentTimeline && one.effect?.getTiming().iterations !== Infinity)
  .map((one) => one.finished.catch(() => {})))"""


@lru_cache(maxsize=1)
def _script() -> str:
    return AXE.read_text()


def findings(
    page: Page, root: str = "", leave_out: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> list[str]:
    """What axe finds below `root` (a selector, "" for the page): "rule: selector (why)". Empty is good.

    `only` names the rules that are looked at, where the rest has been looked at before.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(f"() => {{ {_script()} }}")
    page.evaluate(STILL)
    options: dict[str, Any] = {
        "runOnly": {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": TAGS},
        "rules": {} if only else {rule: {"enabled": False} for rule in (*LEFT_OUT, *leave_out)},
        "resultTypes": ["violations"],
    }
    result = page.evaluate("([root, options]) => axe.run(root || document, options)", [root, options])
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))} ({node['failureSummary'].splitlines()[-1].strip()})"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
