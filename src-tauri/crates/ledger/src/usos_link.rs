//! Which USOS user a cardholder is, learnt from taps: table `usos_link`.

use crate::sql::{Tx, query};
use crate::{Ledger, LedgerError};
use jiff::Timestamp;

impl Ledger {
    /// Keeps that the cardholder and the USOS user are one person. What was kept of either before is replaced:
    /// the latest tap is right.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn set_usos_user(
        &self,
        cardholder_id: i64,
        usos_user: &str,
        learnt_at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut tx = self.write().await?;
        query("DELETE FROM usos_link WHERE cardholder_id = $1 OR usos_user = $2")
            .bind(cardholder_id)
            .bind(usos_user)
            .execute(&mut tx)
            .await?;
        query("INSERT INTO usos_link (cardholder_id, usos_user, learnt_at) VALUES ($1, $2, $3)")
            .bind(cardholder_id)
            .bind(usos_user)
            .bind(learnt_at.as_millisecond())
            .execute(&mut tx)
            .await?;
        tx.commit().await
    }

    /// The USOS user that the cardholder is, as far as taps have shown.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn usos_user_of(&self, cardholder_id: i64) -> Result<Option<String>, LedgerError> {
        let found = query("SELECT usos_user FROM usos_link WHERE cardholder_id = $1")
            .bind(cardholder_id)
            .fetch_column(self.readers())
            .await?;
        Ok(found.into_iter().next())
    }

    /// The cardholder that the USOS user is, as far as taps have shown.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn cardholder_of(&self, usos_user: &str) -> Result<Option<i64>, LedgerError> {
        let found = query("SELECT cardholder_id FROM usos_link WHERE usos_user = $1")
            .bind(usos_user)
            .fetch_column(self.readers())
            .await?;
        Ok(found.into_iter().next())
    }

    /// Forgets which USOS user the cardholder is. Whether there was anything to forget.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be written.
    pub async fn remove_usos_user(&self, cardholder_id: i64) -> Result<bool, LedgerError> {
        let mut tx = self.write().await?;
        let removed = forget(&mut tx, cardholder_id).await?;
        tx.commit().await?;
        Ok(removed)
    }
}

pub(crate) async fn forget(conn: &mut Tx, cardholder_id: i64) -> Result<bool, LedgerError> {
    let done =
        query("DELETE FROM usos_link WHERE cardholder_id = $1").bind(cardholder_id).execute(conn).await?;
    Ok(done > 0)
}
