//! How good extraction is: published events against those that people annotated, as precision, recall and F1.
//!
//! Takes a [`GoldItem`] and the [`FoundEvent`]s of it, adds them to a [`Tally`], and gives a [`Report`]. Reads no file and runs no
//! extraction; knows no language.
//!
//! What counts:
//!
//! * An event is found when one of the same type and the same set of parties was published; each published event stands for
//!   at most one annotated event. Of several that could, the pair is taken that agrees in most (`pairing`).
//! * *Core* asks for no more than that; *full* asks for status and date too. Status, date, place and roles are also shares of
//!   the found events that have them right.
//! * An event whose status is `past` is background: it may be found or left out, and is never a false one.
//! * Names and places agree by [`agree`]: without case and diacritics, in either order of family and given name.

pub mod agree;
mod fault;
mod found;
mod gold;
mod pairing;
mod report;
mod tally;

pub use fault::{Difference, Fault, FaultKind};
pub use found::{FoundDate, FoundEvent, FoundItem, FoundParty, FoundPerson, FoundPlace};
pub use gold::{GoldEvent, GoldItem, GoldPerson, GoldPlace};
pub use report::{Rates, Report};
pub use tally::Tally;
