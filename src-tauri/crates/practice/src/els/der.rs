//! The little of DER that a student card's structure is made of.

/// Tag, length, value.
pub(super) fn object(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let mut whole = vec![tag];
    match length {
        0..0x80 => whole.push(length as u8),
        0x80..0x100 => whole.extend([0x81, length as u8]),
        _ => whole.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    whole.extend_from_slice(value);
    whole
}

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    object(0x30, &parts.concat())
}

/// A SET OF, sorted as DER wants it.
pub(super) fn set(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    object(0x31, &parts.concat())
}

pub(super) fn integer(value: u8) -> Vec<u8> {
    object(0x02, &[value])
}

pub(super) fn octets(value: &[u8]) -> Vec<u8> {
    object(0x04, value)
}

pub(super) fn utf8(text: &str) -> Vec<u8> {
    object(0x0C, text.as_bytes())
}

pub(super) fn printable(text: &str) -> Vec<u8> {
    object(0x13, text.as_bytes())
}

/// An object identifier: its encoded value.
pub(super) fn identifier(encoded: &[u8]) -> Vec<u8> {
    object(0x06, encoded)
}

/// An algorithm with NULL for parameters (RSA and digests), or with none (ECDSA).
pub(super) fn algorithm(encoded: &[u8], null: bool) -> Vec<u8> {
    sequence(&[identifier(encoded), if null { vec![0x05, 0x00] } else { Vec::new() }])
}

/// The value of the object at the beginning, and what follows it. For certificates of the practice authority alone.
pub(super) fn open(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, header) = match bytes {
        [_, 0x81, length, ..] => (usize::from(*length), 3),
        [_, 0x82, high, low, ..] => (usize::from(u16::from_be_bytes([*high, *low])), 4),
        [_, length, ..] => (usize::from(*length), 2),
        _ => return None,
    };
    bytes.get(header..)?.split_at_checked(length)
}
