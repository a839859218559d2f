//! Topics: what is talked about in the sentences that report an event and in those right after them, until the next event.
//!
//! Titles, parties and the names of dialogues hold words of topics without being about them ("the defence minister", "the
//! World Trade Organization"): what lies inside such a phrase does not count.

use std::collections::BTreeMap;

use super::Context;
use super::merge::Draft;
use crate::classify::Reading;
use crate::classify::atoms::Atom;
use crate::event::{Event, Evidence, Part, Span};
use crate::knowledge::lexicon::Word;
use crate::knowledge::sense::Sense;

/// Sentences after the one that reports an event which still tell what it was about.
const FOLLOWING: usize = 4;

impl Context<'_> {
    /// Gives each event of `drafts` its topics, with evidence for each.
    pub(super) fn add_topics(&self, events: &mut [Event], drafts: &[Draft<'_>]) {
        for (number, event) in events.iter_mut().enumerate() {
            let mut found: BTreeMap<&str, Span> = BTreeMap::new();
            for reading in self.readings_about(drafts, number) {
                for (code, span) in self.topics_in(reading) {
                    found.entry(code).or_insert(span);
                }
            }
            let evidence = found.values().enumerate().map(|(index, span)| Evidence {
                span: *span,
                rule: "topic".to_owned(),
                part: Part::Topic,
                pointer: format!("/topics/{index}"),
            });
            event.evidence.extend(evidence);
            event
                .evidence
                .sort_by(|a, b| (a.span, a.part, &a.pointer).cmp(&(b.span, b.part, &b.pointer)));
            event.topics = found.into_keys().map(str::to_owned).collect();
        }
    }

    /// The readings that tell of the draft `number`, each once, in the order of the text.
    fn readings_about(&self, drafts: &[Draft<'_>], number: usize) -> Vec<usize> {
        let reported = |reading: usize, own: bool| {
            let mut others = drafts.iter().enumerate().filter(|(index, _)| (*index == number) == own);
            others.any(|(_, draft)| draft.mentions.iter().any(|mention| mention.reading == reading))
        };
        let own = (0..self.mentions.readings.len()).filter(|reading| reported(*reading, true));
        let mut about: Vec<usize> = Vec::new();
        for reading in own {
            let field = |at: usize| self.text.sentences.get(at).map(|sentence| sentence.field);
            let after = (reading + 1..=reading + FOLLOWING)
                .take_while(|next| field(*next).is_some() && field(*next) == field(reading) && !reported(*next, false));
            about.extend(std::iter::once(reading).chain(after));
        }
        about.sort_unstable();
        about.dedup();
        about
    }

    /// The topics of one reading, with the words that name them.
    fn topics_in(&self, index: usize) -> Vec<(&str, Span)> {
        let (Some(reading), Some(sentence)) = (self.mentions.readings.get(index), self.text.sentences.get(index)) else {
            return Vec::new();
        };
        let word = |token| {
            let text = self.text.word(sentence.field, token);
            Word {
                text,
                shape: token.shape,
                symbol: self.pack.lexicon().symbol(text),
            }
        };
        let words: Vec<Word<'_>> = sentence.tokens.iter().map(|token| word(*token)).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
            let (length, topics) = self.pack.lexicon().topics(rest);
            let last = at + length.max(1);
            let span = self.text.span(sentence.field, sentence.tokens.get(at..last).unwrap_or(&[]));
            if let Some(span) = span.filter(|_| !inside_a_name(reading, at, last)) {
                found.extend(topics.into_iter().map(|topic| (self.pack.topic_code(topic), span)));
            }
            at = last;
        }
        found
    }
}

/// Whether the words `first..last` lie in a title, a party, a person or a dialogue, or share words with one; a phrase that
/// has all of such a name and more ("the Taiwan Strait") stands for itself.
fn inside_a_name(reading: &Reading, first: usize, last: usize) -> bool {
    let names = |sense: &Sense| {
        matches!(
            sense,
            Sense::Party(..) | Sense::Person(_) | Sense::Role(_) | Sense::RolePlural(_) | Sense::Mechanism(_)
        )
    };
    let within = |atom: &Atom| first <= atom.first && atom.last <= last && atom.last - atom.first < last - first;
    let mut shared = reading.atoms.iter().filter(|atom| atom.first < last && first < atom.last);
    shared.any(|atom| !within(atom) && atom.senses.iter().any(names))
}
