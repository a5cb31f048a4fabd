//! The tray: the cards that can be put on a reader. A physical card with two interfaces is two of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::chip::Chip;
use crate::els::Application;
use crate::trouble::Trouble;

/// Where a card meets a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    /// Inserted.
    Contact,
    /// Laid on.
    Contactless,
}

/// What is printed on the card for a scanner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Barcodes {
    /// ALIVE's card number (Code 128).
    pub alive_number: Option<String>,
    /// USOS's `barcode_number`.
    pub usos_barcode: Option<String>,
    /// SUP's EAN-13, with its leading zeros.
    pub sup_ean: Option<String>,
}

/// One interface of a practice card. Serialises to its label; clones are the same card.
#[derive(Debug, Clone, Serialize)]
pub struct TrayCard {
    /// Stable for a seed, e.g. `07-contactless`.
    pub id: String,
    /// The physical card; its two interfaces share it.
    pub physical: u32,
    /// The name printed on the card; none on a blank or a phone.
    pub holder: Option<String>,
    /// The register's own term for the kind of card: ALIVE's type, or USOS's where ALIVE has none.
    pub kind: Option<String>,
    /// Which interface this is.
    pub interface: Interface,
    /// What is wrong with it, if anything.
    pub trouble: Option<Trouble>,
    /// What a scanner reads off it.
    pub barcodes: Barcodes,
    #[serde(skip)]
    pub(crate) chip: Chip,
    /// What the contact chip of a student card says of the student.
    #[serde(skip)]
    pub(crate) els: Option<Application>,
    #[serde(skip)]
    pub(crate) taps: Arc<AtomicU64>,
}

impl TrayCard {
    /// The contact side of a student card of nobody in the world, for tests: a chip with this serial and batch in
    /// its CPLC, and any application on it, right or broken.
    pub fn student(serial: [u8; 6], els: Application) -> Self {
        Self {
            id: "student".to_owned(),
            physical: 0,
            holder: None,
            kind: None,
            interface: Interface::Contact,
            trouble: None,
            barcodes: Barcodes::default(),
            chip: Chip::Contact { serial, t1: els.speaks_t1() },
            els: Some(els),
            taps: Arc::default(),
        }
    }

    /// Says that the card has just been put on a reader. A phone has another UID from now on.
    pub fn tap(&self) {
        self.taps.fetch_add(1, Ordering::SeqCst);
        self.reset();
    }

    /// Power or reset: what the contact chip had selected is selected no more.
    pub(crate) fn reset(&self) {
        if let Some(els) = &self.els {
            els.reset();
        }
    }

    /// The answer to reset. None: the chip doesn't answer to power; an adapter reports the card unresponsive.
    pub fn atr(&self) -> Option<&'static [u8]> {
        self.chip.atr()
    }

    /// The answer to a command APDU: data and two status bytes. Empty where the chip is dead.
    pub fn transmit(&self, apdu: &[u8]) -> Vec<u8> {
        let by_els = self.els.as_ref().and_then(|els| els.transmit(apdu));
        by_els.unwrap_or_else(|| self.chip.transmit(self.taps.load(Ordering::SeqCst), apdu))
    }

    /// The chip's identifier as registers spell it: upper-case hexadecimal of the UID as read, or of the CPLC's
    /// serial and batch. None: a dead chip. A phone's changes with every tap.
    pub fn uid(&self) -> Option<String> {
        let bytes = match &self.chip {
            Chip::Contact { serial, .. } => serial.to_vec(),
            chip => chip.uid(self.taps.load(Ordering::SeqCst))?,
        };
        Some(hex::encode_upper(bytes))
    }
}

/// A SUP card and whose it is: what the clerk knows from paper, since SUP can only be asked by its uuid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupLink {
    /// The physical card that bears it.
    pub physical: u32,
    /// The name on the card.
    pub holder: String,
    /// EAN-13 with its leading zeros.
    pub ean: String,
    /// The uuid in SUP.
    pub id_card: String,
}
