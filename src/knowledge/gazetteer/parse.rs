//! Tables → [`Gazetteer`], every reference between them checked.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ambiguity, Case, Gazetteer, Holder, Name, Names, Party, Place};
use crate::code::{Lang, PartyCode};
use crate::event::{PartyKind, Role};
use crate::knowledge::table::{Row, Table, days, name};
use crate::knowledge::{KnowledgeError, KnowledgeFiles};

type Parties = BTreeMap<PartyCode, Party>;

/// Reads all tables of `files`.
pub(super) fn gazetteer(files: &KnowledgeFiles) -> Result<Gazetteer, KnowledgeError> {
    let mut parties = parties(files)?;
    join(files, "gazetteer/adjectives.tsv", &mut parties, |party| &mut party.adjectives)?;
    join(files, "gazetteer/demonyms.tsv", &mut parties, |party| &mut party.demonyms)?;
    join(files, "gazetteer/metonyms.tsv", &mut parties, |party| &mut party.metonyms)?;
    Ok(Gazetteer {
        places: places(files, &parties)?,
        holders: holders(files, &parties)?,
        ambiguities: ambiguities(files, &parties)?,
        holders_as_of: holders_as_of(files)?,
        parties,
    })
}

fn parties(files: &KnowledgeFiles) -> Result<Parties, KnowledgeError> {
    let table = Table::new(files, "gazetteer/parties.tsv");
    let mut parties = Parties::new();
    for row in table.rows() {
        let row = row?;
        let party = party(&row)?;
        if let Some(earlier) = parties.insert(party.code, party) {
            return Err(row.error(format!("`{}` is given twice", earlier.code)));
        }
    }
    for row in table.rows() {
        let row = row?;
        for other in members(&row)?.into_iter().chain(part_of(&row)?) {
            known(&row, &parties, other)?;
        }
    }
    Ok(parties)
}

fn party(row: &Row<'_>) -> Result<Party, KnowledgeError> {
    let kind = row.filled("kind")?;
    Ok(Party {
        code: row.code("code")?,
        kind: PartyKind::parse(kind).ok_or_else(|| row.error(format!("`{kind}` is no kind of party")))?,
        name: row.filled("name")?.to_owned(),
        wikidata: row.wikidata()?,
        part_of: part_of(row)?,
        members: members(row)?,
        names: row.names()?,
        adjectives: Names::new(),
        demonyms: Names::new(),
        metonyms: Names::new(),
    })
}

fn part_of(row: &Row<'_>) -> Result<Option<PartyCode>, KnowledgeError> {
    row.optional("part_of")?.map(|code| row.party_code(code)).transpose()
}

fn members(row: &Row<'_>) -> Result<Vec<PartyCode>, KnowledgeError> {
    let codes = row.cell("members")?.split_whitespace();
    let members: BTreeSet<PartyCode> = codes.map(|code| row.party_code(code)).collect::<Result<_, _>>()?;
    Ok(members.into_iter().collect())
}

/// `code`, if it is in the table of parties.
fn known(row: &Row<'_>, parties: &Parties, code: PartyCode) -> Result<PartyCode, KnowledgeError> {
    match parties.contains_key(&code) {
        true => Ok(code),
        false => Err(row.error(format!("`{code}` is not in parties.tsv"))),
    }
}

/// Reads a table of more names, one row a party, into the field that `names` picks.
fn join(
    files: &KnowledgeFiles,
    file: &str,
    parties: &mut Parties,
    names: impl Fn(&mut Party) -> &mut Names,
) -> Result<(), KnowledgeError> {
    for row in Table::new(files, file).rows() {
        let row = row?;
        let code = known(&row, parties, row.code("code")?)?;
        let Some(party) = parties.get_mut(&code) else { continue };
        if !std::mem::replace(names(party), row.names()?).is_empty() {
            return Err(row.error(format!("`{code}` is given twice")));
        }
    }
    Ok(())
}

fn places(files: &KnowledgeFiles, parties: &Parties) -> Result<Vec<Place>, KnowledgeError> {
    let table = Table::new(files, "gazetteer/places.tsv");
    table.rows().map(|row| place(&row?, parties)).collect()
}

fn place(row: &Row<'_>, parties: &Parties) -> Result<Place, KnowledgeError> {
    let coordinates: (f64, f64) = (row.number("lat")?, row.number("lon")?);
    if !(-90.0..=90.0).contains(&coordinates.0) || !(-180.0..=180.0).contains(&coordinates.1) {
        return Err(row.error("latitude is -90 to 90, longitude -180 to 180"));
    }
    let mut names = row.names()?;
    // A city without its capital is an ordinary word ("nice", "reading", "male").
    names.values_mut().flatten().for_each(|name| name.case = Case::Exact);
    Ok(Place {
        name: row.filled("name")?.to_owned(),
        country: known(row, parties, row.code("country")?)?,
        coordinates,
        geonames: row.optional("geonames")?.map(|_| row.number("geonames")).transpose()?,
        capital: yes(row, "capital")?,
        weak: yes(row, "weak")?,
        population: row.optional("population")?.map_or(Ok(0), |_| row.number("population"))?,
        names,
    })
}

