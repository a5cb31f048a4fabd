//! What is left of the stock for a desk, and what came back into it.

use crate::sql::query;
use crate::stock::not_held;
use crate::{Ledger, LedgerError};

/// Nobody needs to know more exactly how many numbers there are.
const COUNTED: i64 = 1_000;

impl Ledger {
    /// How many numbers of a type a desk may still give to cards: the free ones and what it has leased, without those
    /// that issues hold; counted up to a thousand.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn numbers_left(&self, desk: &str, card_type: &str) -> Result<u32, LedgerError> {
        let row = query(concat!(
            "SELECT count(*) FROM (SELECT 1 FROM stock
              WHERE card_type = $1 AND (state = 'free' OR (state = 'leased' AND desk = $2))",
            not_held!(),
            " LIMIT $3) AS counted"
        ))
        .bind(card_type)
        .bind(desk)
        .bind(COUNTED)
        .fetch_one(self.readers())
        .await?;
        Ok(u32::try_from(row.try_get::<i64>(0)?).unwrap_or(u32::MAX))
    }

    /// The numbers of a type whose cards were returned, in the order of the stock.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn returned_numbers(&self, card_type: &str) -> Result<Vec<String>, LedgerError> {
        query("SELECT number FROM stock WHERE state = 'returned' AND card_type = $1 ORDER BY position")
            .bind(card_type)
            .fetch_column(self.readers())
            .await
    }
}
