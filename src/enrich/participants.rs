//! Participants: the people of a draft, each once, with office, party and side; a bare office becomes a person where the
//! table of office holders has exactly one for that day.

use super::Context;
use super::merge::Draft;
use crate::classify::people::Figure;
use crate::classify::{Member, Mention};
use crate::code::PartyCode;
use crate::event::{EventType, Field, PartialDate, Participant, Role, Side, Status};

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
        let leaders = self.leaders(draft);
        for mention in draft.mentions.iter().chain(&draft.occasion).chain(&leaders) {
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

    /// A dialogue's leaders are often named only in the sentences after the one that reports it: a mention for each such
    /// sentence, up to one that reports something else.
    fn leaders(&self, draft: &Draft<'_>) -> Vec<Mention> {
        const AFTER: usize = 2;
        if draft.kind != EventType::StrategicDialogue || draft.status == Status::Past {
            return Vec::new();
        }
        let named = |party: &PartyCode| {
            let members = draft.mentions.iter().flat_map(|mention| &mention.members);
            members
                .into_iter()
                .any(|member| member.figure.party == Some(*party) && member.figure.person.is_some())
        };
        let two_ministers = self
            .mechanism_mention(draft)
            .is_some_and(|(_, mention)| self.is_two_plus_two(mention));
        if draft.parties.iter().all(named) && !two_ministers {
            return Vec::new();
        }
        let reported = |index: usize| self.mentions.found.iter().any(|mention| mention.reading == index);
        let body = draft.mentions.iter().find(|mention| self.is_body(mention.reading));
        let from = body.map_or(0, |mention| mention.reading);
        let after = (from + 1..=from + AFTER).take_while(|index| self.is_body(*index) && !reported(*index));
        body.map(|mention| after.filter_map(|index| self.led_by(draft, mention, index)).collect())
            .unwrap_or_default()
    }

    /// `mention` with those whom the reading `index` names for the parties of `draft`, below the head of a state.
    fn led_by(&self, draft: &Draft<'_>, mention: &Mention, index: usize) -> Option<Mention> {
        let reading = self.mentions.readings.get(index)?;
        let members = reading.groups.iter().flat_map(|group| &group.members).filter(|(_, figure)| {
            let ours = figure.party.is_some_and(|party| draft.parties.contains(&party));
            let leads = !matches!(figure.role, None | Some(Role::HeadOfState | Role::HeadOfGovernment));
            ours && leads && figure.person.is_some() && figure.personal
        });
        let members = members.map(|(actor, figure)| Member {
            actor: Some(*actor),
            figure: figure.clone(),
        });
        Some(Mention {
            reading: index,
            members: members.collect(),
            ..mention.clone()
        })
    }

    fn is_body(&self, index: usize) -> bool {
        self.text
            .sentences
            .get(index)
            .is_some_and(|sentence| sentence.field == Field::Body)
    }

    /// Whether the mechanism is one of two ministers on each side.
    fn is_two_plus_two(&self, mention: &Mention) -> bool {
        let reading = self.mentions.readings.get(mention.reading);
        let index = reading.and_then(|reading| reading.atoms.get(mention.fit.anchor)?.mechanism());
        index.is_some_and(|index| self.pack.mechanism_name(index).starts_with("2+2"))
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
