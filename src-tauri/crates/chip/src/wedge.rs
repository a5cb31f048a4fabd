//! Readers that type (keyboard wedge): what they make of a chip's bytes, and how much of the chip is left in it.
//!
//! The formats are those in which EM-Marine transponders are numbered and their readers typed from the beginning. Of the
//! ten hexadecimal digits H9 … H0 of such a chip: H9 the version, H8 the customer, H7 … H0 the number. Most formats drop
//! some of them, and MIFARE readers of the same makers cut their chips to the same forms. What is left may find a card
//! among known ones; it is no identity, and [`Partial`] has no way to one.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Technology, Uid};

/// What a reader types. Letters of either case, decimal numbers with all their leading zeros; the parts of a number
/// in two parts stand apart (comma, full stop, hyphen, slash, colon, space) or together.
///
/// Worked example of the makers' sheets, for the chip `01013EB28D`: 13D `0004315853453`, 10D `0020886157`,
/// 5.5D `00318,45709`, 8D `04108941`, 3.5D (A) and (B) `001,45709`, 3.5D (C) `062,45709`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Hexadecimal digits, of all bytes or of the last ones (10H, 08H).
    Hex,
    /// 10H>13D: five bytes as one number.
    D13,
    /// 08H>10D: the last four bytes as one number.
    D10,
    /// 08H>5.5D: the last four bytes as two numbers.
    D5D5,
    /// 06H>8D: the last three bytes as one number.
    D8,
    /// 2.4H>3.5D (A): the first of five bytes, and the last two.
    D3D5A,
    /// 2.4H>3.5D (B): the second of five bytes, and the last two.
    D3D5B,
    /// 2.4H>3.5D (C), Wiegand 26: the last three bytes, as facility and card.
    D3D5,
}

/// In which order a reader takes the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Forwards,
    /// The last byte first; what the format drops is dropped afterwards.
    Reversed,
    /// What the format drops is dropped; what's left goes the last byte first.
    CutReversed,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::Forwards, Self::Reversed, Self::CutReversed];
}

/// Lengths of a chip's value, in bytes; as in [`crate::candidates`].
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=10;
/// Fewer bytes than these are no part of a chip that anybody types.
const FEWEST: usize = 3;

impl Format {
    pub const ALL: [Self; 8] =
        [Self::Hex, Self::D13, Self::D10, Self::D5D5, Self::D8, Self::D3D5A, Self::D3D5B, Self::D3D5];

    /// Which bytes are typed, counted from the chip's end (1 is the last); of `length` bytes in hexadecimal.
    fn places(self, length: usize) -> Vec<usize> {
        match self {
            Self::Hex => (1..=length).rev().collect(),
            Self::D13 => vec![5, 4, 3, 2, 1],
            Self::D10 | Self::D5D5 => vec![4, 3, 2, 1],
            Self::D8 | Self::D3D5 => vec![3, 2, 1],
            Self::D3D5A => vec![5, 2, 1],
            Self::D3D5B => vec![4, 2, 1],
        }
    }

