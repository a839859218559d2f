//! Why a payload is no item: a typed error; the published code of each is given where records end ([`crate::pipeline::outcome`]).

use thiserror::Error;

use crate::event::Field;

/// Why a payload could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The record has no value.
    #[error("record has no value")]
    NullValue,
    /// The payload is over the limit.
    #[error("payload is {actual_bytes} bytes, limit is {limit_bytes}")]
    TooLarge {
        /// Size of the payload.
        actual_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The payload is not UTF-8.
    #[error("payload is not UTF-8 from byte {at_byte}")]
    NotUtf8 {
        /// The first bad byte.
        at_byte: usize,
    },
    /// The payload starts like JSON and is none.
    #[error("payload is not valid JSON: line {line}, column {column}")]
    BadJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but no object.
    #[error("payload is JSON but no object")]
    NotAnObject,
    /// JSON nested too deeply.
    #[error("JSON is nested deeper than {limit_levels} levels")]
    TooDeep {
        /// The limit.
        limit_levels: usize,
    },
    /// An array of items.
    #[error("payload is an array of {items}, wanted one item a record")]
    ManyItems {
        /// Length of the array.
        items: usize,
    },
    /// A field of the wrong type or form.
    #[error("field {field} is not {wanted}")]
    BadField {
        /// Name of the field.
        field: &'static str,
        /// What was wanted.
        wanted: &'static str,
    },
    /// Neither title nor body has a letter.
    #[error("neither title nor body has text")]
    NoText,
    /// Title or body is over the limit.
    #[error("{field} is {actual_bytes} bytes, limit is {limit_bytes}")]
    TextTooLong {
        /// Which.
        field: Field,
        /// Size.
        actual_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
}
