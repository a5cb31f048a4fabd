//! Who did what: table `audit`. Each row is chained to the one before by SHA-256 and they are numbered without a gap,
//! so a row that was changed, taken out, put in or put elsewhere breaks the chain there.
//!
//! What the chain doesn't prove: whoever may write to the whole table can make all of it anew, and rows that are cut
//! off its end leave a chain that is whole. Against both, the last row's number and hash ([`Ledger::audit_head`]) are
//! written down elsewhere from time to time and compared with what stands there later. Nor does it prove that a row
//! was true, or its clock right.

use std::fmt;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::audit_key::{self, NONCE};
use crate::sql::{Record, query};
use crate::{Ledger, LedgerError, PersonKey};

/// What is to be written down.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub desk: String,
    /// A code.
    pub what: String,
    /// Whom it's about.
    pub about: Option<PersonKey>,
    /// More of it. Sealed if it's about someone; if not, it stands there plain and for ever: nothing of anyone
    /// belongs there.
    pub detail: Option<String>,
}

/// What stands there.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// From 1 on, without a gap.
    pub seq: i64,
    pub at: Timestamp,
    pub desk: String,
    pub what: String,
    pub about: Option<PersonKey>,
    pub detail: AuditDetail,
    /// Of this row and so of all before it, SHA-256, hexadecimal.
    pub hash: String,
}

/// More of a row.
#[derive(Clone, PartialEq, Eq)]
pub enum AuditDetail {
    None,
    Told(String),
    /// The person's key was deleted, or this isn't what was sealed under it; which of both, only
    /// [`Ledger::verify_audit`] tells.
    Sealed,
}

/// The end of the chain, to be written down elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    pub seq: i64,
    /// SHA-256, hexadecimal.
    pub hash: String,
}

/// Whether the chain is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditVerdict {
    /// As many rows hang together from the first on.
    pub rows: u64,
    /// The first number that doesn't hang together with those before.
    pub broken_at: Option<i64>,
}

impl fmt::Debug for AuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditEntry").field("what", &self.what).finish_non_exhaustive()
    }
}

impl fmt::Debug for AuditRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditRow").field("seq", &self.seq).field("what", &self.what).finish_non_exhaustive()
    }
}

impl fmt::Debug for AuditDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Told(_) => "Told(…)",
            Self::Sealed => "Sealed",
        })
    }
}

/// Rows that are looked at in one go: it takes so little memory, however many there are.
const PAGE: i64 = 1_000;

/// Before the first row.
const START: [u8; 32] = [0; 32];

/// A row as it is stored.
struct Stored {
    seq: i64,
    at: i64,
    desk: String,
    what: String,
    about: Option<String>,
    plain: Option<String>,
    sealed: Option<Vec<u8>>,
}

macro_rules! stored_columns {
    () => {
        "seq, at, desk, what, about, plain, sealed, hash"
    };
}

impl Stored {
    fn read(row: &Record) -> Result<(Self, Vec<u8>), LedgerError> {
        let stored = Self {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            desk: row.try_get(2)?,
            what: row.try_get(3)?,
            about: row.try_get(4)?,
            plain: row.try_get(5)?,
            sealed: row.try_get(6)?,
        };
        Ok((stored, row.try_get(7)?))
    }

    /// Each part with its length before it, an absent one unlike an empty one: no two rows read the same.
    fn hash(&self, before: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix("carddesk audit 1");
        let (seq, at) = (self.seq.to_be_bytes(), self.at.to_be_bytes());
        let parts = [
            Some(before),
            Some(&seq),
            Some(&at),
            Some(self.desk.as_bytes()),
            Some(self.what.as_bytes()),
            self.about.as_deref().map(str::as_bytes),
            self.plain.as_deref().map(str::as_bytes),
            self.sealed.as_deref(),
        ];
        for part in parts {
            match part {
                None => hash.update([0]),
                Some(bytes) => {
                    hash.update([1]);
                    hash.update((bytes.len() as u64).to_be_bytes());
                    hash.update(bytes);
                }
            }
        }
        hash.finalize().into()
    }
}