    /// Digits of each decimal number; none for hexadecimal.
    fn digits(self) -> &'static [usize] {
        match self {
            Self::Hex => &[],
            Self::D13 => &[13],
            Self::D10 => &[10],
            Self::D8 => &[8],
            Self::D5D5 => &[5, 5],
            Self::D3D5A | Self::D3D5B | Self::D3D5 => &[3, 5],
        }
    }

    /// How many bytes the last number holds; the first one holds the others.
    fn last_number(self) -> usize {
        match self {
            Self::D5D5 | Self::D3D5A | Self::D3D5B | Self::D3D5 => 2,
            _ => self.places(0).len(),
        }
    }

    /// What a reader of this format types of a chip. A chip shorter than the format is filled up with zeros in front.
    pub fn type_out(self, chip: &[u8], order: Order) -> String {
        let mut places = self.places(chip.len());
        if order == Order::CutReversed {
            places.reverse();
        }
        let byte = |place: &usize| {
            index(*place, chip.len(), order).and_then(|at| chip.get(at)).copied().unwrap_or(0)
        };
        let bytes: Vec<u8> = places.iter().map(byte).collect();
        if self == Self::Hex {
            return hex::encode_upper(bytes);
        }
        let (first, last) = bytes.split_at(bytes.len() - self.last_number());
        let parts = if first.is_empty() { vec![last] } else { vec![first, last] };
        let number = |part: &[u8]| part.iter().fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
        let typed = parts.into_iter().zip(self.digits());
        let typed: Vec<String> =
            typed.map(|(part, width)| format!("{:0width$}", number(part), width = *width)).collect();
        typed.join(",")
    }

    /// What is left of a chip in a typed text. None: a reader of this format doesn't type that.
    pub fn decode(self, typed: &str, order: Order) -> Option<Partial> {
        let bytes = self.bytes(typed.trim())?;
        let mut places = self.places(bytes.len());
        if order == Order::CutReversed {
            places.reverse();
        }
        Some(Partial { known: places.into_iter().zip(bytes).collect(), order })
    }

    /// The bytes in the order in which they are typed.
    fn bytes(self, typed: &str) -> Option<Vec<u8>> {
        let apart = |c: char| matches!(c, ',' | '.' | '-' | '/' | ':' | ' ');
        // No format types more; a text of any length may come here.
        if typed.len() > 3 * LENGTHS.end() {
            return None;
        }
        if self == Self::Hex {
            let bytes = hex::decode(typed.replace(apart, "")).ok()?;
            return (FEWEST..=*LENGTHS.end()).contains(&bytes.len()).then_some(bytes);
        }
        if !typed.chars().all(|c| c.is_ascii_digit() || apart(c)) {
            return None;
        }
        let widths = self.digits();
        let mut numbers: Vec<&str> = typed.split(apart).collect();
        if let ([whole], [first, _]) = (numbers.as_slice(), widths) {
            let (facility, card) = whole.split_at_checked(*first)?;
            numbers = vec![facility, card];
        }
        let last = self.last_number();
        let sizes = if widths.len() == 1 { vec![last] } else { vec![self.places(0).len() - last, last] };
        if numbers.len() != widths.len() {
            return None;
        }
        let mut bytes = Vec::new();
        for ((number, width), size) in numbers.into_iter().zip(widths).zip(sizes) {
            if number.len() != *width {
                return None;
            }
            let value = number.parse::<u64>().ok()?.to_be_bytes();
            let (above, held) = value.split_at(value.len() - size);
            if above.iter().any(|byte| *byte != 0) {
                return None;
            }
            bytes.extend(held);
        }
        Some(bytes)
    }
}

/// Where in a chip of `length` bytes a place stands; none: in front of it, where a format fills up with zeros.
fn index(place: usize, length: usize, order: Order) -> Option<usize> {
    match order {
        Order::Reversed => (place <= length).then(|| place - 1),
        Order::Forwards | Order::CutReversed => length.checked_sub(place),
    }
}

/// What a reader has left of a chip: some of its bytes, of a chip whose length isn't known. It can be compared with
/// chips that are known; only a [`Profile`] that has been learnt on a chip makes bytes of it, where none is missing.
#[derive(Clone, PartialEq, Eq)]
pub struct Partial {
    /// Place and byte, in the order in which they were typed.
    known: Vec<(usize, u8)>,
    order: Order,
}

impl Partial {
    /// Whether it may have been typed of this chip.
    pub fn fits(&self, chip: &[u8]) -> bool {
        self.missing_of(chip).is_some()
    }

    /// Bytes of this chip that weren't typed, 1 the first of them; none: it was typed of another chip.
    fn missing_of(&self, chip: &[u8]) -> Option<Vec<u8>> {
        let mut missing: Vec<u8> = (1u8..).take(chip.len()).collect();
        for (place, byte) in &self.known {
            let at = index(*place, chip.len(), self.order);
            if *byte != at.and_then(|at| chip.get(at)).copied().unwrap_or(0) {
                return None;
            }
            missing.retain(|number| at.is_none_or(|at| usize::from(*number) != at + 1));
        }
        Some(missing)
    }

    /// The chip, if it has this many bytes and each of them was typed.
    fn whole(&self, length: usize) -> Result<Vec<u8>, NotWhole> {
        let mut chip: Vec<Option<u8>> = vec![None; length];
        for (place, byte) in &self.known {
            match index(*place, length, self.order).and_then(|at| chip.get_mut(at)) {
                Some(known) => *known = Some(*byte),
                None if *byte == 0 => {}
                None => return Err(NotWhole::OtherForm),
            }
        }
        chip.into_iter().collect::<Option<_>>().ok_or(NotWhole::BytesMissing)
    }
}

