#!/usr/bin/env python3
"""Checks the Russian names and adjectives of all states against pymorphy3, a dictionary that the project does not ship:
every case form that it knows of a name must fall on the same stem as the name in the tables.

    pip install --target target/gazetteer/pymorphy pymorphy3
    PYTHONPATH=target/gazetteer/pymorphy python3 scripts/gazetteer/check_russian.py

Stems are cut as the pack says: the longest of `endings` in config/lang/ru/pack.toml that leaves four letters. `--endings FILE`
takes them from another pack.toml; `--forms FILE` writes what was compared, one `form<tab>code` a line, for the test
`tests/it/forms.rs` (DEMARCHE_RUSSIAN_FORMS=FILE), which looks them up with the program's own lexicon.
"""

import argparse
import sys
import tomllib
import unicodedata
from pathlib import Path

import pymorphy3

sys.path.insert(0, str(Path(__file__).parent))
import tables

ROOT = Path(__file__).resolve().parents[2]
LETTERS_LEFT = 4


def folded(word: str) -> str:
    """As `text::fold` does."""
    letters = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def stem(word: str, endings: list[str]) -> str:
    """What is left of a word."""
    key = folded(word)
    fitting = [ending for ending in endings if key.endswith(ending) and len(key) - len(ending) >= LETTERS_LEFT]
    return key[: len(key) - len(max(fitting, key=len))] if fitting else key


def phrase(text: str, endings: list[str]) -> tuple[str, ...]:
    """The stems of a phrase."""
    words = text.replace("-", " - ").replace("–", " – ").replace("—", " — ").split()
    return tuple(stem(word, endings) for word in words)


def inflected(text: str, morph: pymorphy3.MorphAnalyzer) -> set[str]:
    """The case forms of a phrase: its adjectives and its last noun; nothing where the dictionary does not know the noun."""
    words = text.split()
    parses = [known(word, morph) for word in words]
    heads = [index for index, parse in enumerate(parses) if parse and "NOUN" in parse.tag]
    if not heads or any(parse is None for parse in parses):
        return set()
    # "Демократическая Республика Конго", "Королевство Нидерландов": what follows the first noun stands as it is.
    head = heads[0]
    noun, forms = parses[head], set()
    if len(words) == 1 and "Geox" not in noun.tag:
        return set()  # case forms that the tables list ("Кубы") are nominatives of other words
    number = noun.tag.number
    for case in ("nomn", "gent", "datv", "accs", "ablt", "loct"):
        done = []
        for index, parse in enumerate(parses):
            if index > head:
                done.append(words[index])
                continue
            wanted = {case, number}
            if index < head:
                wanted |= {noun.tag.gender} if number == "sing" else set()
                # In the accusative an adjective takes the inanimate form.
                wanted |= {"inan"} if case == "accs" and noun.tag.gender != "femn" else set()
            form = parse.inflect({grammeme for grammeme in wanted if grammeme})
            if form is None:
                break
            done.append(form.word.title() if words[index][0].isupper() else form.word)
        else:
            forms.add(" ".join(done))
    return forms


def known(word: str, morph: pymorphy3.MorphAnalyzer):
    """The parse of a word in the nominative; none where the dictionary does not have it."""
    parses = [parse for parse in morph.parse(word) if parse.is_known and parse.tag.case == "nomn"]
    parses.sort(key=lambda parse: ("Geox" not in parse.tag, "NOUN" not in parse.tag))
    return parses[0] if parses else None


def adjective_forms(word: str, morph: pymorphy3.MorphAnalyzer) -> set[str]:
    """All forms of an adjective."""
    parses = [parse for parse in morph.parse(word) if parse.is_known and "ADJF" in parse.tag]
    lexeme = parses[0].lexeme if parses else []
    return {form.word for form in lexeme if "ADJF" in form.tag and "Supr" not in form.tag}


def main() -> None:
    """Prints what is lost and exits with 1, or with counts."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--endings", type=Path, default=ROOT / "config/lang/ru/pack.toml")
    arguments.add_argument("--forms", type=Path)
    given = arguments.parse_args()
    endings = [folded(ending) for ending in tomllib.loads(given.endings.read_text(encoding="utf-8"))["endings"]]
    morph = pymorphy3.MorphAnalyzer()
    gazetteer = ROOT / "config" / "gazetteer"
    adjectives = {row["code"]: row["ru"] for row in tables.read(gazetteer / "adjectives.tsv")}
    lost, unknown, compared = [], [], []
    for row in tables.read(gazetteer / "parties.tsv"):
        if row["kind"] not in ("state", "territory"):
            continue
        names = [name.rstrip("!") for name in tables.variants(row["ru"])]
        stems = {phrase(name, endings) for name in names}
        known_names = 0
        for name in names:
            forms = inflected(name, morph)
            known_names += bool(forms)
            lost += [f"{row['code']} {form} of {name}" for form in sorted(forms) if phrase(form, endings) not in stems]
            compared += [(form, row["code"]) for form in forms]
        if not known_names:
            unknown.append(f"{row['code']} {names[0]}")
        words = tables.variants(adjectives.get(row["code"], ""))
        stems = {phrase(word, endings) for word in words}
        for word in words:
            forms = adjective_forms(word, morph)
            lost += [f"{row['code']} {form} of {word}" for form in sorted(forms) if phrase(form, endings) not in stems]
            compared += [(form, row["code"]) for form in forms]
    if given.forms:
        given.forms.write_text("".join(f"{form}\t{code}\n" for form, code in sorted(set(compared))), encoding="utf-8")
    print(f"{len(set(compared))} forms compared; names not in the dictionary: {', '.join(unknown) or 'none'}")
    if lost:
        raise SystemExit(f"{len(lost)} forms have another stem than the tables:\n" + "\n".join(lost))


if __name__ == "__main__":
    main()
