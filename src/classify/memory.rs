//! What has been spoken of so far in an item: whom "he", "they" and "the two sides" mean.

use super::mention::Mention;
use super::people::Figure;
use crate::code::PartyCode;
use crate::event::EventType;

/// Figures that are remembered.
const REMEMBERED: usize = 12;

/// Who has been spoken of so far.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Figures of this and earlier sentences, the nearest last.
    recent: Vec<Figure>,
    /// Whom the sentences before this one were about: the first person of the last one that has any.
    topic: Option<Figure>,
    /// The first person of this sentence.
    subject: Option<Figure>,
    /// The people of this sentence.
    named: Vec<Figure>,
    /// The people of the last sentence before this one that has several, of different parties.
    together: Vec<Figure>,
    /// The last event of two parties that was reported.
    reported: Option<(EventType, Vec<PartyCode>)>,
    /// The last one that comes in rounds.
    series: Option<(EventType, Vec<PartyCode>)>,
}

/// The two parties that the text is about.
#[derive(Clone, Debug)]
pub struct Sides {
    /// What it last reported of them, if anything.
    pub kind: Option<EventType>,
    /// Themselves.
    pub figures: Vec<Figure>,
    /// The parties of the last event that comes in rounds, and what it is.
    pub series: Option<(EventType, Vec<Figure>)>,
}

impl Memory {
    /// Takes in the figures of one actor.
    pub fn add(&mut self, figures: &[Figure]) {
        self.recent.extend(figures.iter().cloned());
        let excess = self.recent.len().saturating_sub(REMEMBERED);
        self.recent.drain(..excess);
        let people = figures.iter().filter(|figure| figure.person.is_some());
        for figure in people.clone().filter(|figure| figure.party.is_some()) {
            if self.named.len() < REMEMBERED && !self.named.iter().any(|known| known.person == figure.person) {
                self.named.push(figure.clone());
            }
        }
        self.subject = self.subject.take().or_else(|| people.clone().next().cloned());
    }

    /// Takes in what was reported.
    pub fn report(&mut self, mention: &Mention) {
        if mention.parties.len() == 2 {
            let event = (mention.kind, mention.parties.clone());
            if matches!(mention.kind, EventType::StrategicDialogue | EventType::Negotiation) {
                self.series = Some(event.clone());
            }
            self.reported = Some(event);
        }
    }

    /// A new sentence begins.
    pub fn next_sentence(&mut self) {
        self.topic = self.subject.take().or_else(|| self.topic.take());
        let named = std::mem::take(&mut self.named);
        if named
            .iter()
            .any(|figure| Some(figure.party) != named.first().map(|first| first.party))
        {
            self.together = named;
        }
    }

    /// Who was spoken of, the nearest last.
    pub fn recent(&self) -> &[Figure] {
        &self.recent
    }

    /// Whom the sentences before this one were about.
    pub fn topic(&self) -> Option<&Figure> {
        self.topic.as_ref()
    }

    /// The last person who is not of the party of this sentence's subject.
    pub fn other(&self) -> Option<Figure> {
        let ours = self.subject.as_ref().and_then(|figure| figure.party);
        let others = self
            .recent
            .iter()
            .rev()
            .filter(|figure| figure.person.is_some() && figure.party.is_some());
        others.into_iter().find(|figure| figure.party != ours).cloned()
    }

    /// The people who were last named together.
    pub fn together(&self) -> &[Figure] {
        &self.together
    }

    /// The two parties of the event that was reported last; where nothing was reported yet, the last two that were named.
    pub fn sides(&self) -> Sides {
        let figure = |party: PartyCode| Figure {
            person: None,
            role: None,
            party: Some(party),
            personal: false,
        };
        let figures = |parties: &[PartyCode]| parties.iter().copied().map(figure).collect();
        let series = self.series.as_ref().map(|(kind, parties)| (*kind, figures(parties)));
        if let Some((kind, parties)) = &self.reported {
            return Sides {
                kind: Some(*kind),
                figures: figures(parties),
                series,
            };
        }
        let mut parties = self.recent.iter().rev().filter_map(|figure| figure.party);
        let last = parties.next();
        let other = parties.find(|party| Some(*party) != last);
        let pair = other.zip(last).map(|(other, last)| vec![figure(other), figure(last)]);
        Sides {
            kind: None,
            figures: pair.unwrap_or_default(),
            series,
        }
    }
}
