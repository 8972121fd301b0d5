"""Compile every .po file below a locale folder with Babel, so that no gettext tools are needed."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def main(folder: str) -> None:
    """Write a .mo beside each .po; fuzzy entries are left out, as gettext does."""
    for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


if __name__ == "__main__":
    main(sys.argv[1])
