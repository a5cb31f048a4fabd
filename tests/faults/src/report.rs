//! What is printed at the end: the figures of the run and the verdict.
#![allow(clippy::print_stdout, reason = "this is a command-line tool")]

use std::collections::BTreeMap;
use std::time::Duration;

use crate::check::Verdict;
use crate::trouble::Struck;

/// What was counted in a run.
pub struct Figures {
    pub desks: usize,
    pub issues: usize,
    pub seed: u64,
    pub ledger: &'static str,
    pub struck: Struck,
    pub requests: u64,
    pub kills: usize,
    pub stops: usize,
    /// How often a desk had no number and another one served the person.
    pub no_numbers: usize,
    /// How often a clerk's patience ended and they tried later.
    pub waits: usize,
    pub took: Duration,
    /// Refusals and faults that clerks met, by code.
    pub met: BTreeMap<String, u32>,
}

pub fn say(what: &str) {
    println!("{what}");
}

fn row(name: &str, value: impl std::fmt::Display) {
    println!("  {name:<34} {value}");
}

pub fn print(figures: &Figures, verdict: &Verdict) {
    let Figures { struck, took, .. } = figures;
    let seconds = took.as_secs_f64();
    let share = 100.0 * struck.faulty as f64 / (figures.requests.max(1)) as f64;
    say("");
    row("desks · issues · seed · ledger", {
        format!("{} · {} · {} · {}", figures.desks, figures.issues, figures.seed, figures.ledger)
    });
    row("requests to ALIVE", figures.requests);
    row("of them faulty", format!("{} ({share:.1} %)", struck.faulty));
    row("changes without a usable answer", format!("{}, each read back", struck.changes));
    row("desks killed with kill -9", figures.kills);
    row("database gone", figures.stops);
    row("left to another desk: no number", figures.no_numbers);
    row("put off by the clerk", figures.waits);
    row("reports acknowledged", verdict.reports_done);
    row("changes undone · refused", format!("{} · {}", verdict.undone, verdict.refused));
    row("waiting for a human decision", verdict.waiting);
    row("numbers used · spoiled · free", {
        format!("{} · {} · {}", verdict.used, verdict.spoiled, verdict.free)
    });
    row("audit rows in an unbroken chain", verdict.audit_rows);
    row("seconds · issues/s", format!("{seconds:.1} · {:.2}", figures.issues as f64 / seconds));
    say("");
    if verdict.broken.is_empty() {
        say("nothing twice, nothing lost");
        return;
    }
    for (rule, places) in &verdict.broken {
        let some: Vec<&str> = places.iter().take(5).map(String::as_str).collect();
        say(&format!("BROKEN: {rule}: {} times ({})", places.len(), some.join("; ")));
    }
}

/// What the clerks met, most often first.
pub fn print_met(met: &BTreeMap<String, u32>) {
    let mut all: Vec<_> = met.iter().collect();
    all.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    say("what the clerks met:");
    for (what, times) in all.into_iter().take(40) {
        say(&format!("  {times:>7} {what}"));
    }
}
