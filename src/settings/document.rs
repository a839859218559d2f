//! The settings file with every key, written from the declarations: `config/worker.toml` is this text, held by a test.

use serde_json::Value;

use super::keys::{self, Key, Kind, Table};

const LINE_CHARACTERS_MAX: usize = 110;

const HEAD: &str = "\
# Settings of demarche, with every key at its default. All keys are optional: keep what you change.
# A variable overrides its key: DEMARCHE_<TABLE>_<KEY> in capitals, shown with each. Unknown keys and variables are refused.
# Sizes are bytes, times are milliseconds; the unit ends the name.
";

/// The commented TOML.
pub fn toml() -> String {
    let tables: String = keys::tables().iter().map(table).collect();
    format!("{HEAD}{tables}")
}

fn table(table: &Table) -> String {
    let keys: String = table.keys.iter().map(key).collect();
    format!("\n{}[{}]\n{keys}", comment(&table.description), table.name)
}

fn key(key: &Key) -> String {
    let about = comment(&key.description);
    if key.kind == Kind::Properties {
        return format!(
            "\n{about}[{}]\n# \"security.protocol\" = \"SASL_SSL\"\n# \"sasl.mechanism\" = \"SCRAM-SHA-512\"\n\
             # \"sasl.username\" = \"demarche\"\n# \"sasl.password\" = {{ file = \"/run/secrets/kafka-password\" }}\n",
            key.path()
        );
    }
    let bounds = match &key.kind {
        Kind::Text | Kind::Properties => String::new(),
        Kind::Choice(_) | Kind::Integer(..) | Kind::Number(..) => format!("Allowed: {}. ", key.kind),
    };
    let allowed = comment(&format!("{bounds}{}", key.variable()));
    let line = match &key.default {
        Value::Null => format!("# {} = {}", key.name, key.example),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            format!("{} = {}", key.name, key.default)
        }
    };
    format!("{about}{allowed}{line}\n")
}

/// `text` in comment lines of limited length; a line break in it is a blank.
fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= LINE_CHARACTERS_MAX {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}
