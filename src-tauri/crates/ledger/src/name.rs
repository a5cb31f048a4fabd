//! The index of names: tables `name_pair` and `name_part`. A search by part of a name would otherwise read
//! through every bearer of a common name; with the two words of a name side by side in the key, two typed pieces
//! are a few seeks however many people there are.

use crate::LedgerError;
use crate::fold::fold;
use crate::sql::{Tx, query};
use serde::Serialize;
use std::collections::BTreeSet;

pub(crate) const OF_SURNAME: i64 = 0;
pub(crate) const OF_FIRST_NAME: i64 = 1;
pub(crate) const AT_START: i64 = 0;
pub(crate) const INSIDE: i64 = 1;

/// Beyond these nothing is indexed: a name has no more, and a broken record must not swell the index.
const WORDS: usize = 8;
const LETTERS: usize = 40;

/// One row of `name_pair`: kind, lead, other, person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Pair(pub i64, pub String, pub String, pub i64);

/// What the index is made from, as it stands in `person.words`. A slash never remains in a folded name.
pub(crate) fn words(last_name: &str, first_name: &str) -> String {
    format!("{}/{}", fold(last_name), fold(first_name))
}

/// The index rows of a person. Removing needs the rows that were added, so this depends on nothing but the
/// stored `words`.
pub(crate) fn pairs(words: &str, person: i64) -> BTreeSet<Pair> {
    let (last, first) = words.split_once('/').unwrap_or((words, ""));
    let of = |kind, part: &str| {
        let cut = |word: &str| (kind, word.chars().take(LETTERS).collect::<String>());
        part.split_whitespace().map(cut).collect::<Vec<_>>()
    };
    let mut all = of(OF_SURNAME, last);
    all.extend(of(OF_FIRST_NAME, first));
    all.truncate(WORDS);
    let mut pairs = BTreeSet::new();
    for (i, (kind, lead)) in all.iter().enumerate() {
        if all.len() == 1 {
            pairs.insert(Pair(*kind, lead.clone(), String::new(), person));
        }
        for (j, (_, other)) in all.iter().enumerate() {
            if i != j {
                pairs.insert(Pair(*kind, lead.clone(), other.clone(), person));
            }
        }
    }
    pairs
}

/// The parts of a word: itself, and what follows from each later letter on.
fn parts(word: &str, kind: i64) -> impl Iterator<Item = (i64, i64, &str, &str)> {
    word.char_indices().map(move |(at, _)| {
        let place = if at == 0 { AT_START } else { INSIDE };
        (place, kind, &word[at..], word)
    })
}

fn leads(pairs: &BTreeSet<Pair>) -> BTreeSet<(i64, &str)> {
    pairs.iter().map(|Pair(kind, lead, ..)| (*kind, lead.as_str())).collect()
}

pub(crate) async fn add(conn: &mut Tx, pairs: &BTreeSet<Pair>) -> Result<(), LedgerError> {
    if pairs.is_empty() {
        return Ok(());
    }
    query(
        "INSERT INTO name_pair (kind, lead, other, person)
         SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, CAST(value->>3 AS BIGINT) FROM json_each($1) WHERE TRUE
         ON CONFLICT DO NOTHING",
    )
    .bind(serde_json::to_string(pairs)?)
    .execute(&mut *conn)
    .await?;
    let new = query(
        "SELECT CAST(w.value->>0 AS BIGINT), w.value->>1 FROM json_each($1) AS w
         WHERE NOT EXISTS (SELECT 1 FROM name_part
                           WHERE place = 0 AND kind = CAST(w.value->>0 AS BIGINT)
                             AND part = w.value->>1 AND word = w.value->>1)",
    )
    .bind(serde_json::to_string(&leads(pairs))?)
    .fetch_all(&mut *conn)
    .await?;
    let mut rows = Vec::new();
    for row in &new {
        rows.extend(parts(row.try_get(1)?, row.try_get(0)?));
    }
    query(
        "INSERT INTO name_part (place, kind, part, word)
         SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3 FROM json_each($1) WHERE TRUE
         ON CONFLICT DO NOTHING",
    )
    .bind(serde_json::to_string(&rows)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes the rows, and from the vocabulary what nobody is called any more: a rare name is personal data too.
pub(crate) async fn remove(conn: &mut Tx, pairs: &BTreeSet<Pair>) -> Result<(), LedgerError> {
    if pairs.is_empty() {
        return Ok(());
    }
    query(
        "DELETE FROM name_pair WHERE (kind, lead, other, person) IN
         (SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2, CAST(value->>3 AS BIGINT) FROM json_each($1))",
    )
    .bind(serde_json::to_string(pairs)?)
    .execute(&mut *conn)
    .await?;
    let gone = query(
        "SELECT CAST(w.value->>0 AS BIGINT), w.value->>1 FROM json_each($1) AS w
         WHERE NOT EXISTS (SELECT 1 FROM name_pair WHERE kind = CAST(w.value->>0 AS BIGINT) AND lead = w.value->>1)",
    )
    .bind(serde_json::to_string(&leads(pairs))?)
    .fetch_all(&mut *conn)
    .await?;
    let mut rows = Vec::new();
    for row in &gone {
        rows.extend(parts(row.try_get(1)?, row.try_get(0)?));
    }
    query(
        "DELETE FROM name_part WHERE (place, kind, part, word) IN
         (SELECT CAST(value->>0 AS BIGINT), CAST(value->>1 AS BIGINT), value->>2, value->>3 FROM json_each($1))",
    )
    .bind(serde_json::to_string(&rows)?)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ledger, PersonRow, Place};

    fn person(id: i64, last_name: &str) -> PersonRow {
        PersonRow {
            cardholder_id: id,
            degree_before: None,
            first_name: "Ida".to_owned(),
            last_name: last_name.to_owned(),
            degree_after: None,
            date_of_birth: None,
            personal_id: None,
            external_id: None,
            roles: vec![],
            seen_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn each_two_words_of_a_name_stand_in_both_orders() {
        let all = pairs("mala ryba/ida", 1);
        assert_eq!(all.len(), 6);
        assert!(all.contains(&Pair(OF_SURNAME, "ryba".into(), "ida".into(), 1)));
        assert!(all.contains(&Pair(OF_FIRST_NAME, "ida".into(), "mala".into(), 1)));
        assert_eq!(pairs("plato/", 1).len(), 1, "a name of one word");
        assert_eq!(pairs("/", 1).len(), 0, "no name");
        assert_eq!(
            pairs(&format!("{}/", "a b ".repeat(50)), 1).len(),
            4,
            "a broken record does not swell it"
        );
    }

    #[tokio::test]
    async fn a_name_that_nobody_bears_any_more_leaves_the_index() {
        let ledger = Ledger::open(Place::Memory).await.unwrap();
        ledger.store_people(&[person(1, "Unikátová"), person(2, "Běžná")]).await.unwrap();
        ledger.forget_person(1).await.unwrap();
        ledger.store_people(&[person(2, "Nová")]).await.unwrap();
        let left: Vec<String> = query("SELECT word FROM name_part WHERE place = 0 ORDER BY word")
            .fetch_column(ledger.readers())
            .await
            .unwrap();
        assert_eq!(left, ["ida", "nova"]);
        let pairs: Vec<i64> =
            query("SELECT count(*) FROM name_pair").fetch_column(ledger.readers()).await.unwrap();
        assert_eq!(pairs, [2]);
    }
}
