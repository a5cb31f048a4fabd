//! Leases: a desk takes a block of the stock's free numbers, so that it goes on by itself for a while, and gives
//! back what it hasn't used.

use jiff::Timestamp;

use crate::sql::{Tx, either, query};
use crate::stock::{not_held, not_on_its_way, of_a_desk, refuse_unchecked};
use crate::{Ledger, LedgerError};

/// A desk gets one of so many parts of what is free.
const SHARE: i64 = 8;

/// The first free numbers of a type, taken so that nobody waits for another's: in a file there is one writer
/// anyway, on a server rows that another desk is just taking are passed over. Materialized, since PostgreSQL might
/// otherwise carry the limit out more than once.
macro_rules! lease_block {
    ($($lock:literal)?) => {
        concat!(
            "WITH taken AS MATERIALIZED (
                 SELECT position FROM stock WHERE state = 'free' AND card_type = $1",
            not_held!(),
            " ORDER BY position LIMIT $2",
            $($lock,)?
            ")
             UPDATE stock SET state = 'leased', desk = $3, changed_at = $4
             WHERE position IN (SELECT position FROM taken)
             RETURNING position, number"
        )
    };
}

impl Ledger {
    /// Leases so many free numbers to a desk, or as many as there are, in their order; none is ever given to two.
    ///
    /// # Errors
    /// [`LedgerError::StockUnchecked`]; otherwise if it could not be kept: then nothing is leased.
    pub async fn lease(
        &self,
        desk: &str,
        card_type: &str,
        count: u32,
        at: Timestamp,
    ) -> Result<Vec<String>, LedgerError> {
        let mut tx = self.begin().await?;
        refuse_unchecked(&mut tx).await?;
        let numbers = lease_some(&mut tx, desk, card_type, i64::from(count), at).await?;
        tx.commit().await?;
        Ok(numbers)
    }

    /// Leases `most` numbers to a desk, or an eighth of what is free where that's less, but one at least while there
    /// is one: towards the end no desk has them all.
    ///
    /// # Errors
    /// As [`Ledger::lease`].
    pub async fn lease_share(
        &self,
        desk: &str,
        card_type: &str,
        most: u32,
        at: Timestamp,
    ) -> Result<Vec<String>, LedgerError> {
        let mut tx = self.begin().await?;
        refuse_unchecked(&mut tx).await?;
        // Counted no further than it matters.
        let free: i64 = query(concat!(
            "SELECT count(*) FROM (SELECT 1 FROM stock WHERE state = 'free' AND card_type = $1",
            not_held!(),
            " LIMIT $2) AS free"
        ))
        .bind(card_type)
        .bind(i64::from(most) * SHARE)
        .fetch_one(&mut tx)
        .await?
        .try_get(0)?;
        let count = i64::from(most).min((free / SHARE).max(1));
        let numbers = lease_some(&mut tx, desk, card_type, count, at).await?;
        tx.commit().await?;
        Ok(numbers)
    }

    /// Gives back what a desk has leased and not used, but for what's on its way to a card and what an open issue
    /// holds; this may be done for a desk that won't come back. How many.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn give_back(&self, desk: &str, at: Timestamp) -> Result<u64, LedgerError> {
        let mut tx = self.write().await?;
        if let Tx::Postgres(_) = tx {
            // A statement sees what was held when it began: with the numbers locked before, nobody gets hold of one
            // any more when the next one looks.
            query(concat!(
                "SELECT position FROM stock WHERE desk = $1 AND",
                of_a_desk!("leased"),
                " ORDER BY position FOR UPDATE"
            ))
            .bind(desk)
            .fetch_all(&mut tx)
            .await?;
        }
        let given_back = query(concat!(
            "UPDATE stock SET state = 'free', desk = NULL, changed_at = $2 WHERE desk = $1 AND",
            of_a_desk!("leased"),
            not_on_its_way!(),
            not_held!(),
        ))
        .bind(desk)
        .bind(at.as_millisecond())
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(given_back)
    }
}

/// The next free numbers, in their order.
async fn lease_some(
    tx: &mut Tx,
    desk: &str,
    card_type: &str,
    count: i64,
    at: Timestamp,
) -> Result<Vec<String>, LedgerError> {
    let rows = either(lease_block!(), lease_block!(" FOR UPDATE SKIP LOCKED"))
        .bind(card_type)
        .bind(count)
        .bind(desk)
        .bind(at.as_millisecond())
        .fetch_all(tx)
        .await?;
    let mut numbers: Vec<(i64, String)> =
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, LedgerError>>()?;
    numbers.sort_unstable();
    Ok(numbers.into_iter().map(|(_, number)| number).collect())
}
