"""Reading and writing of the tab-separated tables: UTF-8, one header line, `|` between the variants in a cell."""

import unicodedata
from pathlib import Path

# The column order of every table with names.
LANGS = "id en ms zh ru es fr ar pt de tr ja vi ko".split()


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table; lines that start with `#` before the header are comments."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    header = lines[0].split("\t")
    rows = []
    for line in lines[1:]:
        cells = line.split("\t")
        if len(cells) != len(header):
            raise SystemExit(f"{path.name}: {len(cells)} cells instead of {len(header)}: {line[:80]}")
        rows.append(dict(zip(header, cells)))
    return rows


def write(path: Path, note: str, header: list[str], rows: list[list[str]]) -> None:
    """Writes a table, rows in the order given."""
    lines = [f"# {line}" for line in note.strip().split("\n")] + ["\t".join(header)]
    for row in rows:
        if any("\t" in cell or "\n" in cell for cell in row) or len(row) != len(header):
            raise SystemExit(f"{path.name}: bad row {row[:3]}")
        lines.append("\t".join(row))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def variants(cell: str) -> list[str]:
    """The variants in a cell."""
    return [form for form in cell.split("|") if form]


def unique(forms: list[str]) -> list[str]:
    """`forms` in order, each once; a form with `!` replaces the same form without it."""
    exact = {form for form in forms if form.endswith("!")}
    kept: dict[str, None] = {}
    for form in forms:
        kept.setdefault(form if form.endswith("!") or f"{form}!" not in exact else f"{form}!")
    return list(kept)


def plain(text: str) -> str:
    """Straight apostrophes, single blanks, composed letters, no soft hyphens: the spelling that all tables use."""
    text = text.replace("\u00ad", "")
    for quote in "’‘ʻʼ`":
        text = text.replace(quote, "'")
    return " ".join(unicodedata.normalize("NFC", text).split())


def folded(text: str) -> str:
    """Lower case without diacritics, to compare spellings."""
    letters = unicodedata.normalize("NFKD", plain(text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