/// Whether a cell says `yes`; anything else but nothing is an error.
fn yes(row: &Row<'_>, column: &str) -> Result<bool, KnowledgeError> {
    match row.cell(column)? {
        "" => Ok(false),
        "yes" => Ok(true),
        other => Err(row.error(format!("`{column}` is `yes` or empty, not `{other}`"))),
    }
}

fn holders(files: &KnowledgeFiles, parties: &Parties) -> Result<Vec<Holder>, KnowledgeError> {
    let table = Table::new(files, "gazetteer/holders.tsv");
    let mut holders = table
        .rows()
        .map(|row| holder(&row?, parties))
        .collect::<Result<Vec<_>, _>>()?;
    holders.sort_by_key(|holder| (holder.party, holder.role, holder.from));
    Ok(holders)
}

fn holder(row: &Row<'_>, parties: &Parties) -> Result<Holder, KnowledgeError> {
    let role = row.filled("role")?;
    let (from, _) = period(row, row.filled("from")?)?;
    let to = row.cell("to")?;
    let until = to.trim_start_matches('>');
    let to_day = if to.is_empty() { None } else { Some(period(row, until)?.1) };
    if to_day.is_some_and(|day| day < from) {
        return Err(row.error(format!("ends on {until} before it starts")));
    }
    Ok(Holder {
        name: row.filled("name")?.to_owned(),
        family: row.filled("family")?.to_owned(),
        party: known(row, parties, row.code("party")?)?,
        role: Role::parse(role).ok_or_else(|| row.error(format!("`{role}` is no role")))?,
        from,
        to: to_day,
        end_known: until.len() == to.len(),
        wikidata: row.wikidata()?,
        variants: row.forms(row.cell("variants")?)?,
        names: local_names(row)?,
        checked: yes(row, "checked")?,
    })
}

/// The date of the row `holders` in the table of dates.
fn holders_as_of(files: &KnowledgeFiles) -> Result<Option<jiff::civil::Date>, KnowledgeError> {
    let mut as_of = None;
    for row in Table::new(files, "gazetteer/dates.tsv").rows() {
        let row = row?;
        let (table, date) = (row.filled("table")?, row.filled("as_of")?);
        let day = date
            .parse()
            .map_err(|_| row.error(format!("`{date}` is no date (YYYY-MM-DD)")))?;
        if table != "holders" || as_of.replace(day).is_some() {
            return Err(row.error(format!("`{table}` is given twice or needs no date; wanted is `holders`")));
        }
    }
    Ok(as_of)
}

fn period(row: &Row<'_>, text: &str) -> Result<(jiff::civil::Date, jiff::civil::Date), KnowledgeError> {
    days(text).ok_or_else(|| row.error(format!("`{text}` is no date (YYYY, YYYY-MM or YYYY-MM-DD)")))
}

/// `lang:name` pairs; a script after the language (`zh-Hant`) is only for people to read.
fn local_names(row: &Row<'_>) -> Result<Names, KnowledgeError> {
    let mut names = Names::new();
    for pair in row.cell("names")?.split('|').filter(|pair| !pair.is_empty()) {
        let parsed = pair.split_once(':').and_then(|(tag, form)| {
            let lang = Lang::new(tag.split('-').next().unwrap_or(tag))?;
            Some((lang, name(form)?))
        });
        let (lang, name): (Lang, Name) = parsed.ok_or_else(|| row.error(format!("`{pair}` is not `language:name`")))?;
        names.entry(lang).or_default().push(name);
    }
    Ok(names)
}

fn ambiguities(files: &KnowledgeFiles, parties: &Parties) -> Result<BTreeMap<Lang, Vec<Ambiguity>>, KnowledgeError> {
    let mut all: BTreeMap<Lang, Vec<Ambiguity>> = BTreeMap::new();
    for row in Table::new(files, "gazetteer/ambiguous.tsv").rows() {
        let row = row?;
        let lang = row.filled("lang")?;
        let lang = Lang::new(lang).ok_or_else(|| row.error(format!("`{lang}` is no language")))?;
        let codes = row.filled("codes")?.split_whitespace();
        let codes: BTreeSet<PartyCode> = codes
            .map(|code| row.party_code(code).and_then(|code| known(&row, parties, code)))
            .collect::<Result<_, _>>()?;
        let default = row.optional("default")?.map(|code| row.party_code(code)).transpose()?;
        if codes.len() < 2 || default.is_some_and(|code| !codes.contains(&code)) {
            return Err(row.error("an ambiguous form has two codes or more, and its default is one of them"));
        }
        all.entry(lang).or_default().push(Ambiguity {
            text: row.filled("form")?.to_owned(),
            parties: codes.into_iter().collect(),
            default,
        });
    }
    Ok(all)
}
