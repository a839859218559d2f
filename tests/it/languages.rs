//! Knowledge with a pack for every language that the gazetteer has names in: a bare one where none is shipped, so that its
//! names can be looked up as the packs look them up.

use demarche::knowledge::KnowledgeFiles;

/// The languages of the tables.
pub const ALL: &[&str] = &[
    "ar", "de", "en", "es", "fr", "id", "ja", "ko", "ms", "pt", "ru", "tr", "vi", "zh",
];

/// The embedded files, and bare packs for the languages that have none.
pub fn files() -> KnowledgeFiles {
    let embedded = KnowledgeFiles::embedded();
    let shipped = embedded
        .paths()
        .map(|path| (path.to_owned(), embedded.get(path).unwrap_or_default().to_owned()));
    let mut files: Vec<(String, String)> = shipped.collect();
    for lang in ALL {
        if embedded.get(&format!("lang/{lang}/pack.toml")).is_none() {
            files.push((format!("lang/{lang}/pack.toml"), pack(lang)));
            files.push((format!("lang/{lang}/lexicon.tsv"), "concept\tvalue\tphrases\n".to_owned()));
            files.push((format!("lang/{lang}/rules.toml"), "rule = []\n".to_owned()));
        }
    }
    KnowledgeFiles::new(files)
}

/// Conjunctions and prepositions, and what is left of the article after them.
const ARABIC_PREFIXES: &str = "[[\"و\", \"\"], [\"ف\", \"\"], [\"ب\", \"\"], [\"ل\", \"\"], [\"ك\", \"\"], [\"لل\", \"ال\"], \
    [\"وب\", \"\"], [\"ول\", \"\"], [\"وك\", \"\"], [\"فب\", \"\"], [\"فل\", \"\"], [\"ولل\", \"ال\"], [\"فلل\", \"ال\"]]";

fn affixes(lang: &str) -> String {
    match lang {
        "ar" => format!("prefixes = {ARABIC_PREFIXES}\n"),
        _ => String::new(),
    }
}

fn pack(lang: &str) -> String {
    let empty = |count: usize| format!("[{}]", vec!["[]"; count].join(", "));
    format!(
        "code = \"{lang}\"\nname = \"{lang}\"\nplace_names_of = [\"en\"]\nfunction_words = []\nclitics = []\nabbreviations = []\n\
         quote_open_close = []\nordinal_prefix = []\nordinal_suffix = []\n{}\
         [dates]\norder = \"dmy\"\nmonths = {}\nweekdays = {}\nparts_of_day = []\nrelative = {{}}\nlast = {{ past = [], future = [] }}\n",
        affixes(lang),
        empty(12),
        empty(7),
    )
}
