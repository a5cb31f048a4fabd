//! The stock of card numbers: table `stock`. In ALIVE's mode REPORT the university owns the numbers and each may be
//! on one live card (External Card Issuing API manual 1.3, `POST /cards.report`). A desk leases a block of them and
//! its issues hold them one by one; times are kept for people to read and decide nothing.

use std::fmt;

use jiff::Timestamp;

use crate::sql::{Record, Tx, either, query};
use crate::{Ledger, LedgerError, Mark, NumberState, Step};

/// A number of the stock.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberRow {
    pub number: String,
    /// \[ENUM\] Card Type, as sent.
    pub card_type: String,
    pub state: NumberState,
    /// Whose lease it is, or who has used it.
    pub desk: Option<String>,
    /// Why it is spoiled, a code.
    pub reason: Option<String>,
    /// When the state was last changed.
    pub changed_at: Timestamp,
}

impl fmt::Debug for NumberRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NumberRow").field("state", &self.state).finish_non_exhaustive()
    }
}

impl NumberRow {
    fn read(row: &Record) -> Result<Self, LedgerError> {
        Ok(Self {
            number: row.try_get(0)?,
            card_type: row.try_get(1)?,
            state: NumberState::of_name(row.try_get(2)?)?,
            desk: row.try_get(3)?,
            reason: row.try_get(4)?,
            changed_at: Timestamp::from_millisecond(row.try_get(5)?)?,
        })
    }
}

macro_rules! number_columns {
    () => {
        "number, card_type, state, desk, reason, changed_at"
    };
}

/// How many numbers of a type are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockCount {
    pub card_type: String,
    pub state: NumberState,
    /// Whose they are, where they're leased or sent.
    pub desk: Option<String>,
    pub numbers: u64,
}

/// As it is stored and sent: upper case, without spaces. N18 of the manual's open questions: no format is given.
pub(crate) fn canonical(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// In this state, and found by the index of the desks' numbers: SQLite takes that only where its own condition stands in
/// the question, though the state implies it. Without it the whole stock would be read.
macro_rules! of_a_desk {
    ($state:literal) => {
        concat!(" state IN ('leased', 'sent') AND state = '", $state, "'")
    };
}

/// Not on its way to a card.
macro_rules! not_on_its_way {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM change WHERE change.number = stock.number
                          AND change.state IN ('written', 'sent', 'unknown'))"
    };
}

/// Not held by an issue that is open, of whichever desk.
macro_rules! not_held {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM issue WHERE issue.number = stock.number AND issue.state = 'open')"
    };
}

pub(crate) use {not_held, not_on_its_way, of_a_desk};

impl Ledger {
    /// A desk's numbers that were sent, of which no change is open any more and that no open issue holds, such as
    /// refused ones whose issue was given up: ALIVE is to be asked for them, and the answer is [`Step::Present`] or
    /// [`Step::Absent`].
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn stranded_numbers(&self, desk: &str) -> Result<Vec<String>, LedgerError> {
        query(concat!(
            "SELECT number FROM stock WHERE desk = $1 AND",
            of_a_desk!("sent"),
            not_on_its_way!(),
            not_held!(),
            " ORDER BY position"
        ))
        .bind(desk)
        .fetch_column(self.readers())
        .await
    }

