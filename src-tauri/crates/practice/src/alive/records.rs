//! What ALIVE keeps: cardholders, graduations, cards and photos, each with the moment of its last modification;
//! and what comes due by itself as the clock goes on ([`Records::catch_up`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::model::{Card, CardType, Cardholder, Graduation, SmartTechnology, Status};
use super::query::compact;
use crate::clock;
use crate::portrait::{self, Sitter};

/// An accepted anonymisation is carried out after so long: the manual's "within the next 48 hours" (M:1682).
const ERASED_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// ALIVE ID ALUMNI: extended so many days before its end (M:2842).
pub(crate) const EXTENDED_BEFORE_DAYS: i32 = 8;

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

    /// When the record was last modified.
    pub(crate) fn modified(&self, id: i64) -> Option<Timestamp> {
        self.records.get(&id).map(|(modified, _)| *modified)
    }

    pub(crate) fn get(&self, id: i64) -> Option<&T> {
        self.records.get(&id).map(|(_, record)| record)
    }

    /// The next identifier that nothing has.
    pub(crate) fn next_id(&self) -> i64 {
        self.records.last_key_value().map_or(1, |(id, _)| id + 1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.records.values().map(|(_, record)| record)
    }

    /// Records modified at `from` or later (decision N8: inclusive), newest first.
    pub(crate) fn newest_first(&self, from: Option<Timestamp>) -> impl Iterator<Item = &T> {
        let from = (from.unwrap_or(Timestamp::MIN), i64::MIN);
        self.order.range(from..).rev().filter_map(|(_, id)| self.get(*id))
    }
}

/// A photo: one that was sent, or one that's drawn when it's asked for the first time.
#[derive(Debug)]
pub(crate) struct Photo {
    png: bool,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Sent(Bytes),
    Drawn { sitter: Sitter, file: OnceLock<Option<Bytes>> },
}

impl Photo {
    pub(crate) fn drawn(sitter: Sitter, png: bool) -> Self {
        Self { png, source: Source::Drawn { sitter, file: OnceLock::new() } }
    }

    pub(crate) fn sent(file: Bytes, png: bool) -> Self {
        Self { png, source: Source::Sent(file) }
    }

    /// The types are spelt as in the manual, `image/jpg` included (E7).
    pub(crate) fn media_type(&self) -> &'static str {
        if self.png { "image/png" } else { "image/jpg" }
    }

    /// The file. Draws it first where that hasn't been done: takes some 50 ms of processor time.
    pub(crate) fn file(&self) -> Option<Bytes> {
        match &self.source {
            Source::Sent(file) => Some(file.clone()),
            Source::Drawn { sitter, file } => file.get_or_init(|| portrait::draw(*sitter, self.png)).clone(),
        }
    }
}

/// What a digital card shows of its holder: as they were when the card was issued or last updated (M:3515-3519).
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) holder: Arc<Cardholder>,
    pub(crate) photo: Option<Arc<Photo>>,
}

/// What comes due by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The yearly extension of an ALIVE ID ALUMNI card.
    Extend { card: i64 },
    /// An accepted anonymisation.
    Erase { holder: i64 },
}

/// Everything that ALIVE keeps.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) cardholders: Shelf<Arc<Cardholder>>,
    pub(crate) graduations: Shelf<Graduation>,
    pub(crate) cards: Shelf<Card>,
    pub(crate) photos: BTreeMap<i64, Arc<Photo>>,
    /// What each card shows; the API has no attribute for it (T41).
    shown: BTreeMap<i64, Shown>,
    /// Whose anonymisation was accepted, carried out or not.
    erased: BTreeSet<i64>,
    due: BTreeSet<(Timestamp, Due)>,
}

impl Records {
    pub(crate) fn put_holder(&mut self, at: Timestamp, holder: Cardholder) {
        self.cardholders.put(holder.cardholder_id, at, Arc::new(holder));
    }

    /// Keeps a photo in place of the one before; that modifies the cardholder (decision N8).
    pub(crate) fn put_photo(&mut self, at: Timestamp, holder: i64, photo: Photo) {
        self.photos.insert(holder, Arc::new(photo));
        if let Some(record) = self.cardholders.get(holder).cloned() {
            self.cardholders.put(holder, at, record);
        }
    }

