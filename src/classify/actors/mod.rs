//! Atoms → actors: office, party and name joined from what the text gives in any order.
//!
//! "Presiden Kirgistan, Sadyr Japarov", "Chinese Foreign Minister Wang Yi", "Anwar Ibrahim, Malaysia's prime minister",
//! "his Kyrgyz counterpart, …" are one chunk each: at most one office, one party and one name, with words between them
//! that only glue. Structural first, so that people in no table are found.

mod names;
mod offices;

use super::atoms::Atom;
use crate::code::PartyCode;
use crate::event::Role;
use crate::knowledge::Pack;
use crate::knowledge::sense::{Concept, PartyForm, SenseSet};
use crate::text::{Sentence, Shape, Text};

/// How an actor is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// By office or name.
    Person,
    /// As the one of the same office on the other side.
    Counterpart,
    /// By a noun that refers back ("the minister").
    Generic,
    /// By a word that refers back to the one on the other side ("him").
    Other,
    /// As two people just named.
    Pair,
    /// As all who were just named together.
    They,
    /// As the two parties just named.
    PartyPair,
    /// As unnamed officials.
    Group,
    /// By the party alone.
    Party,
    /// As a ministry or government.
    Institution,
    /// As one who speaks for others; takes no part.
    Speaker,
}

/// A chunk that refers to one who acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// First atom.
    pub first: usize,
    /// One past the last atom.
    pub last: usize,
    /// How.
    pub reference: Reference,
    /// The office.
    pub role: Option<Role>,
    /// The atom of the office.
    pub title: Option<usize>,
    /// The party; two for "menteri luar negeri Tiongkok-Kirgistan".
    pub parties: Vec<PartyCode>,
    /// The name as written.
    pub name: Option<String>,
    /// Known people of that name.
    pub known: Vec<usize>,
    /// Whether the office is said to be a former one.
    pub former: bool,
    /// Whether the office is that of several people.
    pub plural: bool,
    /// The party where an ambassador serves.
    pub accredited: Option<PartyCode>,
    /// The party of the one before it in a list, for one with an office and no party.
    pub near: Option<PartyCode>,
}

/// The actors of a sentence, in order; `names` are those that were found in the item without capitals to show them.
pub fn actors(text: &Text<'_>, sentence: &Sentence, atoms: &[Atom], pack: &Pack, names: &[String]) -> Vec<Actor> {
    let reader = Reader {
        text,
        sentence,
        atoms,
        pack,
        names,
    };
    let mut actors = Vec::new();
    let mut at = 0;
    while at < atoms.len() {
        if !reader.may_begin(at) {
            at += 1;
            continue;
        }
        let (actor, next) = reader.chunk(at);
        actors.extend(actor);
        at = next.max(at + 1);
    }
    reader.share(&mut actors);
    actors
}

pub(super) struct Reader<'a> {
    text: &'a Text<'a>,
    sentence: &'a Sentence,
    pub(super) atoms: &'a [Atom],
    pack: &'a Pack,
    pub(super) names: &'a [String],
}

/// Meanings that an actor can begin with, beside names.
const OPENERS: SenseSet = SenseSet::of(&[
    Concept::Former,
    Concept::Counterpart,
    Concept::Pair,
    Concept::They,
    Concept::CountriesPair,
    Concept::Spokesperson,
    Concept::OfficialGroup,
    Concept::Diplomat,
    Concept::Institution,
    Concept::GenericRole,
    Concept::GenericOther,
    Concept::Accredited,
])
.or(SenseSet::PARTY)
.or(SenseSet::PERSON)
.or(SenseSet::ROLE);

