//! The stock of card numbers: table `stock`. In ALIVE's mode REPORT the university owns the numbers and each may be
//! on one live card (External Card Issuing API manual 1.3, `POST /cards.report`). A desk leases a block of them, so
//! that it goes on by itself for a while; times are kept for people to read and decide nothing.

use std::fmt;

use jiff::Timestamp;

use crate::sql::{Record, Tx, either, query};
use crate::{Ledger, LedgerError, Mark};

/// Where a number stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NumberState {
    /// Nobody's.
    Free,
    /// A desk's, to be given to a card.
    Leased,
    /// It may be in ALIVE: only a look there says what becomes of it.
    Sent,
    /// On a card in ALIVE.
    Used,
    /// Never to be given out, for a reason.
    Spoiled,
    /// Its card was returned in ALIVE, which frees the number there.
    Returned,
}

/// What happens to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A desk takes it.
    Lease,
    /// A desk gives back what it hasn't used.
    GiveBack,
    /// It's about to be sent to ALIVE; again, where ALIVE has refused it before.
    Send,
    /// ALIVE has been asked and has it on a card.
    Present,
    /// ALIVE has been asked and doesn't have it.
    Absent,
    /// It must not be given out; `reason` is a code.
    Spoil { reason: &'a str },
    /// Its card has been returned.
    Return,
    /// ALIVE gives a returned card's number out again.
    Release,
}

impl NumberState {
    pub const ALL: [Self; 6] =
        [Self::Free, Self::Leased, Self::Sent, Self::Used, Self::Spoiled, Self::Returned];

    const fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Leased => "leased",
            Self::Sent => "sent",
            Self::Used => "used",
            Self::Spoiled => "spoiled",
            Self::Returned => "returned",
        }
    }

    fn of_name(name: &str) -> Result<Self, LedgerError> {
        Self::ALL.into_iter().find(|known| known.name() == name).ok_or(LedgerError::Corrupt)
    }

    /// The one map of what becomes of a number. What isn't here doesn't happen: a sent number becomes free because
    /// ALIVE doesn't have it and for no other reason, and a spoiled one stays so.
    pub const fn after(self, step: Step<'_>) -> Option<Self> {
        Some(match (self, step) {
            (Self::Free, Step::Lease) => Self::Leased,
            (Self::Leased, Step::GiveBack) => Self::Free,
            (Self::Leased | Self::Sent, Step::Send) => Self::Sent,
            (Self::Free | Self::Leased | Self::Sent | Self::Returned, Step::Present) => Self::Used,
            (Self::Sent, Step::Absent) => Self::Free,
            (Self::Free | Self::Leased | Self::Sent, Step::Spoil { .. }) => Self::Spoiled,
            (Self::Used, Step::Return) => Self::Returned,
            (Self::Returned, Step::Release) => Self::Free,
            _ => return None,
        })
    }
}

impl Step<'_> {
    /// Where it leads.
    const fn target(self) -> NumberState {
        match self {
            Self::Lease => NumberState::Leased,
            Self::Send => NumberState::Sent,
            Self::Present => NumberState::Used,
            Self::GiveBack | Self::Absent | Self::Release => NumberState::Free,
            Self::Spoil { .. } => NumberState::Spoiled,
            Self::Return => NumberState::Returned,
        }
    }

    /// From where, for SQL.
    fn sources(self) -> Result<String, LedgerError> {
        let from = NumberState::ALL.into_iter().filter(|state| state.after(self).is_some());
        Ok(serde_json::to_string(&from.map(NumberState::name).collect::<Vec<_>>())?)
    }
}

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

/// The first free numbers of a type, taken so that nobody waits for another's: in a file there is one writer
/// anyway, on a server rows that another desk is just taking are passed over. Materialized, since PostgreSQL might
/// otherwise carry the limit out more than once.
macro_rules! lease_block {
    ($($lock:literal)?) => {
        concat!(
            "WITH taken AS MATERIALIZED (
                 SELECT position FROM stock WHERE state = 'free' AND card_type = $1 ORDER BY position LIMIT $2",
            $($lock,)?
            ")
             UPDATE stock SET state = 'leased', desk = $3, changed_at = $4
             WHERE position IN (SELECT position FROM taken)
             RETURNING position, number"
        )
    };
}

/// Not on its way to a card.
macro_rules! not_on_its_way {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM change WHERE change.number = stock.number
                          AND change.state IN ('written', 'sent', 'unknown'))"
    };
}

impl Ledger {
    /// Leases so many free numbers to a desk, or as many as there are, in their order; none is ever given to two.
    ///
    /// # Errors
    /// [`LedgerError::StockUnchecked`]; otherwise if it could not be kept: then nothing is leased.
    pub async fn lease(
        &self,
        desk: &str,
        card_type: &str,
        count: u32,
        at: Timestamp,
    ) -> Result<Vec<String>, LedgerError> {
        let mut tx = self.begin().await?;
        refuse_unchecked(&mut tx).await?;
        let rows = either(lease_block!(), lease_block!(" FOR UPDATE SKIP LOCKED"))
            .bind(card_type)
            .bind(i64::from(count))
            .bind(desk)
            .bind(at.as_millisecond())
            .fetch_all(&mut tx)
            .await?;
        let mut numbers: Vec<(i64, String)> = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect::<Result<_, LedgerError>>()?;
        tx.commit().await?;
        numbers.sort_unstable();
        Ok(numbers.into_iter().map(|(_, number)| number).collect())
    }

