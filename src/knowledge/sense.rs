//! What a phrase can mean, and the set of its meanings that a sentence is read by.

use std::ops::Deref;

use smallvec::SmallVec;

use crate::code::PartyCode;
use crate::event::{Role, vocabulary};

vocabulary! {
    /// What a phrase of a lexicon does in a sentence; the words are the packs'.
    Concept {
        /// Refers back to a person by an office-like noun ("the minister").
        GenericRole = "generic_role",
        /// Refers back to the one on the other side ("him", "his guest").
        GenericOther = "generic_other",
        /// Unnamed officials ("a delegation").
        OfficialGroup = "official_group",
        /// A side at a table ("the Swedish side").
        SideOf = "side_of",
        /// Between a delegation and the one who leads it.
        LedBy = "led_by",
        /// Before the country where an ambassador serves.
        Accredited = "accredited",
        /// Before a name, means nothing.
        Honorific = "honorific",
        /// The office is no longer held.
        Former = "former",
        /// Speaks for others and takes no part.
        Spokesperson = "spokesperson",
        /// Holds the same office for another party.
        Counterpart = "counterpart",
        /// Two people just named.
        Pair = "pair",
        /// All who were just named together.
        They = "they",
        /// The capital of the country named beside it.
        Capital = "capital",
        /// The two parties just named.
        CountriesPair = "countries_pair",
        /// Meets in person.
        Meet = "meet",
        /// Where guests are only welcomed or seen off.
        Airport = "airport",
        /// Receives a guest.
        Receive = "receive",
        /// Is received by a host.
        ReceivedBy = "received_by",
        /// A meeting, as a noun.
        Meeting = "meeting",
        /// A session of a standing body of two parties.
        Session = "session",
        /// Talks in person.
        Talk = "talk",
        /// Holds (a meeting).
        Hold = "hold",
        /// Is held.
        HeldPassive = "held_passive",
        /// By telephone or video.
        Phone = "phone",
        /// A telephone or video call.
        PhoneCall = "phone_call",
        /// Telephones someone.
        PhoneVerb = "phone_verb",
        /// Three or more take part.
        Multilateral = "multilateral",
        /// One after the other, not together.
        Separately = "separately",
        /// On the sidelines of.
        Sideline = "sideline",
        /// Between two parties, as an adjective.
        Bilateral = "bilateral",
        /// A round or session.
        Round = "round",
        /// Arrives at or travels to a place.
        Arrive = "arrive",
        /// Has arrived, and not only set out.
        Landed = "landed",
        /// Visits a place.
        VisitVerb = "visit_verb",
        /// A visit.
        Visit = "visit",
        /// A visit under a name of protocol, with a guest and a host.
        FormalVisit = "formal_visit",
        /// Talks over a dispute or a text.
        Negotiation = "negotiation",
        /// Conducts them.
        Negotiate = "negotiate",
        /// Chairs them for others.
        Mediate = "mediate",
        /// Chaired by.
        Mediated = "mediated",
        /// What is fought over, or ends a fight.
        Dispute = "dispute",
        /// Signs or issues.
        Sign = "sign",
        /// Is signed or issued.
        Signed = "signed",
        /// A document of two or more parties.
        Document = "document",
        /// Congratulates.
        Congratulate = "congratulate",
        /// Sends.
        Send = "send",
        /// A congratulation, condolence or greeting.
        Message = "message",
        /// Summons a diplomat.
        Summon = "summon",
        /// Is summoned.
        Summoned = "summoned",
        /// Calls a diplomat home.
        Recall = "recall",
        /// Is called home.
        Recalled = "recalled",
        /// Sends a diplomat away.
        Expel = "expel",
        /// Is sent away.
        Expelled = "expelled",
        /// Appoints.
        Appoint = "appoint",
        /// Is appointed.
        Appointed = "appointed",
        /// Hands over.
        Present = "present",
        /// Letters of credence.
        Credentials = "credentials",
        /// A note of protest.
        ProtestNote = "protest_note",
        /// A diplomat without a name.
        Diplomat = "diplomat",
        /// Opens, restores, raises, lowers or cuts (relations).
        ChangeTies = "change_ties",
        /// Are opened, restored, raised, lowered or cut.
        TiesChanged = "ties_changed",
        /// Relations of two states.
        Ties = "ties",
        /// Recognises.
        Recognise = "recognise",
        /// As a state.
        AsState = "as_state",
        /// Imposes or lifts (sanctions).
        Impose = "impose",
        /// Are imposed or lifted.
        Imposed = "imposed",
        /// Sanctions.
        Sanctions = "sanctions",
        /// Puts under sanctions.
        SanctionVerb = "sanction_verb",
        /// Against.
        Against = "against",
        /// A ministry or government, which stands for its country.
        Institution = "institution",
        /// Of the one whom the text is about ("his meeting").
        Possessor = "possessor",
        /// With.
        With = "with",
        /// Between.
        Between = "between",
        /// And.
        And = "and",
        /// Of, from.
        Of = "of",
        /// By.
        By = "by",
        /// In, at.
        In = "in",
        /// To.
        To = "to",
        /// For a purpose.
        For = "for",
        /// On a subject.
        About = "about",
        /// Articles and the like.
        Det = "det",
        /// Possession after the possessor.
        Poss = "poss",
        /// Tells what someone said.
        Say = "say",
        /// Opens reported content.
        That = "that",
        /// Opens a relative clause.
        Who = "who",
        /// A further office of the same person.
        Also = "also",
        /// Still to come.
        Planned = "planned",
        /// To come, as it was said in the past; only imagined where nobody said it.
        FutureInPast = "future_in_past",
        /// Called off.
        Cancelled = "cancelled",
        /// Not.
        Negated = "negated",
        /// Only wished, offered or imagined.
        Hypothetical = "hypothetical",
        /// Background.
        Past = "past",
        /// Refers back to a meeting.
        AnaphoricMeeting = "anaphoric_meeting",
        /// Sport.
        Sport = "sport",
        /// Companies.
        Business = "business",
        /// Politics inside one country.
        Domestic = "domestic",
        /// Festivals, museums, films.
        Culture = "culture",
        /// Opinion, history, features.
        Opinion = "opinion",
        /// Lower-case parts of names.
        Particle = "particle",
        /// Capitalised words that are no names.
        Stop = "stop",
        /// Morning, evening.
        DayPart = "day_part",
        /// Makes a weekday the last one.
        LastDay = "last_day",
        /// Makes a weekday the next one.
        NextDay = "next_day",
    }
}

