"""What the scripts read from a page stands in the documentation of the interface, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_attribute_that_a_script_reads_is_documented() -> None:
    scripts = "\n".join(file.read_text() for file in (ROOT / "frontend" / "src").rglob("*.js"))
    read = set(re.findall(r"\bdata-([a-z-]*[a-z])\b", scripts))
    read |= {
        re.sub(r"[A-Z]", lambda capital: f"-{capital[0].lower()}", "".join(names))
        for names in re.findall(r"\bdataset\.(\w+)|\"(\w+)\" in \w+\.dataset", scripts)
    }
    told = set(re.findall(r"`data-([a-z-]+)[`=]", (ROOT / "docs" / "interface.md").read_text()))
    assert sorted(read - told) == []
    lazy = {"select-js", "select-css", "dates-js", "dates-css"}  # read by the name of what is to be loaded
    assert sorted(told - read - lazy) == []
