//! A match → [`Mention`]s: which event of which parties its words report, or why they report none.
//!
//! What the types ask of their arguments is decided here and nowhere else: a meeting has two parties and people on both
//! sides, three parties make it a multilateral one, a telephone makes it a call, a visit has a guest and a destination,
//! what one party does to several is one event for each.

use super::Refused;
use super::atoms::Atom;
use super::matching::{self, Match};
use super::memory::Sides;
use super::people::{Figure, People};
use super::reading::Reading;
use super::status;
use crate::code::PartyCode;
use crate::event::{EventType, PartyKind, Role, Status};
use crate::knowledge::rule::{Anchor, Rule};
use crate::knowledge::sense::Concept;
use crate::knowledge::{Gazetteer, Pack};
use crate::pipeline::outcome::NoEventReason;

/// One who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Index of the actor in the reading; none for those whom the sentence does not name.
    pub actor: Option<usize>,
    /// Who.
    pub figure: Figure,
}

/// What one sentence says of one event.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Index of the reading.
    pub reading: usize,
    /// What matched.
    pub fit: Match,
    /// What it is.
    pub kind: EventType,
    /// Whether it happened, as far as the words say.
    pub status: Status,
    /// The atom that decides the status, where one does.
    pub status_atom: Option<usize>,
    /// The parties, sorted.
    pub parties: Vec<PartyCode>,
    /// Who takes part.
    pub members: Vec<Member>,
    /// The atom of the city or country that a visit goes to.
    pub destination: Option<usize>,
}

/// What every match of an item is judged by.
pub struct Judge<'a> {
    /// The language.
    pub pack: &'a Pack,
    /// The tables.
    pub gazetteer: &'a Gazetteer,
    /// The item's people.
    pub people: &'a People<'a>,
    /// The country that the item comes from.
    pub dateline: Option<PartyCode>,
    /// Whether a telephone call is spoken of anywhere in the item.
    pub remote: bool,
}

/// Parties and members of one event.
struct Cast {
    kind: EventType,
    parties: Vec<PartyCode>,
    members: Vec<Member>,
    destination: Option<usize>,
}