    /// Leases one number that somebody has typed. Whether it was free, or this desk's already.
    ///
    /// # Errors
    /// As [`Ledger::lease`].
    pub async fn lease_number(&self, desk: &str, number: &str, at: Timestamp) -> Result<bool, LedgerError> {
        let mut tx = self.begin().await?;
        refuse_unchecked(&mut tx).await?;
        let leased = query(
            "UPDATE stock SET state = 'leased', desk = $2, changed_at = $3
             WHERE number = $1 AND (state = 'free' OR (state = 'leased' AND desk = $2))",
        )
        .bind(canonical(number))
        .bind(desk)
        .bind(at.as_millisecond())
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(leased > 0)
    }

    /// The next number of the desk's lease that's neither on its way to a card nor among `held`, those of the
    /// issues that are begun and not yet written down. None: lease more.
    ///
    /// # Errors
    /// [`LedgerError::StockUnchecked`]; otherwise if it could not be read.
    pub async fn next_number(
        &self,
        desk: &str,
        card_type: &str,
        held: &[String],
    ) -> Result<Option<String>, LedgerError> {
        refuse_unchecked(self.readers()).await?;
        let found = query(concat!(
            "SELECT number FROM stock
             WHERE state = 'leased' AND desk = $1 AND card_type = $2
               AND number NOT IN (SELECT atom FROM json_each($3))",
            not_on_its_way!(),
            " ORDER BY position LIMIT 1"
        ))
        .bind(desk)
        .bind(card_type)
        .bind(serde_json::to_string(&held.iter().map(|it| canonical(it)).collect::<Vec<_>>())?)
        .fetch_column(self.readers())
        .await?;
        Ok(found.into_iter().next())
    }

    /// Gives back what a desk has leased and not used, but for what's on its way to a card or among `held`; this
    /// may be done for a desk that won't come back. How many.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn give_back(&self, desk: &str, held: &[String], at: Timestamp) -> Result<u64, LedgerError> {
        let mut tx = self.write().await?;
        let given_back = query(concat!(
            "UPDATE stock SET state = 'free', desk = NULL, changed_at = $3
             WHERE state = 'leased' AND desk = $1 AND number NOT IN (SELECT atom FROM json_each($2))",
            not_on_its_way!(),
        ))
        .bind(desk)
        .bind(serde_json::to_string(&held.iter().map(|it| canonical(it)).collect::<Vec<_>>())?)
        .bind(at.as_millisecond())
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(given_back)
    }

    /// A desk's numbers that were sent and of which no change is open any more, such as refused ones whose issue
    /// was given up: ALIVE is to be asked for them, and the answer is [`Step::Present`] or [`Step::Absent`].
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn stranded_numbers(&self, desk: &str) -> Result<Vec<String>, LedgerError> {
        query(concat!(
            "SELECT number FROM stock WHERE state = 'sent' AND desk = $1",
            not_on_its_way!(),
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
    /// there's [`Ledger::lease`], to send [`Ledger::carry_change_on`]: these are not possible here.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn step_number(&self, number: &str, by: Step<'_>, at: Timestamp) -> Result<bool, LedgerError> {
        if matches!(by, Step::Lease | Step::Send) {
            return Ok(false);
        }
        let mut tx = self.begin().await?;
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

async fn refuse_unchecked<'a>(on: impl Into<crate::sql::On<'a>>) -> Result<(), LedgerError> {
    let marked = query("SELECT 1 FROM mark WHERE name = $1").bind(Mark::StockUnchecked.name());
    if marked.fetch_all(on).await?.is_empty() { Ok(()) } else { Err(LedgerError::StockUnchecked) }
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

    #[test]
    fn each_step_leads_to_one_state_wherever_it_is_possible() {
        let steps = [
            Step::Lease,
            Step::GiveBack,
            Step::Send,
            Step::Present,
            Step::Absent,
            Step::Spoil { reason: "bent" },
            Step::Return,
            Step::Release,
        ];
        for step in steps {
            let ends: Vec<_> = NumberState::ALL.into_iter().filter_map(|state| state.after(step)).collect();
            assert!(!ends.is_empty() && ends.iter().all(|end| *end == step.target()), "{step:?}");
        }
        let freed_by: Vec<_> = steps
            .into_iter()
            .filter(|step| NumberState::Sent.after(*step) == Some(NumberState::Free))
            .collect();
        assert_eq!(freed_by, [Step::Absent], "a sent number is freed by ALIVE's answer alone");
        assert!(steps.iter().all(|step| NumberState::Spoiled.after(*step).is_none()), "spoiled is final");
    }
}
