//! Mentions → drafts: one draft for one encounter, however often the item returns to it.

use jiff::civil::Date;

use super::places::Spot;
use crate::classify::Mention;
use crate::code::PartyCode;
use crate::event::{DateBasis, EventType, PartialDate, Role, Status};

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
    pub spot: Spot<'a>,
    /// Reading and atoms; none for the dateline.
    pub at: Option<(usize, usize, usize)>,
}

/// A mention with its attributes.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// The mention.
    pub mention: Mention,
    /// When.
    pub when: Option<When>,
    /// Where.
    pub place: Option<Where<'a>>,
    /// Whether it tells of an arrival.
    pub arrives: bool,
    /// Whether one calls on the other or receives them.
    pub courtesy: bool,
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
    /// Mentions of the meeting that it came out of, for those who signed or announced it there.
    pub occasion: Vec<Mention>,
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
                parties: one.mention.parties.clone(),
                when: one.when,
                place: one.place,
                mentions: vec![one.mention],
                occasion: Vec::new(),
            }),
        }
    }
    borrow(&mut drafts);
    drafts
}

/// What came out of a meeting has its day and place, and those who met, where the text says no more of its own.
fn borrow(drafts: &mut [Draft<'_>]) {
    let outcome =
        |draft: &Draft<'_>| matches!(draft.kind, EventType::Agreement | EventType::Relations) && draft.status == Status::Held;
    let meetings: Vec<Draft<'_>> = drafts
        .iter()
        .filter(|draft| encounters(draft.kind) && draft.status == Status::Held)
        .cloned()
        .collect();
    for draft in drafts.iter_mut().filter(|draft| outcome(draft)) {
        let fits = |meeting: &&Draft<'_>| {
            let day = match (draft.when, meeting.when) {
                (Some(own), Some(other)) => own.date == other.date,
                _ => true,
            };
            meeting.parties == draft.parties && day
        };
        let Some(meeting) = meetings.iter().find(fits) else { continue };
        draft.when = draft.when.or(meeting.when);
        draft.place = draft.place.or(meeting.place);
        let named = draft
            .mentions
            .iter()
            .flat_map(|mention| &mention.members)
            .any(|member| member.figure.person.is_some());
        if !named {
            draft.occasion.clone_from(&meeting.mentions);
        }
    }
}

/// What the words say, corrected by the calendar: what lies ahead is planned, what lies months back is background.
fn timely(status: Status, date: Option<PartialDate>, published: Option<Date>) -> Status {
    const BACKGROUND_DAYS: f64 = 45.0;
    let (Some((first, last)), Some(published)) = (date.and_then(PartialDate::days), published) else {
        return status;
    };
    let days_since = |day: Date| day.duration_until(published).as_hours() as f64 / 24.0;
    match status {
        Status::Held if days_since(first) < 0.0 => Status::Planned,
        Status::Held | Status::Planned if days_since(last) > BACKGROUND_DAYS => Status::Past,
        // "Last year", "in May" of a month that is over: told as background, not as news.
        Status::Held if first != last && days_since(last) > 0.0 => Status::Past,
        Status::Held | Status::Planned | Status::Cancelled | Status::Past => status,
    }
}

/// Whether `one` reports the event of `draft`.
fn same(draft: &Draft<'_>, one: &Placed<'_>, status: Status) -> bool {
    let kind = one.mention.kind;
    let kinds = draft.kind == kind || encounters(draft.kind) && encounters(kind);
    // A conference of three is none of the meetings that two of them hold beside it.
    let conference = |kind| kind == EventType::MultilateralMeeting;
    // Who is received by the head of a state beside a dialogue of ministers does not hold the dialogue there.
    let beside = (draft.kind == EventType::StrategicDialogue) != (kind == EventType::StrategicDialogue)
        && (tops(std::slice::from_ref(&one.mention)) != tops(&draft.mentions) || one.courtesy && !meets_all(draft, &one.mention));
    let kinds =
        kinds && !beside && (conference(draft.kind) == conference(kind) || draft.parties.len() == one.mention.parties.len());
    let parties = &one.mention.parties;
    let within = |few: &[PartyCode], many: &[PartyCode]| few.iter().all(|party| many.contains(party));
    let open = has_chair(draft.kind) || has_chair(kind);
    let same_parties = draft.parties == *parties
        || open
            && (within(&draft.parties, parties) || within(parties, &draft.parties))
            && parties.len().min(draft.parties.len()) > 1;
    let dates = match (draft.when, one.when) {
        (Some(a), Some(b)) => a.date == b.date || is_part(a.date, b.date) || is_part(b.date, a.date) || lasts(kind),
        (None, _) | (_, None) => true,
    };
    // After what was held, what is to come is something else, unless it is of the same day.
    let one_day = draft.when.zip(one.when).is_some_and(|(a, b)| a.date == b.date);
    let again = !lasts(kind) && draft.status == Status::Held && status == Status::Planned && !one_day;
    let background = (draft.status == Status::Past) == (status == Status::Past) && !again;
    kinds && same_parties && dates && background && (!by_people(kind) || same_people(draft, &one.mention))
}

