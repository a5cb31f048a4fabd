//! The journal: table `change`. What is to be changed in a register stands here before it is sent, and afterwards
//! how it ended; a desk that was killed half-way finds what is open and reads it back.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::sql::{Record, either, query};
use crate::{Ledger, LedgerError, Step, issue, photo, stock};

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeState {
    /// Written down, not sent.
    Written,
    /// About to be sent, or sent: from here on it may have been made.
    Sent,
    /// The register has made it.
    Done,
    /// The register has refused it.
    Refused,
    /// No answer that says which; the register has to be read back.
    Unknown,
    /// It was not made: never sent, or the register has been read back.
    Undone,
}

impl ChangeState {
    const ALL: [Self; 6] =
        [Self::Written, Self::Sent, Self::Done, Self::Refused, Self::Unknown, Self::Undone];

    fn of_name(name: &str) -> Result<Self, LedgerError> {
        Self::ALL.into_iter().find(|known| known.name() == name).ok_or(LedgerError::Corrupt)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Undone => "undone",
        }
    }

    /// The one map of what may follow what. What has ended stays as it is; but what wasn't there when the register was
    /// read back may come through late, and is found then.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Written, Self::Sent | Self::Undone)
                | (Self::Sent, Self::Done | Self::Refused | Self::Unknown | Self::Undone)
                | (Self::Unknown, Self::Done | Self::Undone)
                | (Self::Undone, Self::Done)
        )
    }
}

/// A change of a register.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangeRow {
    pub id: Uuid,
    pub written_at: Timestamp,
    /// The desk that makes it: only that one may send it and find out how it ended.
    pub desk: String,
    /// The register's own name of the call, such as `cards.update`.
    pub endpoint: String,
    /// None while a person isn't created yet.
    pub cardholder_id: Option<i64>,
    pub card_id: Option<i64>,
    /// The number of the stock that this change puts on a card. The number goes along with the change
    /// ([`Ledger::carry_change_on`]), and no two changes without an end have the same.
    pub number: Option<String>,
    /// SHA-256 of the body as it's sent, hexadecimal.
    pub body_hash: String,
    /// The body; None once the person has been erased.
    pub body: Option<Vec<u8>>,
    /// The record as it was read just before, JSON; None where there was none, or as above.
    pub before: Option<String>,
    /// The clerk's reason, a code.
    pub reason: Option<String>,
    pub state: ChangeState,
    /// When the state was last changed.
    pub changed_at: Timestamp,
}

impl fmt::Debug for ChangeRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeRow")
            .field("endpoint", &self.endpoint)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl ChangeRow {
    fn read(row: &Record) -> Result<Self, LedgerError> {
        Ok(Self {
            id: row.try_get::<&str>(0)?.parse().map_err(|_| LedgerError::Corrupt)?,
            written_at: Timestamp::from_millisecond(row.try_get(1)?)?,
            desk: row.try_get(2)?,
            endpoint: row.try_get(3)?,
            cardholder_id: row.try_get(4)?,
            card_id: row.try_get(5)?,
            number: row.try_get(6)?,
            body_hash: row.try_get(7)?,
            body: row.try_get(8)?,
            before: row.try_get(9)?,
            reason: row.try_get(10)?,
            state: ChangeState::of_name(row.try_get(11)?)?,
            changed_at: Timestamp::from_millisecond(row.try_get(12)?)?,
        })
    }
}

macro_rules! change_columns {
    () => {
        "id, written_at, desk, endpoint, cardholder_id, card_id, number, body_hash, body, before, reason,
         state, changed_at"
    };
}