/// How a party is named, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyForm {
    /// By its name.
    Name,
    /// By an adjective.
    Adjective,
    /// By one ideograph, which means the party only in compounds.
    Short,
    /// By its seat of power ("the Kremlin").
    Metonym,
    /// By its capital, which is a city too.
    Seat,
}

/// One meaning of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// A party.
    Party(PartyCode, PartyForm),
    /// A place, by its index in the gazetteer.
    Place(usize),
    /// A person of the table of office holders, by an index into [`super::Pack::people`].
    Person(usize),
    /// A title of one person.
    Role(Role),
    /// A title of several.
    RolePlural(Role),
    /// A dialogue mechanism, by its index in the pack.
    Mechanism(usize),
    /// A number of a series.
    Ordinal(u16),
    /// Days from publication.
    RelativeDay(i16),
    /// Days from the day just named.
    DayShift(i16),
    /// Months from the one of publication.
    RelativeMonth(i16),
    /// Years from the one of publication.
    RelativeYear(i16),
    /// A month, from 1.
    Month(i8),
    /// A day of a month, counted with a unit ("19日").
    DayOfMonth(i8),
    /// A year, counted with a unit ("2025年").
    Year(i16),
    /// A weekday, from 1 (Monday).
    Weekday(i8),
    /// A topic, by its index in the table of topics; none for a phrase that only looks like one.
    Topic(Option<usize>),
    /// Anything else.
    Concept(Concept),
}

/// A set of concepts, and of those other sorts of meaning that are often asked for, as bits: what is asked of every word of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SenseSet(u128);

impl SenseSet {
    /// Some party.
    pub const PARTY: Self = Self(1 << 127);
    /// Some known person.
    pub const PERSON: Self = Self(1 << 126);
    /// Some office, of one or of several.
    pub const ROLE: Self = Self(1 << 125);
    /// Some mechanism.
    pub const MECHANISM: Self = Self(1 << 124);
    /// What has no bit: places, numbers, dates, topics.
    const NOTHING: Self = Self(0);

    /// These concepts.
    pub const fn of(concepts: &[Concept]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < concepts.len() {
            bits |= 1 << concepts[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Both.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether something is in both.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The bit of this meaning, if it has one.
    pub const fn of_sense(sense: Sense) -> Self {
        match sense {
            Sense::Party(..) => Self::PARTY,
            Sense::Person(_) => Self::PERSON,
            Sense::Role(_) | Sense::RolePlural(_) => Self::ROLE,
            Sense::Mechanism(_) => Self::MECHANISM,
            Sense::Concept(concept) => Self(1 << concept as u32),
            Sense::Place(_)
            | Sense::Ordinal(_)
            | Sense::RelativeDay(_)
            | Sense::DayShift(_)
            | Sense::RelativeMonth(_)
            | Sense::RelativeYear(_)
            | Sense::Month(_)
            | Sense::DayOfMonth(_)
            | Sense::Year(_)
            | Sense::Weekday(_)
            | Sense::Topic(_) => Self::NOTHING,
        }
    }
}

/// There is a bit for every concept.
const _: () = assert!(Concept::ALL.len() <= 124);

/// What a phrase can mean, in the order of the lexicon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Senses {
    list: SmallVec<[Sense; 2]>,
    set: SenseSet,
}

impl Senses {
    /// The same as bits.
    pub fn set(&self) -> SenseSet {
        self.set
    }

    /// Adds one, unless it is the last already.
    pub fn push(&mut self, sense: Sense) {
        if self.list.last() != Some(&sense) {
            self.set = self.set.or(SenseSet::of_sense(sense));
            self.list.push(sense);
        }
    }

    /// Leaves out those that `dropped` holds of.
    pub fn without(&self, dropped: impl Fn(Sense) -> bool) -> Self {
        self.list.iter().copied().filter(|sense| !dropped(*sense)).collect()
    }
}

impl FromIterator<Sense> for Senses {
    fn from_iter<T: IntoIterator<Item = Sense>>(senses: T) -> Self {
        let mut all = Self::default();
        senses.into_iter().for_each(|sense| all.push(sense));
        all
    }
}

impl From<Sense> for Senses {
    fn from(sense: Sense) -> Self {
        Self::from_iter([sense])
    }
}

impl Deref for Senses {
    type Target = [Sense];

    fn deref(&self) -> &[Sense] {
        &self.list
    }
}
