//! What ALIVE keeps: cardholders, cards and photos, each with the moment of its last modification.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use jiff::Timestamp;

use super::model::{Card, Cardholder};
use crate::portrait::{self, Sitter};

/// Records by identifier that can be listed by last modification, newest first (the order of all listings).
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    records: BTreeMap<i64, (Timestamp, T)>,
    order: BTreeSet<(Timestamp, i64)>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { records: BTreeMap::new(), order: BTreeSet::new() }
    }
}

impl<T> Shelf<T> {
    /// Creates or modifies a record.
    pub(crate) fn put(&mut self, id: i64, modified: Timestamp, record: T) {
        if let Some((before, _)) = self.records.insert(id, (modified, record)) {
            self.order.remove(&(before, id));
        }
        self.order.insert((modified, id));
    }

    pub(crate) fn get(&self, id: i64) -> Option<&T> {
        self.records.get(&id).map(|(_, record)| record)
    }

    /// Records modified at `from` or later (decision N8: inclusive), newest first.
    pub(crate) fn newest_first(&self, from: Option<Timestamp>) -> impl Iterator<Item = &T> {
        let from = (from.unwrap_or(Timestamp::MIN), i64::MIN);
        self.order.range(from..).rev().filter_map(|(_, id)| self.get(*id))
    }
}

/// A photo: drawn when it's asked for the first time.
#[derive(Debug)]
pub(crate) struct Photo {
    sitter: Sitter,
    png: bool,
    drawn: OnceLock<Option<Bytes>>,
}

impl Photo {
    pub(crate) fn new(sitter: Sitter, png: bool) -> Self {
        Self { sitter, png, drawn: OnceLock::new() }
    }

    /// The types are spelt as in the manual, `image/jpg` included (E7).
    pub(crate) fn media_type(&self) -> &'static str {
        if self.png { "image/png" } else { "image/jpg" }
    }

    /// The file. Draws it first where that hasn't been done: takes some 50 ms of processor time.
    pub(crate) fn file(&self) -> Option<Bytes> {
        self.drawn.get_or_init(|| portrait::draw(self.sitter, self.png)).clone()
    }
}

/// Everything that ALIVE keeps.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) cardholders: Shelf<Cardholder>,
    pub(crate) cards: Shelf<Card>,
    pub(crate) photos: BTreeMap<i64, Arc<Photo>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modified_record_moves_to_the_front() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut shelf = Shelf::default();
        shelf.put(1, at(1), "first");
        shelf.put(2, at(2), "second");
        assert_eq!(shelf.newest_first(None).collect::<Vec<_>>(), [&"second", &"first"]);
        shelf.put(1, at(3), "first, changed");
        assert_eq!(shelf.newest_first(None).collect::<Vec<_>>(), [&"first, changed", &"second"]);
        assert_eq!(shelf.newest_first(Some(at(3))).count(), 1);
    }
}