    /// A number of the stock, in any spelling.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn number(&self, number: &str) -> Result<Option<NumberRow>, LedgerError> {
        let row = query(concat!("SELECT ", number_columns!(), " FROM stock WHERE number = $1"))
            .bind(canonical(number))
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(NumberRow::read).transpose()
    }

    /// Takes a step with a number, as far as the map allows it ([`NumberState::after`]). Whether it does. To lease
    /// there's [`Ledger::lease`], to send [`Ledger::carry_change_on`]: these are not possible here. Nor does a number
    /// become free that a change without an end puts on a card, or that an open issue holds: absent from ALIVE
    /// it's the desk's again ([`Step::Keep`]).
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn step_number(&self, number: &str, by: Step<'_>, at: Timestamp) -> Result<bool, LedgerError> {
        if matches!(by, Step::Lease | Step::Send | Step::Keep) {
            return Ok(false);
        }
        let mut tx = self.begin().await?;
        let mut by = by;
        if by.target() == NumberState::Free {
            let number = canonical(number);
            lock(&mut tx, &number).await?;
            if is_on_its_way(&mut tx, &number).await? {
                return Ok(false);
            }
            by = match (by, is_held(&mut tx, &number, None).await?) {
                (Step::Absent, true) => Step::Keep,
                (_, true) => return Ok(false),
                (_, false) => by,
            };
        }
        let stepped = step(&mut tx, &[number], by, at).await?;
        tx.commit().await?;
        Ok(stepped > 0)
    }

    /// Marks as used what ALIVE has on cards that aren't returned (`cards.list`), whoever put it there; numbers of
    /// others are passed over. How many weren't marked so before.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn mark_used_by_alive(&self, numbers: &[&str], at: Timestamp) -> Result<u64, LedgerError> {
        // Two desks that mark many rows, each in its order, would wait for each other.
        let mut tx = self.write().await?;
        let marked = step(&mut tx, numbers, Step::Present, at).await?;
        tx.commit().await?;
        Ok(marked)
    }

    /// How many numbers there are of each type in each state.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn stock(&self) -> Result<Vec<StockCount>, LedgerError> {
        let rows = query(
            "SELECT card_type, state, whose, count(*)
             FROM (SELECT card_type, state, CASE WHEN state IN ('leased', 'sent') THEN desk END AS whose
                   FROM stock) AS each_number
             GROUP BY card_type, state, whose ORDER BY card_type, state, whose",
        )
        .fetch_all(self.readers())
        .await?;
        let count = |row: &Record| {
            Ok(StockCount {
                card_type: row.try_get(0)?,
                state: NumberState::of_name(row.try_get(1)?)?,
                desk: row.try_get(2)?,
                numbers: row.try_get::<i64>(3)?.unsigned_abs(),
            })
        };
        rows.iter().map(count).collect()
    }

    /// Says that all numbers have been compared with ALIVE ([`Ledger::mark_used_by_alive`]) since the ledger was
    /// restored: from now on the stock gives numbers out again.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn stock_is_checked(&self) -> Result<(), LedgerError> {
        self.remove_mark(Mark::StockUnchecked).await
    }
}

pub(crate) async fn refuse_unchecked<'a>(on: impl Into<crate::sql::On<'a>>) -> Result<(), LedgerError> {
    let marked = query("SELECT 1 FROM mark WHERE name = $1").bind(Mark::StockUnchecked.name());
    if marked.fetch_all(on).await?.is_empty() { Ok(()) } else { Err(LedgerError::StockUnchecked) }
}

/// A number as it stands, which nobody else steps with or gets hold of until the end of this transaction. Whoever
/// locks an issue too does that before.
pub(crate) async fn lock(tx: &mut Tx, number: &str) -> Result<Option<NumberRow>, LedgerError> {
    let row = either(
        concat!("SELECT ", number_columns!(), " FROM stock WHERE number = $1"),
        concat!("SELECT ", number_columns!(), " FROM stock WHERE number = $1 FOR UPDATE"),
    )
    .bind(number)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(NumberRow::read).transpose()
}

/// Whether an open issue holds a number, another one than `but`.
pub(crate) async fn is_held(tx: &mut Tx, number: &str, but: Option<&str>) -> Result<bool, LedgerError> {
    query("SELECT EXISTS (SELECT 1 FROM issue WHERE number = $1 AND state = 'open' AND id <> $2)")
        .bind(number)
        .bind(but.unwrap_or_default())
        .fetch_one(tx)
        .await?
        .try_get(0)
}