    /// Issues or updates a card; with it goes what the holder's record and photo are now.
    pub(crate) fn put_card(&mut self, at: Timestamp, card: Card) {
        if let Some(holder) = self.cardholders.get(card.cardholder_id) {
            let photo = self.photos.get(&card.cardholder_id).cloned();
            self.shown.insert(card.card_id, Shown { holder: holder.clone(), photo });
        }
        self.keep_card(at, card);
    }

    fn keep_card(&mut self, at: Timestamp, card: Card) {
        if let Some(moment) = extension(&card) {
            self.due.insert((moment, Due::Extend { card: card.card_id }));
        }
        self.cards.put(card.card_id, at, card);
    }

    pub(crate) fn shown(&self, card_id: i64) -> Option<&Shown> {
        self.shown.get(&card_id)
    }

    pub(crate) fn cards_of(&self, holder: i64) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.cardholder_id == holder)
    }

    /// Whether another card bears the chip and holds it: ACTIVE, its `valid_to` not past (decision N23).
    pub(crate) fn is_chip_taken(&self, chip: &SmartTechnology, own: Option<i64>, today: Date) -> bool {
        let others = self.cards.iter().filter(|card| Some(card.card_id) != own && card.is_valid(today));
        others.flat_map(|card| &card.smart_technologies).any(|other| other.is_same(chip))
    }

    /// Whether a card has the number; a RETURNED one has freed it (M:3031-3033).
    pub(crate) fn is_number_taken(&self, number: &str) -> bool {
        let wanted = compact(number);
        let mut cards = self.cards.iter().filter(|card| card.status != Status::Returned);
        cards.any(|card| compact(&card.number) == wanted)
    }

    /// Whether a person's anonymisation was accepted. From then on nothing of theirs can be changed: it may be
    /// carried out at any moment "within the next 48 hours".
    pub(crate) fn is_erased(&self, holder: i64) -> bool {
        self.erased.contains(&holder)
    }

    /// Accepts an anonymisation.
    pub(crate) fn erase_later(&mut self, holder: i64, now: Timestamp) {
        self.erased.insert(holder);
        let moment = now.checked_add(ERASED_AFTER).unwrap_or(Timestamp::MAX);
        self.due.insert((moment, Due::Erase { holder }));
    }

    /// Whether something has come due.
    pub(crate) fn is_behind(&self, now: Timestamp) -> bool {
        self.due.first().is_some_and(|(moment, _)| *moment <= now)
    }

    /// Does everything that has come due. What's done counts as modified at its own moment (decision N8).
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        while self.is_behind(now)
            && let Some((moment, due)) = self.due.pop_first()
        {
            match due {
                Due::Extend { card } => self.extend(card, moment, now),
                Due::Erase { holder } => self.erase(holder, moment),
            }
        }
    }

    fn extend(&mut self, card_id: i64, moment: Timestamp, now: Timestamp) {
        let Some(mut card) = self.cards.get(card_id).cloned() else {
            return;
        };
        // It may have been cancelled, or extended already, since this was noted down.
        if extension(&card) != Some(moment) || self.is_erased(card.cardholder_id) {
            return;
        }
        card.valid_to = card.valid_to.checked_add(1.year()).unwrap_or(card.valid_to);
        // A card issued in the last days of the year comes due at once, not before it was issued.
        let at = self.cards.modified(card_id).map_or(moment, |before| before.max(moment)).min(now);
        self.keep_card(at, card);
    }

    fn erase(&mut self, holder: i64, moment: Timestamp) {
        let Some(former) = self.cardholders.get(holder) else {
            return;
        };
        let institution_id = former.institution_id;
        let nobody = Cardholder { cardholder_id: holder, institution_id, ..Cardholder::default() };
        self.put_holder(moment, nobody);
        self.photos.remove(&holder);
        for mut card in self.cards_of(holder).cloned().collect::<Vec<_>>() {
            card.smart_technologies.clear();
            card.custom_fields.clear();
            self.put_card(moment, card);
        }
    }
}

/// When a card is extended by itself: at the beginning of the day, 8 days before its end.
fn extension(card: &Card) -> Option<Timestamp> {
    let extended = card.kind == CardType::AliveIdAlumni && card.status == Status::Active;
    let day = card.valid_to.checked_sub(EXTENDED_BEFORE_DAYS.days()).ok().filter(|_| extended)?;
    clock::beginning(day)
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
