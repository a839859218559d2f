"""holders.tsv: the hand-kept list of office holders, with the variants that several languages share."""

from pathlib import Path

from tables import plain, read, unique, variants

HEADER = "name family party role from to wikidata variants names source checked".split()
# The last day on which a source that knows no ends of terms had its holders in office.
SEEN = {"every-politician-2022": "2023-01-10"}


def holder_rows(hand: Path) -> list[list[str]]:
    """Sorted by party, role, first day and name."""
    extra = {row["name"]: row["variants"] for row in read(hand / "holder_variants.tsv")}
    rows = []
    for row in read(hand / "holders.tsv"):
        party, role = row["country"], row["office"]
        if party == "EU" and role == "foreign_minister":
            role = "igo_head"  # the High Representative heads a body, not a ministry
        local = [plain(form) for form in variants(row["names_local"])]
        forms = unique([plain(form) for form in variants(extra.get(row["name"], ""))])
        head = [plain(row["name"]), plain(row["family"]), party, role, row["from"], end(row), row["wikidata"]]
        rows.append(head + ["|".join(forms), "|".join(unique(local)), row["source"], row["checked"]])
    unknown = set(extra) - {row["name"] for row in read(hand / "holders.tsv")}
    if unknown:
        raise SystemExit(f"holder_variants.tsv: no holder is called {sorted(unknown)}")
    return sorted(rows, key=lambda row: (row[2], row[3], row[4], row[0]))


def end(row: dict[str, str]) -> str:
    """The last day; `>` before a day on which the office was still held, nothing being known after it."""
    if not row["to"] and not row["checked"] and row["source"] in SEEN:
        return f">{SEEN[row['source']]}"
    return row["to"]


def date_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """The day that each dated table describes."""
    rows = read(path)
    return list(rows[0]), [[plain(cell) for cell in row.values()] for row in rows]