/// Whether someone of each party is named in both.
fn meets_all(draft: &Draft<'_>, mention: &Mention) -> bool {
    let people = |mentions: &[Mention]| -> Vec<(usize, Option<PartyCode>)> {
        let figures = mentions
            .iter()
            .flat_map(|mention| &mention.members)
            .map(|member| &member.figure);
        figures.filter_map(|figure| Some((figure.person?, figure.party))).collect()
    };
    let (ours, theirs) = (people(&draft.mentions), people(std::slice::from_ref(mention)));
    let shared = |party: &PartyCode| ours.iter().any(|known| known.1 == Some(*party) && theirs.contains(known));
    draft.parties.iter().all(shared)
}

/// Whether the head of a state or government takes part.
fn tops(mentions: &[Mention]) -> bool {
    let top = |role| {
        matches!(
            role,
            Some(Role::HeadOfState | Role::HeadOfGovernment | Role::Royal | Role::DeputyHead)
        )
    };
    mentions
        .iter()
        .flat_map(|mention| &mention.members)
        .any(|member| top(member.figure.role))
}

/// A dialogue is a meeting under its own name, and so are talks over a dispute.
fn encounters(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::BilateralMeeting | EventType::StrategicDialogue | EventType::Negotiation | EventType::MultilateralMeeting
    )
}

/// Whether a further party may come in beside the two that it is between.
fn has_chair(kind: EventType) -> bool {
    matches!(kind, EventType::Negotiation | EventType::MultilateralMeeting)
}

/// Whether it is told of by its beginning, its course and its end.
fn lasts(kind: EventType) -> bool {
    kind == EventType::Visit
}

/// Whether two of them between the same parties may be told apart by who takes part.
fn by_people(kind: EventType) -> bool {
    !matches!(
        kind,
        EventType::Agreement | EventType::Sanction | EventType::Relations | EventType::Negotiation
    )
}

/// Whether `fine` lies in the month or year `coarse`.
fn is_part(fine: PartialDate, coarse: PartialDate) -> bool {
    let (fine, coarse) = (fine.to_string(), coarse.to_string());
    fine.len() > coarse.len() && fine.starts_with(&coarse)
}

/// For each party, one side names no one, or both share someone.
fn same_people(draft: &Draft<'_>, mention: &Mention) -> bool {
    let named = |mentions: &[Mention], party: PartyCode| -> Vec<usize> {
        let figures = mentions
            .iter()
            .flat_map(|mention| &mention.members)
            .map(|member| &member.figure);
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
    draft.kind = stronger(draft.kind, one.mention.kind);
    let both = draft.parties.iter().chain(&one.mention.parties).copied();
    draft.parties = both.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    draft.when = match (draft.when, one.when) {
        // A visit begins with the arrival.
        (Some(_), Some(other)) if one.arrives && other.at.0 == one.mention.reading => Some(other),
        (Some(known), Some(other)) if is_part(other.date, known.date) => Some(other),
        (known, other) => known.or(other),
    };
    draft.place = draft.place.or(one.place);
    draft.mentions.push(one.mention);
}

/// Of two names of one encounter the one that says more.
fn stronger(a: EventType, b: EventType) -> EventType {
    let strength = |kind| match kind {
        EventType::StrategicDialogue => 3,
        EventType::Negotiation => 2,
        EventType::MultilateralMeeting => 1,
        EventType::BilateralMeeting
        | EventType::PhoneCall
        | EventType::Visit
        | EventType::Agreement
        | EventType::Message
        | EventType::Envoy
        | EventType::Relations
        | EventType::Sanction => 0,
    };
    if strength(b) > strength(a) { b } else { a }
}
