//! What happens on the readers: from the chip crate's events to the window's notices and to an enquiry.

use std::collections::BTreeMap;

use chip::{ChipId, Event, Reading, Refusal, What};

use crate::view::{ChipInHand, ChipRefusal, Interface, Notice, Reader, ReaderService, Readers, Tap};
use crate::{Desk, lock};

/// Where a reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// On the desk, by PC/SC.
    Desk,
    /// In the window: the practice tray.
    Practice,
}

/// The readers of both origins.
#[derive(Debug, Default)]
pub(crate) struct Board {
    service: Option<bool>,
    known: BTreeMap<(Origin, String), Reader>,
}

impl Board {
    pub fn readers(&self) -> Readers {
        let service = match self.service {
            None => ReaderService::Starting,
            Some(true) => ReaderService::Up,
            Some(false) => ReaderService::Down,
        };
        Readers { service, readers: self.known.values().cloned().collect() }
    }
}

impl Desk {
    /// Something happened on the readers of `origin`.
    pub fn on_reader(&self, origin: Origin, event: Event) {
        let at = event.at_ms.round() as i64;
        match event.what {
            What::ServiceUp => self.board(|board| match origin {
                Origin::Desk => board.service = Some(true),
                Origin::Practice => {}
            }),
            What::ServiceDown(_) => self.board(|board| {
                if origin == Origin::Desk {
                    board.service = Some(false);
                }
                board.known.retain(|(known, _), _| *known != origin);
            }),
            What::Readers(readers) => self.board(|board| {
                let before = std::mem::take(&mut board.known);
                let mut lying: BTreeMap<(Origin, String), bool> =
                    before.iter().map(|(key, reader)| (key.clone(), reader.card)).collect();
                board.known = before.into_iter().filter(|((known, _), _)| *known != origin).collect();
                for reader in readers {
                    let key = (origin, reader.name.as_str().to_owned());
                    let card = lying.remove(&key).unwrap_or(false);
                    let practice = origin == Origin::Practice;
                    board.known.insert(key, Reader { name: reader.name.pinned(), practice, card });
                }
            }),
            What::CardArrived { reader } => {
                self.lies(origin, reader.name.as_str(), true);
                self.0.tell(Notice::Tap(Tap::Arrived { reader: reader.name.pinned(), at }));
            }
            What::CardGone { reader } => {
                self.lies(origin, reader.name.as_str(), false);
                self.forget_lying(&(origin, reader.name.as_str().to_owned()));
                self.0.tell(Notice::Tap(Tap::Gone { reader: reader.name.pinned(), at }));
            }
            What::Read { reader, reading: Ok(reading) } => {
                let on = (origin, reader.name.as_str().to_owned());
                self.tapped(on, at, in_hand(reader.name.pinned(), &reading), &reading.identity);
            }
            What::Els { reader, els } => {
                self.student_chip(&(origin, reader.name.as_str().to_owned()), els);
            }
            What::Read { reader, reading: Err(refusal) } => {
                let why = refusal_code(refusal);
                self.0.tell(Notice::Tap(Tap::Refused { at, reader: reader.name.pinned(), why }));
            }
        }
    }

    fn lies(&self, origin: Origin, reader: &str, card: bool) {
        self.board(|board| {
            if let Some(known) = board.known.get_mut(&(origin, reader.to_owned())) {
                known.card = card;
            }
        });
    }

    /// Changes the board and tells the window.
    fn board(&self, change: impl FnOnce(&mut Board)) {
        self.0.tell_changed(|| {
            let mut board = lock(&self.0.readers);
            change(&mut board);
            Some(Notice::Readers(board.readers()))
        });
    }
}

fn in_hand(reader: String, reading: &Reading) -> ChipInHand {
    ChipInHand {
        reader,
        interface: match reading.interface {
            chip::Interface::Contact => Interface::Contact,
            chip::Interface::Contactless => Interface::Contactless,
        },
        technology: technology(reading),
        uid: chip::spellings(reading.identity.bytes()).hex,
        may_repeat: reading.warnings.contains(&chip::Warning::MayRepeat),
    }
}

/// The technology's stable name, as the chip crate serialises it.
fn technology(reading: &Reading) -> String {
    let value = serde_json::to_value(reading.technology).unwrap_or_default();
    value["technology"].as_str().unwrap_or("unknown").to_owned()
}

/// The code of a refusal, for the window.
pub fn refusal_code(refusal: Refusal) -> ChipRefusal {
    match refusal {
        Refusal::RemovedWhileReading => ChipRefusal::RemovedWhileReading,
        Refusal::ChipDoesNotAnswer => ChipRefusal::DoesNotAnswer,
        Refusal::RandomUid => ChipRefusal::RandomUid,
        Refusal::ClonedUid => ChipRefusal::ClonedUid,
        Refusal::NoUid | Refusal::OddUid { .. } => ChipRefusal::NoUid,
        Refusal::PseudoUid => ChipRefusal::TypeB,
        Refusal::NoSerial => ChipRefusal::NoSerial,
        Refusal::InUseElsewhere => ChipRefusal::InUse,
        Refusal::ReaderLost | Refusal::Unreadable { .. } => ChipRefusal::ReaderFault,
    }
}

/// Every spelling under which a register may hold this chip.
pub(crate) fn spellings(identity: &ChipId) -> Vec<String> {
    all_spellings(identity.bytes())
}

pub(crate) fn all_spellings(bytes: &[u8]) -> Vec<String> {
    let chip::Spellings { hex, reversed_hex, decimal, reversed_decimal } = chip::spellings(bytes);
    vec![hex, reversed_hex, decimal, reversed_decimal]
}