impl Judge<'_> {
    /// What a sentence reports, and what it does not: at each word that can, the first rule that stands.
    pub fn sentence(&self, index: usize, reading: &Reading, sides: &Sides) -> (Vec<Mention>, Vec<Refused>) {
        let (mut found, mut refused) = (Vec::new(), Vec::new());
        let mut fits: Vec<Match> = Vec::new();
        let anchors = |atom: &Atom| atom.senses.set().meets(self.pack.anchors());
        let anchored = reading.atoms.iter().enumerate().filter(|(_, atom)| anchors(atom));
        for (at, _) in anchored.clone() {
            let mut reason = None;
            let mut taken = None;
            for fit in matching::at(reading, self.pack, at, &fits, sides) {
                match self.mentions(index, reading, &fit, sides) {
                    Ok(mentions) => {
                        found.extend(mentions);
                        taken = Some(fit);
                        break;
                    }
                    // What one rule finds to be only wished is not held to have happened by the next.
                    Err(NoEventReason::Hypothetical) => {
                        reason = Some((NoEventReason::Hypothetical, fit.rule));
                        break;
                    }
                    Err(other) => reason = reason.max(Some((other, fit.rule))),
                }
            }
            if let (None, Some((reason, rule))) = (&taken, reason) {
                refused.push(Refused {
                    reading: index,
                    anchor: at,
                    rule: Some(rule),
                    reason,
                });
            }
            fits.extend(taken);
        }
        let tried = |at: usize| {
            let inside = fits.iter().any(|fit| (fit.first..fit.last).contains(&at));
            inside || refused.iter().any(|refused| refused.anchor == at)
        };
        let idle = anchored.filter(|(at, _)| !tried(*at));
        let idle: Vec<Refused> = idle
            .map(|(anchor, atom)| Refused {
                reading: index,
                anchor,
                rule: None,
                reason: if atom.quoted {
                    NoEventReason::Quoted
                } else {
                    NoEventReason::NoParty
                },
            })
            .collect();
        refused.extend(idle);
        (found, refused)
    }

    /// The events that `fit` reports.
    ///
    /// # Errors
    /// Why there is none.
    fn mentions(&self, index: usize, reading: &Reading, fit: &Match, sides: &Sides) -> Result<Vec<Mention>, NoEventReason> {
        let rule = self.pack.rules().get(fit.rule).ok_or(NoEventReason::NoTrigger)?;
        let casts = match rule.kind {
            EventType::BilateralMeeting | EventType::StrategicDialogue | EventType::PhoneCall => {
                self.encounter(reading, fit, rule)?
            }
            EventType::MultilateralMeeting | EventType::Negotiation | EventType::Agreement => vec![several(reading, fit, rule)?],
            EventType::Visit => self.visit(reading, fit, sides)?,
            EventType::Message | EventType::Envoy | EventType::Relations | EventType::Sanction => {
                self.directed(reading, fit, rule)?
            }
        };
        let (status, status_atom) = status::status(reading, fit, rule.kind)?;
        let mention = |cast: Cast| Mention {
            reading: index,
            fit: fit.clone(),
            kind: cast.kind,
            status,
            status_atom,
            parties: cast.parties,
            members: cast.members,
            destination: cast.destination,
        };
        Ok(casts.into_iter().map(mention).collect())
    }

    /// Two parties meet or talk; three make it multilateral, unless one sees the others one by one.
    fn encounter(&self, reading: &Reading, fit: &Match, rule: &Rule) -> Result<Vec<Cast>, NoEventReason> {
        let mut members = members(reading, fit);
        let parties = parties(&members);
        let dialogue = rule.kind == EventType::StrategicDialogue;
        if dialogue && rule.anchor.contains(&Anchor::Mechanism) {
            members = with_leaders(reading, members, &parties);
        }
        let session = reading.atoms.get(fit.anchor).is_some_and(|atom| atom.is(Concept::Session));
        let persons = parties.iter().filter(|party| is_personal(&members, **party)).count();
        if !dialogue && !session && persons < 2 {
            return Err(if parties.len() == 1 {
                NoEventReason::SingleParty
            } else {
                NoEventReason::NoParty
            });
        }
        let talk = reading.atoms.get(fit.anchor).is_some_and(|atom| atom.is(Concept::Talk));
        let in_person = || {
            let atoms = reading.atoms.iter();
            atoms
                .clone()
                .any(|atom| atom.is_any(&[Concept::Meet, Concept::Meeting, Concept::Receive, Concept::ReceivedBy]))
        };
        let remote = status::is_remote(reading, fit) || talk && self.remote && !in_person();
        let kind = if remote && !dialogue {
            EventType::PhoneCall
        } else {
            rule.kind
        };
        let welcome = reading.atoms_in(fit.anchor + 1, fit.last.max(fit.anchor + 5));
        if !dialogue && welcome.iter().any(|atom| atom.is(Concept::Airport)) {
            return Err(NoEventReason::Ceremony);
        }
        let cast = |kind, parties, members| Cast {
            kind,
            parties,
            members,
            destination: None,
        };
        match parties.len() {
            0 => Err(NoEventReason::NoParty),
            1 => Err(NoEventReason::SingleParty),
            2 => match audiences(reading, fit, &members).filter(|_| kind == EventType::BilateralMeeting) {
                Some(audiences) => Ok(audiences
                    .into_iter()
                    .map(|members| cast(kind, parties.clone(), members))
                    .collect()),
                None => Ok(vec![cast(kind, parties, members)]),
            },
            _ => match one_by_one(reading, fit, &members) {
                Some(pairs) => Ok(pairs
                    .into_iter()
                    .map(|pair| cast(kind, pair.clone(), of_parties(&members, &pair)))
                    .collect()),
                None if kind == EventType::PhoneCall => Err(NoEventReason::ManyParties),
                None => Ok(vec![cast(EventType::MultilateralMeeting, parties, members)]),
            },
        }
    }

    /// An official in office goes to another country; one event for each country and each guest's party.
    fn visit(&self, reading: &Reading, fit: &Match, sides: &Sides) -> Result<Vec<Cast>, NoEventReason> {
        let mut guests = officials(members(reading, fit));
        if fit.destinations.is_empty() && parties(&guests) == self.dateline.into_iter().collect::<Vec<_>>() {
            // "… was received by the host on his state visit": the guest is the other one.
            guests = self.guest_beside(reading, fit);
        }
        let homes = parties(&guests);
        if homes.is_empty() {
            return Err(NoEventReason::NoParty);
        }
        let named = fit
            .destinations
            .iter()
            .map(|at| (self.country_at(reading, *at, &homes), Some(*at)));
        let mut goals: Vec<(Option<PartyCode>, Option<usize>)> = named.collect();
        if goals.is_empty() {
            let goes_on = sides.kind == Some(EventType::Visit);
            let other = sides
                .figures
                .iter()
                .filter_map(|figure| figure.party)
                .find(|party| !homes.contains(party));
            let here = self.dateline.filter(|country| !homes.contains(country));
            goals.push((here.or(other.filter(|_| goes_on)), None));
        }
        let mut casts: Vec<Cast> = Vec::new();
        for home in &homes {
            for (country, at) in &goals {
                let Some(country) = country.filter(|country| country != home && self.is_country(*country)) else {
                    continue;
                };
                let pair = sorted([*home, country]);
                if casts.iter().any(|cast| cast.parties == pair) {
                    continue;
                }
                casts.push(Cast {
                    kind: EventType::Visit,
                    members: of_parties(&guests, &[*home]),
                    parties: pair,
                    destination: *at,
                });
            }
        }
        if casts.is_empty() {
            return Err(NoEventReason::SingleParty);
        }
        Ok(casts)
    }

    /// The official named nearest before a visit who is not of the country that the item comes from.
    fn guest_beside(&self, reading: &Reading, fit: &Match) -> Vec<Member> {
        let before = reading.groups.iter().rev().filter(|group| group.last <= fit.anchor);
        let foreign = |figure: &Figure| figure.party.is_some() && figure.party != self.dateline;
        let guest = before
            .flat_map(|group| &group.members)
            .find(|(_, figure)| figure.personal && figure.role.is_some() && foreign(figure));
        let member = guest.map(|(actor, figure)| Member {
            actor: Some(*actor),
            figure: figure.clone(),
        });
        member.into_iter().collect()
    }

    /// What one party does to another, or two do together; one event for each pair.
    fn directed(&self, reading: &Reading, fit: &Match, rule: &Rule) -> Result<Vec<Cast>, NoEventReason> {
        let all = members(reading, fit);
        let first = of_group(reading, fit, 0);
        let from = if first.is_empty() { parties(&all) } else { parties(&first) };
        let mut to: Vec<PartyCode> = Vec::new();
        if rule.kind == EventType::Envoy {
            to.extend(accredited(reading, fit));
            to.extend(fit.destinations.iter().filter_map(|at| self.country_at(reading, *at, &from)));
            // "the Norwegian ambassador in Nairobi" serves with the one who summons.
            to.retain(|party| !from.contains(party));
        }
        if rule.kind == EventType::Sanction {
            to.extend(fit.destinations.iter().filter_map(|at| self.country_at(reading, *at, &from)));
        }
        let host = self.dateline.or(self.people.home()).filter(|host| !from.contains(host));
        let credentials = reading
            .atoms
            .get(fit.anchor)
            .is_some_and(|atom| atom.is(Concept::Credentials));
        if to.is_empty() && credentials && fit.groups.len() == 1 {
            to.extend(host);
        }
        if to.is_empty() {
            let rest: Vec<Member> = all.iter().filter(|member| !first.contains(member)).cloned().collect();
            to = parties(&rest);
        }
        if to.is_empty() && rule.kind == EventType::Envoy && from.len() == 1 {
            to.extend(host);
        }
        let pairs: Vec<Vec<PartyCode>> = match (from.as_slice(), to.as_slice()) {
            ([], _) => return Err(NoEventReason::NoParty),
            ([_], []) => return Err(NoEventReason::SingleParty),
            ([a, b], []) => vec![sorted([*a, *b])],
            (_, []) => return Err(NoEventReason::ManyParties),
            (from, to) => from
                .iter()
                .flat_map(|a| to.iter().filter(move |b| *b != a).map(|b| sorted([*a, *b])))
                .collect(),
        };
        if pairs.is_empty() {
            return Err(NoEventReason::SingleParty);
        }
        let sender = all.iter().any(|member| member.figure.personal);
        let diplomat = all.iter().any(|member| member.figure.role == Some(Role::Ambassador));
        if rule.kind == EventType::Message && (!sender || diplomat) {
            return Err(NoEventReason::NoParty);
        }
        let destination = fit.destinations.first().copied().or_else(|| seat(reading, fit));
        let cast = |pair: Vec<PartyCode>| Cast {
            kind: rule.kind,
            members: of_parties(&all, &pair),
            parties: pair,
            destination: destination.filter(|_| rule.kind == EventType::Envoy),
        };
        Ok(pairs.into_iter().map(cast).collect())
    }

    /// The country of the city or country at an atom, preferring none of `guests`.
    fn country_at(&self, reading: &Reading, at: usize, guests: &[PartyCode]) -> Option<PartyCode> {
        let atom = reading.atoms.get(at)?;
        let party = atom.party().map(|(code, _)| code);
        party.or_else(|| {
            let places: Vec<_> = atom.places().filter_map(|index| self.gazetteer.places().get(index)).collect();
            let abroad = places.iter().filter(|place| !guests.contains(&place.country));
            let best = abroad.max_by_key(|place| (place.capital, place.population));
            best.or_else(|| places.first()).map(|place| place.country)
        })
    }

    fn is_country(&self, code: PartyCode) -> bool {
        self.gazetteer
            .party(code)
            .is_some_and(|party| party.kind != PartyKind::Organisation)
    }
}

