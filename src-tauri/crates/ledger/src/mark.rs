//! How far the index has come: table `mark`.

use crate::{Ledger, LedgerError};
use jiff::Timestamp;

/// What a mark is about: the next listing asks ALIVE for what was modified from here on (`modified_from`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    CardholdersFrom,
    CardsFrom,
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Self::CardholdersFrom => "cardholders indexed from",
            Self::CardsFrom => "cards indexed from",
        }
    }
}

impl Ledger {
    /// Sets a mark, to the millisecond.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn set_mark(&self, mark: Mark, at: Timestamp) -> Result<(), LedgerError> {
        sqlx::query(
            "INSERT INTO mark (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
        )
        .bind(mark.name())
        .bind(at.as_millisecond())
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// A mark; `None` as long as it has never been set.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn mark(&self, mark: Mark) -> Result<Option<Timestamp>, LedgerError> {
        let at: Option<i64> = sqlx::query_scalar("SELECT at FROM mark WHERE name = $1")
            .bind(mark.name())
            .fetch_optional(self.readers())
            .await?;
        Ok(at.map(Timestamp::from_millisecond).transpose()?)
    }
}