/// Whether a change without an end puts a number on a card.
pub(crate) async fn is_on_its_way(tx: &mut Tx, number: &str) -> Result<bool, LedgerError> {
    query(
        "SELECT EXISTS (SELECT 1 FROM change WHERE number = $1 AND state IN ('written', 'sent', 'unknown'))",
    )
    .bind(number)
    .fetch_one(tx)
    .await?
    .try_get(0)
}

/// ALIVE doesn't have a number that was sent: it's free, or the desk's again where an open issue goes on with it.
pub(crate) async fn absent(tx: &mut Tx, number: &str, at: Timestamp) -> Result<(), LedgerError> {
    lock(tx, number).await?;
    let by = if is_held(tx, number, None).await? { Step::Keep } else { Step::Absent };
    step(tx, &[number], by, at).await?;
    Ok(())
}

/// A desk's number is about to be sent. Whether it is the desk's.
pub(crate) async fn send(tx: &mut Tx, number: &str, desk: &str, at: Timestamp) -> Result<bool, LedgerError> {
    refuse_unchecked(&mut *tx).await?;
    let sent = query(
        "UPDATE stock SET state = $3, changed_at = $4
         WHERE number = $1 AND desk = $2 AND state IN (SELECT atom FROM json_each($5))",
    )
    .bind(number)
    .bind(desk)
    .bind(Step::Send.target().name())
    .bind(at.as_millisecond())
    .bind(Step::Send.sources()?)
    .execute(tx)
    .await?;
    Ok(sent > 0)
}

/// Takes a step with each of the numbers that the map allows it to. How many.
pub(crate) async fn step(
    tx: &mut Tx,
    numbers: &[&str],
    by: Step<'_>,
    at: Timestamp,
) -> Result<u64, LedgerError> {
    let reason = if let Step::Spoil { reason } = by { Some(reason) } else { None };
    let numbers: Vec<String> = numbers.iter().map(|number| canonical(number)).collect();
    // A use counts towards the forecast if a desk made it; what ALIVE is found to have may be years old.
    query(
        "UPDATE stock SET state = $2, changed_at = $3, reason = $4,
                desk = CASE WHEN $2 = 'free' THEN NULL ELSE desk END,
                used_at = CASE WHEN $2 = 'used' AND state = 'sent' THEN $3 ELSE used_at END
         WHERE number IN (SELECT atom FROM json_each($1)) AND state IN (SELECT atom FROM json_each($5))",
    )
    .bind(serde_json::to_string(&numbers)?)
    .bind(by.target().name())
    .bind(at.as_millisecond())
    .bind(reason)
    .bind(by.sources()?)
    .execute(tx)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    #[tokio::test]
    async fn a_desks_numbers_are_found_without_reading_the_whole_stock() {
        let ledger = Ledger::open(Place::Memory).await.unwrap();
        let asked = [
            query(concat!(
                "EXPLAIN QUERY PLAN SELECT number FROM stock WHERE desk = 'one' AND",
                of_a_desk!("sent")
            )),
            query(concat!(
                "EXPLAIN QUERY PLAN SELECT number FROM stock WHERE desk = 'one' AND card_type = 'ISIC' AND",
                of_a_desk!("leased"),
                not_on_its_way!(),
                not_held!(),
                " ORDER BY position LIMIT 1"
            )),
            query(concat!(
                "EXPLAIN QUERY PLAN SELECT position FROM stock WHERE state = 'free' AND card_type = 'ISIC'",
                not_held!(),
                " ORDER BY position LIMIT 9"
            )),
        ];
        for asked in asked {
            for step in asked.fetch_all(ledger.readers()).await.unwrap() {
                let step: &str = step.try_get(3).unwrap();
                assert!(step.contains("USING") || step.contains("SUBQUERY"), "{step}");
                assert!(!step.contains("SCAN") && !step.contains("TEMP"), "{step}");
            }
        }
    }
}
