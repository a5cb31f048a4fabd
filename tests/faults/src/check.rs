//! The verdict: what ALIVE has and what the ledger says, held against each other and against what was to be done.
//! Nothing here trusts a desk's word. Violations are told by rule, count and position; never by name, number or chip.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use ledger::{ChangeRow, ChangeState, Ledger, NumberState};

use crate::register::{Card, Holder, Register};
use crate::talk::Job;

const PAGE: u32 = 1000;

/// What is held against each other.
pub struct Facts<'a> {
    pub before: &'a Register,
    pub after: &'a Register,
    pub jobs: &'a [Job],
    /// How often a desk has said that a job is done.
    pub acknowledged: &'a [u32],
    /// Numbers that were taken into the stock.
    pub numbers: &'a [String],
    pub desks: &'a [String],
    /// Changes that the desks show as waiting for a human decision.
    pub waiting: &'a HashSet<String>,
    pub today: Date,
}

/// What was found.
#[derive(Default)]
pub struct Verdict {
    /// By rule: where it's broken.
    pub broken: BTreeMap<&'static str, Vec<String>>,
    pub reports_done: usize,
    pub undone: usize,
    pub refused: usize,
    /// Journal rows that wait for a human decision.
    pub waiting: usize,
    pub used: usize,
    pub spoiled: usize,
    pub free: usize,
    pub audit_rows: u64,
}

impl Verdict {
    fn broken(&mut self, rule: &'static str, at: impl ToString) {
        self.broken.entry(rule).or_default().push(at.to_string());
    }

    fn unless(&mut self, holds: bool, rule: &'static str, at: impl ToString) {
        if !holds {
            self.broken(rule, at);
        }
    }
}

fn canonical(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).flat_map(char::to_uppercase).collect()
}

pub async fn check(ledger: &Ledger, facts: &Facts<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let known: HashSet<i64> = facts.before.cards.iter().map(|card| card.card_id).collect();
    let new: Vec<&Card> =
        facts.after.cards.iter().filter(|card| card.live() && !known.contains(&card.card_id)).collect();
    register_alone(&mut verdict, facts, &known);
    people(&mut verdict, facts, &new);
    let journal = journal(ledger).await?;
    journal_ended(&mut verdict, facts, &journal);
    reported(&mut verdict, facts, &new, &journal);
    stock(&mut verdict, facts, ledger, &journal).await?;
    for desk in facts.desks {
        for issue in ledger.open_issues_of_desk(desk).await? {
            verdict.broken("every issue has ended", format!("{desk}, begun {}", issue.begun_at));
        }
    }
    let audit = ledger.verify_audit().await?;
    verdict.audit_rows = audit.rows;
    verdict.unless(audit.broken_at.is_none(), "the audit's chain is whole", audit.rows);
    Ok(verdict)
}

/// No number and no chip on two live cards, nobody there twice. What the world had before is none of ours.
fn register_alone(verdict: &mut Verdict, facts: &Facts<'_>, known: &HashSet<i64>) {
    let mut numbers: HashMap<String, Vec<i64>> = HashMap::new();
    let mut chips: HashMap<(String, String), Vec<i64>> = HashMap::new();
    for card in facts.after.cards.iter().filter(|card| card.live()) {
        numbers.entry(canonical(&card.number)).or_default().push(card.card_id);
        if card.status == "ACTIVE" && card.valid_to >= facts.today {
            for chip in &card.smart_technologies {
                chips.entry((chip.kind.clone(), canonical(&chip.value))).or_default().push(card.card_id);
            }
        }
    }
    let ours = |cards: &Vec<i64>| cards.len() > 1 && cards.iter().any(|id| !known.contains(id));
    for cards in numbers.values().filter(|cards| ours(cards)) {
        verdict.broken("no number on two live cards", format!("cards {cards:?}"));
    }
    for cards in chips.values().filter(|cards| ours(cards)) {
        verdict.broken("no chip on two live cards", format!("cards {cards:?}"));
    }
    let ids: HashSet<i64> = facts.before.holders.iter().map(|it| it.cardholder_id).collect();
    let double = |value: fn(&Holder) -> Option<&String>| {
        let mut seen: HashMap<String, Vec<i64>> = HashMap::new();
        for holder in &facts.after.holders {
            if let Some(value) = value(holder).filter(|value| !value.trim().is_empty()) {
                seen.entry(value.trim().to_lowercase()).or_default().push(holder.cardholder_id);
            }
        }
        seen.retain(|_, all| all.len() > 1 && all.iter().any(|id| !ids.contains(id)));
        seen
    };
    for same in [double(|it| it.email.as_ref()), double(|it| it.external_id.as_ref())] {
        for holders in same.values() {
            verdict.broken("no cardholder is there twice", format!("cardholders {holders:?}"));
        }
    }
    let wanted: HashSet<&str> = facts.jobs.iter().map(|job| job.email.as_str()).collect();
    let strangers = facts.after.holders.iter().filter(|it| !ids.contains(&it.cardholder_id));
    for holder in strangers.filter(|it| !it.email.as_deref().is_some_and(|email| wanted.contains(email))) {
        verdict.broken("nobody is there whom nobody asked for", holder.cardholder_id);
    }
}

