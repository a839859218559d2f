//! Record → [`Explained`]: its outcome, and for each word that can report an event which rule decided, or why none did.

use super::outcome::{NoEventReason, Outcome, Rejection};
use super::record::Record;
use super::{Core, process};
use crate::classify::{self, Mentions, Reading};
use crate::code::{Lang, PartyCode};
use crate::decode::{self, NewsItem};
use crate::event::{EventType, Role, Span, Status};
use crate::knowledge::Pack;
use crate::text::Text;

/// One item, explained.
#[derive(Debug)]
pub struct Explained {
    /// The item.
    pub item: NewsItem,
    /// The language that it was read in.
    pub language: Option<Lang>,
    /// What [`process`] makes of it.
    pub outcome: Outcome,
    /// Who was seen in it, in the order of the text, title first.
    pub figures: Vec<Seen>,
    /// Words that can report an event, in the same order.
    pub candidates: Vec<Candidate>,
}

/// One who acts, as the text was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where.
    pub span: Span,
    /// Name, where one is known.
    pub name: Option<String>,
    /// Office.
    pub role: Option<Role>,
    /// Party.
    pub party: Option<PartyCode>,
}

/// A word that can report an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The word, or the whole that a rule matched.
    pub span: Span,
    /// The rule that matched; none where no rule did.
    pub rule: Option<String>,
    /// What was decided.
    pub verdict: Verdict,
}

/// What becomes of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It reports an event.
    Reports {
        /// What it is.
        kind: EventType,
        /// Whether it happened.
        status: Status,
        /// Between whom.
        parties: Vec<PartyCode>,
    },
    /// It reports none.
    Refused(NoEventReason),
}

/// Explains `record`.
///
/// # Errors
/// It cannot be read.
pub fn explain(record: &Record, core: &Core) -> Result<Explained, Rejection> {
    let outcome = process(record, core);
    let item = decode::news_item(record.payload.as_deref(), &core.decode).map_err(Rejection::Decode)?;
    let packs = core.knowledge.packs();
    let pack = packs.reading(item.main_text(), item.language.as_deref());
    let (mut figures, mut candidates) = (Vec::new(), Vec::new());
    if let Some(pack) = pack {
        let text = Text::new(&item, pack);
        if let Ok(mentions) = classify::mentions(&text, pack, core.knowledge.gazetteer()) {
            figures = seen(&text, &mentions);
            candidates = judged(&text, &mentions, pack);
        }
    }
    let language = pack.map(Pack::lang);
    Ok(Explained {
        item,
        language,
        outcome,
        figures,
        candidates,
    })
}

fn seen(text: &Text<'_>, mentions: &Mentions<'_>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for reading in &mentions.readings {
        for (actor, figure) in reading.groups.iter().flat_map(|group| &group.members) {
            let span = reading
                .actors
                .get(*actor)
                .and_then(|actor| span(text, reading, actor.first, actor.last));
            let person = figure.person.and_then(|index| mentions.people.get(index));
            seen.extend(span.map(|span| Seen {
                span,
                name: person.map(|person| person.name.clone()),
                role: figure.role,
                party: figure.party,
            }));
        }
    }
    seen
}

fn judged(text: &Text<'_>, mentions: &Mentions<'_>, pack: &Pack) -> Vec<Candidate> {
    let rule = |index: usize| pack.rules().get(index).map(|rule| rule.id.clone());
    let reported = mentions.found.iter().filter_map(|mention| {
        let reading = mentions.readings.get(mention.reading)?;
        Some(Candidate {
            span: span(text, reading, mention.fit.first, mention.fit.last)?,
            rule: rule(mention.fit.rule),
            verdict: Verdict::Reports {
                kind: mention.kind,
                status: mention.status,
                parties: mention.parties.clone(),
            },
        })
    });
    let refused = mentions.refused.iter().filter_map(|refused| {
        let reading = mentions.readings.get(refused.reading)?;
        Some(Candidate {
            span: span(text, reading, refused.anchor, refused.anchor + 1)?,
            rule: refused.rule.and_then(rule),
            verdict: Verdict::Refused(refused.reason),
        })
    });
    let mut candidates: Vec<Candidate> = reported.chain(refused).collect();
    candidates.sort_by_key(|candidate| candidate.span);
    candidates
}

fn span(text: &Text<'_>, reading: &Reading, first: usize, last: usize) -> Option<Span> {
    let sentence = text.sentences.get(reading.sentence)?;
    let from = reading.atoms.get(first)?.first;
    let to = reading.atoms.get(last.checked_sub(1)?)?.last;
    text.span(sentence.field, sentence.tokens.get(from..to)?)
}