/// Two or more parties negotiate, sign, or meet as a conference.
fn several(reading: &Reading, fit: &Match, rule: &Rule) -> Result<Cast, NoEventReason> {
    let members = members(reading, fit);
    let parties = parties(&members);
    let least = if rule.kind == EventType::MultilateralMeeting { 3 } else { 2 };
    match parties.len() {
        0 => Err(NoEventReason::NoParty),
        1 => Err(NoEventReason::SingleParty),
        count if count < least => Err(NoEventReason::NoParty),
        _ => Ok(Cast {
            kind: rule.kind,
            parties,
            members,
            destination: None,
        }),
    }
}

/// The atom of the capital that summons or expels ("Beijing summoned …").
fn seat(reading: &Reading, fit: &Match) -> Option<usize> {
    let group = fit.groups.first().and_then(|group| reading.groups.get(*group))?;
    let atom = reading.atoms.get(group.first)?;
    let alone = group.last == group.first + 1 && atom.places().next().is_some();
    alone.then_some(group.first)
}

/// All who take part in a match.
fn members(reading: &Reading, fit: &Match) -> Vec<Member> {
    let named = (0..fit.groups.len()).flat_map(|order| of_group(reading, fit, order));
    let implied = fit.implied.iter().map(|figure| Member {
        actor: None,
        figure: figure.clone(),
    });
    named.chain(implied).collect()
}

