//! Mentions → events: dates and places, one event for one encounter, participants, and the evidence for each field.

mod confidence;
pub mod dates;
mod evidence;
mod merge;
mod participants;
pub mod places;
mod topics;

use jiff::civil::Date;

use crate::classify::{Mention, Mentions, Reading};
use crate::code::PartyCode;
use crate::decode::NewsItem;
use crate::event::{Confidence, DateBasis, Event, EventDate, EventPlace, EventType, Field, Mechanism, PartialDate, Status};
use crate::knowledge::sense::Concept;
use crate::knowledge::{Gazetteer, Pack};
use crate::text::{Shape, Text};

use merge::{Draft, Placed, When, Where};
use places::Spot;

/// The events of `item`, in the order of the text.
pub fn events(item: &NewsItem, text: &Text<'_>, mentions: Mentions<'_>, pack: &Pack, gazetteer: &Gazetteer) -> Vec<Event> {
    let mut context = Context {
        item,
        text,
        mentions: &mentions,
        pack,
        gazetteer,
        published: item.published_on(),
        days: Vec::new(),
    };
    context.days = context.running_days();
    let mut drafts = merge::drafts(context.placed(), context.published);
    for draft in &mut drafts {
        // What only the headline tells is of the day that the report opens with.
        let headline = draft.mentions.first().filter(|_| draft.when.is_none());
        draft.when = draft
            .when
            .or(headline.and_then(|mention| context.running_date(mention, true)));
    }
    let mut events: Vec<Event> = drafts.iter().map(|draft| context.event(draft)).collect();
    context.add_topics(&mut events, &drafts);
    // Two drafts can turn out to be one event once their people have names: the first stands.
    let mut ids = Vec::new();
    events.retain(|event| {
        let id = crate::event::EventId::of(event);
        let fresh = !ids.contains(&id);
        ids.push(id);
        fresh
    });
    events
}

/// All that enriching looks at.
struct Context<'a> {
    item: &'a NewsItem,
    text: &'a Text<'a>,
    mentions: &'a Mentions<'a>,
    pack: &'a Pack,
    gazetteer: &'a Gazetteer,
    published: Option<Date>,
    /// For each reading, the last day that it names.
    days: Vec<Option<When>>,
}

