//! The cards that ALIVE has listed, with their chips: tables `card` and `chip`.

use crate::fold::key;
use crate::person::{date, person_columns, searchable};
use crate::sql::{Record, Tx, query};
use crate::{BATCH, Ledger, LedgerError, PersonRow};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A card as last seen in ALIVE (External Card Issuing API manual 1.3, \[MODEL\] Card).
#[derive(Clone, PartialEq, Eq)]
pub struct CardRow {
    pub card_id: i64,
    pub cardholder_id: i64,
    pub number: Option<String>,
    /// \[ENUM\] Card Type, as sent.
    pub card_type: String,
    /// \[ENUM\] Form, as sent.
    pub form: String,
    /// \[ENUM\] Status, as sent. `ACTIVE` says nothing of the validity.
    pub status: String,
    pub valid_from: Option<Date>,
    pub valid_to: Option<Date>,
    pub valid_to_plastic: Option<Date>,
    /// \[MODEL\] Smart Technology, in ALIVE's order.
    pub chips: Vec<Chip>,
    /// When ALIVE said so, to the millisecond.
    pub seen_at: Timestamp,
}

/// A chip of a card as ALIVE stores it.
#[derive(Clone, PartialEq, Eq)]
pub struct Chip {
    /// \[ENUM\] Smart Technology Type, as sent.
    pub technology: String,
    pub value: String,
}

/// A card that was asked for, with its holder where known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardHit {
    pub card: CardRow,
    pub person: Option<PersonRow>,
}

/// A card that bears the chip, with its holder where known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipHit {
    /// The technology under which the card bears the chip.
    pub technology: String,
    pub card: CardRow,
    pub person: Option<PersonRow>,
}

impl fmt::Debug for CardRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardRow").field("status", &self.status).finish_non_exhaustive()
    }
}

impl fmt::Debug for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chip").field("technology", &self.technology).finish_non_exhaustive()
    }
}

/// The columns that [`CardRow::read`] reads, in its order: [`CARD_WIDTH`] of them.
macro_rules! card_columns {
    () => {
        "card.card_id, card.cardholder_id, card.number, card.card_type, card.form, card.status,
         card.valid_from, card.valid_to, card.valid_to_plastic, card.seen_at,
         (SELECT string_agg('[' || json_quote(technology) || ',' || json_quote(value) || ']', ',' ORDER BY position)
          FROM chip WHERE chip.card_id = card.card_id)"
    };
}
const CARD_WIDTH: usize = 11;

/// Cards that are in use come first, those that last longest before others; the rest is only to be the same
/// each time.
macro_rules! card_order {
    () => {
        " ORDER BY card.status <> 'ACTIVE', card.valid_to DESC NULLS LAST, card.card_id DESC"
    };
}

impl CardRow {
    fn read(row: &Record) -> Result<Self, LedgerError> {
        let chips: Option<&str> = row.try_get(10)?;
        let chips: Vec<(String, String)> = serde_json::from_str(&format!("[{}]", chips.unwrap_or_default()))?;
        Ok(Self {
            card_id: row.try_get(0)?,
            cardholder_id: row.try_get(1)?,
            number: row.try_get(2)?,
            card_type: row.try_get(3)?,
            form: row.try_get(4)?,
            status: row.try_get(5)?,
            valid_from: date(row, 6)?,
            valid_to: date(row, 7)?,
            valid_to_plastic: date(row, 8)?,
            seen_at: Timestamp::from_millisecond(row.try_get(9)?)?,
            chips: chips.into_iter().map(|(technology, value)| Chip { technology, value }).collect(),
        })
    }
}

