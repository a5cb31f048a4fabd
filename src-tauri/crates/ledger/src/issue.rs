//! Cards that are being issued: table `issue`. What is filled in stands here from the first step on, and which number
//! is held for it, so that an issue can be left and taken up again, after a crash too.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::sql::{Record, Tx, either, query};
use crate::{Ledger, LedgerError};

/// How an issue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IssueState {
    /// At work, or left to be taken up again. It holds its number.
    Open,
    /// ALIVE has the card.
    Done,
    /// Given up.
    Dropped,
}

impl IssueState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Dropped];

    fn of_name(name: &str) -> Result<Self, LedgerError> {
        Self::ALL.into_iter().find(|known| known.name() == name).ok_or(LedgerError::Corrupt)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// The one map of what may follow what. What has ended stays as it is.
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Open, Self::Done | Self::Dropped))
    }
}

/// A card that is being issued, or has been.
#[derive(Clone, PartialEq, Eq)]
pub struct IssueRow {
    pub id: Uuid,
    /// Where it's being issued: only one at a time to the same person.
    pub desk: String,
    pub cardholder_id: i64,
    /// \[ENUM\] Card Type, as sent.
    pub card_type: String,
    /// The number that the card gets. While the issue is open it's held: nobody else gets it, and it isn't given
    /// back.
    pub number: Option<String>,
    pub state: IssueState,
    /// What is filled in so far, JSON; None once the person has been erased.
    pub draft: Option<String>,
    pub begun_at: Timestamp,
    /// When it was last saved, got another number or ended.
    pub changed_at: Timestamp,
}

impl fmt::Debug for IssueRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssueRow").field("state", &self.state).finish_non_exhaustive()
    }
}

impl IssueRow {
    fn read(row: &Record) -> Result<Self, LedgerError> {
        Ok(Self {
            id: row.try_get::<&str>(0)?.parse().map_err(|_| LedgerError::Corrupt)?,
            desk: row.try_get(1)?,
            cardholder_id: row.try_get(2)?,
            card_type: row.try_get(3)?,
            number: row.try_get(4)?,
            state: IssueState::of_name(row.try_get(5)?)?,
            draft: row.try_get(6)?,
            begun_at: Timestamp::from_millisecond(row.try_get(7)?)?,
            changed_at: Timestamp::from_millisecond(row.try_get(8)?)?,
        })
    }
}

macro_rules! select_issue {
    ($($rest:literal),*) => {
        concat!(
            "SELECT id, desk, cardholder_id, card_type, number, state, draft, begun_at, changed_at FROM issue ",
            $($rest),*
        )
    };
}

impl Ledger {
    /// Begins an issue; if this desk has one of this person open, gives that one back instead. It begins open and
    /// without a number, whatever the row says: for that there's [`Ledger::hold_next_number`].
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn begin_issue(&self, issue: &IssueRow) -> Result<IssueRow, LedgerError> {
        let mut tx = self.begin().await?;
        loop {
            let open = query(select_issue!("WHERE desk = $1 AND cardholder_id = $2 AND state = 'open'"))
                .bind(&issue.desk)
                .bind(issue.cardholder_id)
                .fetch_optional(&mut tx)
                .await?;
            if let Some(open) = open {
                tx.commit().await?;
                return IssueRow::read(&open);
            }
            // On a server another one may be in the way by now, or may end before it's looked at: then look again.
            query(
                "INSERT INTO issue (id, desk, cardholder_id, card_type, state, draft, begun_at, changed_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (desk, cardholder_id) WHERE state = 'open' DO NOTHING",
            )
            .bind(issue.id.to_string())
            .bind(&issue.desk)
            .bind(issue.cardholder_id)
            .bind(&issue.card_type)
            .bind(IssueState::Open.name())
            .bind(&issue.draft)
            .bind(issue.begun_at.as_millisecond())
            .bind(issue.changed_at.as_millisecond())
            .execute(&mut tx)
            .await?;
        }
    }

