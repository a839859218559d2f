//! Participants: the people of a draft, each once, with office, party and side; a bare office becomes a person where the
//! table of office holders has exactly one for that day.

use super::Context;
use super::merge::Draft;
use crate::classify::Member;
use crate::classify::people::Figure;
use crate::code::PartyCode;
use crate::event::{EventType, PartialDate, Participant, Role, Side};

/// A participant, and where the text names them: reading and atoms.
pub struct Found {
    /// Who.
    pub participant: Participant,
    /// Reading, first atom, one past the last.
    pub at: (usize, usize, usize),
}

impl Context<'_> {
    /// By party, then by rank, then by first mention.
    pub(super) fn participants(&self, draft: &Draft<'_>, country: Option<PartyCode>) -> Vec<Found> {
        if draft.kind == EventType::Sanction {
            return Vec::new();
        }
        let mut found: Vec<(Option<usize>, Found)> = Vec::new();
        for mention in draft.mentions.iter().chain(&draft.occasion) {
            let Some(reading) = self.mentions.readings.get(mention.reading) else {
                continue;
            };
            for Member { actor, figure } in &mention.members {
                let actor = actor.and_then(|actor| reading.actors.get(actor));
                let trigger = (mention.reading, mention.fit.first, mention.fit.last);
                let at = actor.map_or(trigger, |actor| (mention.reading, actor.first, actor.last));
                let title = actor
                    .and_then(|actor| actor.title)
                    .map(|title| (mention.reading, title, title + 1));
                let Some(participant) = self.participant(draft, figure, at, title, country) else {
                    continue;
                };
                let twin = found.iter_mut().find(|(person, other)| {
                    figure.person.is_some() && *person == figure.person
                        || other.participant.name == participant.name && other.participant.party == participant.party
                });
                match twin {
                    Some((_, known)) => improve(known, participant, at),
                    None => found.push((figure.person, Found { participant, at })),
                }
            }
        }
        let mut found: Vec<Found> = found.into_iter().map(|(_, found)| found).collect();
        found.sort_by_key(|found| {
            (
                found.participant.party,
                found.participant.role.map_or(u8::MAX, |role| role as u8),
            )
        });
        found
    }

    fn participant(
        &self,
        draft: &Draft<'_>,
        figure: &Figure,
        at: (usize, usize, usize),
        title: Option<(usize, usize, usize)>,
        country: Option<PartyCode>,
    ) -> Option<Participant> {
        let party = figure.party?;
        let person = figure.person.and_then(|index| self.mentions.people.get(index));
        let (name, wikidata) = match person {
            Some(person) => (person.name.clone(), person.wikidata.clone()),
            None => self.holder(figure.role?, party, draft)?,
        };
        let side = country
            .filter(|country| draft.parties.contains(country))
            .map(|country| if country == party { Side::Host } else { Side::Guest });
        let title = title.and_then(|title| self.slice(title));
        Some(Participant {
            name,
            surface: self.slice(at)?,
            title,
            role: figure.role,
            party,
            side,
            wikidata,
        })
    }

    /// The one who held `role` for `party` on the day of the event.
    fn holder(&self, role: Role, party: PartyCode, draft: &Draft<'_>) -> Option<(String, Option<String>)> {
        let day = match draft.when.map(|when| when.date) {
            Some(PartialDate::Day(day)) => day,
            Some(PartialDate::DayOfYear { .. } | PartialDate::Month { .. } | PartialDate::Year(_)) | None => self.published?,
        };
        let mut holders = self.gazetteer.holders_on(party, role, day);
        let holder = holders.next()?;
        holders
            .next()
            .is_none()
            .then(|| (holder.name.clone(), holder.wikidata.clone()))
    }
}

/// The wording that gives the office goes before one that does not.
fn improve(known: &mut Found, other: Participant, at: (usize, usize, usize)) {
    if known.participant.title.is_none() && other.title.is_some() {
        (known.participant.surface, known.participant.title, known.at) = (other.surface, other.title, at);
    }
    known.participant.role = known.participant.role.or(other.role);
}
