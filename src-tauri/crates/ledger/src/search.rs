//! The search box: people by part of a name, personal id or card number, over the tables `name_pair`,
//! `name_part`, `person` and `card`.

use crate::fold::{after, fold, key};
use crate::name::{AT_START, INSIDE, OF_FIRST_NAME, OF_SURNAME};
use crate::person::person_columns;
use crate::sql::query;
use crate::{Ledger, LedgerError, PersonRow};
use std::collections::HashSet;

/// A person who fits what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonHit {
    pub person: PersonRow,
    pub by: FoundBy,
}

/// What of the person fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    PersonalId,
    CardNumber,
    Name,
}

/// How many words of the vocabulary are tried for a typed piece before the search gives up on it: keeps the time
/// bounded where a piece of two letters stands in thousands of names. Where that many names fit, people fit too.
const WORDS_TRIED: i64 = 2000;
/// The same where both pieces are from inside a word, so that each word is tried with each: so many pairs.
const PAIRS_TRIED: i64 = 3000;

impl Ledger {
    /// People who fit what was typed, the best first, at most `limit`.
    ///
    /// What holds a digit is the beginning of a personal id or of a card number; spaces in it don't count, and
    /// words beside it must fit the name. Otherwise each piece must fit another word of the name, in any order;
    /// case and diacritics don't count. First who has the piece at the beginning of a surname, then at the
    /// beginning of a first name, then inside either (a single letter only fits at the beginning). Within each
    /// of these by surname and first name, as far as `limit` goes. The same index gives the same answer.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn search(&self, text: &str, limit: usize) -> Result<Vec<PersonHit>, LedgerError> {
        let mut found = Found { limit, hits: Vec::new(), seen: HashSet::new() };
        let mut pieces: Vec<String> = Vec::new();
        for piece in fold(text).split(' ').filter(|piece| !piece.is_empty()) {
            if !pieces.iter().any(|p| p == piece) {
                pieces.push(piece.to_owned());
            }
        }
        if limit == 0 || pieces.is_empty() {
            return Ok(found.hits);
        }
        if text.chars().any(char::is_numeric) {
            self.by_number_prefix(&key(text), &[], &mut found).await?;
            for (at, piece) in pieces.iter().enumerate() {
                if found.wanted() && pieces.len() > 1 && piece.chars().any(char::is_numeric) {
                    let mut rest = pieces.clone();
                    rest.remove(at);
                    self.by_number_prefix(&key(piece), &rest, &mut found).await?;
                }
            }
        }
        // The longest pieces fit the fewest names. The sort is stable: of equal ones the first typed leads.
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.chars().count()));
        match pieces.as_slice() {
            [] => {}
            [piece] => self.by_one(piece, &mut found).await?,
            [one, two, rest @ ..] => self.by_two(one, two, rest, &mut found).await?,
        }
        Ok(found.hits)
    }

    /// People whose personal id or card number begins so and whose name holds all of `rest`.
    async fn by_number_prefix(
        &self,
        prefix: &str,
        rest: &[String],
        found: &mut Found,
    ) -> Result<(), LedgerError> {
        let rest = serde_json::to_string(rest)?;
        let people: Vec<i64> = query(
            "SELECT cardholder_id FROM person
             WHERE personal_key >= $1 AND personal_key < $2
               AND NOT EXISTS (SELECT 1 FROM json_each($3) AS r WHERE instr(words, r.atom) = 0)
             ORDER BY personal_key, cardholder_id LIMIT $4",
        )
        .bind(prefix)
        .bind(after(prefix))
        .bind(&rest)
        .bind(found.limit())
        .fetch_column(self.readers())
        .await?;
        self.take(found, FoundBy::PersonalId, people).await?;
        if !found.wanted() {
            return Ok(());
        }
        let people: Vec<i64> = query(
            "SELECT DISTINCT person.cardholder_id
             FROM card CROSS JOIN person
             WHERE person.cardholder_id = card.cardholder_id AND number_key >= $1 AND number_key < $2
               AND NOT EXISTS (SELECT 1 FROM json_each($3) AS r WHERE instr(words, r.atom) = 0)
             LIMIT $4",
        )
        .bind(prefix)
        .bind(after(prefix))
        .bind(&rest)
        .bind(found.limit())
        .fetch_column(self.readers())
        .await?;
        self.take(found, FoundBy::CardNumber, people).await
    }

    async fn by_one(&self, piece: &str, found: &mut Found) -> Result<(), LedgerError> {
        for kind in [OF_SURNAME, OF_FIRST_NAME] {
            if !found.wanted() {
                return Ok(());
            }
            let people: Vec<i64> = query(
                "SELECT DISTINCT person FROM name_pair
                 WHERE kind = $1 AND lead >= $2 AND lead < $3 LIMIT $4",
            )
            .bind(kind)
            .bind(piece)
            .bind(after(piece))
            .bind(found.limit())
            .fetch_column(self.readers())
            .await?;
            self.take(found, FoundBy::Name, people).await?;
        }
        for kind in [OF_SURNAME, OF_FIRST_NAME] {
            if !found.wanted() || !fits_inside(piece) {
                return Ok(());
            }
            let people: Vec<i64> = query(
                "SELECT DISTINCT p.person
                 FROM (SELECT word FROM name_part
                       WHERE place = $1 AND kind = $2 AND part >= $3 AND part < $4 LIMIT $5) AS w
                 CROSS JOIN name_pair AS p WHERE p.kind = $2 AND p.lead = w.word
                 LIMIT $6",
            )
            .bind(INSIDE)
            .bind(kind)
            .bind(piece)
            .bind(after(piece))
            .bind(WORDS_TRIED)
            .bind(found.limit())
            .fetch_column(self.readers())
            .await?;
            self.take(found, FoundBy::Name, people).await?;
        }
        Ok(())
    }

    async fn by_two(
        &self,
        one: &str,
        two: &str,
        rest: &[String],
        found: &mut Found,
    ) -> Result<(), LedgerError> {
        let rest = serde_json::to_string(rest)?;
        // First names lead: there are fewer of them, so that all that fit are tried.
        let orders = [
            (OF_FIRST_NAME, one, two),
            (OF_FIRST_NAME, two, one),
            (OF_SURNAME, one, two),
            (OF_SURNAME, two, one),
        ];
        for place in [AT_START, INSIDE] {
            for (kind, lead, other) in orders {
                if !found.wanted() {
                    return Ok(());
                }
                if place == INSIDE && !fits_inside(lead) {
                    continue;
                }
                let people: Vec<i64> = query(
                    "SELECT DISTINCT p.person
                     FROM (SELECT word FROM name_part
                           WHERE place = $1 AND kind = $2 AND part >= $3 AND part < $4 LIMIT $5) AS w
                     CROSS JOIN name_pair AS p
                     WHERE p.kind = $2 AND p.lead = w.word AND p.other >= $6 AND p.other < $7
                       AND NOT EXISTS (SELECT 1 FROM json_each($8) AS r CROSS JOIN person
                                       WHERE person.cardholder_id = p.person AND instr(words, r.atom) = 0)
                     LIMIT $9",
                )
                .bind(place)
                .bind(kind)
                .bind(lead)
                .bind(after(lead))
                .bind(WORDS_TRIED)
                .bind(other)
                .bind(after(other))
                .bind(&rest)
                .bind(found.limit())
                .fetch_column(self.readers())
                .await?;
                self.take(found, FoundBy::Name, people).await?;
            }
        }
        for (kind, lead, other) in orders {
            if !found.wanted() || !fits_inside(one) || !fits_inside(two) {
                return Ok(());
            }
            let people: Vec<i64> = query(
                "SELECT DISTINCT p.person
                 FROM (SELECT w.word AS lead, v.word AS other
                       FROM name_part AS w CROSS JOIN name_part AS v
                       WHERE w.place = $1 AND w.kind = $2 AND w.part >= $3 AND w.part < $4
                         AND v.place = $1 AND v.kind IN ($6, $7) AND v.part >= $8 AND v.part < $9
                       LIMIT $5) AS pair
                 CROSS JOIN name_pair AS p
                 WHERE p.kind = $2 AND p.lead = pair.lead AND p.other = pair.other
                   AND NOT EXISTS (SELECT 1 FROM json_each($10) AS r CROSS JOIN person
                                   WHERE person.cardholder_id = p.person AND instr(words, r.atom) = 0)
                 LIMIT $11",
            )
            .bind(INSIDE)
            .bind(kind)
            .bind(lead)
            .bind(after(lead))
            .bind(PAIRS_TRIED)
            .bind(OF_SURNAME)
            .bind(OF_FIRST_NAME)
            .bind(other)
            .bind(after(other))
            .bind(&rest)
            .bind(found.limit())
            .fetch_column(self.readers())
            .await?;
            self.take(found, FoundBy::Name, people).await?;
        }
        Ok(())
    }

    /// Adds those people who aren't there yet, by name, until the limit.
    async fn take(&self, found: &mut Found, by: FoundBy, people: Vec<i64>) -> Result<(), LedgerError> {
        let new: Vec<i64> = people.into_iter().filter(|id| !found.seen.contains(id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let rows = query(concat!(
            "SELECT ",
            person_columns!(),
            " FROM person WHERE cardholder_id IN (SELECT CAST(atom AS BIGINT) FROM json_each($1)) ORDER BY words, cardholder_id"
        ))
        .bind(serde_json::to_string(&new)?)
        .fetch_all(self.readers())
        .await?;
        for row in &rows {
            let Some(person) = PersonRow::read(row, 0)? else {
                continue;
            };
            if found.wanted() {
                found.seen.insert(person.cardholder_id);
                found.hits.push(PersonHit { person, by });
            }
        }
        Ok(())
    }
}

/// A letter stands inside nearly every name: only as the beginning does it tell anything.
fn fits_inside(piece: &str) -> bool {
    piece.chars().nth(1).is_some()
}

/// The hits so far.
struct Found {
    limit: usize,
    hits: Vec<PersonHit>,
    seen: HashSet<i64>,
}

impl Found {
    fn wanted(&self) -> bool {
        self.hits.len() < self.limit
    }

    /// So many rows always hold enough new people: no more of them can be there already than were taken.
    fn limit(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX)
    }
}
