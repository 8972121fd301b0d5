"""Real files that lie beside the checkout and are not part of it: lists of hostile strings, spreadsheets of others."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def shared(*parts: str) -> Path:
    """A file of the shared data: below DRIVELINE_SHARED, else in `shared/` beside the checkout or above it. It may
    be missing; then what needs it is skipped."""
    given = os.environ.get("DRIVELINE_SHARED")
    places = [Path(given)] if given else [ROOT.parent / "shared", ROOT.parents[1] / "shared"]
    found = [place.joinpath(*parts) for place in places]
    return next((path for path in found if path.exists()), found[0])