    /// An issue, open or ended.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn issue(&self, id: Uuid) -> Result<Option<IssueRow>, LedgerError> {
        let row =
            query(select_issue!("WHERE id = $1")).bind(id.to_string()).fetch_optional(self.readers()).await?;
        row.as_ref().map(IssueRow::read).transpose()
    }

    /// What a desk has begun and not ended, in the order in which it was begun, whatever the clock said.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn open_issues_of_desk(&self, desk: &str) -> Result<Vec<IssueRow>, LedgerError> {
        let rows = query(select_issue!("WHERE desk = $1 AND state = 'open' ORDER BY seq"))
            .bind(desk)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(IssueRow::read).collect()
    }

    /// A person's open issues at all desks, the first begun first.
    ///
    /// # Errors
    /// [`LedgerError`] if they could not be read.
    pub async fn open_issues_of(&self, cardholder_id: i64) -> Result<Vec<IssueRow>, LedgerError> {
        let rows = query(select_issue!("WHERE cardholder_id = $1 AND state = 'open' ORDER BY seq"))
            .bind(cardholder_id)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(IssueRow::read).collect()
    }

    /// Keeps what is filled in. With another card type a held number is let go of: it's of the type before.
    ///
    /// Whether it was possible: it isn't where the issue isn't open, or where the type changes while ALIVE may have
    /// the number (as [`Ledger::let_number_go`]).
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn save_issue(
        &self,
        id: Uuid,
        card_type: &str,
        draft: &str,
        at: Timestamp,
    ) -> Result<bool, LedgerError> {
        let mut tx = self.begin().await?;
        let Some(open) = lock_open(&mut tx, id).await? else {
            return Ok(false);
        };
        if open.card_type != card_type && !open.lets_go(&mut tx).await? {
            return Ok(false);
        }
        query(
            "UPDATE issue SET number = CASE WHEN card_type = $2 THEN number END, card_type = $2, draft = $3,
                    changed_at = $4
             WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(card_type)
        .bind(draft)
        .bind(at.as_millisecond())
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends an issue. Its number stays what it is: a leased one is the desk's to go on with, a sent one is stranded
    /// ([`Ledger::stranded_numbers`]). Whether that was possible ([`IssueState::may_become`]).
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn end_issue(&self, id: Uuid, to: IssueState, at: Timestamp) -> Result<bool, LedgerError> {
        if !IssueState::Open.may_become(to) {
            return Ok(false);
        }
        // What is open is what may end.
        let ended = query("UPDATE issue SET state = $2, changed_at = $3 WHERE id = $1 AND state = 'open'")
            .bind(id.to_string())
            .bind(to.name())
            .bind(at.as_millisecond())
            .execute(self.writer())
            .await?;
        Ok(ended > 0)
    }
}

/// An open issue, which nobody else changes until the end of this transaction.
pub(crate) struct OpenIssue {
    pub(crate) id: String,
    pub(crate) desk: String,
    pub(crate) card_type: String,
    pub(crate) number: Option<String>,
}

impl OpenIssue {
    /// Whether it may do without its number: not while that is in ALIVE, as far as anyone knows.
    pub(crate) async fn lets_go(&self, tx: &mut Tx) -> Result<bool, LedgerError> {
        let Some(number) = &self.number else {
            return Ok(true);
        };
        let may_be_there: bool = query(
            "SELECT EXISTS (SELECT 1 FROM stock WHERE number = $1 AND state = 'sent')
                 OR EXISTS (SELECT 1 FROM change WHERE number = $1 AND state IN ('written', 'sent', 'unknown'))",
        )
        .bind(number)
        .fetch_one(tx)
        .await?
        .try_get(0)?;
        Ok(!may_be_there)
    }

    /// Holds another number, or none.
    pub(crate) async fn hold(
        &self,
        tx: &mut Tx,
        number: Option<&str>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        query("UPDATE issue SET number = $2, changed_at = $3 WHERE id = $1")
            .bind(&self.id)
            .bind(number)
            .bind(at.as_millisecond())
            .execute(tx)
            .await?;
        Ok(())
    }
}

pub(crate) async fn lock_open(tx: &mut Tx, id: Uuid) -> Result<Option<OpenIssue>, LedgerError> {
    let row = either(
        "SELECT id, desk, card_type, number FROM issue WHERE id = $1 AND state = 'open'",
        "SELECT id, desk, card_type, number FROM issue WHERE id = $1 AND state = 'open' FOR UPDATE",
    )
    .bind(id.to_string())
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        Ok(OpenIssue {
            id: row.try_get(0)?,
            desk: row.try_get(1)?,
            card_type: row.try_get(2)?,
            number: row.try_get(3)?,
        })
    })
    .transpose()
}

/// ALIVE has the card: the open issue that holds its number, if there's one, is done.
pub(crate) async fn done(tx: &mut Tx, number: &str, at: Timestamp) -> Result<(), LedgerError> {
    query("UPDATE issue SET state = $2, changed_at = $3 WHERE number = $1 AND state = 'open'")
        .bind(number)
        .bind(IssueState::Done.name())
        .bind(at.as_millisecond())
        .execute(tx)
        .await?;
    Ok(())
}

/// Removes what was filled in for a person.
pub(crate) async fn forget(tx: &mut Tx, cardholder_id: i64) -> Result<(), LedgerError> {
    query("UPDATE issue SET draft = NULL WHERE cardholder_id = $1").bind(cardholder_id).execute(tx).await?;
    Ok(())
}