impl Reader<'_> {
    /// Whether an actor can start at `at`, as far as that word tells; most words of a text cannot.
    fn may_begin(&self, at: usize) -> bool {
        self.atoms.get(at).is_some_and(|atom| {
            atom.shape == Shape::Ideograph || atom.may_be_name() || atom.senses.set().meets(OPENERS) || !self.names.is_empty()
        })
    }

    /// The actor that starts at `at`, and where to go on.
    fn chunk(&self, at: usize) -> (Option<Actor>, usize) {
        let mut actor = Actor {
            first: at,
            last: at,
            reference: Reference::Person,
            role: None,
            title: None,
            parties: Vec::new(),
            name: None,
            known: Vec::new(),
            former: false,
            plural: false,
            accredited: None,
            near: None,
        };
        if let Some(seat) = self.seat(at) {
            actor.parties.push(seat);
            actor.reference = Reference::Party;
            actor.last = at + 1;
            return ((!self.in_place(at)).then_some(actor), at + 1);
        }
        let mut next = at;
        while let Some(end) = self.extend(&mut actor, next) {
            actor.last = end;
            next = end;
        }
        if actor.last == at {
            return (None, at + 1);
        }
        let last = actor.last;
        (self.sound(actor), last)
    }

    /// "Presidents A and B", "Israel's minister A and finance minister B": what the first of a list says holds for the next.
    fn share(&self, actors: &mut [Actor]) {
        for index in 1..actors.len() {
            let (before, rest) = actors.split_at_mut(index);
            let (Some(first), Some(next)) = (before.last_mut(), rest.first_mut()) else {
                continue;
            };
            let joined = (first.last..next.first)
                .all(|at| self.is(at, Concept::And) || self.is(at, Concept::Det) || self.written(at) == ",");
            if !joined || next.first == first.last {
                continue;
            }
            if first.plural && first.name.is_some() && next.name.is_some() && next.title.is_none() {
                (next.role, next.title, next.plural) = (first.role, first.title, true);
            }
            next.near = first.parties.first().copied().or(first.near);
        }
        for actor in actors.iter_mut().filter(|actor| actor.name.is_some()) {
            actor.plural = false;
        }
    }

    /// Takes what comes at `at` into the actor, if it fits, and says where it ends.
    fn extend(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let begun = actor.last > actor.first;
        let accreditation = self.accreditation(actor, at).or_else(|| self.accredited_first(actor, at));
        let more = accreditation.or_else(|| self.second_title(actor, at));
        let more = more
            .or_else(|| self.further_party(actor, at))
            .or_else(|| self.portfolio(actor, at));
        let more = more.or_else(|| self.body(actor, at));
        if let Some(end) = more {
            return Some(end);
        }
        self.element(actor, at).or_else(|| {
            let glued = self.glue(actor, at).filter(|_| begun)?;
            let mut longer = actor.clone();
            let end = self.element(&mut longer, glued)?;
            if self.begins_another(actor, &longer, at, end) {
                return None;
            }
            *actor = longer;
            Some(end)
        })
    }

    /// The party that a capital at `at` may stand for.
    fn seat(&self, at: usize) -> Option<PartyCode> {
        let party = self.atoms.get(at).and_then(Atom::party);
        party.filter(|(_, form)| *form == PartyForm::Seat).map(|(code, _)| code)
    }

    /// Whether what begins at `at` is where something is, and not who does it.
    fn in_place(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.atoms.get(before));
        before.is_some_and(|atom| atom.is_any(&[Concept::In, Concept::To]))
    }

    /// An office, party or name at `at` for a slot that is free.
    fn element(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let atom = self.atoms.get(at)?;
        if self.reference(actor, atom) {
            return Some(at + 1);
        }
        if let Some(end) = self.named_before(at).filter(|_| actor.name.is_none()) {
            actor.name = Some(self.slice(at, end));
            return Some(end);
        }
        if actor.name.is_none() && atom.people().next().is_some() {
            return Some(self.known_name(actor, at));
        }
        if let Some(end) = self.titled_name(actor, at).or_else(|| self.country_name(actor, at)) {
            return Some(end);
        }
        if let Some((role, plural)) = atom
            .role()
            .filter(|_| actor.title.is_none() && actor.reference != Reference::Pair)
        {
            (actor.role, actor.title, actor.plural) = (Some(role), Some(at), plural);
            // "EU trade commissioner" is one phrase, with the party in it.
            actor
                .parties
                .extend(atom.party().map(|(code, _)| code).filter(|_| actor.parties.is_empty()));
            return Some(at + 1);
        }
        if let Some((code, _)) = atom
            .party()
            .filter(|(code, form)| *form != PartyForm::Seat && (actor.parties.is_empty() || actor.parties.contains(code)))
        {
            return self.party(actor, at, code);
        }
        let known = actor.name.is_none().then(|| self.unspaced_name(actor, at)).flatten();
        if let Some(end) = known {
            actor.name = Some(self.slice(at, end));
            return Some(end);
        }
        self.new_name(actor, at)
    }

    /// Words that say how the actor is referred to.
    fn reference(&self, actor: &mut Actor, atom: &Atom) -> bool {
        let fresh = actor.title.is_none() && actor.name.is_none() && actor.reference == Reference::Person;
        if atom.is(Concept::Former) && actor.name.is_none() {
            actor.former = true;
            return true;
        }
        let references = [
            (Concept::Counterpart, Reference::Counterpart),
            (Concept::Pair, Reference::Pair),
            (Concept::They, Reference::They),
            (Concept::CountriesPair, Reference::PartyPair),
            (Concept::Spokesperson, Reference::Speaker),
            (Concept::OfficialGroup, Reference::Group),
            (Concept::Diplomat, Reference::Group),
            (Concept::Institution, Reference::Institution),
            (Concept::GenericRole, Reference::Generic),
            (Concept::GenericOther, Reference::Other),
        ];
        let found = references
            .iter()
            .find(|(concept, _)| fresh && atom.is(*concept))
            .map(|(_, reference)| *reference);
        actor.reference = found.unwrap_or(actor.reference);
        // "a delegation of the Ministry of Defence of Belarus led by …"
        let within = actor.reference == Reference::Group && actor.title.is_none() && atom.is(Concept::Institution);
        found.is_some() || within
    }

    /// A party, and a second one after a hyphen.
    fn party(&self, actor: &mut Actor, at: usize, code: PartyCode) -> Option<usize> {
        if !actor.parties.contains(&code) {
            actor.parties.push(code);
        }
        // "中法": short forms side by side.
        let mut end = at + 1;
        while let Some(next) = self.atoms.get(end).and_then(Atom::short_form).filter(|_| self.is_short(at)) {
            if !actor.parties.contains(&next) {
                actor.parties.push(next);
            }
            end += 1;
        }
        if end > at + 1 {
            return Some(end);
        }
        let second = self.atoms.get(at + 2).and_then(Atom::party).filter(|(other, form)| {
            *other != code && *form != PartyForm::Seat && matches!(self.written(at + 1), "-" | "–" | "—" | "－")
        });
        if let Some((other, _)) = second.filter(|_| actor.name.is_none()) {
            actor.parties.push(other);
            return Some(at + 3);
        }
        Some(at + 1)
    }

    /// Where the next element of the same actor may begin, past words that only join.
    fn glue(&self, actor: &Actor, at: usize) -> Option<usize> {
        const LOOSE: &[Concept] = &[Concept::Of, Concept::Det, Concept::Poss, Concept::Honorific, Concept::Also];
        let mut next = at;
        let mut comma = false;
        for _ in 0..4 {
            let atom = self.atoms.get(next)?;
            let mark = self.written(next);
            let counted = actor.title.is_none() && atom.ordinal().is_some();
            let led = actor.reference == Reference::Group && atom.is(Concept::LedBy);
            if led
                || counted
                || atom.is_any(LOOSE)
                || mark == "(" && !actor.parties.is_empty() | actor.name.is_some()
                || mark == ")" && self.opened(actor)
            {
                next += 1;
            } else if mark == "," && !comma {
                comma = true;
                next += 1;
            } else {
                break;
            }
        }
        (next > at).then_some(next)
    }

    /// Whether what follows the glue is the next in a list, and not more about this one: "Prabowo, Menlu Sugiono".
    fn begins_another(&self, actor: &Actor, longer: &Actor, at: usize, end: usize) -> bool {
        let comma = (at..end).any(|at| self.written(at) == ",");
        let started = actor.last > actor.first || actor.title.is_some();
        if !comma || !started {
            // "(" opens only a party: "Hishammuddin Hussein (Malaysia)".
            let bracket = self.written(at) == "(";
            return bracket && (longer.name != actor.name || longer.title != actor.title);
        }
        // "his counterpart, Foreign Minister …" is one person.
        let counterpart = actor.reference == Reference::Counterpart && actor.name.is_none() && actor.title.is_none();
        if counterpart && actor.parties.is_empty() {
            return false;
        }
        let takes_name = actor.name.is_none() && longer.name.is_some();
        if takes_name {
            return actor.title.is_none() && actor.reference != Reference::Counterpart;
        }
        // An office or party after the comma belongs to the name before it, unless a name of its own follows.
        let mut rest = longer.clone();
        (rest.name, rest.known) = (None, Vec::new());
        let mut next = end;
        while let Some(further) = self.element(&mut rest, next).or_else(|| {
            let glued = self.glue(&rest, next).filter(|_| self.written(next) != ",")?;
            self.element(&mut rest, glued)
        }) {
            next = further;
        }
        actor.name.is_none() || rest.name.is_some() || longer.role.is_none() && rest.role.is_none()
    }

    /// Drops what only looks like an actor: a firm or paper named after a country, a lone capital, a place.
    fn sound(&self, mut actor: Actor) -> Option<Actor> {
        let has_title = actor.title.is_some() || actor.reference != Reference::Person;
        let possessive =
            (actor.first..actor.last).any(|at| self.is(at, Concept::Poss) || self.written(at) == "(" || self.written(at) == ",");
        if !has_title && !actor.parties.is_empty() && actor.name.is_some() && actor.known.is_empty() && !possessive {
            return None;
        }
        if !has_title && actor.name.is_none() {
            let adjective = self
                .atoms
                .get(actor.first)
                .and_then(Atom::party)
                .is_some_and(|(_, form)| matches!(form, PartyForm::Adjective | PartyForm::Short));
            if actor.parties.is_empty() || self.in_place(actor.first) || adjective && actor.parties.len() == 1 {
                return None;
            }
            actor.reference = Reference::Party;
        }
        Some(actor)
    }

    /// Whether a bracket was opened inside the actor.
    fn opened(&self, actor: &Actor) -> bool {
        (actor.first..actor.last).any(|at| self.written(at) == "(")
    }

    fn is_short(&self, at: usize) -> bool {
        self.atoms.get(at).is_some_and(|atom| atom.short_form().is_some())
    }

    fn is(&self, at: usize, concept: Concept) -> bool {
        self.atoms.get(at).is_some_and(|atom| atom.is(concept))
    }

    fn written(&self, at: usize) -> &str {
        self.atoms
            .get(at)
            .filter(|atom| atom.last == atom.first + 1)
            .and_then(|atom| self.sentence.tokens.get(atom.first))
            .map_or("", |token| self.text.word(self.sentence.field, *token))
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> String {
        let span = || {
            let first = self.atoms.get(from)?.first;
            let last = self.atoms.get(to.checked_sub(1)?)?.last;
            self.text.span(self.sentence.field, self.sentence.tokens.get(first..last)?)
        };
        span().map_or_else(String::new, |span| self.text.item().text_at(span).to_owned())
    }
}
