//! People who are to be anonymised when their last card has expired: table `erasure`. The register refuses it
//! before, and nobody remembers it years later (External Card Issuing API manual 1.3, `POST /cardholders.anonymize`).

use jiff::Timestamp;

use crate::sql::{Record, query};
use crate::{Ledger, LedgerError};

/// A person to be anonymised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    pub cardholder_id: i64,
    pub planned_at: Timestamp,
    /// When the register accepted it; it's carried out within 48 hours.
    pub asked_at: Option<Timestamp>,
}

impl Erasure {
    fn read(row: &Record) -> Result<Self, LedgerError> {
        let asked_at: Option<i64> = row.try_get(2)?;
        Ok(Self {
            cardholder_id: row.try_get(0)?,
            planned_at: Timestamp::from_millisecond(row.try_get(1)?)?,
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
        query(
            "INSERT INTO erasure (cardholder_id, planned_at, asked_at) VALUES ($1, $2, $3)
             ON CONFLICT (cardholder_id) DO UPDATE
             SET planned_at = excluded.planned_at, asked_at = excluded.asked_at",
        )
        .bind(erasure.cardholder_id)
        .bind(erasure.planned_at.as_millisecond())
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
        let done = query("DELETE FROM erasure WHERE cardholder_id = $1")
            .bind(cardholder_id)
            .execute(self.writer())
            .await?;
        Ok(done > 0)
    }

    /// What is planned for a person.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn erasure(&self, cardholder_id: i64) -> Result<Option<Erasure>, LedgerError> {
        let row = query("SELECT cardholder_id, planned_at, asked_at FROM erasure WHERE cardholder_id = $1")
            .bind(cardholder_id)
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(Erasure::read).transpose()
    }

    /// The erasures that aren't asked for yet, the longest planned first.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn planned_erasures(&self) -> Result<Vec<Erasure>, LedgerError> {
        let rows = query(
            "SELECT cardholder_id, planned_at, asked_at FROM erasure
             WHERE asked_at IS NULL ORDER BY planned_at, cardholder_id",
        )
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(Erasure::read).collect()
    }
}
