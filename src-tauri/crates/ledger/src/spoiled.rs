//! What was spoiled on the way to a card, blanks and numbers: table `spoiled`.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::issue::lock_open;
use crate::sql::{Record, query};
use crate::{Ledger, LedgerError, Step, stock};

/// Something that was spoiled.
#[derive(Clone, PartialEq, Eq)]
pub struct SpoiledRow {
    pub at: Timestamp,
    pub desk: String,
    /// The issue in which it was.
    pub issue: Uuid,
    /// \[ENUM\] Card Type, as sent.
    pub card_type: String,
    /// Whether a blank card was.
    pub blank: bool,
    /// The number, where one was.
    pub number: Option<String>,
    /// A code.
    pub reason: String,
}

impl fmt::Debug for SpoiledRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpoiledRow")
            .field("at", &self.at)
            .field("blank", &self.blank)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl SpoiledRow {
    fn read(row: &Record) -> Result<Self, LedgerError> {
        Ok(Self {
            at: Timestamp::from_millisecond(row.try_get(0)?)?,
            desk: row.try_get(1)?,
            issue: row.try_get::<&str>(2)?.parse().map_err(|_| LedgerError::Corrupt)?,
            card_type: row.try_get(3)?,
            blank: row.try_get::<i64>(4)? == 1,
            number: row.try_get(5)?,
            reason: row.try_get(6)?,
        })
    }
}

impl Ledger {
    /// Writes down that a blank card, the number that the issue holds, or both were spoiled; the number is never
    /// given out again and the issue does without it. `reason` is a code.
    ///
    /// Whether that was possible, all of it: it isn't where the issue isn't open, where it holds no number or one
    /// that the map doesn't let be spoiled ([`crate::NumberState::after`]), while a change without an end puts the
    /// number on a card (that change is to be read back first), or where nothing is said to be spoiled.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn spoil(
        &self,
        issue_id: Uuid,
        blank: bool,
        number: bool,
        reason: &str,
        at: Timestamp,
    ) -> Result<bool, LedgerError> {
        let mut tx = self.begin().await?;
        let Some(issue) = lock_open(&mut tx, issue_id).await? else {
            return Ok(false);
        };
        let spoiled = match (number, &issue.number) {
            (true, Some(held)) => {
                if stock::is_on_its_way(&mut tx, held).await?
                    || stock::step(&mut tx, &[held], Step::Spoil { reason }, at).await? == 0
                {
                    return Ok(false);
                }
                issue.hold(&mut tx, None, at).await?;
                Some(held)
            }
            (false, _) if blank => None,
            _ => return Ok(false),
        };
        query(
            "INSERT INTO spoiled (at, desk, issue, card_type, blank, number, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(at.as_millisecond())
        .bind(&issue.desk)
        .bind(&issue.id)
        .bind(&issue.card_type)
        .bind(i64::from(blank))
        .bind(spoiled.cloned())
        .bind(reason)
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What was spoiled at all desks from `from` until before `to`, by those clocks, in the order in which it was
    /// written down.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn spoiled_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<SpoiledRow>, LedgerError> {
        let rows = query(
            "SELECT at, desk, issue, card_type, blank, number, reason FROM spoiled
             WHERE at >= $1 AND at < $2 ORDER BY seq",
        )
        .bind(from.as_millisecond())
        .bind(to.as_millisecond())
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(SpoiledRow::read).collect()
    }
}
