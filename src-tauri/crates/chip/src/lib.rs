//! What lies on the desk's readers: PC/SC, ATR, UID; and what a Polish student card's chip says of its student.
//!
//! [`Monitor`] watches all readers of a [`Source`] and says what happens there as [`Event`]s: readers come and
//! go, a card is laid down, read, taken away. [`PcscSource`] is the computer's own PC/SC service; a practice tray
//! is another source behind the same traits, so that everything above is the same code for both.
//!
//! A card ends up as a [`Reading`] with a [`ChipId`], or as a [`Refusal`] that says why it has none. Nothing here
//! prints or logs an identity: `Debug` of a chip, a UID or an ATR shows its length alone.

mod atr;
mod els;
mod identity;
mod monitor;
mod pcsc_source;
mod reader;
mod reading;
mod source;
mod spelling;
pub mod wedge;

pub use atr::{Atr, Technology};
pub use els::{
    Els, ElsFault, ElsField, ElsSignature, Named, Pesel, SignedSerial, SignerCertificate, Verdict, read_els,
    read_iccsn,
};
pub use identity::{ChipId, ContactSerial, NotAUid, Uid, Warning};
pub use monitor::{Event, Monitor, What};
pub use pcsc_source::PcscSource;
pub use reader::{Reader, ReaderName, Role, Roles};
pub use reading::{Interface, Reading, Refusal, Unread, read};
pub use source::{CardFault, Connector, Link, Slot, SlotState, Source, SourceDown, Waker};
pub use spelling::{Spellings, candidates, spellings};
