//! Which SUP card is whose: table `sup_link`. SUP is asked by its own uuid (SUP GET /v1/card/{idCard}), so the
//! link that a clerk has made is kept here.

use crate::sql::{Record, Tx, query};
use crate::{Ledger, LedgerError};
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A person by the register that knows them: `alive:123` or `usos:104512`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum PersonKey {
    /// ALIVE's `cardholder_id`.
    Alive(i64),
    /// USOS's user id.
    Usos(String),
}

/// The text is not `alive:<number>` or `usos:<user id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a person key")]
pub struct NotAPersonKey;

impl fmt::Display for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alive(id) => write!(f, "alive:{id}"),
            Self::Usos(id) => write!(f, "usos:{id}"),
        }
    }
}

impl FromStr for PersonKey {
    type Err = NotAPersonKey;

    fn from_str(text: &str) -> Result<Self, NotAPersonKey> {
        match text.split_once(':') {
            Some(("alive", id)) => id.parse().map(Self::Alive).map_err(|_| NotAPersonKey),
            Some(("usos", id)) if !id.is_empty() => Ok(Self::Usos(id.to_owned())),
            _ => Err(NotAPersonKey),
        }
    }
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alive(_) => "PersonKey::Alive(…)",
            Self::Usos(_) => "PersonKey::Usos(…)",
        })
    }
}

/// An EAN of 13 digits. The check digit is not looked at: SUP's own example has a wrong one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ean(String);

/// The text is not 13 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an EAN of 13 digits")]
pub struct NotAnEan;

impl Ean {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Ean {
    type Err = NotAnEan;

    fn from_str(text: &str) -> Result<Self, NotAnEan> {
        let digits = text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit());
        if digits { Ok(Self(text.to_owned())) } else { Err(NotAnEan) }
    }
}

impl fmt::Debug for Ean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ean(…)")
    }
}

/// A person's SUP card.
#[derive(Clone, PartialEq, Eq)]
pub struct SupLink {
    pub person: PersonKey,
    /// SUP's `idCard`.
    pub id_card: Uuid,
    /// SUP's `customCardId`, where it was scanned or has been read.
    pub ean: Option<Ean>,
    /// When the clerk made the link, to the millisecond.
    pub linked_at: Timestamp,
}

impl fmt::Debug for SupLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupLink").field("person", &self.person).finish_non_exhaustive()
    }
}

impl SupLink {
    fn read(row: &Record) -> Result<Self, LedgerError> {
        Ok(Self {
            person: row.try_get::<&str>(0)?.parse().map_err(|_| LedgerError::Corrupt)?,
            id_card: row.try_get::<&str>(1)?.parse().map_err(|_| LedgerError::Corrupt)?,
            ean: match row.try_get::<Option<&str>>(2)? {
                Some(ean) => Some(ean.parse().map_err(|_| LedgerError::Corrupt)?),
                None => None,
            },
            linked_at: Timestamp::from_millisecond(row.try_get(3)?)?,
        })
    }
}

impl Ledger {
    /// Links a person with a SUP card; the person's earlier link is replaced.
    ///
    /// # Errors
    /// [`LedgerError::LinkTaken`] if the card or the EAN is another person's: that link has to be removed first,
    /// knowingly. Otherwise if it could not be kept.
    pub async fn set_sup_link(&self, link: &SupLink) -> Result<(), LedgerError> {
        let person = link.person.to_string();
        let id_card = link.id_card.to_string();
        let ean = link.ean.as_ref().map(Ean::as_str);
        let mut tx = self.write().await?;
        let taken =
            query("SELECT EXISTS (SELECT 1 FROM sup_link WHERE person <> $1 AND (id_card = $2 OR ean = $3))")
                .bind(&person)
                .bind(&id_card)
                .bind(ean)
                .fetch_one(&mut tx)
                .await?;
        if taken.try_get(0)? {
            return Err(LedgerError::LinkTaken);
        }
        query(
            "INSERT INTO sup_link (person, id_card, ean, linked_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (person) DO UPDATE
             SET id_card = excluded.id_card, ean = excluded.ean, linked_at = excluded.linked_at",
        )
        .bind(&person)
        .bind(&id_card)
        .bind(ean)
        .bind(link.linked_at.as_millisecond())
        .execute(&mut tx)
        .await?;
        tx.commit().await
    }

    /// The person's link.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn sup_link(&self, person: &PersonKey) -> Result<Option<SupLink>, LedgerError> {
        let row = query("SELECT person, id_card, ean, linked_at FROM sup_link WHERE person = $1")
            .bind(person.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(SupLink::read).transpose()
    }

    /// The link of the SUP card with this EAN.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn sup_link_by_ean(&self, ean: &Ean) -> Result<Option<SupLink>, LedgerError> {
        let row = query("SELECT person, id_card, ean, linked_at FROM sup_link WHERE ean = $1")
            .bind(ean.as_str())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(SupLink::read).transpose()
    }

    /// Removes the person's link. Whether there was one.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be written.
    pub async fn remove_sup_link(&self, person: &PersonKey) -> Result<bool, LedgerError> {
        let mut tx = self.write().await?;
        let removed = forget(&mut tx, person).await?;
        tx.commit().await?;
        Ok(removed)
    }
}

pub(crate) async fn forget(conn: &mut Tx, person: &PersonKey) -> Result<bool, LedgerError> {
    let done = query("DELETE FROM sup_link WHERE person = $1").bind(person.to_string()).execute(conn).await?;
    Ok(done > 0)
}
