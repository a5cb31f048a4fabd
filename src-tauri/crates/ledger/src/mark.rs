//! How far the index has come, and what else is to be remembered with a time: table `mark`.

use crate::sql::query;
use crate::{Ledger, LedgerError};
use jiff::Timestamp;

/// What a mark is about; of the index: the next listing asks ALIVE for what was modified from here on
/// (`modified_from`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    CardholdersFrom,
    CardsFrom,
    /// Set when the ledger is restored from a backup: until it is removed the stock gives nothing out.
    StockUnchecked,
    /// The check-up has written this, to see that the ledger can be written.
    Examined,
}

impl Mark {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CardholdersFrom => "cardholders indexed from",
            Self::CardsFrom => "cards indexed from",
            Self::StockUnchecked => "stock unchecked since",
            Self::Examined => "examined",
        }
    }
}

impl Ledger {
    /// Sets a mark, to the millisecond.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn set_mark(&self, mark: Mark, at: Timestamp) -> Result<(), LedgerError> {
        query(
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
        let at: Vec<i64> = query("SELECT at FROM mark WHERE name = $1")
            .bind(mark.name())
            .fetch_column(self.readers())
            .await?;
        Ok(at.first().copied().map(Timestamp::from_millisecond).transpose()?)
    }

    /// Removes a mark.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub(crate) async fn remove_mark(&self, mark: Mark) -> Result<(), LedgerError> {
        query("DELETE FROM mark WHERE name = $1").bind(mark.name()).execute(self.writer()).await?;
        Ok(())
    }
}