impl Ledger {
    /// Writes changes down, all or none; when this returns they are on the disk.
    ///
    /// # Errors
    /// [`LedgerError::NumberTaken`] if a change's number is on its way to a card already;
    /// [`LedgerError`] if they could not be kept: nothing must be sent then.
    pub async fn write_changes(&self, changes: &[ChangeRow]) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        for change in changes {
            let written = query(concat!(
                "INSERT INTO change (",
                change_columns!(),
                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                 ON CONFLICT (number) WHERE number IS NOT NULL AND state IN ('written', 'sent', 'unknown')
                 DO NOTHING"
            ))
            .bind(change.id.to_string())
            .bind(change.written_at.as_millisecond())
            .bind(&change.desk)
            .bind(&change.endpoint)
            .bind(change.cardholder_id)
            .bind(change.card_id)
            .bind(change.number.as_deref().map(stock::canonical))
            .bind(&change.body_hash)
            .bind(&change.body)
            .bind(&change.before)
            .bind(&change.reason)
            .bind(change.state.name())
            .bind(change.changed_at.as_millisecond())
            .execute(&mut tx)
            .await?;
            if written == 0 {
                return Err(LedgerError::NumberTaken);
            }
        }
        tx.commit().await
    }

    /// Carries a change on to its next state, and its number, if it has one, with it, both or neither: sent, the
    /// number is sent; done, it is used, and the open issue that holds it is done; undone, it is free again, since
    /// the register has been read back (if the register has it on another card, say so first:
    /// [`Ledger::mark_used_by_alive`]), or the desk's again, where an open issue goes on with it. A refused one
    /// stays sent: it may be sent anew.
    ///
    /// Whether that was possible: it isn't where the change has ended, or is unknown here
    /// ([`ChangeState::may_become`]), or where the number is not leased to the change's desk.
    ///
    /// # Errors
    /// [`LedgerError::StockUnchecked`] if a number would be sent in a ledger that was restored and not compared
    /// with ALIVE since; otherwise if it could not be kept.
    pub async fn carry_change_on(
        &self,
        id: Uuid,
        to: ChangeState,
        at: Timestamp,
    ) -> Result<bool, LedgerError> {
        let mut tx = self.begin().await?;
        let known = either(
            "SELECT state, desk, number FROM change WHERE id = $1",
            "SELECT state, desk, number FROM change WHERE id = $1 FOR UPDATE",
        )
        .bind(id.to_string())
        .fetch_optional(&mut tx)
        .await?;
        let Some(known) = known else {
            return Ok(false);
        };
        let from = ChangeState::of_name(known.try_get(0)?)?;
        if !from.may_become(to) {
            return Ok(false);
        }
        query("UPDATE change SET state = $2, changed_at = $3 WHERE id = $1")
            .bind(id.to_string())
            .bind(to.name())
            .bind(at.as_millisecond())
            .execute(&mut tx)
            .await?;
        if let Some(number) = known.try_get::<Option<&str>>(2)? {
            let desk: &str = known.try_get(1)?;
            let went = match to {
                ChangeState::Sent => stock::send(&mut tx, number, desk, at).await?,
                ChangeState::Done => {
                    issue::done(&mut tx, number, at).await?;
                    stock::step(&mut tx, &[number], Step::Present, at).await?;
                    true
                }
                // What was never sent leaves the number where it is.
                ChangeState::Undone if from != ChangeState::Written => {
                    stock::absent(&mut tx, number, at).await?;
                    true
                }
                _ => true,
            };
            if !went {
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The changes whose end isn't known, in the order in which they were written down, whatever the clock said.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn open_changes(&self) -> Result<Vec<ChangeRow>, LedgerError> {
        let rows = query(concat!(
            "SELECT ",
            change_columns!(),
            " FROM change WHERE state IN ('written', 'sent', 'unknown') ORDER BY seq"
        ))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(ChangeRow::read).collect()
    }

    /// Those of them that are this desk's: the others' are still at work.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn open_changes_of_desk(&self, desk: &str) -> Result<Vec<ChangeRow>, LedgerError> {
        let open = self.open_changes().await?;
        Ok(open.into_iter().filter(|change| change.desk == desk).collect())
    }

    /// All desks' changes that were written down from `from` until before `to`, by those clocks, the last written
    /// first; so many of them after the first `skip`.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn changes_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<ChangeRow>, LedgerError> {
        let rows = query(concat!(
            "SELECT ",
            change_columns!(),
            " FROM change WHERE written_at >= $1 AND written_at < $2 ORDER BY seq DESC LIMIT $3 OFFSET $4"
        ))
        .bind(from.as_millisecond())
        .bind(to.as_millisecond())
        .bind(i64::from(limit))
        .bind(i64::from(skip))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(ChangeRow::read).collect()
    }

    /// A person's changes, the last written first.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn changes_of(&self, cardholder_id: i64) -> Result<Vec<ChangeRow>, LedgerError> {
        let rows = query(concat!(
            "SELECT ",
            change_columns!(),
            " FROM change WHERE cardholder_id = $1 ORDER BY seq DESC"
        ))
        .bind(cardholder_id)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(ChangeRow::read).collect()
    }

    /// Says whom a change was about, once that's known: a person who was created has no id before. Without it an
    /// erasure would not find the change. Whether it's a change of nobody known.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn change_is_about(&self, id: Uuid, cardholder_id: i64) -> Result<bool, LedgerError> {
        let said = query("UPDATE change SET cardholder_id = $2 WHERE id = $1 AND cardholder_id IS NULL")
            .bind(id.to_string())
            .bind(cardholder_id)
            .execute(self.writer())
            .await?;
        Ok(said > 0)
    }

    /// Removes what journal, issues and kept photos say of a person who has been erased; that something was changed,
    /// and when, stays.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn blank_changes_of(&self, cardholder_id: i64) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        photo::forget(&mut tx, cardholder_id).await?;
        query("UPDATE change SET body = NULL, before = NULL WHERE cardholder_id = $1")
            .bind(cardholder_id)
            .execute(&mut tx)
            .await?;
        issue::forget(&mut tx, cardholder_id).await?;
        tx.commit().await
    }
}
