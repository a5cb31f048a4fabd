//! The chips of the practice cards: what they answer on the wire. ATRs of contactless cards are those that
//! PC/SC part 3 makes a reader invent; the contact chip speaks CPLC (GlobalPlatform) and nothing else.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Mifare Classic 1K behind a PC/SC reader (part 3, 3.1.3.2.3: storage card, SS 03, NN 0001).
const ATR_CLASSIC_1K: &[u8] = &[
    0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x00, 0x6A,
];
/// DESFire: ISO 14443-4 with the one historical byte 80.
const ATR_DESFIRE: &[u8] = &[0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];
const ATS_DESFIRE: &[u8] = &[0x06, 0x75, 0x77, 0x81, 0x02, 0x80];
/// A phone: ISO 14443-4 without historical bytes.
const ATR_PHONE: &[u8] = &[0x3B, 0x80, 0x80, 0x01, 0x01];
const ATS_PHONE: &[u8] = &[0x05, 0x78, 0x80, 0x70, 0x02];
/// A contact chip that speaks T=1.
const ATR_CONTACT_T1: &[u8] = &[
    0x3B, 0xF8, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x4A, 0x43, 0x4F, 0x50, 0x76, 0x32, 0x34, 0x31,
    0xB7,
];
/// A contact chip that speaks T=0 (so without a check byte).
const ATR_CONTACT_T0: &[u8] = &[
    0x3B, 0x7D, 0x94, 0x00, 0x00, 0x80, 0x31, 0x80, 0x65, 0xB0, 0x83, 0x11, 0xC0, 0xA9, 0x83, 0x00, 0x90,
    0x00,
];

const OK: u16 = 0x9000;
const END_OF_DATA: u16 = 0x6282;
const WRONG_LENGTH: u16 = 0x6700;
const FUNCTION_NOT_SUPPORTED: u16 = 0x6A81;
const INSTRUCTION_NOT_SUPPORTED: u16 = 0x6D00;
const CLASS_NOT_SUPPORTED: u16 = 0x6E00;

/// A chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chip {
    Classic {
        uid: Vec<u8>,
    },
    DesFire {
        uid: Vec<u8>,
    },
    /// Another UID at every tap: four bytes, the first one 08.
    Phone {
        seed: u64,
    },
    /// Serial (4 bytes) and batch (2 bytes) of the CPLC.
    Contact {
        serial: [u8; 6],
        t1: bool,
    },
    Dead,
}

impl Chip {
    /// None: the chip doesn't answer to power.
    pub(crate) fn atr(&self) -> Option<&'static [u8]> {
        Some(match self {
            Self::Classic { .. } => ATR_CLASSIC_1K,
            Self::DesFire { .. } => ATR_DESFIRE,
            Self::Phone { .. } => ATR_PHONE,
            Self::Contact { t1: true, .. } => ATR_CONTACT_T1,
            Self::Contact { t1: false, .. } => ATR_CONTACT_T0,
            Self::Dead => return None,
        })
    }

    /// The UID at the `tap`-th tap; none for a contact chip.
    pub(crate) fn uid(&self, tap: u64) -> Option<Vec<u8>> {
        match self {
            Self::Classic { uid } | Self::DesFire { uid } => Some(uid.clone()),
            Self::Phone { seed } => {
                let mut random = StdRng::seed_from_u64(seed ^ tap.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                Some(vec![0x08, random.random(), random.random(), random.random()])
            }
            Self::Contact { .. } | Self::Dead => None,
        }
    }

    /// The answer to a command; empty where the chip is dead.
    pub(crate) fn transmit(&self, tap: u64, apdu: &[u8]) -> Vec<u8> {
        if *self == Self::Dead {
            return Vec::new();
        }
        let &[class, instruction, p1, p2, ref rest @ ..] = apdu else {
            return status(WRONG_LENGTH);
        };
        let le = rest.first().copied();
        match (self, class, instruction) {
            // Get Data of PC/SC part 3: answered by the reader, for contactless cards only.
            (Self::Contact { .. }, 0xFF, _) => status(CLASS_NOT_SUPPORTED),
            (_, 0xFF, 0xCA) => match (p1, p2) {
                (0, 0) => with_length(&self.uid(tap).unwrap_or_default(), le),
                (1, 0) => {
                    self.ats().map_or_else(|| status(FUNCTION_NOT_SUPPORTED), |ats| with_length(ats, le))
                }
                _ => status(FUNCTION_NOT_SUPPORTED),
            },
            (Self::Contact { serial, .. }, 0x80, 0xCA) if (p1, p2) == (0x9F, 0x7F) => cplc(serial, le),
            (_, 0x00 | 0x80 | 0xFF, _) => status(INSTRUCTION_NOT_SUPPORTED),
            _ => status(CLASS_NOT_SUPPORTED),
        }
    }

    fn ats(&self) -> Option<&'static [u8]> {
        match self {
            Self::DesFire { .. } => Some(ATS_DESFIRE),
            Self::Phone { .. } => Some(ATS_PHONE),
            _ => None,
        }
    }
}

fn status(word: u16) -> Vec<u8> {
    word.to_be_bytes().to_vec()
}

