//! Getting hold of a number: an issue holds one until it ends, so that it is neither leased to anyone nor given back.
//! In a file there is one writer; on a server the issue is locked first, then the number, and what that number is
//! to others is asked after that: a statement sees what was there when it began.

use jiff::Timestamp;
use uuid::Uuid;

use crate::intake::is_number;
use crate::issue::{OpenIssue, lock_open};
use crate::sql::{Tx, either, query};
use crate::stock::{self, canonical, not_held, not_on_its_way, of_a_desk, refuse_unchecked};
use crate::{Ledger, LedgerError, NumberState};

/// What became of a number that somebody has typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It's the desk's, and the issue holds it.
    Held,
    /// It's no card number: letters and digits, a digit among them.
    NotANumber,
    /// It can't be given to a card as it stands; leased ones are another desk's. Used, too, where the index has it
    /// on a card that isn't returned.
    NotFree(NumberState),
    /// It's of another card type.
    OtherType,
    /// Another open issue holds it, or a change without an end puts it on a card.
    OnItsWay,
    /// ALIVE may have the number that the issue holds: that one can't be let go of.
    OwnSent,
    /// The issue isn't open.
    NoIssue,
}

macro_rules! next_number {
    ($($lock:literal)?) => {
        concat!(
            "SELECT number FROM stock WHERE desk = $1 AND card_type = $2 AND",
            of_a_desk!("leased"),
            not_on_its_way!(),
            not_held!(),
            " ORDER BY position LIMIT 1",
            $($lock)?
        )
    };
}

impl Ledger {
    /// The next number of the desk's lease becomes the issue's, and the one before is let go of; but if ALIVE may
    /// have that one, the issue keeps it and it's given back unchanged. None: nothing is left, lease more
    /// ([`Ledger::lease_share`]); the issue has what it had. None, too, of an issue that isn't open.
    ///
    /// # Errors
    /// [`LedgerError::StockUnchecked`]; otherwise if it could not be kept.
    pub async fn hold_next_number(
        &self,
        issue_id: Uuid,
        at: Timestamp,
    ) -> Result<Option<String>, LedgerError> {
        let mut tx = self.begin().await?;
        refuse_unchecked(&mut tx).await?;
        let Some(issue) = lock_open(&mut tx, issue_id).await? else {
            return Ok(None);
        };
        if !issue.lets_go(&mut tx).await? {
            return Ok(issue.number);
        }
        loop {
            let next: Vec<String> = either(next_number!(), next_number!(" FOR UPDATE SKIP LOCKED"))
                .bind(&issue.desk)
                .bind(&issue.card_type)
                .fetch_column(&mut tx)
                .await?;
            let Some(number) = next.into_iter().next() else {
                return Ok(None);
            };
            // Between looking and locking another issue may have got it: then look again.
            if !stock::is_held(&mut tx, &number, None).await? {
                issue.hold(&mut tx, Some(&number), at).await?;
                tx.commit().await?;
                return Ok(Some(number));
            }
        }
    }

    /// A number that somebody has typed becomes the issue's, and the one before is let go of. It must be free or in
    /// the lease of the issue's desk; one that's absent from the stock comes in with it, since a university may use
    /// numbers that nobody has taken in. Unless it's [`Hold::Held`], nothing has changed.
    ///
    /// # Errors
    /// As [`Ledger::hold_next_number`].
    pub async fn hold_number(
        &self,
        issue_id: Uuid,
        number: &str,
        at: Timestamp,
    ) -> Result<Hold, LedgerError> {
        let number = canonical(number);
        let mut tx = self.begin().await?;
        refuse_unchecked(&mut tx).await?;
        let Some(issue) = lock_open(&mut tx, issue_id).await? else {
            return Ok(Hold::NoIssue);
        };
        if issue.number.as_ref() == Some(&number) {
            return Ok(Hold::Held);
        }
        if !issue.lets_go(&mut tx).await? {
            return Ok(Hold::OwnSent);
        }
        let taken = take(&mut tx, &issue.desk, &issue.card_type, &number, Some(&issue), at).await?;
        if taken == Hold::Held {
            issue.hold(&mut tx, Some(&number), at).await?;
            tx.commit().await?;
        }
        Ok(taken)
    }

    /// Leases a number that somebody has typed, by the same rules, for a report without an issue: nothing holds it.
    ///
    /// # Errors
    /// As [`Ledger::hold_next_number`].
    pub async fn take_number(
        &self,
        desk: &str,
        card_type: &str,
        number: &str,
        at: Timestamp,
    ) -> Result<Hold, LedgerError> {
        let mut tx = self.begin().await?;
        refuse_unchecked(&mut tx).await?;
        let taken = take(&mut tx, desk, card_type, &canonical(number), None, at).await?;
        if taken == Hold::Held {
            tx.commit().await?;
        }
        Ok(taken)
    }

    /// The issue does without its number, which stays in the desk's lease. Whether it could: not while the number is
    /// sent or a change without an end puts it on a card, nor where the issue isn't open or has none.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn let_number_go(&self, issue_id: Uuid, at: Timestamp) -> Result<bool, LedgerError> {
        let mut tx = self.begin().await?;
        let Some(issue) = lock_open(&mut tx, issue_id).await? else {
            return Ok(false);
        };
        if issue.number.is_none() || !issue.lets_go(&mut tx).await? {
            return Ok(false);
        }
        issue.hold(&mut tx, None, at).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Leases a number, in its one spelling, to a desk. [`Hold::Held`]: it's locked until the end of the transaction.
async fn take(
    tx: &mut Tx,
    desk: &str,
    card_type: &str,
    number: &str,
    issue: Option<&OpenIssue>,
    at: Timestamp,
) -> Result<Hold, LedgerError> {
    if !is_number(number) {
        return Ok(Hold::NotANumber);
    }
    let live: bool =
        query("SELECT EXISTS (SELECT 1 FROM card WHERE number_key = $1 AND status <> 'RETURNED')")
            .bind(number)
            .fetch_one(&mut *tx)
            .await?
            .try_get(0)?;
    if !live {
        query(
            "INSERT INTO stock (number, card_type, state, desk, changed_at) VALUES ($1, $2, 'leased', $3, $4)
             ON CONFLICT (number) DO NOTHING",
        )
        .bind(number)
        .bind(card_type)
        .bind(desk)
        .bind(at.as_millisecond())
        .execute(&mut *tx)
        .await?;
    }
    let known = stock::lock(tx, number).await?;
    if stock::is_held(tx, number, issue.map(|it| &*it.id)).await? || stock::is_on_its_way(tx, number).await? {
        return Ok(Hold::OnItsWay);
    }
    let Some(known) = known else {
        return Ok(Hold::NotFree(NumberState::Used));
    };
    let own = match known.state {
        NumberState::Free => true,
        NumberState::Leased => known.desk.as_deref() == Some(desk),
        _ => false,
    };
    if !own {
        return Ok(Hold::NotFree(known.state));
    }
    if live {
        return Ok(Hold::NotFree(NumberState::Used));
    }
    if known.card_type != card_type {
        return Ok(Hold::OtherType);
    }
    query("UPDATE stock SET state = 'leased', desk = $2, changed_at = $3 WHERE number = $1")
        .bind(number)
        .bind(desk)
        .bind(at.as_millisecond())
        .execute(tx)
        .await?;
    Ok(Hold::Held)
}
