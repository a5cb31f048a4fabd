//! The ATR: which technology it names. Table of PC/SC part 3 (supplement on contactless storage cards) and the
//! public ATR list.

use std::fmt;

use serde::{Serialize, Serializer};

/// An answer to reset, as the reader gives it (0 to 33 bytes of ISO 7816-3; not checked, since readers with wrong
/// check bytes are in use). It may hold a chip's serial number, so `Debug` shows its length alone; it serialises as
/// upper-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Atr(Vec<u8>);

/// Historical bytes of a contactless storage card up to SS: category 80, tag 4F of 12 bytes, RID A000000306.
const STORAGE: [u8; 8] = [0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06];
const DESFIRE: [u8; 6] = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];

impl Atr {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The historical bytes, if the ATR has the form that PC/SC part 3 prescribes for contactless cards:
    /// `3B 8N 80 01`, N historical bytes, check byte.
    pub(crate) fn contactless(&self) -> Option<&[u8]> {
        match self.0.as_slice() {
            [0x3B, t0, 0x80, 0x01, rest @ ..] if t0 & 0xF0 == 0x80 => rest.get(..usize::from(t0 & 0x0F)),
            _ => None,
        }
    }

    /// SS (standard) and NNNN (name) of a contactless storage card.
    pub(crate) fn storage(&self) -> Option<(u8, u16)> {
        match self.contactless()?.strip_prefix(&STORAGE)? {
            [standard, high, low, ..] => Some((*standard, u16::from_be_bytes([*high, *low]))),
            _ => None,
        }
    }

    /// Whether this is an ISO 14443 type B card: SS 05 to 07 of a storage card; otherwise by historical bytes that
    /// read like 4 of application data, 3 of protocol info (ISO 14443-3, 7.9.4: low nibble of the second = 1), and
    /// the MBLI with an empty low nibble.
    ///
    /// For a processor card nothing in the ATR says type A or B for certain, so this counts only beside an
    /// identifier of 4 bytes (a type B card has no other), and not for historical bytes that begin with the category
    /// indicator 80.
    pub(crate) fn reads_like_type_b(&self) -> bool {
        if let Some((standard, _)) = self.storage() {
            return matches!(standard, 0x05..=0x07);
        }
        match self.contactless() {
            Some([first, _, _, _, _, protocol, _, mbli]) => {
                *first != 0x80 && protocol & 0x0F == 1 && mbli & 0x0F == 0
            }
            _ => false,
        }
    }

    /// The technology, for an ATR that a contactless interface gave.
    pub fn technology(&self) -> Technology {
        if let Some((standard, name)) = self.storage() {
            return match name {
                0x0001 => Technology::MifareClassic1k,
                0x0002 => Technology::MifareClassic4k,
                0x0003 => Technology::MifareUltralight,
                0x0014 => Technology::IcodeSli,
                0x0026 => Technology::MifareMini,
                0x0036 => Technology::MifarePlusSl1Of2k,
                0x0037 => Technology::MifarePlusSl1Of4k,
                0x0038 => Technology::MifarePlusSl2Of2k,
                0x0039 => Technology::MifarePlusSl2Of4k,
                0x003A => Technology::MifareUltralightC,
                0x003B => Technology::Felica,
                0x003D => Technology::MifareUltralightEv1,
                _ => Technology::OtherStorage { standard, name },
            };
        }
        if self.0 == DESFIRE {
            Technology::MifareDesfire
        } else if self.contactless().is_some() {
            Technology::Iso14443Part4
        } else {
            Technology::Unknown
        }
    }
}

impl fmt::Debug for Atr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Atr({} bytes)", self.0.len())
    }
}

impl Serialize for Atr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode_upper(&self.0))
    }
}

/// What kind of chip it is, as far as the ATR tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "technology", rename_all = "snake_case")]
pub enum Technology {
    /// A chip read through its contacts.
    Contact,
    MifareClassic1k,
    MifareClassic4k,
    MifareMini,
    MifareUltralight,
    MifareUltralightC,
    MifareUltralightEv1,
    MifarePlusSl1Of2k,
    MifarePlusSl1Of4k,
    MifarePlusSl2Of2k,
    MifarePlusSl2Of4k,
    MifareDesfire,
    IcodeSli,
    Felica,
    /// A contactless processor card (type A or B) that the ATR doesn't name: DESFire with other historical bytes,
    /// Java Card, passport, phone …
    Iso14443Part4,
    /// A storage card that the table doesn't name: SS and NNNN of PC/SC part 3.
    OtherStorage {
        standard: u8,
        name: u16,
    },
    Unknown,
}

impl Technology {
    /// An ISO 14443-4 card, whose 4-byte UIDs that start with 80 are random.
    pub(crate) fn is_part_4(self) -> bool {
        matches!(self, Technology::Iso14443Part4 | Technology::MifareDesfire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atr(digits: &str) -> Atr {
        Atr::new(hex::decode(digits).unwrap())
    }

    #[test]
    fn the_technology_is_the_one_of_part_3s_table() {
        for (name, technology) in [
            ("0001", Technology::MifareClassic1k),
            ("0002", Technology::MifareClassic4k),
            ("0003", Technology::MifareUltralight),
            ("0014", Technology::IcodeSli),
            ("0026", Technology::MifareMini),
            ("0036", Technology::MifarePlusSl1Of2k),
            ("0037", Technology::MifarePlusSl1Of4k),
            ("0038", Technology::MifarePlusSl2Of2k),
            ("0039", Technology::MifarePlusSl2Of4k),
            ("003A", Technology::MifareUltralightC),
            ("003B", Technology::Felica),
            ("003D", Technology::MifareUltralightEv1),
            ("00FF", Technology::OtherStorage { standard: 3, name: 0xFF }),
        ] {
            let atr = atr(&format!("3B8F8001804F0CA00000030603{name}0000000000"));
            assert_eq!(atr.technology(), technology, "{name}");
        }
        // From the public ATR list, with their true check bytes.
        assert_eq!(atr("3B8F8001804F0CA000000306030001000000006A").technology(), Technology::MifareClassic1k);
        assert_eq!(atr("3B8180018080").technology(), Technology::MifareDesfire);
        assert_eq!(atr("3B80800101").technology(), Technology::Iso14443Part4);
        assert_eq!(atr("3B8A80010031C173C840000090007A").technology(), Technology::Iso14443Part4);
    }

    #[test]
    fn an_atr_of_another_form_or_cut_short_names_nothing() {
        for digits in
            ["", "3B", "3B8F8001", "3B8F8001804F0CA0000003", "3B8F8001804F0CA00000030603", "3B9F958131FE9F00"]
        {
            assert_eq!(atr(digits).technology(), Technology::Unknown, "{digits}");
            assert_eq!(atr(digits).storage(), None);
        }
    }

    #[test]
    fn type_b_is_told_by_its_protocol_info() {
        assert!(atr("3B88800112345678F7817180E4").reads_like_type_b());
        assert!(!atr("3B88800180345678F7817180E4").reads_like_type_b(), "category indicator");
        assert!(!atr("3B8880010073C84013009000F1").reads_like_type_b(), "a Java Card of type A");
        assert!(!atr("3B8180018080").reads_like_type_b());
        assert!(atr("3B8F8001804F0CA0000003060700010000000000").reads_like_type_b());
        assert!(!atr("3B8F8001804F0CA000000306030001000000006A").reads_like_type_b());
    }

    #[test]
    fn debug_keeps_an_atr_to_itself() {
        assert_eq!(format!("{:?}", atr("3B8180018080")), "Atr(6 bytes)");
    }
}