/// Part of a chip is still the chip's: `Debug` shows how many bytes are known.
impl fmt::Debug for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Partial({} bytes)", self.known.len())
    }
}

/// How a reader may have come from a known chip to what it typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub format: Format,
    pub order: Order,
    /// Bytes of the chip that the reader drops, 1 the first of them.
    pub missing: Vec<u8>,
}

/// All ways from a known chip to what a reader typed of it; empty: it read another card, or types in no known format.
pub fn detect(known: &[u8], typed: &str) -> Vec<Detected> {
    let mut found: Vec<Detected> = Vec::new();
    for format in Format::ALL {
        for order in Order::ALL {
            let same = |it: &Detected| it.format == format && it.order == Order::Reversed;
            // Where the format drops nothing, both ways of reversing are one.
            if order == Order::CutReversed && found.last().is_some_and(same) {
                continue;
            }
            if let Some(missing) = format.decode(typed, order).and_then(|left| left.missing_of(known)) {
                found.push(Detected { format, order, missing });
            }
        }
    }
    found
}

/// What is known of a reader that types: how it types chips of one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub format: Format,
    pub order: Order,
    /// Length of the chip on which it was learnt.
    pub bytes: u8,
}

/// What is learnt by a known chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learnt {
    pub profile: Profile,
    /// Bytes that the reader drops, 1 the first of the chip: with any, it never gives a chip.
    pub missing: Vec<u8>,
    /// Of a longer chip the reader would type a part in the same form, and nothing would show it.
    pub cuts_longer: bool,
}

/// Why nothing is learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unlearnt {
    #[error("a chip has 4 to 10 bytes")]
    NoChip,
    #[error("another card, or a format that isn't known")]
    NotThisChip,
    /// The chip's bytes look alike in several formats or both ways round.
    #[error("several formats fit")]
    Ambiguous,
}

/// Why a typed text isn't taken for a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotWhole {
    #[error("not in the format of the reader that was set up")]
    OtherForm,
    #[error("the reader drops bytes")]
    BytesMissing,
    /// Random, copied or cut: as [`crate::Refusal`] has it for a UID.
    #[error("no chip has this value of its own")]
    NoIdentity,
}

impl Profile {
    /// Learns how a reader types from what it typed of a known chip.
    ///
    /// # Errors
    /// Where no format fits, or several of which one would give whole chips.
    pub fn learn(known: &[u8], typed: &str) -> Result<Learnt, Unlearnt> {
        if !LENGTHS.contains(&known.len()) {
            return Err(Unlearnt::NoChip);
        }
        let bytes = u8::try_from(known.len()).map_err(|_| Unlearnt::NoChip)?;
        let found = detect(known, typed);
        let first = found.first().cloned().ok_or(Unlearnt::NotThisChip)?;
        // Where each of them drops bytes it doesn't matter which it is.
        if found.len() > 1 && found.iter().any(|it| it.missing.is_empty()) {
            return Err(Unlearnt::Ambiguous);
        }
        let Detected { format, order, missing } = first;
        let cuts_longer = matches!(format, Format::D10 | Format::D5D5) && missing.is_empty();
        Ok(Learnt { profile: Self { format, order, bytes }, missing, cuts_longer })
    }

    /// The whole chip that the reader has typed.
    ///
    /// # Errors
    /// Where it isn't whole, or isn't a chip's own value.
    pub fn whole(&self, typed: &str) -> Result<Vec<u8>, NotWhole> {
        let left = self.format.decode(typed, self.order).ok_or(NotWhole::OtherForm)?;
        let chip = left.whole(usize::from(self.bytes))?;
        if let Ok(uid) = Uid::try_from(chip.as_slice()) {
            uid.judge(Technology::MifareClassic1k, false).map_err(|_| NotWhole::NoIdentity)?;
        }
        // ISO 14443-3, 6.5.4: 88 is the cascade tag in front of a longer UID's first part.
        let cut = chip.len() == 4 && chip.first() == Some(&0x88);
        let empty = chip.iter().all(|byte| *byte == 0) || chip.iter().all(|byte| *byte == 0xFF);
        if cut || empty { Err(NotWhole::NoIdentity) } else { Ok(chip) }
    }
}

#[cfg(test)]
mod tests;
