//! The four spellings of a chip's bytes, and back: what a clerk may have meant.
//!
//! Readers, door systems and registers write the same chip as hexadecimal digits, reversed, decimal or reversed
//! decimal. So a chip is indexed under all four, and a typed text is searched as everything that it may mean.

use std::fmt;

/// The spellings of one chip: hexadecimal in upper case without separators, decimal without leading zeros.
#[derive(Clone, PartialEq, Eq)]
pub struct Spellings {
    pub hex: String,
    pub reversed_hex: String,
    pub decimal: String,
    pub reversed_decimal: String,
}

/// A chip's spellings are the chip: `Debug` shows their length alone.
impl fmt::Debug for Spellings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spellings({} bytes)", self.hex.len() / 2)
    }
}

/// Writes a chip's bytes in the four spellings; reversed means the last byte first.
pub fn spellings(bytes: &[u8]) -> Spellings {
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    Spellings {
        hex: hex::encode_upper(bytes),
        reversed_hex: hex::encode_upper(&reversed),
        decimal: decimal(bytes),
        reversed_decimal: decimal(&reversed),
    }
}

/// The big-endian number in decimal digits; of any length, since registers hold longer values than UIDs.
fn decimal(bytes: &[u8]) -> String {
    let mut digits = vec![0u8]; // the lowest first
    for byte in bytes {
        let mut carry = u16::from(*byte);
        for digit in &mut digits {
            carry += u16::from(*digit) * 256;
            *digit = (carry % 10) as u8;
            carry /= 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// Lengths that a chip's value has at a card counter: MIFARE 4, EM-Marine 5, CPLC 6, double-size UID 7, ICODE and
/// FeliCa 8, triple-size UID 10.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=10;

/// All byte strings (of 4 to 10 bytes, at most 16 of them, likeliest first, none twice) that a typed or scanned text
/// may mean: hexadecimal with or without separators (colon, space, hyphen, full stop), or decimal, each forwards and
/// reversed. Empty if it is neither.
///
/// Whichever of [`spellings`] of a chip is typed, the chip's bytes are among them.
pub fn candidates(text: &str) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut add = |bytes: Vec<u8>| {
        let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
        for candidate in [bytes, reversed] {
            if !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    };
    let text = text.trim();
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ' | '-' | '.')).take(65).collect();
    if let Ok(bytes) = hex::decode(&digits)
        && LENGTHS.contains(&bytes.len())
    {
        add(bytes);
    }
    // A number of any length in u128 has leading zeros that decimal digits don't show: any length that holds it.
    if digits == text
        && digits.bytes().all(|b| b.is_ascii_digit())
        && let Ok(number) = digits.parse::<u128>()
    {
        let bytes = number.to_be_bytes();
        let least = bytes.len() - (number.leading_zeros() / 8) as usize;
        for length in LENGTHS.filter(|length| *length >= least) {
            add(bytes[bytes.len() - length..].to_vec());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn four_spellings() {
        let s = spellings(&[0xA1, 0x4E, 0x5D, 0x5F]);
        assert_eq!((s.hex.as_str(), s.reversed_hex.as_str()), ("A14E5D5F", "5F5D4EA1"));
        assert_eq!((s.decimal.as_str(), s.reversed_decimal.as_str()), ("2706267487", "1599950497"));
        let s = spellings(&[0x00, 0x00, 0x00, 0x00]);
        assert_eq!((s.hex.as_str(), s.decimal.as_str()), ("00000000", "0"));
        // 10 bytes, more than u64 holds; 20 bytes, more than u128 holds.
        assert_eq!(spellings(&[0xFF; 10]).decimal, "1208925819614629174706175");
        assert_eq!(spellings(&[0xFF; 20]).decimal, "1461501637330902918203684832716283019655932542975");
    }

    #[test]
    fn any_spelling_of_a_chip_finds_it() {
        let mut random = StdRng::seed_from_u64(7);
        for _ in 0..5_000 {
            let mut bytes = vec![0u8; random.random_range(LENGTHS)];
            random.fill(bytes.as_mut_slice());
            if random.random_ratio(1, 4) {
                bytes[0] = 0;
            }
            let s = spellings(&bytes);
            for spelling in [&s.hex, &s.reversed_hex, &s.decimal, &s.reversed_decimal] {
                let found = candidates(spelling);
                assert!(found.contains(&bytes), "{bytes:02X?} from {spelling}");
                assert!(found.len() <= 16);
            }
            assert!(candidates(&s.hex.to_lowercase()).contains(&bytes));
            assert!(candidates(&format!("  {:0>26} ", s.decimal)).contains(&bytes), "leading zeros");
        }
    }

    #[test]
    fn separators_are_taken_in_hexadecimal_and_not_in_decimal() {
        let chip = vec![0xA1, 0x4E, 0x5D, 0x5F];
        for text in ["A1:4E:5D:5F", "a1 4e 5d 5f", "A1-4E-5D-5F", " A14E.5D5F "] {
            assert!(candidates(text).contains(&chip), "{text}");
        }
        // A date isn't a decimal chip; as hexadecimal digits it may be one.
        assert_eq!(candidates("2026-12-31"), [[0x20, 0x26, 0x12, 0x31], [0x31, 0x12, 0x26, 0x20]]);
    }

    #[test]
    fn a_text_that_is_no_chip_has_no_candidates() {
        for text in [
            "",
            "   ",
            "Jana Nováková",
            "A14E5D",
            "A14E5D5F5",
            "A14E5D5FA14E5D5FA14E5D",
            "S420123456789A",
            "+12345678",
            "-",
        ] {
            assert!(candidates(text).is_empty(), "{text}");
        }
        assert!(candidates(&"9".repeat(1_000_000)).is_empty());
        assert!(candidates(&":".repeat(1_000_000)).is_empty());
    }

    #[test]
    fn random_text_never_panics() {
        let mut random = StdRng::seed_from_u64(8);
        for _ in 0..20_000 {
            let text: String = (0..random.random_range(0..48))
                .map(|_| {
                    *[":", " ", "0", "f", "F", "9", "č", "\u{0}", "-"].get(random.random_range(0..9)).unwrap()
                })
                .collect();
            for candidate in candidates(&text) {
                assert!(LENGTHS.contains(&candidate.len()));
            }
        }
    }
}
