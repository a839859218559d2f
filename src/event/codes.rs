//! An event in the words of other ontologies: PLOVER event and mode, CAMEO code and Goldstein value, as a lossy export of type
//! and status. `docs/codes.md` is the same table for readers, with what is lost; a test holds the two together.
//!
//! Sources: PLOVER manual and `CAMEO2PLOVER-2021.txt` (github.com/openeventdata/PLOVER); CAMEO codebook 1.1b3 and the
//! Goldstein values that GDELT publishes for it.

use super::{EventType, Status};

/// The codes of one event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Codes {
    /// CAMEO base code, three digits; the first two are the root code.
    pub cameo: &'static str,
    /// PLOVER event type.
    pub plover: &'static str,
    /// PLOVER mode, where the ontology has one that fits.
    pub mode: Option<&'static str>,
    /// Goldstein value of the CAMEO code, -10 to 10; none where the code stands for acts of opposite sign.
    pub goldstein: Option<f64>,
}

/// The codes of an event of this type and status; none where any code would say something that the event does not.
pub fn of(kind: EventType, status: Status) -> Option<Codes> {
    match status {
        Status::Held | Status::Past => done(kind),
        Status::Planned => planned(kind),
        // Neither ontology has "called off": the type's own code would count it as held, a refusal as hostile.
        Status::Cancelled => None,
    }
}

/// What took place.
fn done(kind: EventType) -> Option<Codes> {
    let codes = match kind {
        EventType::BilateralMeeting | EventType::StrategicDialogue => codes("040", "CONSULT", None, Some(1.0)),
        EventType::MultilateralMeeting => codes("040", "CONSULT", Some("multilateral"), Some(1.0)),
        EventType::PhoneCall => codes("041", "CONSULT", Some("phone"), Some(1.0)),
        EventType::Visit => codes("042", "CONSULT", Some("visit"), Some(1.9)),
        EventType::Negotiation => codes("046", "CONSULT", None, Some(7.0)),
        EventType::Agreement => codes("057", "SUPPORT", None, Some(8.0)),
        EventType::Message => codes("051", "SUPPORT", None, Some(3.4)),
        EventType::Relations => codes("050", "SUPPORT", None, None),
        EventType::Sanction => codes("163", "COERCE", Some("restrict"), None),
        // From an appointment to an expulsion: no code, not even a root, holds for all.
        EventType::Envoy => return None,
    };
    Some(codes)
}

/// What was announced: both ontologies code the announcement, an act of its own.
fn planned(kind: EventType) -> Option<Codes> {
    let codes = match kind {
        EventType::BilateralMeeting
        | EventType::StrategicDialogue
        | EventType::MultilateralMeeting
        | EventType::PhoneCall
        | EventType::Visit
        | EventType::Negotiation => codes("036", "AGREE", None, Some(4.0)),
        EventType::Agreement => codes("030", "AGREE", None, Some(4.0)),
        EventType::Relations => codes("032", "AGREE", None, None),
        EventType::Sanction => codes("131", "THREATEN", Some("restrict"), None),
        EventType::Message | EventType::Envoy => return None,
    };
    Some(codes)
}

const fn codes(cameo: &'static str, plover: &'static str, mode: Option<&'static str>, goldstein: Option<f64>) -> Codes {
    Codes {
        cameo,
        plover,
        mode,
        goldstein,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `docs/codes.md`, made from the code.
    fn table() -> String {
        let mut table =
            String::from("| type | status | CAMEO | PLOVER | mode | Goldstein |\n| --- | --- | --- | --- | --- | --- |\n");
        for kind in EventType::ALL {
            for status in Status::ALL {
                let cells = match of(*kind, *status) {
                    Some(codes) => {
                        let goldstein = codes.goldstein.map_or("–".to_owned(), |value| format!("{value:.1}"));
                        let mode = codes.mode.unwrap_or("–");
                        format!("{} | {} | {mode} | {goldstein}", codes.cameo, codes.plover)
                    }
                    None => "– | – | – | –".to_owned(),
                };
                table.push_str(&format!("| {kind} | {status} | {cells} |\n"));
            }
        }
        table
    }

    #[test]
    fn the_document_has_this_table() {
        let document = include_str!("../../docs/codes.md");
        assert!(document.contains(&table()), "docs/codes.md wants\n{}", table());
    }

    #[test]
    fn codes_are_well_formed() {
        for kind in EventType::ALL {
            for status in Status::ALL {
                let Some(codes) = of(*kind, *status) else { continue };
                assert!(codes.cameo.len() == 3 && codes.cameo.bytes().all(|byte| byte.is_ascii_digit()));
                assert!(codes.goldstein.is_none_or(|value| (-10.0..=10.0).contains(&value)));
                // The half of CAMEO's roots that is cooperation has no negative value.
                let cooperative = codes.cameo < "09";
                assert!(
                    codes.goldstein.is_none_or(|value| (value >= 0.0) == cooperative),
                    "{kind} {status}"
                );
            }
        }
    }

    #[test]
    fn what_did_not_happen_is_coded_as_nothing() {
        for kind in EventType::ALL {
            assert_eq!(of(*kind, Status::Cancelled), None);
        }
    }
}
