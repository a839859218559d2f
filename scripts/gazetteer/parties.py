"""parties.tsv, adjectives.tsv, demonyms.tsv, metonyms.tsv: CLDR's territory names joined with the hand-kept tables."""

import json
import re
from pathlib import Path

from tables import LANGS, plain, read, unique, variants

# CLDR locales that feed a language; the first is the main one.
LOCALES = {"zh": ["zh", "zh-Hant"], "pt": ["pt", "pt-PT"]}
# Names in CLDR that would mislead: (locale, key). `TL-alt-variant` is the old Indonesian province in id and ms.
TRAPS = {("id", "TL-alt-variant"), ("ms", "TL-alt-variant"), ("ms", "US-alt-short")}
# The word that CLDR writes as `&`.
AND = {"id": "dan", "ms": "dan", "en": "and", "es": "y", "fr": "et", "pt": "e", "de": "und", "tr": "ve", "vi": "và"}
# CLDR's keys for organisations.
ORGANISATIONS = {"EU": "EU", "UN": "UN"}


class Cldr:
    """Territory names of CLDR."""

    def __init__(self, modules: Path) -> None:
        self.folder = modules / "cldr-localenames-full" / "main"
        mappings = json.loads((modules / "cldr-core/supplemental/codeMappings.json").read_text(encoding="utf-8"))
        mappings = mappings["supplemental"]["codeMappings"]
        self.alpha2 = {v["_alpha3"]: k for k, v in mappings.items() if "_alpha3" in v and len(k) == 2}
        self.alpha2["XKX"] = "XK"
        self.alpha2.update({code: key for code, key in ORGANISATIONS.items()})
        self.cache: dict[str, dict[str, str]] = {}

    def territories(self, locale: str) -> dict[str, str]:
        """All names of a locale by CLDR key."""
        if locale not in self.cache:
            text = (self.folder / locale / "territories.json").read_text(encoding="utf-8")
            self.cache[locale] = json.loads(text)["main"][locale]["localeDisplayNames"]["territories"]
        return self.cache[locale]

    def names(self, code: str, lang: str) -> list[str]:
        """The forms of a party's name in a language."""
        key = self.alpha2.get(code)
        forms: list[str] = []
        for locale in LOCALES.get(lang, [lang]):
            for name_key, name in self.territories(locale).items():
                if key is None or name_key.split("-")[0] != key or (locale, name_key) in TRAPS:
                    continue
                # The plain names of Hong Kong and Macau hold the name of China.
                if key in ("HK", "MO") and not name_key.endswith("-alt-short"):
                    continue
                forms += spellings(plain(name), lang)
        return forms


def spellings(name: str, lang: str) -> list[str]:
    """What one CLDR name stands for: brackets, `&`, ` - ` and `St.` written out, short forms marked exact."""
    bracket = re.fullmatch(r"(.+?) \((.+)\)", name)
    if bracket:
        # "Myanmar (Burma)" holds two names; "Kongo (RDK)" is a label that no text uses.
        if bracket[2].startswith(("Burm", "Birm", "Myan", "Мьян", "Бирм", "ビルマ", "버마", "بورما", "Miến")):
            return [bracket[1], bracket[2]]
        return []
    forms = [name]
    if " - " in name:
        forms = [name.replace(" - ", "-")]
    if "&" in name:
        forms = [name, name.replace("&", AND[lang])] if lang in AND else [name]
    if lang == "en":
        forms = [form for name in forms for form in saints(name)]
    if "（" in name:
        forms.append(name.replace("（", "(").replace("）", ")"))
    return [f"{form}!" if is_short(form) else form for form in forms]


def saints(name: str) -> list[str]:
    """"St. Lucia", "St Lucia", "Saint Lucia"."""
    if not name.startswith("St. "):
        return [name]
    return [name, name.replace("St. ", "St "), name.replace("St. ", "Saint ")]


def is_short(form: str) -> bool:
    """Whether a form is an abbreviation in capitals, which needs its case to be told from a word."""
    letters = [letter for letter in form if letter.isalpha()]
    return len(letters) <= 4 and form.isupper()


def exact_words(hand: Path) -> dict[str, set[str]]:
    """Names that are ordinary words in lower case, by language."""
    return {row["lang"]: set(variants(row["forms"])) for row in read(hand / "exact.tsv")}


def marked(forms: list[str], lang: str, words: set[str]) -> list[str]:
    """`forms` with `!` on those that are ordinary words in lower case; in Vietnamese every single syllable is one."""

    def is_word(form: str) -> bool:
        return form in words or (lang == "vi" and " " not in form and form.isalpha())

    return unique([f"{form}!" if is_word(form) else form for form in forms])


def party_rows(hand: Path, cldr: Cldr) -> list[list[str]]:
    """States and territories, then organisations, each sorted by code."""
    words = exact_words(hand)
    rows = []
    codes = {row["code"] for row in read(hand / "parties.tsv")}
    for row in sorted(read(hand / "parties.tsv"), key=lambda row: row["code"]):
        head = [row["code"], row["kind"], row["name"], row["wikidata"], "", ""]
        rows.append(head + [cell(row, lang, cldr, words) for lang in LANGS])
    for row in sorted(read(hand / "organisations.tsv"), key=lambda row: row["code"]):
        row = row | {"en": "|".join([row["name_en"], row["short_en"]])}
        # Dependent territories that are no party of ours (Montserrat in CARICOM) are left out of the members.
        members = " ".join(sorted(set(row["members"].split()) & codes))
        head = [row["code"], "organisation", row["name_en"], row["wikidata"], row["part_of"], members]
        rows.append(head + [cell(row, lang, cldr, words) for lang in LANGS])
    return rows


def cell(row: dict[str, str], lang: str, cldr: Cldr, words: dict[str, set[str]]) -> str:
    """All forms of one party in one language: CLDR's first, then the hand-kept ones."""
    forms = cldr.names(row["code"], lang) + [plain(form) for form in variants(row[lang])]
    return "|".join(marked(forms, lang, words.get(lang, set())))


def copied_rows(path: Path) -> list[list[str]]:
    """A hand-kept table (adjectives, demonyms, metonyms) with its forms cleaned, sorted by code; nisba adjectives inflected."""

    def cell(row: dict[str, str], lang: str) -> str:
        forms = [plain(form) for form in variants(row[lang])]
        if lang == "ar" and path.stem == "adjectives":
            forms = [inflected for form in forms for inflected in nisba(form)]
        return "|".join(unique(forms))

    rows = sorted(read(path), key=lambda row: row["code"])
    return [[row["code"]] + [cell(row, lang) for lang in LANGS] for row in rows]


def nisba(adjective: str) -> list[str]:
    """An Arabic adjective in -ī with its feminine, dual and plural, each without and with the article."""
    words = adjective.split()
    inflected = []
    for ending in ("", "ة", "ين", "ون", "ان", "تين", "تان", "ات"):
        forms = [word + ending if word.endswith("ي") else word for word in words]
        # In "South African" only the second word is an adjective, and the article stands before the whole.
        every = words[0].endswith("ي")
        definite = ["ال" + word if every or index == 0 else word for index, word in enumerate(forms)]
        inflected += [" ".join(forms), " ".join(definite)]
    return inflected


def ambiguous_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """The forms that name several parties, by language and form."""
    rows = read(path)
    return list(rows[0]), sorted([plain(cell) for cell in row.values()] for row in rows)
