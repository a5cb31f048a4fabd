//! Settings that all desks at one ledger share: table `shared`. Never a secret: those are in the keyring.

use jiff::Timestamp;

use crate::sql::query;
use crate::{Ledger, LedgerError};

impl Ledger {
    /// Sets a setting for all desks, or takes it away; of two desks at the same time the later one holds.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn share(
        &self,
        name: &str,
        value: Option<&str>,
        desk: &str,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        query(
            "INSERT INTO shared (name, value, desk, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, desk = excluded.desk, at = excluded.at",
        )
        .bind(name)
        .bind(value)
        .bind(desk)
        .bind(at.as_millisecond())
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// A setting, if it's set.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn shared(&self, name: &str) -> Result<Option<String>, LedgerError> {
        let row = query("SELECT value FROM shared WHERE name = $1")
            .bind(name)
            .fetch_optional(self.readers())
            .await?;
        row.map_or(Ok(None), |row| row.try_get(0))
    }
}