/// Each person has one card, the one that was wanted, and was told so once.
fn people(verdict: &mut Verdict, facts: &Facts<'_>, new: &[&Card]) {
    let by_email: HashMap<&str, i64> = facts
        .after
        .holders
        .iter()
        .filter_map(|holder| Some((holder.email.as_deref()?, holder.cardholder_id)))
        .collect();
    let mut by_holder: HashMap<i64, Vec<&Card>> = HashMap::new();
    for card in new {
        by_holder.entry(card.cardholder_id).or_default().push(card);
    }
    for (nth, (job, acknowledged)) in facts.jobs.iter().zip(facts.acknowledged).enumerate() {
        let at = format!("job {nth}");
        verdict.unless(*acknowledged == 1, "every job is done once", &at);
        let cards = by_email.get(job.email.as_str()).and_then(|id| by_holder.get(id));
        match cards.map(Vec::as_slice) {
            None | Some([]) => verdict.broken("nobody goes without a card", &at),
            Some([card]) => {
                let chips: Vec<String> =
                    card.smart_technologies.iter().map(|it| canonical(&it.value)).collect();
                let fits = match chips.as_slice() {
                    [] => job.digital && card.form == "DIGITAL",
                    [chip] => !job.digital && card.form != "DIGITAL" && job.chips.contains(chip),
                    _ => false,
                };
                verdict.unless(fits && card.status == "ACTIVE", "the card is the one that was wanted", &at);
            }
            Some(more) => verdict.broken("nobody has two cards", format!("{at}: {}", more.len())),
        }
    }
}

async fn journal(ledger: &Ledger) -> Result<Vec<ChangeRow>> {
    let mut rows = Vec::new();
    loop {
        let skip = u32::try_from(rows.len())?;
        let page = ledger.changes_between(Timestamp::MIN, Timestamp::MAX, skip, PAGE).await?;
        if page.is_empty() {
            return Ok(rows);
        }
        rows.extend(page);
    }
}

fn open(state: ChangeState) -> bool {
    matches!(state, ChangeState::Written | ChangeState::Sent | ChangeState::Unknown)
}

fn journal_ended(verdict: &mut Verdict, facts: &Facts<'_>, journal: &[ChangeRow]) {
    for row in journal {
        match row.state {
            ChangeState::Undone => verdict.undone += 1,
            ChangeState::Refused => verdict.refused += 1,
            _ => {}
        }
        if open(row.state) {
            let shown = facts.waiting.contains(&row.id.to_string());
            verdict.waiting += usize::from(shown);
            let at = format!("{} of {}, {:?}", row.endpoint, row.desk, row.state);
            verdict.unless(shown, "every journal row has ended or waits as a task", at);
        }
    }
}

/// ALIVE's cards of this run are the acknowledged reports, one by one.
fn reported(verdict: &mut Verdict, facts: &Facts<'_>, new: &[&Card], journal: &[ChangeRow]) {
    let done = journal.iter().filter(|it| it.endpoint == "cards.report" && it.state == ChangeState::Done);
    let mut acknowledged = BTreeSet::new();
    for row in done {
        verdict.reports_done += 1;
        match row.number.as_deref().map(canonical) {
            Some(number) if acknowledged.insert(number.clone()) => {}
            _ => {
                verdict.broken("no number is acknowledged twice", format!("{} {}", row.desk, row.changed_at))
            }
        }
    }
    let place = |number: &String| facts.numbers.iter().position(|it| it == number).unwrap_or(usize::MAX);
    let there: BTreeSet<String> = new.iter().map(|card| canonical(&card.number)).collect();
    for number in there.difference(&acknowledged) {
        let of = |row: &&ChangeRow| row.number.as_deref().is_some_and(|it| canonical(it) == *number);
        let rows: Vec<_> = journal.iter().filter(of).map(|row| (&row.desk, row.state)).collect();
        let at = format!("number {}: {rows:?}", place(number));
        verdict.broken("ALIVE has no card that the journal doesn't", at);
    }
    for number in acknowledged.difference(&there) {
        verdict.broken("the journal has no card that ALIVE doesn't", format!("number {}", place(number)));
    }
}

/// No number has leaked: each is where it must be, and they add up.
async fn stock(
    verdict: &mut Verdict,
    facts: &Facts<'_>,
    ledger: &Ledger,
    journal: &[ChangeRow],
) -> Result<()> {
    let live: HashSet<String> =
        facts.after.cards.iter().filter(|card| card.live()).map(|card| canonical(&card.number)).collect();
    let on_its_way: HashSet<String> = journal
        .iter()
        .filter(|row| open(row.state))
        .filter_map(|row| row.number.as_deref().map(canonical))
        .collect();
    for (place, number) in facts.numbers.iter().enumerate() {
        let at = format!("number {place}");
        let Some(row) = ledger.number(number).await? else {
            verdict.broken("no number has vanished", at);
            continue;
        };
        let used = row.state == NumberState::Used;
        verdict.unless(
            used == live.contains(number),
            "used is what is on a live card, and nothing else",
            &at,
        );
        match row.state {
            NumberState::Used => verdict.used += 1,
            NumberState::Spoiled => verdict.spoiled += 1,
            NumberState::Free => verdict.free += 1,
            NumberState::Leased => verdict.broken("nothing is leased once all desks are closed", at),
            NumberState::Sent => {
                verdict.unless(on_its_way.contains(number), "nothing is sent without an open change", at);
            }
            NumberState::Returned => verdict.broken("no number is returned", at),
        }
    }
    let counted: u64 = ledger.stock().await?.iter().map(|of| of.numbers).sum();
    verdict.unless(
        counted == facts.numbers.len() as u64,
        "free, used and spoiled are all that was taken in",
        counted,
    );
    Ok(())
}

#[cfg(test)]
mod tests;
