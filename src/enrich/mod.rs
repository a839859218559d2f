//! Mentions → events: dates and places, one event for one encounter, participants, and the evidence for each field.

pub mod dates;
mod evidence;
mod merge;
mod participants;
pub mod places;
mod topics;

use jiff::civil::Date;

use crate::classify::atoms::Atom;
use crate::classify::{Mention, Mentions};
use crate::code::PartyCode;
use crate::decode::NewsItem;
use crate::event::{Confidence, Event, EventDate, EventPlace, EventType, Field, Mechanism, PartialDate, Status};
use crate::knowledge::lexicon::Word;
use crate::knowledge::{Gazetteer, Pack};
use crate::text::Text;
use crate::text::fold::fold;

use merge::{Draft, Placed, When, Where};

/// The events of `item`, in the order of the text.
pub fn events(item: &NewsItem, text: &Text<'_>, mentions: Mentions<'_>, pack: &Pack, gazetteer: &Gazetteer) -> Vec<Event> {
    let mut context = Context {
        item,
        text,
        mentions: &mentions,
        pack,
        gazetteer,
        published: reference_day(item),
        days: Vec::new(),
    };
    context.days = context.running_days();
    let drafts = merge::drafts(context.placed(), context.published);
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

/// The day that "yesterday" is reckoned from: that of publication.
fn reference_day(item: &NewsItem) -> Option<Date> {
    item.published_at.as_ref().map(|published_at| published_at.date())
}

impl<'a> Context<'a> {
    /// The mentions with date and place.
    fn placed(&self) -> Vec<Placed<'a>> {
        let placed = |mention: &Mention| {
            let parties = merge::parties(mention);
            let place = self.place(mention, &parties);
            Placed {
                mention: mention.clone(),
                parties,
                when: self.when(mention),
                place,
            }
        };
        self.mentions.found.iter().map(placed).collect()
    }

    /// The last day that each reading names, with "the day before" reckoned from the one named before it.
    fn running_days(&self) -> Vec<Option<When>> {
        let mut named = None;
        let mut days = Vec::with_capacity(self.mentions.readings.len());
        for (index, (reading, sentence)) in self.mentions.readings.iter().zip(&self.text.sentences).enumerate() {
            let dates = dates::mentions(self.text, sentence, reading, self.pack.date_order());
            let when = dates.into_iter().rev().find_map(|date| {
                let (value, basis) = dates::resolve(date.says, self.published, Status::Held, named)?;
                Some(When {
                    date: value,
                    basis,
                    at: (index, date.first, date.last),
                })
            });
            named = when.map(|when| when.date).or(named);
            days.push(when);
        }
        days
    }

    /// The day named last before the mention's sentence: what "the same day" means in it.
    fn named_in(&self, mention: &Mention) -> Option<PartialDate> {
        self.days
            .iter()
            .take(mention.reading)
            .rev()
            .find_map(|when| when.map(|when| when.date))
    }

    /// The date that stands nearest to the words of the mention, and nearer to them than to those of another mention.
    fn when(&self, mention: &Mention) -> Option<When> {
        let named = self.named_in(mention);
        let reading = self.mentions.readings.get(mention.reading)?;
        let sentence = self.text.sentences.get(reading.sentence)?;
        let dates = dates::mentions(self.text, sentence, reading, self.pack.date_order());
        let mut near: Vec<_> = dates
            .into_iter()
            .map(|date| (self.distance(mention, date.first, date.last), date))
            .filter(|(distance, date)| !self.is_anothers(mention, *distance, date.first, date.last))
            .collect();
        near.sort_by_key(|(distance, date)| (*distance, date.first));
        let stated = near.into_iter().find_map(|(_, date)| {
            let (value, basis) = dates::resolve(date.says, self.published, mention.status, named)?;
            Some(When {
                date: value,
                basis,
                at: (mention.reading, date.first, date.last),
            })
        });
        stated.or_else(|| self.running_date(mention))
    }

    /// The day of the sentences just before, for what was held and has no date of its own: a report goes on where it was.
    fn running_date(&self, mention: &Mention) -> Option<When> {
        const BACK: usize = 6;
        let own = self
            .text
            .sentences
            .get(mention.reading)
            .filter(|own| own.field == Field::Body && mention.status == Status::Held)?;
        let before = (mention.reading.saturating_sub(BACK)..mention.reading).rev();
        let same_field = |index: &usize| {
            self.text
                .sentences
                .get(*index)
                .is_some_and(|sentence| sentence.field == own.field)
        };
        before
            .filter(same_field)
            .find_map(|index| self.days.get(index).copied().flatten().filter(|when| self.is_news(when.date)))
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

    fn place(&self, mention: &Mention, parties: &[PartyCode]) -> Option<Where<'a>> {
        let stated = self.stated_place(mention.reading, parties, |first, last| {
            let distance = self.distance(mention, first, last);
            (!self.is_anothers(mention, distance, first, last)).then_some(distance)
        });
        stated.or_else(|| self.running_place(mention, parties))
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
            .filter_map(|place| distance(place.at, place.at + 1).map(|distance| (distance, place)))
            .collect();
        near.sort_by_key(|(distance, place)| (*distance, place.at));
        let (_, nearest) = near.first()?;
        let city = near.iter().find(|(_, other)| {
            nearest.place.population == 0 && other.place.population > 0 && other.place.country == nearest.place.country
        });
        let chosen = city.map_or(nearest, |(_, city)| city);
        Some(Where {
            place: chosen.place,
            at: Some((index, chosen.at)),
        })
    }

    /// For what was held and has no place of its own: where the sentences just before are, else the dateline, on a party's ground.
    fn running_place(&self, mention: &Mention, parties: &[PartyCode]) -> Option<Where<'a>> {
        const BACK: usize = 3;
        let own = self
            .text
            .sentences
            .get(mention.reading)
            .filter(|own| own.field == Field::Body && mention.status == Status::Held)?;
        let before = (mention.reading.saturating_sub(BACK)..mention.reading).rev().filter(|index| {
            self.text
                .sentences
                .get(*index)
                .is_some_and(|sentence| sentence.field == own.field)
        });
        let ours = |place: &Where<'_>| parties.contains(&place.place.country);
        let running = before.into_iter().find_map(|index| {
            self.stated_place(index, parties, |first, _| Some(usize::MAX - first))
                .filter(ours)
        });
        running.or_else(|| {
            let place = places::choose(self.dateline_atom()?.1.places(), parties, self.gazetteer)?;
            Some(Where { place, at: None }).filter(ours)
        })
    }

    /// The first place of the dateline.
    fn dateline_atom(&self) -> Option<(usize, Atom)> {
        let word = |at: usize| {
            let token = self.text.dateline.get(at)?;
            let text = self.text.word(Field::Body, *token);
            Some(Word {
                text,
                shape: token.shape,
                symbol: self.pack.lexicon().symbol(&fold(text)),
            })
        };
        let words: Vec<Word<'_>> = (0..self.text.dateline.len()).filter_map(word).collect();
        (0..words.len()).find_map(|at| {
            let (length, senses) = self.pack.lexicon().longest(words.get(at..)?);
            let atom = Atom {
                first: at,
                last: at + length,
                shape: words.get(at)?.shape,
                senses,
                quoted: false,
            };
            let known = atom.places().next().is_some();
            known.then_some((at, atom))
        })
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
        let surface = match place.at {
            Some((reading, at)) => self.slice((reading, at, at + 1)),
            None => self.dateline_span().map(|span| self.item.text_at(span).to_owned()),
        };
        EventPlace {
            name: self.gazetteer.city_of(place.place).name.clone(),
            surface: surface.unwrap_or_default(),
            country: Some(place.place.country),
            coordinates: Some(place.place.coordinates),
            geonames: place.place.geonames,
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
            .filter_map(|(_, figure)| figure.role);
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

    /// Rises with what the text says in so many words: who, in which office, when, where, and how often.
    fn confidence(&self, draft: &Draft<'_>, event: &Event) -> Confidence {
        let named = draft.parties.iter().filter(|party| {
            event
                .participants
                .iter()
                .any(|person| person.party == **party && person.role.is_some())
        });
        let mut points: u8 = 55;
        points += 12 * named.count().min(2) as u8;
        points += if event.date.is_some() { 8 } else { 0 };
        points += if event.place.is_some() { 4 } else { 0 };
        points += if draft.mentions.len() > 1 { 6 } else { 0 };
        Confidence::from_hundredths(points.min(97))
    }
}
