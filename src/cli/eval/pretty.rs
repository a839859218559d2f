//! A report as a person likes to read it: a table of rates, shares in a line, and the faults one a line.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::cli::pretty;
use crate::eval::{Difference, Fault, FaultKind, Rates, Report};

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::Red.on_default();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default();

/// Writes `report`.
pub fn report(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(
        out,
        "{HEADING}{} items{HEADING:#}, {} of them negative",
        report.items, report.negatives
    )?;
    if report.items_without_prediction > 0 {
        writeln!(
            out,
            "{BAD}{} of them have no line of predictions{BAD:#}",
            report.items_without_prediction
        )?;
    }
    let heads = ["precision", "recall", "F1", "right", "false", "missed"];
    let [precision, recall, f1, right, wrong, missed] = heads;
    writeln!(
        out,
        "\n{HEADING}{:<24}{precision:>10}{recall:>8}{f1:>8}{right:>8}{wrong:>7}{missed:>8}{HEADING:#}",
        ""
    )?;
    rates(out, "events", &report.core)?;
    rates(out, "with status and date", &report.full)?;
    rates(out, "participants", &report.participants)?;
    for (name, by) in [("by language", &report.by_lang), ("by type", &report.by_type)] {
        writeln!(out, "{QUIET}{name}{QUIET:#}")?;
        by.iter()
            .try_for_each(|(name, value)| rates(out, &format!("  {}", name.replace('_', " ")), value))?;
    }
    writeln!(
        out,
        "\nright in events found: status {}, date {}, place {}, its country {}, roles of participants {}",
        share(report.status_acc),
        share(report.date_acc),
        share(report.place_acc),
        share(report.place_country_acc),
        share(report.role_acc),
    )?;
    let alarm = if report.false_alarm_items > 0 { BAD } else { Style::new() };
    writeln!(
        out,
        "negative items with a false alarm: {alarm}{} of {}{alarm:#}",
        report.false_alarm_items, report.negatives
    )?;
    if !report.errors.is_empty() {
        writeln!(out, "\n{HEADING}faults{HEADING:#} {QUIET}(as annotated ≠ as found){QUIET:#}")?;
    }
    report.errors.iter().try_for_each(|error| fault(out, error))
}

fn rates(out: &mut impl Write, name: &str, rates: &Rates) -> io::Result<()> {
    let Rates {
        p,
        r,
        f1,
        tp,
        fp,
        missed,
    } = rates;
    writeln!(out, "{name:<24}{p:>10.3}{r:>8.3}{f1:>8.3}{tp:>8}{fp:>7}{missed:>8}")
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"))
}

fn fault(out: &mut impl Write, fault: &Fault) -> io::Result<()> {
    let style = match fault.fault {
        FaultKind::False => BAD,
        FaultKind::Missed => DOUBTFUL,
        FaultKind::Differs => QUIET,
    };
    let words = [
        &fault.kind,
        &fault.parties.join("-"),
        &fault.status,
        absent(fault.date.as_deref()),
    ]
    .map(visible);
    let (id, kind) = (visible(&fault.id), fault.fault.as_str());
    writeln!(out, "{id} {style}{kind:<7}{style:#} {}", words.join(" "))?;
    fault.differences.iter().try_for_each(|each| difference(out, each))
}

fn difference(out: &mut impl Write, difference: &Difference) -> io::Result<()> {
    let side = |side: &Option<String>| visible(absent(side.as_deref()));
    let (gold, found) = (side(&difference.gold), side(&difference.found));
    writeln!(out, "    {}: {gold} ≠ {found}", visible(&difference.field))
}

fn absent(text: Option<&str>) -> &str {
    text.unwrap_or("-")
}

/// Names and ids come from files that are not to be trusted.
fn visible(text: &str) -> String {
    text.chars().map(pretty::visible).collect()
}
