//! The kinds of trouble that the practice world holds, one card or more of each.

use serde::{Deserialize, Serialize};

/// What is wrong with a practice card. The snake_case names are stable: tests and the tray use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// ALIVE's card has ended, USOS's record hasn't.
    ExpiredInAliveValidInUsos,
    /// USOS's record has ended (and so isn't listed), ALIVE's card hasn't.
    ExpiredInUsosValidInAlive,
    /// CANCELLED in ALIVE, valid in USOS.
    Cancelled,
    /// The contactless chips of two people are exchanged in USOS: by ALIVE the UID is A's, by USOS B's.
    TwoCards,
    /// The contact chip leads to one card of a person, the contactless chip to another one.
    TwoChips,
    /// A chip that no register knows.
    UnknownChip,
    /// A phone: four bytes starting 08, others at every tap.
    RandomUid,
    /// The UID 01020304 of cheap copies.
    ClonedUid,
    /// SUP: TEMPORARILY_BLOCKED.
    SupBlocked,
    /// SUP: not activated.
    SupNotActivated,
    /// SUP: past its `dateUntil`.
    SupExpired,
    /// ALIVE has no photo.
    NoPhoto,
    /// USOS knows another surname.
    NameChanged,
    /// A UID of four bytes, which may repeat in the world.
    FourByteUid,
    /// A graduate: ALIVE ID ALUMNI card without chips; the chip sits on the expired student card.
    Alumni,
    /// USOS has no record.
    NoUsosRecord,
    /// USOS only: ALIVE has neither cardholder nor card.
    NoAliveRecord,
    /// Valid in both, until different days.
    DatesApart,
    /// The contact chip doesn't answer.
    DeadContactChip,
}

impl Trouble {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::ExpiredInAliveValidInUsos,
        Self::ExpiredInUsosValidInAlive,
        Self::Cancelled,
        Self::TwoCards,
        Self::TwoChips,
        Self::UnknownChip,
        Self::RandomUid,
        Self::ClonedUid,
        Self::SupBlocked,
        Self::SupNotActivated,
        Self::SupExpired,
        Self::NoPhoto,
        Self::NameChanged,
        Self::FourByteUid,
        Self::Alumni,
        Self::NoUsosRecord,
        Self::NoAliveRecord,
        Self::DatesApart,
        Self::DeadContactChip,
    ];
}
