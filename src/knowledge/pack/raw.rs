//! The files of a pack as written: what `pack.toml` and `rules.toml` may hold.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::knowledge::cases::Cases;
use crate::knowledge::rule::RawRule;

/// `pack.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub(super) code: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) bare_countries: bool,
    #[serde(default)]
    pub(super) home_party: Option<String>,
    #[serde(default)]
    pub(super) endings: Vec<String>,
    /// What is joined to words, and what stands for it before the word alone.
    #[serde(default)]
    pub(super) prefixes: Vec<(String, String)>,
    #[serde(default)]
    pub(super) place_names_of: Vec<String>,
    pub(super) function_words: Vec<String>,
    pub(super) clitics: Vec<String>,
    pub(super) abbreviations: Vec<String>,
    pub(super) quote_open_close: Vec<String>,
    pub(super) ordinal_prefix: Vec<String>,
    pub(super) ordinal_suffix: Vec<String>,
    #[serde(default)]
    pub(super) ordinal_roman: bool,
    /// What ends a dateline that no dash ends.
    #[serde(default)]
    pub(super) dateline_end: Vec<String>,
    /// The adjective of a party may stand inside a title.
    #[serde(default)]
    pub(super) party_splits_title: bool,
    /// Cases of names.
    #[serde(default)]
    pub(super) cases: Cases,
    pub(super) dates: RawDates,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDates {
    pub(super) order: DateOrder,
    /// Months and weekdays are written small; they are taken with the endings that are listed, and no others.
    #[serde(default)]
    pub(super) lower_case: bool,
    /// What makes the figure before it a day of a month.
    #[serde(default)]
    pub(super) day_units: Vec<String>,
    /// What makes the figure before it a year.
    #[serde(default)]
    pub(super) year_units: Vec<String>,
    /// What stands between the first and the last day of several.
    #[serde(default)]
    pub(super) day_range: Vec<String>,
    pub(super) months: Vec<Vec<String>>,
    pub(super) weekdays: Vec<Vec<String>>,
    pub(super) parts_of_day: Vec<String>,
    pub(super) relative: BTreeMap<String, i16>,
    pub(super) last: RawLast,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLast {
    pub(super) past: Vec<String>,
    pub(super) future: Vec<String>,
}

/// How 3/4 is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// The day first.
    Dmy,
    /// The month first, unless it is over 12.
    Mdy,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRules {
    pub(super) rule: Vec<RawRule>,
}
