//! The scanner that types chips: set up by a card whose chip is known, then asked what a scan was.

use chip::wedge::{Format, NotWhole, Order, Profile, Unlearnt};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A scanner of this computer, as it was learnt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Scanner {
    pub format: Format,
    pub order: Order,
    /// Length of the chips on which it was learnt.
    pub bytes: u8,
    /// Bytes of such a chip that it drops, 1 the first: with any, no chip is taken from it.
    pub missing: Vec<u8>,
    /// Of a longer chip it would type a part in the same form.
    pub cuts_longer: bool,
}

/// Why a scan taught nothing, or isn't taken for a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ScannerRefusal {
    /// What is known isn't 4 to 10 bytes in hexadecimal.
    NoChip,
    /// Another card was scanned, or the scanner types in no format that is known.
    NotThisChip,
    /// The chip looks alike in several formats: another card has to be taken.
    Ambiguous,
    /// Not in the form in which the scanner typed when it was set up.
    OtherForm,
    /// The scanner drops bytes of the chip.
    BytesMissing,
    /// A random number, a copy's, or a part of a longer chip's.
    NoIdentity,
}

/// Learns how a scanner types; `known`: the chip in hexadecimal, `typed`: what the scanner made of it.
#[tauri::command]
#[specta::specta]
pub fn scanner_learn(known: String, typed: String) -> Result<Scanner, ScannerRefusal> {
    let digits: String = known.chars().filter(|c| !matches!(c, ' ' | ':' | '-')).collect();
    let known = hex::decode(digits).map_err(|_| ScannerRefusal::NoChip)?;
    let learnt = Profile::learn(&known, &typed).map_err(|why| match why {
        Unlearnt::NoChip => ScannerRefusal::NoChip,
        Unlearnt::NotThisChip => ScannerRefusal::NotThisChip,
        Unlearnt::Ambiguous => ScannerRefusal::Ambiguous,
    })?;
    let Profile { format, order, bytes } = learnt.profile;
    Ok(Scanner { format, order, bytes, missing: learnt.missing, cuts_longer: learnt.cuts_longer })
}

/// The whole chip that a scanner has typed, in hexadecimal.
#[tauri::command]
#[specta::specta]
pub fn scanner_chip(scanner: Scanner, typed: String) -> Result<String, ScannerRefusal> {
    let Scanner { format, order, bytes, .. } = scanner;
    let chip = Profile { format, order, bytes }.whole(&typed).map_err(|why| match why {
        NotWhole::OtherForm => ScannerRefusal::OtherForm,
        NotWhole::BytesMissing => ScannerRefusal::BytesMissing,
        NotWhole::NoIdentity => ScannerRefusal::NoIdentity,
    })?;
    Ok(hex::encode_upper(chip))
}