/// PC/SC part 3: Le 00 asks for all; too little is 6Cxx, too much the data and 6282.
fn with_length(data: &[u8], le: Option<u8>) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
    let word = match le {
        None => return status(WRONG_LENGTH),
        Some(0) => OK,
        Some(le) if le == length => OK,
        Some(le) if le > length => END_OF_DATA,
        Some(_) => return status(0x6C00 | u16::from(length)),
    };
    [data, &word.to_be_bytes()].concat()
}

/// Tag 9F7F, length 2A, 42 bytes: serial at offset 12, batch at 16.
fn cplc(serial: &[u8; 6], le: Option<u8>) -> Vec<u8> {
    const BEFORE: [u8; 12] = [0x47, 0x90, 0x50, 0x40, 0x47, 0x91, 0x81, 0x02, 0x31, 0x00, 0x83, 0x58];
    const AFTER: [u8; 24] = [
        0x48, 0x10, 0x83, 0x60, 0x00, 0x00, 0x48, 0x11, 0x83, 0x65, 0x00, 0x00, 0x48, 0x12, 0x83, 0x70, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];
    const WHOLE: u8 = 3 + 42;
    match le {
        Some(0 | WHOLE) => {
            [[0x9F, 0x7F, 0x2A].as_slice(), &BEFORE, serial, &AFTER, &OK.to_be_bytes()].concat()
        }
        Some(_) => status(0x6C00 | u16::from(WHOLE)),
        None => status(WRONG_LENGTH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET_UID: [u8; 5] = [0xFF, 0xCA, 0, 0, 0];
    const GET_ATS: [u8; 5] = [0xFF, 0xCA, 1, 0, 0];
    const GET_CPLC: [u8; 5] = [0x80, 0xCA, 0x9F, 0x7F, 0];

    fn contact() -> Chip {
        Chip::Contact { serial: [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2], t1: true }
    }

    #[test]
    fn check_bytes_of_the_atrs_are_right() {
        for atr in [ATR_CLASSIC_1K, ATR_DESFIRE, ATR_PHONE, ATR_CONTACT_T1] {
            assert_eq!(atr[1..].iter().fold(0, |sum, byte| sum ^ byte), 0, "{atr:02X?}");
        }
        // T=0 alone: 3B, T0 7D (TA1, TB1, TC1, 13 historical bytes), and no check byte.
        assert_eq!(ATR_CONTACT_T0.len(), 2 + 3 + 13);
    }

    #[test]
    fn a_contactless_card_gives_its_uid() {
        let card = Chip::DesFire { uid: vec![4, 1, 2, 3, 4, 5, 6] };
        assert_eq!(card.transmit(0, &GET_UID), [4, 1, 2, 3, 4, 5, 6, 0x90, 0x00]);
        assert_eq!(card.transmit(0, &[0xFF, 0xCA, 0, 0, 4]), [0x6C, 7]);
        assert_eq!(card.transmit(0, &[0xFF, 0xCA, 0, 0, 10]), [4, 1, 2, 3, 4, 5, 6, 0x62, 0x82]);
    }

    #[test]
    fn only_iso_14443_4_cards_have_an_ats() {
        let classic = Chip::Classic { uid: vec![1, 2, 3, 4] };
        assert_eq!(classic.transmit(0, &GET_ATS), [0x6A, 0x81]);
        assert_eq!(Chip::DesFire { uid: vec![4; 7] }.transmit(0, &GET_ATS)[..6], *ATS_DESFIRE);
    }

    #[test]
    fn cplc_has_the_serial_at_12_and_the_batch_at_16() {
        let answer = contact().transmit(0, &GET_CPLC);
        assert_eq!(answer.len(), 3 + 42 + 2);
        assert_eq!(answer[..3], [0x9F, 0x7F, 0x2A]);
        assert_eq!(answer[3 + 12..3 + 18], [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2]);
        assert_eq!(contact().transmit(0, &[0x80, 0xCA, 0x9F, 0x7F, 0x10]), [0x6C, 0x2D]);
    }

    #[test]
    fn other_commands_are_6d00_or_6e00() {
        assert_eq!(contact().transmit(0, &[0, 0xA4, 4, 0, 0]), [0x6D, 0x00]);
        assert_eq!(contact().transmit(0, &GET_UID), [0x6E, 0x00]);
        assert_eq!(contact().transmit(0, &[0xA0, 0xA4, 0, 0]), [0x6E, 0x00]);
        assert_eq!(contact().transmit(0, &[0, 0xA4]), [0x67, 0x00]);
    }

    #[test]
    fn a_phone_has_a_new_uid_at_every_tap_that_starts_with_08() {
        let phone = Chip::Phone { seed: 7 };
        let (first, second) = (phone.uid(1).unwrap(), phone.uid(2).unwrap());
        assert_ne!(first, second);
        assert!(first.len() == 4 && first[0] == 8 && second[0] == 8);
        assert_eq!(phone.uid(1).unwrap(), first);
    }

    #[test]
    fn a_dead_chip_answers_nothing() {
        assert_eq!(Chip::Dead.atr(), None);
        assert!(Chip::Dead.transmit(0, &GET_CPLC).is_empty());
    }
}