/// The members of the group that the rule took as number `order`.
fn of_group(reading: &Reading, fit: &Match, order: usize) -> Vec<Member> {
    let group = fit.groups.get(order).and_then(|group| reading.groups.get(*group));
    let members = group.map_or(&[][..], |group| &group.members).iter();
    members
        .map(|(actor, figure)| Member {
            actor: Some(*actor),
            figure: figure.clone(),
        })
        .collect()
}

/// Those of `members` who hold an office.
fn officials(mut members: Vec<Member>) -> Vec<Member> {
    members.retain(|member| member.figure.personal && member.figure.role.is_some());
    members
}

fn of_parties(members: &[Member], parties: &[PartyCode]) -> Vec<Member> {
    let wanted = |member: &&Member| member.figure.party.is_some_and(|party| parties.contains(&party));
    members.iter().filter(wanted).cloned().collect()
}

/// The parties of some members, sorted, each once.
pub fn parties(members: &[Member]) -> Vec<PartyCode> {
    matching::parties(members.iter().map(|member| &member.figure))
}

fn sorted(mut pair: [PartyCode; 2]) -> Vec<PartyCode> {
    pair.sort();
    pair.to_vec()
}

fn is_personal(members: &[Member], party: PartyCode) -> bool {
    members
        .iter()
        .any(|member| member.figure.party == Some(party) && member.figure.personal)
}

