//! Which format a payload is in: as set, else by its first character.

use super::InputFormat;

/// The formats that a payload can turn out to be.
pub enum Format {
    /// A JSON object in the native shape.
    Native,
    /// Text.
    Plain,
}

/// The format of `text`. A payload that starts like JSON is JSON, so that a cut object is an error and no article.
pub fn format(text: &str, set: InputFormat) -> Format {
    match set {
        InputFormat::Native => Format::Native,
        InputFormat::Plain => Format::Plain,
        InputFormat::Auto if text.trim_start().starts_with(['{', '[']) => Format::Native,
        InputFormat::Auto => Format::Plain,
    }
}
