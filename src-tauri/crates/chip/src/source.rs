//! Where cards come from: the traits that PC/SC and the practice tray both stand behind.

use std::{sync::Arc, time::Duration};

use thiserror::Error;

use crate::{Atr, ReaderName};

/// A set of readers that can be watched.
pub trait Source: Send {
    /// Waits until something differs from what the last call returned, at most for `patience`, and says what lies on
    /// every reader now. The first call, and the first after an error, returns at once. May return early with
    /// nothing changed.
    ///
    /// After an error the source starts afresh with the next call; the caller leaves a pause in between.
    fn wait(&mut self, patience: Duration) -> Result<Vec<Slot>, SourceDown>;

    /// The way to the cards themselves. It is used from other threads while `wait` is blocked.
    fn connector(&self) -> Arc<dyn Connector>;

    /// Ends a `wait` that is under way in another thread. It may be lost when no wait is under way yet: whoever
    /// stops, calls it until the waiting thread has ended.
    fn waker(&self) -> Waker;
}

/// Ends a wait from another thread, see [`Source::waker`].
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// One reader (PC/SC counts each interface of a dual reader as one) and what lies on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub reader: ReaderName,
    pub state: SlotState,
}

/// What lies on a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotState {
    Empty,
    /// A card that answers. `generation` differs for every card laid down on this reader, so that a swap between two
    /// looks shows; it is 0 for good where the platform can't count (macOS).
    Card {
        atr: Atr,
        generation: u32,
    },
    /// A card that doesn't answer to power or reset: upside down, dirty or dead.
    Mute {
        generation: u32,
    },
}

/// Opens cards, one conversation at a time.
pub trait Connector: Send + Sync {
    /// Connects to the card on `reader`, keeps every other program off it while `work` talks to it (once), and
    /// leaves the card powered and unreset.
    fn session(&self, reader: &ReaderName, work: &mut dyn FnMut(&mut dyn Link)) -> Result<(), CardFault>;
}

/// An open conversation with one card.
pub trait Link {
    /// The ATR of the card connected to (not the one seen when the card was noticed, which may be another's).
    fn atr(&self) -> &Atr;

    /// Sends a command APDU (ISO 7816-4, short form) and returns the response with its two status bytes.
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault>;
}

/// Why no reader can be watched at all. The number is the PC/SC error code, for support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SourceDown {
    /// SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED. Windows stops the service with the last reader.
    #[error("the smart card service isn't running")]
    NotRunning,
    /// SCARD_W_SECURITY_VIOLATION, SCARD_E_NO_ACCESS: polkit refuses sessions that aren't at the machine.
    #[error("this session may not use the smart card service")]
    NotAllowed,
    #[error("the smart card service failed ({0:#010X})")]
    Failed(u32),
}

/// Why a conversation with a card ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CardFault {
    #[error("the card was removed")]
    Removed,
    #[error("the card doesn't answer")]
    Silent,
    #[error("another program holds the card")]
    Busy,
    #[error("another program reset the card")]
    Reset,
    #[error("the reader or the smart card service is gone")]
    Lost,
    #[error("the reader reported {0:#010X}")]
    Other(u32),
}
