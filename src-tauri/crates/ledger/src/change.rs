//! The journal: table `change`. What is to be changed in a register stands here before it is sent, and afterwards
//! how it ended; a desk that was killed half-way finds what is open and reads it back.

use std::fmt;

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::{Ledger, LedgerError};

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

    /// The one map of what may follow what. What has ended stays as it is.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Written, Self::Sent | Self::Undone)
                | (Self::Sent, Self::Done | Self::Refused | Self::Unknown | Self::Undone)
                | (Self::Unknown, Self::Done | Self::Undone)
        )
    }
}

/// A change of a register.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangeRow {
    pub id: Uuid,
    pub written_at: Timestamp,
    /// The register's own name of the call, such as `cards.update`.
    pub endpoint: String,
    /// None while a person isn't created yet.
    pub cardholder_id: Option<i64>,
    pub card_id: Option<i64>,
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
    fn read(row: &SqliteRow) -> Result<Self, LedgerError> {
        let state: &str = row.try_get(9)?;
        let state = ChangeState::ALL.into_iter().find(|known| known.name() == state);
        Ok(Self {
            id: row.try_get::<&str, _>(0)?.parse().map_err(|_| LedgerError::Corrupt)?,
            written_at: Timestamp::from_millisecond(row.try_get(1)?)?,
            endpoint: row.try_get(2)?,
            cardholder_id: row.try_get(3)?,
            card_id: row.try_get(4)?,
            body_hash: row.try_get(5)?,
            body: row.try_get(6)?,
            before: row.try_get(7)?,
            reason: row.try_get(8)?,
            state: state.ok_or(LedgerError::Corrupt)?,
            changed_at: Timestamp::from_millisecond(row.try_get(10)?)?,
        })
    }
}

macro_rules! change_columns {
    () => {
        "id, written_at, endpoint, cardholder_id, card_id, body_hash, body, before, reason, state, changed_at"
    };
}

impl Ledger {
    /// Writes changes down, all or none; when this returns they are on the disk.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be kept: nothing must be sent then.
    pub async fn write_changes(&self, changes: &[ChangeRow]) -> Result<(), LedgerError> {
        let mut tx = self.write().await?;
        for change in changes {
            sqlx::query(concat!(
                "INSERT INTO change (",
                change_columns!(),
                ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ))
            .bind(change.id.to_string())
            .bind(change.written_at.as_millisecond())
            .bind(&change.endpoint)
            .bind(change.cardholder_id)
            .bind(change.card_id)
            .bind(&change.body_hash)
            .bind(&change.body)
            .bind(&change.before)
            .bind(&change.reason)
            .bind(change.state.name())
            .bind(change.changed_at.as_millisecond())
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Carries a change on to its next state. Whether that was possible: it isn't where the change has ended, or is
    /// unknown here ([`ChangeState::may_become`]).
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn carry_change_on(
        &self,
        id: Uuid,
        to: ChangeState,
        at: Timestamp,
    ) -> Result<bool, LedgerError> {
        let from: Vec<&str> = ChangeState::ALL
            .into_iter()
            .filter(|state| state.may_become(to))
            .map(ChangeState::name)
            .collect();
        let done = sqlx::query(
            "UPDATE change SET state = $2, changed_at = $3
             WHERE id = $1 AND state IN (SELECT value FROM json_each($4))",
        )
        .bind(id.to_string())
        .bind(to.name())
        .bind(at.as_millisecond())
        .bind(serde_json::to_string(&from)?)
        .execute(self.writer())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The changes whose end isn't known, oldest first.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn open_changes(&self) -> Result<Vec<ChangeRow>, LedgerError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            change_columns!(),
            " FROM change WHERE state IN ('written', 'sent', 'unknown') ORDER BY written_at, id"
        ))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(ChangeRow::read).collect()
    }

    /// A person's changes, newest first.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn changes_of(&self, cardholder_id: i64) -> Result<Vec<ChangeRow>, LedgerError> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            change_columns!(),
            " FROM change WHERE cardholder_id = $1 ORDER BY written_at DESC, id"
        ))
        .bind(cardholder_id)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(ChangeRow::read).collect()
    }

    /// Removes what the journal says of a person who has been erased; that something was changed, and when, stays.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn blank_changes_of(&self, cardholder_id: i64) -> Result<(), LedgerError> {
        sqlx::query("UPDATE change SET body = NULL, before = NULL WHERE cardholder_id = $1")
            .bind(cardholder_id)
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
