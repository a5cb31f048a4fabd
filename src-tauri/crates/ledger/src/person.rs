//! The people whom ALIVE has listed: table `person`.

use crate::fold::key;
use crate::name::{self, Pair};
use crate::sql::{Record, Tx, query};
use crate::{BATCH, Ledger, LedgerError, PersonKey, card, sup_link, usos_link};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A cardholder as last seen in ALIVE (External Card Issuing API manual 1.3, \[MODEL\] Cardholder): no more than
/// the search and the offline view need.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub cardholder_id: i64,
    pub degree_before: Option<String>,
    /// Empty if ALIVE has none.
    pub first_name: String,
    /// Empty if ALIVE has none.
    pub last_name: String,
    pub degree_after: Option<String>,
    pub date_of_birth: Option<Date>,
    /// Free text: a student's or employee's number.
    pub personal_id: Option<String>,
    pub external_id: Option<String>,
    /// The names of the roles that are true: `student`, `teacher`, `employee`, `graduate`.
    pub roles: Vec<String>,
    /// When ALIVE said so, to the millisecond.
    pub seen_at: Timestamp,
}

impl fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonRow").finish_non_exhaustive()
    }
}

/// The columns that [`PersonRow::read`] reads, in its order.
macro_rules! person_columns {
    () => {
        "person.cardholder_id, person.degree_before, person.first_name, person.last_name, person.degree_after,
         person.date_of_birth, person.personal_id, person.external_id, person.roles, person.seen_at"
    };
}
pub(crate) use person_columns;

impl PersonRow {
    /// From the columns of `person_columns!` that begin at `at`; `None` where an outer join found nobody.
    pub(crate) fn read(row: &Record, at: usize) -> Result<Option<Self>, LedgerError> {
        let Some(cardholder_id) = row.try_get(at)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            cardholder_id,
            degree_before: row.try_get(at + 1)?,
            first_name: row.try_get(at + 2)?,
            last_name: row.try_get(at + 3)?,
            degree_after: row.try_get(at + 4)?,
            date_of_birth: date(row, at + 5)?,
            personal_id: row.try_get(at + 6)?,
            external_id: row.try_get(at + 7)?,
            roles: serde_json::from_str(row.try_get(at + 8)?)?,
            seen_at: Timestamp::from_millisecond(row.try_get(at + 9)?)?,
        }))
    }
}

pub(crate) fn date(row: &Record, at: usize) -> Result<Option<Date>, LedgerError> {
    Ok(row.try_get::<Option<&str>>(at)?.map(str::parse).transpose()?)
}

/// `None` where nothing is left to search by.
pub(crate) fn searchable(text: Option<&str>) -> Option<String> {
    text.map(key).filter(|key| !key.is_empty())
}

impl Ledger {
    /// Keeps the people, in batches of one transaction each; who is known already is replaced. Of two rows of one
    /// person the later one holds.
    ///
    /// # Errors
    /// [`LedgerError`] if a batch could not be kept; the batches before it are.
    pub async fn store_people(&self, people: &[PersonRow]) -> Result<(), LedgerError> {
        for batch in people.chunks(BATCH) {
            let mut tx = self.write().await?;
            store(&mut tx, batch).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Forgets an anonymised cardholder: the person with all cards, chips and links, and the names that nobody
    /// else bears. Whether the person was known.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be written; then nothing is forgotten.
    pub async fn forget_person(&self, cardholder_id: i64) -> Result<bool, LedgerError> {
        let mut tx = self.write().await?;
        let indexed = indexed(&mut tx, &[cardholder_id]).await?;
        name::remove(&mut tx, &indexed).await?;
        let done =
            query("DELETE FROM person WHERE cardholder_id = $1").bind(cardholder_id).execute(&mut tx).await?;
        card::forget(&mut tx, cardholder_id).await?;
        usos_link::forget(&mut tx, cardholder_id).await?;
        sup_link::forget(&mut tx, &PersonKey::Alive(cardholder_id)).await?;
        tx.commit().await?;
        Ok(done > 0)
    }

    /// The person with this `cardholder_id`.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn person(&self, cardholder_id: i64) -> Result<Option<PersonRow>, LedgerError> {
        let row = query(concat!("SELECT ", person_columns!(), " FROM person WHERE cardholder_id = $1"))
            .bind(cardholder_id)
            .fetch_optional(self.readers())
            .await?;
        row.map_or(Ok(None), |row| PersonRow::read(&row, 0))
    }
}

/// The index rows that these people have now.
async fn indexed(conn: &mut Tx, ids: &[i64]) -> Result<BTreeSet<Pair>, LedgerError> {
    let known = query(
        "SELECT cardholder_id, words FROM person WHERE cardholder_id IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))",
    )
    .bind(serde_json::to_string(ids)?)
    .fetch_all(conn)
    .await?;
    let mut pairs = BTreeSet::new();
    for row in &known {
        pairs.extend(name::pairs(row.try_get(1)?, row.try_get(0)?));
    }
    Ok(pairs)
}

async fn store(conn: &mut Tx, batch: &[PersonRow]) -> Result<(), LedgerError> {
    let last: BTreeMap<i64, &PersonRow> = batch.iter().map(|p| (p.cardholder_id, p)).collect();
    let ids: Vec<i64> = last.keys().copied().collect();
    let mut rows = Vec::with_capacity(last.len());
    let mut new = BTreeSet::new();
    for p in last.values() {
        let words = name::words(&p.last_name, &p.first_name);
        new.extend(name::pairs(&words, p.cardholder_id));
        rows.push((
            p.cardholder_id,
            &p.degree_before,
            &p.first_name,
            &p.last_name,
            &p.degree_after,
            p.date_of_birth,
            &p.personal_id,
            &p.external_id,
            serde_json::to_string(&p.roles)?,
            p.seen_at.as_millisecond(),
            searchable(p.personal_id.as_deref()),
            words,
        ));
    }
    let old = indexed(conn, &ids).await?;
    name::remove(conn, &old.difference(&new).cloned().collect()).await?;
    // One statement a batch: a statement a row costs more in passing it to SQLite's thread than in SQLite.
    query(
        "INSERT INTO person (cardholder_id, degree_before, first_name, last_name, degree_after,
                             date_of_birth, personal_id, external_id, roles, seen_at, personal_key, words)
         SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, value->>3, value->>4, value->>5, value->>6,
                value->>7, value->>8, CAST(value->>9 AS BIGINT), value->>10, value->>11
         FROM json_each($1) WHERE TRUE
         ON CONFLICT (cardholder_id) DO UPDATE
         SET degree_before = excluded.degree_before, first_name = excluded.first_name,
             last_name = excluded.last_name, degree_after = excluded.degree_after,
             date_of_birth = excluded.date_of_birth, personal_id = excluded.personal_id,
             external_id = excluded.external_id, roles = excluded.roles, seen_at = excluded.seen_at,
             personal_key = excluded.personal_key, words = excluded.words",
    )
    .bind(serde_json::to_string(&rows)?)
    .execute(&mut *conn)
    .await?;
    name::add(conn, &new.difference(&old).cloned().collect()).await
}
