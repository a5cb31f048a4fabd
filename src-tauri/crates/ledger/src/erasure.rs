//! People who are to be anonymised when their last card has expired: table `erasure`. The register refuses it
//! before, and nobody remembers it years later (External Card Issuing API manual 1.3, `POST /cardholders.anonymize`).

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Ledger, LedgerError};

/// A person to be anonymised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    pub cardholder_id: i64,
    pub planned_at: Timestamp,
    /// The first day on which nothing prevents it, as far as was known when it was last looked at.
    pub due: Option<Date>,
    /// When the register accepted it; it's carried out within 48 hours.
    pub asked_at: Option<Timestamp>,
}

impl Erasure {
    fn read(row: &SqliteRow) -> Result<Self, LedgerError> {
        let asked_at: Option<i64> = row.try_get(3)?;
        Ok(Self {
            cardholder_id: row.try_get(0)?,
            planned_at: Timestamp::from_millisecond(row.try_get(1)?)?,
            due: row.try_get::<Option<&str>, _>(2)?.map(str::parse).transpose()?,
            asked_at: asked_at.map(Timestamp::from_millisecond).transpose()?,
        })
    }
}

impl Ledger {
    /// Plans an erasure, or replaces what was planned.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn set_erasure(&self, erasure: &Erasure) -> Result<(), LedgerError> {
        sqlx::query(
            "INSERT INTO erasure (cardholder_id, planned_at, due, asked_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (cardholder_id) DO UPDATE
             SET planned_at = excluded.planned_at, due = excluded.due, asked_at = excluded.asked_at",
        )
        .bind(erasure.cardholder_id)
        .bind(erasure.planned_at.as_millisecond())
        .bind(erasure.due.map(|due| due.to_string()))
        .bind(erasure.asked_at.map(Timestamp::as_millisecond))
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// Takes back a planned erasure. Whether there was one.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn remove_erasure(&self, cardholder_id: i64) -> Result<bool, LedgerError> {
        let done = sqlx::query("DELETE FROM erasure WHERE cardholder_id = $1")
            .bind(cardholder_id)
            .execute(self.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What is planned for a person.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn erasure(&self, cardholder_id: i64) -> Result<Option<Erasure>, LedgerError> {
        let row = sqlx::query(
            "SELECT cardholder_id, planned_at, due, asked_at FROM erasure WHERE cardholder_id = $1",
        )
        .bind(cardholder_id)
        .fetch_optional(self.readers())
        .await?;
        row.as_ref().map(Erasure::read).transpose()
    }

    /// The erasures that aren't asked for yet and are due on this day, the longest due first.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn due_erasures(&self, today: Date) -> Result<Vec<Erasure>, LedgerError> {
        let rows = sqlx::query(
            "SELECT cardholder_id, planned_at, due, asked_at FROM erasure
             WHERE asked_at IS NULL AND due <= $1 ORDER BY due, cardholder_id",
        )
        .bind(today.to_string())
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(Erasure::read).collect()
    }
}