impl Ledger {
    /// Writes down what was done; on a server those who do wait for each other. `random`: 32 bytes that become the
    /// person's key, if they have none, and the 24 of this row's nonce; never the same twice.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn note(&self, entry: &AuditEntry, random: &[u8; 56]) -> Result<(), LedgerError> {
        let mut tx = self.write().await?;
        let last =
            query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetch_optional(&mut tx).await?;
        let (last, before) = match last {
            Some(row) => (row.try_get(0)?, row.try_get(1)?),
            None => (0, START.to_vec()),
        };
        let mut row = Stored {
            seq: last + 1,
            at: entry.at.as_millisecond(),
            desk: entry.desk.clone(),
            what: entry.what.clone(),
            about: entry.about.as_ref().map(PersonKey::to_string),
            plain: None,
            sealed: None,
        };
        match (&row.about, &entry.detail) {
            (Some(person), Some(detail)) => {
                let (fresh, nonce) = random.split_at(random.len() - NONCE);
                let key = audit_key::of(&mut tx, person, fresh).await?;
                let nonce = nonce.try_into().map_err(|_| LedgerError::Fault { code: None })?;
                row.sealed = Some(audit_key::seal(&key, nonce, person, detail)?);
            }
            (None, Some(detail)) => row.plain = Some(detail.clone()),
            (_, None) => {}
        }
        let hash = row.hash(&before);
        query(concat!("INSERT INTO audit (", stored_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"))
            .bind(row.seq)
            .bind(row.at)
            .bind(row.desk)
            .bind(row.what)
            .bind(row.about)
            .bind(row.plain)
            .bind(row.sealed)
            .bind(&hash[..])
            .execute(&mut tx)
            .await?;
        tx.commit().await
    }

    /// What was written down with a time from `from` until before `to`, the last written first; so many rows after
    /// the first `skip`.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn audit_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<AuditRow>, LedgerError> {
        let rows = query(concat!(
            "SELECT ",
            stored_columns!(),
            ", (SELECT key FROM audit_key WHERE person = about) FROM audit
             WHERE at >= $1 AND at < $2 ORDER BY seq DESC LIMIT $3 OFFSET $4"
        ))
        .bind(from.as_millisecond())
        .bind(to.as_millisecond())
        .bind(i64::from(limit))
        .bind(i64::from(skip))
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                let (stored, hash) = Stored::read(row)?;
                let key: Option<Vec<u8>> = row.try_get(8)?;
                let person = stored.about.as_deref().unwrap_or_default();
                let detail = match (stored.plain, stored.sealed) {
                    (None, None) => AuditDetail::None,
                    (Some(plain), _) => AuditDetail::Told(plain),
                    (None, Some(sealed)) => key
                        .and_then(|key| audit_key::open(&key, person, &sealed))
                        .map_or(AuditDetail::Sealed, AuditDetail::Told),
                };
                let about = stored.about.map(|it| it.parse()).transpose();
                Ok(AuditRow {
                    seq: stored.seq,
                    at: Timestamp::from_millisecond(stored.at)?,
                    desk: stored.desk,
                    what: stored.what,
                    about: about.map_err(|_| LedgerError::Corrupt)?,
                    detail,
                    hash: hex::encode(hash),
                })
            })
            .collect()
    }

    /// The last row's number and hash. Written down where those who may write to the ledger can't, they show later
    /// that nothing up to there was made anew or cut off: the row of this number still has this hash.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn audit_head(&self) -> Result<Option<AuditHead>, LedgerError> {
        let row = query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| Ok(AuditHead { seq: row.try_get(0)?, hash: hex::encode(row.try_get::<&[u8]>(1)?) }))
            .transpose()
    }

    /// Whether a head that was written down still stands in the chain.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn audit_has(&self, head: &AuditHead) -> Result<bool, LedgerError> {
        let row = query("SELECT hash FROM audit WHERE seq = $1")
            .bind(head.seq)
            .fetch_optional(self.readers())
            .await?;
        row.map_or(Ok(false), |row| Ok(hex::encode(row.try_get::<&[u8]>(0)?) == head.hash))
    }

    /// Walks the whole chain. What it proves stands at the head of this file: without a look at a head that was
    /// written down elsewhere ([`Ledger::audit_has`]) only half of it.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn verify_audit(&self) -> Result<AuditVerdict, LedgerError> {
        let (mut last, mut before) = (0_i64, START.to_vec());
        // Numbers below the first are looked at too.
        let mut after = i64::MIN;
        loop {
            let page = query(concat!(
                "SELECT ",
                stored_columns!(),
                " FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2"
            ))
            .bind(after)
            .bind(PAGE)
            .fetch_all(self.readers())
            .await?;
            if page.is_empty() {
                return Ok(AuditVerdict { rows: last.unsigned_abs(), broken_at: None });
            }
            for row in &page {
                let (stored, hash) = Stored::read(row)?;
                if stored.seq != last + 1 || stored.hash(&before)[..] != hash[..] {
                    return Ok(AuditVerdict { rows: last.unsigned_abs(), broken_at: Some(last + 1) });
                }
                (last, before) = (stored.seq, hash);
            }
            after = last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    /// A chain of six rows, one of them about somebody and sealed.
    async fn chain() -> Ledger {
        let ledger = Ledger::open(Place::Memory).await.unwrap();
        for n in 1..=6 {
            let entry = AuditEntry {
                at: Timestamp::from_second(n).unwrap(),
                desk: "one".to_owned(),
                what: "settings".to_owned(),
                about: (n == 4).then_some(PersonKey::Alive(7)),
                detail: Some(format!("detail {n}")),
            };
            ledger.note(&entry, &[u8::try_from(n).unwrap(); 56]).await.unwrap();
        }
        assert_eq!(ledger.verify_audit().await.unwrap(), AuditVerdict { rows: 6, broken_at: None });
        ledger
    }

    async fn after(tampering: &[&'static str]) -> AuditVerdict {
        let ledger = chain().await;
        for sql in tampering {
            assert!(query(sql).execute(ledger.writer()).await.unwrap() > 0, "{sql}");
        }
        ledger.verify_audit().await.unwrap()
    }

    #[tokio::test]
    async fn a_row_that_was_changed_in_any_column_breaks_the_chain_there() {
        for sql in [
            "UPDATE audit SET at = at + 1 WHERE seq = 4",
            "UPDATE audit SET desk = 'two' WHERE seq = 4",
            "UPDATE audit SET what = 'setting' WHERE seq = 4",
            "UPDATE audit SET about = 'alive:8' WHERE seq = 4",
            "UPDATE audit SET about = NULL WHERE seq = 4",
            "UPDATE audit SET plain = '' WHERE seq = 4",
            "UPDATE audit SET sealed = NULL WHERE seq = 4",
            "UPDATE audit SET sealed = sealed || x'00' WHERE seq = 4",
            "UPDATE audit SET hash = x'00' WHERE seq = 4",
            // Letters moved from one column into the next.
            "UPDATE audit SET desk = 'ones', what = 'ettings' WHERE seq = 4",
        ] {
            assert_eq!(after(&[sql]).await, AuditVerdict { rows: 3, broken_at: Some(4) }, "{sql}");
        }
    }

    #[tokio::test]
    async fn a_row_that_was_taken_out_or_put_in_breaks_the_chain() {
        for (sql, at) in [
            ("DELETE FROM audit WHERE seq = 4", 4),
            ("DELETE FROM audit WHERE seq <= 2", 1),
            (
                "INSERT INTO audit SELECT 7, at, desk, what, about, plain, sealed, hash FROM audit WHERE seq = 6",
                7,
            ),
            (
                "INSERT INTO audit SELECT 0, at, desk, what, about, plain, sealed, hash FROM audit WHERE seq = 6",
                1,
            ),
        ] {
            let verdict = after(&[sql]).await;
            assert_eq!(verdict.broken_at, Some(at), "{sql}");
        }
        let closed_up = ["DELETE FROM audit WHERE seq = 4", "UPDATE audit SET seq = seq - 1 WHERE seq > 4"];
        assert_eq!(after(&closed_up).await.broken_at, Some(4));
    }

    #[tokio::test]
    async fn a_chain_of_several_pages_is_walked_to_its_end() {
        let ledger = chain().await;
        let entry = AuditEntry {
            at: Timestamp::UNIX_EPOCH,
            desk: "one".to_owned(),
            what: "settings".to_owned(),
            about: None,
            detail: None,
        };
        let rows = 2 * PAGE + 1;
        for _ in 6..rows {
            ledger.note(&entry, &[0; 56]).await.unwrap();
        }
        let verdict = async || ledger.verify_audit().await.unwrap();
        assert_eq!(verdict().await, AuditVerdict { rows: rows.unsigned_abs(), broken_at: None });
        query("UPDATE audit SET at = 1 WHERE seq = $1").bind(rows).execute(ledger.writer()).await.unwrap();
        assert_eq!(verdict().await, AuditVerdict { rows: 2 * PAGE.unsigned_abs(), broken_at: Some(rows) });
    }

    #[tokio::test]
    async fn rows_that_were_swapped_break_the_chain() {
        let swapped = [
            "UPDATE audit SET seq = 100 WHERE seq = 3",
            "UPDATE audit SET seq = 3 WHERE seq = 5",
            "UPDATE audit SET seq = 5 WHERE seq = 100",
        ];
        assert_eq!(after(&swapped).await, AuditVerdict { rows: 2, broken_at: Some(3) });
    }

    #[tokio::test]
    async fn what_is_cut_off_the_end_shows_by_the_head_that_was_written_down() {
        let ledger = chain().await;
        let head = ledger.audit_head().await.unwrap().unwrap();
        assert!(ledger.audit_has(&head).await.unwrap());
        query("DELETE FROM audit WHERE seq = 6").execute(ledger.writer()).await.unwrap();
        assert_eq!(ledger.verify_audit().await.unwrap(), AuditVerdict { rows: 5, broken_at: None });
        assert!(!ledger.audit_has(&head).await.unwrap());
    }

    #[tokio::test]
    async fn a_sealed_detail_does_not_stand_there_readable_and_is_bound_to_its_person() {
        let ledger = chain().await;
        let row =
            query("SELECT sealed, plain FROM audit WHERE seq = 4").fetch_one(ledger.readers()).await.unwrap();
        let sealed: Vec<u8> = row.try_get(0).unwrap();
        assert!(!sealed.windows(6).any(|some| some == b"detail"));
        assert_eq!(row.try_get::<Option<String>>(1).unwrap(), None);
        let key: Vec<Vec<u8>> =
            query("SELECT key FROM audit_key").fetch_column(ledger.readers()).await.unwrap();
        assert_eq!(audit_key::open(&key[0], "alive:7", &sealed).as_deref(), Some("detail 4"));
        assert_eq!(audit_key::open(&key[0], "alive:8", &sealed), None);
        assert_eq!(audit_key::open(&[9; 32], "alive:7", &sealed), None);
    }
}
