//! Mentions → drafts: one draft for one encounter, however often the item returns to it.

use jiff::civil::Date;

use crate::classify::Mention;
use crate::classify::matching;
use crate::code::PartyCode;
use crate::event::{DateBasis, EventType, PartialDate, Status};
use crate::knowledge::gazetteer::Place;

/// When, with the reading and atoms that say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The date.
    pub date: PartialDate,
    /// What it rests on.
    pub basis: DateBasis,
    /// Reading and atoms.
    pub at: (usize, usize, usize),
}

/// Where, with what says so.
#[derive(Clone, Copy, Debug)]
pub struct Where<'a> {
    /// The place.
    pub place: &'a Place,
    /// The reading and its atom; none for the dateline.
    pub at: Option<(usize, usize)>,
}

/// A mention with its attributes.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// The mention.
    pub mention: Mention,
    /// Sorted.
    pub parties: Vec<PartyCode>,
    /// When.
    pub when: Option<When>,
    /// Where.
    pub place: Option<Where<'a>>,
}

/// An event in the making: its mentions, the fullest first come first served.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Type.
    pub kind: EventType,
    /// Status.
    pub status: Status,
    /// Sorted.
    pub parties: Vec<PartyCode>,
    /// When.
    pub when: Option<When>,
    /// Where.
    pub place: Option<Where<'a>>,
    /// What it is made of.
    pub mentions: Vec<Mention>,
}

/// The drafts of `placed`, in the order of their first mention.
pub fn drafts<'a>(placed: Vec<Placed<'a>>, published: Option<Date>) -> Vec<Draft<'a>> {
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    for one in placed {
        let status = timely(one.mention.status, one.when.map(|when| when.date), published);
        match drafts.iter_mut().find(|draft| same(draft, &one, status)) {
            Some(draft) => add(draft, one),
            None => drafts.push(Draft {
                kind: one.mention.kind,
                status,
                parties: one.parties,
                when: one.when,
                place: one.place,
                mentions: vec![one.mention],
            }),
        }
    }
    drafts
}

/// What the words say, corrected by the calendar: what lies ahead is planned, what lies months back is background.
fn timely(status: Status, date: Option<PartialDate>, published: Option<Date>) -> Status {
    const BACKGROUND_DAYS: f64 = 45.0;
    let (Some(PartialDate::Day(date)), Some(published)) = (date, published) else {
        return status;
    };
    let days_ago = date.duration_until(published).as_hours() as f64 / 24.0;
    match status {
        Status::Held if days_ago < 0.0 => Status::Planned,
        Status::Held | Status::Planned if days_ago > BACKGROUND_DAYS => Status::Past,
        Status::Held | Status::Planned | Status::Cancelled | Status::Past => status,
    }
}

/// Whether `one` reports the encounter of `draft`.
fn same(draft: &Draft<'_>, one: &Placed<'_>, status: Status) -> bool {
    let kinds = draft.kind == one.mention.kind || meets(draft.kind) && meets(one.mention.kind);
    let dates = match (draft.when, one.when) {
        (Some(a), Some(b)) => a.date == b.date,
        (None, _) | (_, None) => true,
    };
    let background = (draft.status == Status::Past) == (status == Status::Past);
    kinds && draft.parties == one.parties && dates && background && same_people(draft, &one.mention)
}

/// A dialogue is a meeting under its own name.
fn meets(kind: EventType) -> bool {
    matches!(kind, EventType::BilateralMeeting | EventType::StrategicDialogue)
}

/// For each party, one side names no one, or both share someone.
fn same_people(draft: &Draft<'_>, mention: &Mention) -> bool {
    let named = |mentions: &[Mention], party: PartyCode| -> Vec<usize> {
        let figures = mentions.iter().flat_map(|mention| &mention.members).map(|(_, figure)| figure);
        figures
            .filter(|figure| figure.party == Some(party))
            .filter_map(|figure| figure.person)
            .collect()
    };
    draft.parties.iter().all(|party| {
        let (ours, theirs) = (named(&draft.mentions, *party), named(std::slice::from_ref(mention), *party));
        ours.is_empty() || theirs.is_empty() || ours.iter().any(|person| theirs.contains(person))
    })
}

fn add<'a>(draft: &mut Draft<'a>, one: Placed<'a>) {
    if one.mention.kind == EventType::StrategicDialogue {
        draft.kind = EventType::StrategicDialogue;
    }
    draft.when = draft.when.or(one.when);
    draft.place = draft.place.or(one.place);
    draft.mentions.push(one.mention);
}

/// The parties of a mention.
pub fn parties(mention: &Mention) -> Vec<PartyCode> {
    matching::parties(mention.members.iter().map(|(_, figure)| figure))
}