/// Where the ambassadors of a match serve.
fn accredited(reading: &Reading, fit: &Match) -> Vec<PartyCode> {
    let members = members(reading, fit);
    let actors = members.iter().filter_map(|member| reading.actors.get(member.actor?));
    actors.filter_map(|actor| actor.accredited).collect()
}

/// "X met Y and Z separately", "on the sidelines of": a pair for each of the others.
fn one_by_one(reading: &Reading, fit: &Match, members: &[Member]) -> Option<Vec<Vec<PartyCode>>> {
    let apart = reading
        .atoms
        .iter()
        .any(|atom| atom.is_any(&[Concept::Separately, Concept::Sideline]));
    let together = reading.atoms.iter().any(|atom| atom.is(Concept::Multilateral));
    let host = parties(&of_group(reading, fit, 0));
    let &[host] = host.as_slice() else { return None };
    let guests = parties(members).into_iter().filter(|party| *party != host);
    (apart && !together).then(|| guests.map(|guest| sorted([host, guest])).collect())
}

/// "X met the king and the prime minister of Y": those at the top of a state are seen one after the other.
fn audiences(reading: &Reading, fit: &Match, members: &[Member]) -> Option<Vec<Vec<Member>>> {
    let top = |member: &Member| {
        matches!(
            member.figure.role,
            Some(Role::HeadOfState | Role::HeadOfGovernment | Role::Royal | Role::Legislator | Role::IgoHead)
        )
    };
    let guest = of_group(reading, fit, 0);
    let hosts: Vec<Member> = members.iter().filter(|member| !guest.contains(member)).cloned().collect();
    let alone = guest.len() == 1 && hosts.len() > 1 && hosts.iter().all(top);
    alone.then(|| {
        hosts
            .into_iter()
            .map(|host| guest.iter().cloned().chain([host]).collect())
            .collect()
    })
}

/// A dialogue's sentence names those who lead it, wherever they stand: "co-chaired by …", "presided over …".
fn with_leaders(reading: &Reading, mut members: Vec<Member>, parties: &[PartyCode]) -> Vec<Member> {
    for (actor, figure) in reading.groups.iter().flat_map(|group| &group.members) {
        let known = reading.actors.get(*actor).is_some_and(|actor| actor.name.is_some());
        let ours = figure.party.is_some_and(|party| parties.contains(&party));
        let member = Member {
            actor: Some(*actor),
            figure: figure.clone(),
        };
        if known && ours && figure.role.is_some() && !members.contains(&member) {
            members.push(member);
        }
    }
    members
}
