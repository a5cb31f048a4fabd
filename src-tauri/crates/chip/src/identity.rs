//! A chip's identity: types that hold no other lengths, and the rules by which a UID is none.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use crate::{Refusal, Spellings, Technology, spellings};

/// The UID of a contactless chip (ISO 14443-3: single, double or triple size), in the order in which the reader
/// gives its bytes. `Debug` shows the length alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Uid {
    Single([u8; 4]),
    Double([u8; 7]),
    Triple([u8; 10]),
}

/// Bytes of another length than a UID's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a UID has 4, 7 or 10 bytes, not {length}")]
pub struct NotAUid {
    pub length: usize,
}

impl TryFrom<&[u8]> for Uid {
    type Error = NotAUid;

    fn try_from(bytes: &[u8]) -> Result<Self, NotAUid> {
        let wrong = |_| NotAUid { length: bytes.len() };
        match bytes.len() {
            4 => bytes.try_into().map(Uid::Single).map_err(wrong),
            7 => bytes.try_into().map(Uid::Double).map_err(wrong),
            _ => bytes.try_into().map(Uid::Triple).map_err(wrong),
        }
    }
}

/// UIDs that copies and readers' mistakes carry: the one that emulators are shipped with, and no UID at all.
const CLONED: [[u8; 4]; 3] = [[1, 2, 3, 4], [0; 4], [0xFF; 4]];

impl Uid {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Uid::Single(bytes) => bytes,
            Uid::Double(bytes) => bytes,
            Uid::Triple(bytes) => bytes,
        }
    }

    /// Whether this UID identifies a card. `type_b`: it came from type B's anticollision, where it is a
    /// pseudo-unique identifier that the card may draw anew.
    pub(crate) fn judge(&self, technology: Technology, type_b: bool) -> Result<Vec<Warning>, Refusal> {
        match self {
            Uid::Single(_) if type_b => Err(Refusal::PseudoUid),
            Uid::Single(uid) if CLONED.contains(uid) => Err(Refusal::ClonedUid),
            // ISO 14443-3, 6.5.4: a single-size UID that starts with 08 is a random number.
            Uid::Single([0x08, ..]) => Err(Refusal::RandomUid),
            // DESFire EV1 with random ID switched on.
            Uid::Single([0x80, ..]) if technology.is_part_4() => Err(Refusal::RandomUid),
            Uid::Single(_) => Ok(vec![Warning::MayRepeat]),
            Uid::Double(_) | Uid::Triple(_) => Ok(Vec::new()),
        }
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uid({} bytes)", self.bytes().len())
    }
}

/// The serial of a contact chip: its number of 4 bytes and its batch of 2, both of the CPLC (GlobalPlatform Card
/// Production Life Cycle data). One number is given once in a batch. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactSerial([u8; 6]);

impl ContactSerial {
    /// From the answer to `80 CA 9F 7F 00`: tag 9F7F, length 2A, 42 bytes; number at 12, batch at 16. None where the
    /// answer has another form or was never filled in.
    pub(crate) fn from_cplc(answer: &[u8]) -> Option<Self> {
        let cplc = answer.strip_prefix(&[0x9F, 0x7F, 0x2A])?;
        if cplc.len() != 42 {
            return None;
        }
        let serial: [u8; 6] = cplc.get(12..18)?.try_into().ok()?;
        let [number @ .., _, _] = &serial;
        (![[0x00; 4], [0xFF; 4]].contains(number)).then_some(Self(serial))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ContactSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactSerial(6 bytes)")
    }
}

/// What identifies a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChipId {
    Contactless(Uid),
    Contact(ContactSerial),
}

impl ChipId {
    pub fn bytes(&self) -> &[u8] {
        match self {
            ChipId::Contactless(uid) => uid.bytes(),
            ChipId::Contact(serial) => serial.bytes(),
        }
    }

    /// The four spellings under which registers may know this chip.
    pub fn spellings(&self) -> Spellings {
        spellings(self.bytes())
    }
}

/// What to know of an identity that is taken all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// A 4-byte UID: makers have given some of them more than once (NUID).
    MayRepeat,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(digits: &str) -> Uid {
        Uid::try_from(hex::decode(digits).unwrap().as_slice()).unwrap()
    }

    #[test]
    fn a_uid_has_4_7_or_10_bytes() {
        for length in 0..=16 {
            let bytes = vec![0xA1; length];
            match Uid::try_from(bytes.as_slice()) {
                Ok(uid) => {
                    assert!([4, 7, 10].contains(&length));
                    assert_eq!(uid.bytes(), bytes);
                }
                Err(refused) => {
                    assert!(![4, 7, 10].contains(&length));
                    assert_eq!(refused, NotAUid { length });
                }
            }
        }
    }

    #[test]
    fn random_cloned_and_pseudo_uids_are_no_identity() {
        let classic = Technology::MifareClassic1k;
        let part_4 = Technology::Iso14443Part4;
        assert_eq!(uid("08A1B2C3").judge(classic, false), Err(Refusal::RandomUid));
        assert_eq!(uid("80A1B2C3").judge(part_4, false), Err(Refusal::RandomUid));
        assert_eq!(uid("80A1B2C3").judge(Technology::MifareDesfire, false), Err(Refusal::RandomUid));
        assert_eq!(uid("80A1B2C3").judge(classic, false), Ok(vec![Warning::MayRepeat]));
        for cloned in ["01020304", "00000000", "FFFFFFFF"] {
            assert_eq!(uid(cloned).judge(classic, false), Err(Refusal::ClonedUid), "{cloned}");
        }
        assert_eq!(uid("A14E5D5F").judge(part_4, true), Err(Refusal::PseudoUid));
        assert_eq!(uid("08A1B2C3D4E5F6").judge(part_4, true), Ok(vec![]), "type B has no 7-byte identifier");
    }

    #[test]
    fn a_uid_of_4_bytes_may_repeat_and_longer_ones_do_not() {
        assert_eq!(uid("A14E5D5F").judge(Technology::MifareClassic1k, false), Ok(vec![Warning::MayRepeat]));
        assert_eq!(uid("04A14E5D5F8190").judge(Technology::MifareDesfire, false), Ok(vec![]));
        assert_eq!(uid("04A14E5D5F8190112233").judge(Technology::MifareDesfire, false), Ok(vec![]));
    }

    #[test]
    fn a_contact_serial_is_number_and_batch_of_the_cplc() {
        let mut answer = vec![0x9F, 0x7F, 0x2A];
        answer.extend(0x40..0x40 + 42);
        let serial = ContactSerial::from_cplc(&answer).unwrap();
        assert_eq!(serial.bytes(), [0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51]);

        assert_eq!(ContactSerial::from_cplc(&answer[..44]), None, "cut short");
        assert_eq!(ContactSerial::from_cplc(&answer[1..]), None, "another tag");
        for empty in [0x00, 0xFF] {
            answer[15..19].fill(empty);
            assert_eq!(ContactSerial::from_cplc(&answer), None, "never filled in");
        }
    }

    #[test]
    fn debug_keeps_an_identity_to_itself() {
        assert_eq!(format!("{:?}", ChipId::Contactless(uid("A14E5D5F"))), "Contactless(Uid(4 bytes))");
        assert_eq!(
            format!("{:?}", ChipId::Contact(ContactSerial([7; 6]))),
            "Contact(ContactSerial(6 bytes))"
        );
    }
}
