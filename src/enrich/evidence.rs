//! Evidence: for each field of an event, the span of the item that supports it and the rule that says so.

use super::Context;
use super::merge::Draft;
use super::participants::Found;
use crate::event::{Event, EventType, Evidence, Part, Span};

/// Reports of one event that are shown; an item may return to it any number of times.
const TRIGGERS: usize = 8;

impl Context<'_> {
    /// By position in the item, title first.
    pub(super) fn evidence(&self, draft: &Draft<'_>, event: &Event, participants: &[Found]) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        let mut add = |span: Option<Span>, rule: &str, part: Part, pointer: String| {
            evidence.extend(span.map(|span| Evidence {
                span,
                rule: rule.to_owned(),
                part,
                pointer,
            }));
        };
        let decided = draft
            .mentions
            .first()
            .map_or_else(String::new, |mention| self.rule(mention.fit.rule));
        for mention in draft.mentions.iter().take(TRIGGERS) {
            let trigger = self.span((mention.reading, mention.fit.first, mention.fit.last));
            add(trigger, &self.rule(mention.fit.rule), Part::Trigger, "/type".to_owned());
        }
        if let Some(mention) = draft.mentions.first() {
            let at = mention.status_atom.unwrap_or(mention.fit.anchor);
            add(
                self.span((mention.reading, at, at + 1)),
                &decided,
                Part::Status,
                "/status".to_owned(),
            );
        }
        for (number, party) in event.parties.iter().enumerate() {
            let member = draft.mentions.iter().find_map(|mention| {
                let member = mention.members.iter().find(|member| member.figure.party == Some(*party));
                let reading = self.mentions.readings.get(mention.reading)?;
                match member.and_then(|member| reading.actors.get(member.actor?)) {
                    Some(actor) => Some((mention.reading, actor.first, actor.last)),
                    None => mention.destination.map(|at| (mention.reading, at, at + 1)),
                }
            });
            let member = member.or_else(|| {
                let mention = draft.mentions.first()?;
                Some((mention.reading, mention.fit.first, mention.fit.last))
            });
            add(
                member.and_then(|at| self.span(at)),
                &decided,
                Part::Party,
                format!("/parties/{number}"),
            );
        }
        for (number, found) in participants.iter().enumerate() {
            add(
                self.span(found.at),
                &decided,
                Part::Participant,
                format!("/participants/{number}"),
            );
        }
        if let Some(when) = draft.when {
            add(self.span(when.at), "date", Part::Date, "/date".to_owned());
        }
        if let Some(place) = draft.place {
            let span = place.at.map_or_else(
                || self.mentions.dateline.as_ref().map(|dateline| dateline.span),
                |at| self.span(at),
            );
            add(
                span,
                if place.at.is_some() { "place" } else { "dateline" },
                Part::Place,
                "/place".to_owned(),
            );
        }
        if let Some((_, mention)) = self
            .mechanism_mention(draft)
            .filter(|_| event.kind == EventType::StrategicDialogue)
        {
            let at = (mention.reading, mention.fit.anchor, mention.fit.anchor + 1);
            add(self.span(at), &decided, Part::Mechanism, "/mechanism/name".to_owned());
            let ordinal = self
                .ordinal_atom(draft)
                .and_then(|(reading, at)| self.span((reading, at, at + 1)));
            add(ordinal, "ordinal", Part::Mechanism, "/mechanism/ordinal".to_owned());
        }
        evidence.sort_by(|a, b| (a.span, a.part, &a.pointer).cmp(&(b.span, b.part, &b.pointer)));
        evidence
    }

    fn rule(&self, index: usize) -> String {
        self.pack.rules().get(index).map_or_else(String::new, |rule| rule.id.clone())
    }

    /// The span of the atoms `first..last` of a reading.
    pub(super) fn span(&self, (reading, first, last): (usize, usize, usize)) -> Option<Span> {
        let reading = self.mentions.readings.get(reading)?;
        let sentence = self.text.sentences.get(reading.sentence)?;
        let from = reading.atoms.get(first)?.first;
        let to = reading.atoms.get(last.checked_sub(1)?)?.last;
        self.text.span(sentence.field, sentence.tokens.get(from..to)?)
    }

    /// The letters of the atoms `first..last` of a reading.
    pub(super) fn slice(&self, at: (usize, usize, usize)) -> Option<String> {
        self.span(at).map(|span| self.item.text_at(span).to_owned())
    }
}