impl Ledger {
    /// Keeps the cards, in batches of one transaction each; a card that's known already is replaced with all its
    /// chips. Of two rows of one card the later one holds.
    ///
    /// # Errors
    /// [`LedgerError`] if a batch could not be kept; the batches before it are.
    pub async fn store_cards(&self, cards: &[CardRow]) -> Result<(), LedgerError> {
        for batch in cards.chunks(BATCH) {
            let mut tx = self.write().await?;
            store(&mut tx, batch).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The cards that bear a chip, given all spellings that the chip may be stored under; case, spaces and colons
    /// don't count. Active cards first, then by the end of validity.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn by_chip(&self, spellings: &[String]) -> Result<Vec<ChipHit>, LedgerError> {
        let keys: BTreeSet<String> = spellings.iter().map(|s| key(s)).filter(|k| !k.is_empty()).collect();
        let rows = query(concat!(
            "SELECT ",
            card_columns!(),
            ", hit.technology, ",
            person_columns!(),
            " FROM json_each($1) AS wanted
              CROSS JOIN chip AS hit
              CROSS JOIN card
              LEFT JOIN person ON person.cardholder_id = card.cardholder_id
              WHERE hit.key = wanted.atom AND card.card_id = hit.card_id",
            card_order!(),
            ", hit.position"
        ))
        .bind(serde_json::to_string(&keys)?)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ChipHit {
                    technology: row.try_get(CARD_WIDTH)?,
                    card: CardRow::read(row)?,
                    person: PersonRow::read(row, CARD_WIDTH + 1)?,
                })
            })
            .collect()
    }

    /// The cards with this number; case and spaces don't count. More than one where a returned card has freed its
    /// number. Active cards first, then by the end of validity.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn by_number(&self, number: &str) -> Result<Vec<CardHit>, LedgerError> {
        let rows = query(concat!(
            "SELECT ",
            card_columns!(),
            ", ",
            person_columns!(),
            " FROM card LEFT JOIN person ON person.cardholder_id = card.cardholder_id
              WHERE card.number_key = $1",
            card_order!()
        ))
        .bind(searchable(Some(number)))
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| Ok(CardHit { card: CardRow::read(row)?, person: PersonRow::read(row, CARD_WIDTH)? }))
            .collect()
    }

    /// The cards of a person. Active cards first, then by the end of validity.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn cards_of(&self, cardholder_id: i64) -> Result<Vec<CardRow>, LedgerError> {
        let rows = query(concat!(
            "SELECT ",
            card_columns!(),
            " FROM card WHERE card.cardholder_id = $1",
            card_order!()
        ))
        .bind(cardholder_id)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(CardRow::read).collect()
    }
}

/// Forgets a person's cards; their chips go with them.
pub(crate) async fn forget(conn: &mut Tx, cardholder_id: i64) -> Result<(), LedgerError> {
    query("DELETE FROM card WHERE cardholder_id = $1").bind(cardholder_id).execute(conn).await?;
    Ok(())
}

async fn store(conn: &mut Tx, batch: &[CardRow]) -> Result<(), LedgerError> {
    let last: BTreeMap<i64, &CardRow> = batch.iter().map(|c| (c.card_id, c)).collect();
    let ids: Vec<i64> = last.keys().copied().collect();
    let mut rows = Vec::with_capacity(last.len());
    let mut chips = Vec::new();
    for c in last.values() {
        rows.push((
            c.card_id,
            c.cardholder_id,
            &c.number,
            &c.card_type,
            &c.form,
            &c.status,
            c.valid_from,
            c.valid_to,
            c.valid_to_plastic,
            c.seen_at.as_millisecond(),
            searchable(c.number.as_deref()),
        ));
        for (position, chip) in c.chips.iter().enumerate() {
            chips.push((c.card_id, position, &chip.technology, &chip.value, key(&chip.value)));
        }
    }
    query(
        "INSERT INTO card (card_id, cardholder_id, number, card_type, form, status,
                           valid_from, valid_to, valid_to_plastic, seen_at, number_key)
         SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3, value->>4, value->>5,
                value->>6, value->>7, value->>8, CAST(value->>9 AS BIGINT), value->>10
         FROM json_each($1) WHERE TRUE
         ON CONFLICT (card_id) DO UPDATE
         SET cardholder_id = excluded.cardholder_id, number = excluded.number, card_type = excluded.card_type,
             form = excluded.form, status = excluded.status, valid_from = excluded.valid_from,
             valid_to = excluded.valid_to, valid_to_plastic = excluded.valid_to_plastic,
             seen_at = excluded.seen_at, number_key = excluded.number_key",
    )
    .bind(serde_json::to_string(&rows)?)
    .execute(&mut *conn)
    .await?;
    query("DELETE FROM chip WHERE card_id IN (SELECT CAST(atom AS BIGINT) FROM json_each($1))")
        .bind(serde_json::to_string(&ids)?)
        .execute(&mut *conn)
        .await?;
    query(
        "INSERT INTO chip (card_id, position, technology, value, key)
         SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3, value->>4
         FROM json_each($1)",
    )
    .bind(serde_json::to_string(&chips)?)
    .execute(conn)
    .await?;
    Ok(())
}