impl<'a> Context<'a> {
    /// The mentions with date and place.
    fn placed(&self) -> Vec<Placed<'a>> {
        let placed = |mention: &Mention| {
            let when = self.when(mention);
            let place = self.place(mention, &mention.parties, when);
            Placed {
                mention: mention.clone(),
                when,
                arrives: self.anchor_is(mention, &[Concept::Landed]),
                courtesy: self.anchor_is(mention, &[Concept::Receive, Concept::ReceivedBy]),
                place,
            }
        };
        self.mentions.found.iter().map(placed).collect()
    }

    fn anchor_is(&self, mention: &Mention, concepts: &[Concept]) -> bool {
        let reading = self.mentions.readings.get(mention.reading);
        let atom = reading.and_then(|reading| reading.atoms.get(mention.fit.anchor));
        atom.is_some_and(|atom| atom.is_any(concepts))
    }

    /// The last day that each reading names, with "the day before" reckoned from the one named before it.
    fn running_days(&self) -> Vec<Option<When>> {
        let mut named = None;
        let mut days = Vec::with_capacity(self.mentions.readings.len());
        for (index, (reading, sentence)) in self.mentions.readings.iter().zip(&self.text.sentences).enumerate() {
            let dates = dates::mentions(self.text, sentence, reading, self.pack.date_order());
            let own = dates.into_iter().rev().filter(|date| !is_adjective(reading, date));
            let when = own.into_iter().find_map(|date| {
                let (value, basis) = dates::resolve(date.says, self.published, Status::Held, named)?;
                Some(When {
                    date: value,
                    basis,
                    at: (index, date.first, date.last),
                })
            });
            // Old years are background: "that day" goes on from the news.
            named = when.map(|when| when.date).filter(|date| !self.is_old(*date)).or(named);
            days.push(when);
        }
        days
    }

    /// The day named last before the mention's sentence: what "the same day" means in it.
    fn named_in(&self, mention: &Mention) -> Option<PartialDate> {
        let named = || {
            let before = self.days.iter().take(mention.reading).rev();
            before.filter_map(|when| when.map(|when| when.date))
        };
        named().find(|date| !self.is_old(*date)).or_else(|| named().next())
    }

    /// More than two months before publication.
    fn is_old(&self, date: PartialDate) -> bool {
        const DAYS: i64 = 60;
        let days = date.days().zip(self.published);
        days.is_some_and(|((_, last), published)| last.duration_until(published).as_hours() > DAYS * 24)
    }

    /// The date that stands nearest to the words of the mention, and nearer to them than to those of another mention; the
    /// only date of its sentence in any case, and failing that the day that the text goes on about.
    fn when(&self, mention: &Mention) -> Option<When> {
        let named = self.named_in(mention);
        let reading = self.mentions.readings.get(mention.reading)?;
        let sentence = self.text.sentences.get(reading.sentence)?;
        let resolved = |date: dates::DateMention| {
            const NEAR: usize = 4;
            let marked = reading.atoms_in(date.first.saturating_sub(NEAR), date.first);
            let set = marked.iter().any(|atom| atom.is(Concept::Planned));
            let status = if set && mention.status == Status::Cancelled {
                Status::Planned
            } else {
                mention.status
            };
            let (value, basis) = dates::resolve(date.says, self.published, status, named)?;
            Some(When {
                date: value,
                basis,
                at: (mention.reading, date.first, date.last),
            })
        };
        let mut near: Vec<(usize, When)> = dates::mentions(self.text, sentence, reading, self.pack.date_order())
            .into_iter()
            .filter(|date| !is_adjective(reading, date) || (mention.fit.first..mention.fit.last).contains(&date.first))
            .filter_map(|date| {
                let said = usize::from(is_of_statement(reading, mention, &date)) * STATEMENT;
                Some((self.distance(mention, date.first, date.last) + said, resolved(date)?))
            })
            .collect();
        near.sort_by_key(|(distance, when)| (*distance, when.at.1));
        let (told, said): (Vec<_>, Vec<_>) = near.into_iter().partition(|(distance, _)| *distance < STATEMENT);
        let own = told
            .iter()
            .find(|(distance, when)| !self.is_anothers(mention, *distance, when.at.1, when.at.2));
        let shared = told.first().filter(|_| told.len() == 1 && self.is_of_one_status(mention));
        let stated = own.or(shared).map(|(_, when)| *when);
        let later = || self.later_that_day(mention, named);
        let said = || said.first().map(|(_, when)| *when);
        stated
            .or_else(later)
            .or_else(|| self.running_date(mention, false))
            .or_else(said)
    }

    /// "In the evening", with no day of its own: that of the sentences before.
    fn later_that_day(&self, mention: &Mention, named: Option<PartialDate>) -> Option<When> {
        let reading = self.mentions.readings.get(mention.reading)?;
        let at = reading.atoms.iter().position(|atom| atom.is(Concept::DayPart))?;
        Some(When {
            date: named?,
            basis: DateBasis::Relative,
            at: (mention.reading, at, at + 1),
        })
    }

    /// Whether all mentions of the sentence have happened, or all are to come: they may share its date.
    fn is_of_one_status(&self, mention: &Mention) -> bool {
        let others = self.mentions.found.iter().filter(|other| other.reading == mention.reading);
        others.into_iter().all(|other| other.status == mention.status)
    }

    /// For what was held and has no date of its own: the day of the sentences just before, for a report goes on where it was;
    /// for a headline, and for the opening of a report, that of the sentences that follow; failing all, that of the dateline.
    fn running_date(&self, mention: &Mention, alone: bool) -> Option<When> {
        const BACK: usize = 6;
        const OPENING: usize = 3;
        if mention.status != Status::Held {
            return None;
        }
        let field = |index: usize| self.text.sentences.get(index).map(|sentence| sentence.field);
        let own = field(mention.reading).filter(|own| *own == Field::Body || alone)?;
        let news = |index: usize| self.days.get(index).copied().flatten().filter(|when| self.is_news(when.date));
        let before = (mention.reading.saturating_sub(BACK)..mention.reading)
            .rev()
            .filter(|index| own == Field::Body && field(*index) == Some(Field::Body));
        let opening = self
            .text
            .sentences
            .iter()
            .filter(|sentence| sentence.field == Field::Title)
            .count();
        let last = match own {
            Field::Title => opening + OPENING,
            Field::Body if mention.reading < opening + OPENING => mention.reading + 2,
            Field::Body => 0,
        };
        let day = self.text.dateline_day;
        let after = (mention.reading + 1..last).filter(|index| field(*index) == Some(Field::Body) && Some(*index) != day);
        before.chain(after).chain(day).find_map(news)
    }

    /// A day within the week before publication.
    fn is_news(&self, date: PartialDate) -> bool {
        let (PartialDate::Day(day), Some(published)) = (date, self.published) else {
            return false;
        };
        (0..=7 * 24).contains(&day.duration_until(published).as_hours())
    }

    /// Words between the mention and the atoms `first..last`; what stands before it counts for a little more.
    fn distance(&self, mention: &Mention, first: usize, last: usize) -> usize {
        if first >= mention.fit.last {
            first - mention.fit.last
        } else if last <= mention.fit.first {
            mention.fit.first - last + 2
        } else {
            0
        }
    }

    fn is_anothers(&self, mention: &Mention, distance: usize, first: usize, last: usize) -> bool {
        let others = self
            .mentions
            .found
            .iter()
            .filter(|other| other.reading == mention.reading && other.fit.anchor != mention.fit.anchor);
        others.into_iter().any(|other| self.distance(other, first, last) < distance)
    }

    /// Where it was: the goal of a visit, else what its sentence says, else where the text is.
    fn place(&self, mention: &Mention, parties: &[PartyCode], when: Option<When>) -> Option<Where<'a>> {
        let kind = mention.kind;
        if matches!(kind, EventType::PhoneCall | EventType::Message | EventType::Sanction) {
            return None;
        }
        let reading = self.mentions.readings.get(mention.reading)?;
        let goal = mention.destination.and_then(|at| {
            let place = places::choose(reading.atoms.get(at)?.places(), parties, self.gazetteer)?;
            Some(Where {
                spot: Spot::Known(place),
                at: Some((mention.reading, at, at + 1)),
            })
        });
        let goal = goal.or_else(|| {
            let landed = kind == EventType::Visit && mention.destination.is_none();
            self.dateline(parties).filter(|_| landed)
        });
        if goal.is_some() {
            return goal;
        }
        let stated = self.stated_place(mention.reading, parties, |first, last| {
            let distance = self.distance(mention, first, last);
            (!self.is_anothers(mention, distance, first, last)).then_some(distance)
        });
        let moves = matches!(kind, EventType::Relations | EventType::Agreement | EventType::Envoy);
        stated.or_else(|| self.running_place(mention, parties, when).filter(|_| !moves))
    }

    /// The place of a reading that is nearest by `distance`; a city in it goes before a venue inside that city.
    fn stated_place(
        &self,
        index: usize,
        parties: &[PartyCode],
        distance: impl Fn(usize, usize) -> Option<usize>,
    ) -> Option<Where<'a>> {
        let reading = self.mentions.readings.get(index)?;
        let mut near: Vec<(usize, places::PlaceMention<'a>)> = places::mentions(reading, parties, self.gazetteer)
            .into_iter()
            .filter_map(|place| distance(place.first, place.last).map(|distance| (distance, place)))
            .collect();
        near.sort_by_key(|(distance, place)| (*distance, place.first));
        let (_, nearest) = near.first()?;
        // "at the palace in Bogor": the city goes before what is in it.
        let inside = |other: &places::PlaceMention<'_>| match (nearest.spot, other.spot) {
            (Spot::Known(venue), Spot::Known(city)) => {
                venue.population == 0 && city.population > 0 && city.country == venue.country
            }
            _ => false,
        };
        let city = near.iter().map(|(_, other)| other).find(|other| inside(other));
        let chosen = city.unwrap_or(nearest);
        Some(Where {
            spot: chosen.spot,
            at: Some((index, chosen.first, chosen.last)),
        })
    }

    /// For what has no place of its own: where the sentences just before are, else the dateline, on a party's ground. What is
    /// told at the head of a report, or was on the sidelines of something, is where the report comes from.
    fn running_place(&self, mention: &Mention, parties: &[PartyCode], when: Option<When>) -> Option<Where<'a>> {
        const BACK: usize = 3;
        let own = self
            .text
            .sentences
            .get(mention.reading)
            .filter(|own| own.field == Field::Body)?;
        let before = (mention.reading.saturating_sub(BACK)..mention.reading).rev().filter(|index| {
            self.text
                .sentences
                .get(*index)
                .is_some_and(|sentence| sentence.field == own.field)
        });
        let ours = |place: &Where<'_>| place.spot.country().is_some_and(|country| parties.contains(&country));
        let running = before.into_iter().find_map(|index| {
            self.stated_place(index, parties, |first, _| Some(usize::MAX - first))
                .filter(ours)
        });
        let at_hand = match mention.status {
            Status::Held => true,
            Status::Planned => when.is_some_and(|when| self.is_near(when.date)),
            Status::Cancelled | Status::Past => false,
        };
        let reading = self.mentions.readings.get(mention.reading)?;
        let aside = reading.atoms.iter().any(|atom| atom.is(Concept::Sideline));
        let lead = own.index == 0 && mention.status == Status::Held;
        let here = self
            .dateline(parties)
            .filter(|place| at_hand && (ours(place) || aside || lead));
        match mention.status {
            Status::Held | Status::Planned => running.or(here),
            Status::Cancelled | Status::Past => None,
        }
    }

    /// Where the item comes from.
    fn dateline(&self, parties: &[PartyCode]) -> Option<Where<'a>> {
        let named = &self.mentions.dateline.as_ref()?.places;
        let place = places::choose(named.iter().copied(), parties, self.gazetteer)?;
        Some(Where {
            spot: Spot::Known(place),
            at: None,
        })
    }

    /// The day of publication or the one beside it.
    fn is_near(&self, date: PartialDate) -> bool {
        let (PartialDate::Day(day), Some(published)) = (date, self.published) else {
            return false;
        };
        published.duration_until(day).as_hours().abs() <= 24
    }

    fn event(&self, draft: &Draft<'a>) -> Event {
        let place = draft.place.map(|place| self.event_place(place));
        let participants = self.participants(draft, place.as_ref().and_then(|place| place.country));
        let mut event = Event {
            kind: draft.kind,
            status: draft.status,
            parties: draft.parties.clone(),
            participants: participants.iter().map(|found| found.participant.clone()).collect(),
            date: draft.when.map(|when| EventDate {
                value: when.date,
                surface: self.slice(when.at).unwrap_or_default(),
                basis: when.basis,
            }),
            place,
            mechanism: (draft.kind == EventType::StrategicDialogue)
                .then(|| self.mechanism(draft))
                .flatten(),
            topics: Vec::new(),
            confidence: Confidence::from_hundredths(0),
            evidence: Vec::new(),
        };
        event.confidence = self.confidence(draft, &event);
        event.evidence = self.evidence(draft, &event, &participants);
        event
    }

    fn event_place(&self, place: Where<'_>) -> EventPlace {
        let written = match place.at {
            Some(at) => self.slice(at),
            None => self
                .mentions
                .dateline
                .as_ref()
                .map(|dateline| self.item.text_at(dateline.span).to_owned()),
        };
        let surface = written.unwrap_or_default();
        match place.spot {
            Spot::Known(known) => EventPlace {
                name: self.gazetteer.city_of(known).name.clone(),
                surface,
                country: Some(known.country),
                coordinates: Some(known.coordinates),
                geonames: known.geonames,
            },
            Spot::Named(country) => EventPlace {
                name: surface.clone(),
                surface,
                country,
                coordinates: None,
                geonames: None,
            },
        }
    }

    /// The mechanism that the mentions name, its number beside the name, and the office of those who lead it.
    fn mechanism(&self, draft: &Draft<'_>) -> Option<Mechanism> {
        let (_, mention) = self.mechanism_mention(draft)?;
        let reading = self.mentions.readings.get(mention.reading)?;
        let index = reading.atoms.get(mention.fit.anchor)?.mechanism()?;
        let ordinal = self
            .ordinal_atom(draft)
            .and_then(|(reading, at)| self.mentions.readings.get(reading)?.atoms.get(at)?.ordinal());
        let mut roles = draft
            .mentions
            .iter()
            .flat_map(|mention| &mention.members)
            .filter_map(|member| member.figure.role);
        let first = roles.next();
        Some(Mechanism {
            name: self.pack.mechanism_name(index).to_owned(),
            level: first.filter(|first| roles.all(|role| role == *first)),
            ordinal,
        })
    }

    fn mechanism_mention<'d>(&self, draft: &'d Draft<'_>) -> Option<(usize, &'d Mention)> {
        let named = |mention: &Mention| {
            let reading = self.mentions.readings.get(mention.reading)?;
            reading.atoms.get(mention.fit.anchor)?.mechanism()
        };
        draft
            .mentions
            .iter()
            .enumerate()
            .find(|(_, mention)| named(mention).is_some())
    }

    /// The number that stands within a few words of the mechanism's name.
    fn ordinal_atom(&self, draft: &Draft<'_>) -> Option<(usize, usize)> {
        const NEAR: usize = 4;
        draft.mentions.iter().find_map(|mention| {
            let reading = self.mentions.readings.get(mention.reading)?;
            let anchor = mention.fit.anchor;
            let mut near: Vec<usize> = (anchor.saturating_sub(NEAR)..anchor + NEAR + 1).collect();
            near.sort_by_key(|at| at.abs_diff(anchor));
            near.into_iter()
                .find(|at| reading.atoms.get(*at).is_some_and(|atom| atom.ordinal().is_some()))
                .map(|at| (mention.reading, at))
        })
    }

    fn confidence(&self, draft: &Draft<'_>, event: &Event) -> Confidence {
        let in_office = |party: &&PartyCode| {
            let mut people = event.participants.iter();
            people.any(|person| person.party == **party && person.role.is_some())
        };
        let support = confidence::Support {
            in_office: draft.parties.iter().filter(in_office).count(),
            dated: event.date.is_some(),
            placed: event.place.is_some(),
            repeated: draft.mentions.len() > 1,
        };
        confidence::of(event.kind, support)
    }
}

/// What a date of a statement lies behind every other.
const STATEMENT: usize = 1000;

/// "the April 22 massacre": the day of a thing, and not of what is told.
fn is_adjective(reading: &Reading, date: &dates::DateMention) -> bool {
    let before = date.first.checked_sub(1).and_then(|at| reading.atoms.get(at));
    let after = reading.atoms.get(date.last);
    let noun = after.is_some_and(|atom| atom.shape == Shape::Lower && atom.senses.is_empty());
    noun && before.is_some_and(|atom| atom.is(Concept::Det)) && matches!(date.says, dates::Says::Day { .. })
}

/// "…, the minister said on Tuesday": the day on which it was told.
fn is_of_statement(reading: &Reading, mention: &Mention, date: &dates::DateMention) -> bool {
    const REACH: usize = 7;
    let from = date.first.saturating_sub(REACH).max(mention.fit.last);
    (from..date.first).any(|at| reading.atoms.get(at).is_some_and(|atom| atom.is(Concept::Say)))
}
