//! A reader's name: what of it stays the same, and which of its interfaces it names.

use serde::Serialize;

/// The name PC/SC gives a reader just now. It ends in an index that shifts when readers are plugged in another
/// order, so it identifies a reader for this session only; [`pinned`](Self::pinned) is what may be kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ReaderName(String);

impl ReaderName {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its shifting index, for showing and for keeping a role.
    ///
    /// | platform | name | index | kept |
    /// |---|---|---|---|
    /// | pcsc-lite | `Reader 01 00` | hexadecimal reader number, then slot | `Reader`; a slot other than 00 stays: `Reader 01` |
    /// | Windows | `Reader 1` | decimal | `Reader` |
    /// | macOS | `Reader(1)` | decimal, from the second on | `Reader` |
    pub fn pinned(&self) -> String {
        let name = self.0.trim_end();
        if let Some((rest, slot)) = name.rsplit_once(' ')
            && let Some((base, number)) = rest.rsplit_once(' ')
            && [slot, number]
                .iter()
                .all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            return if slot == "00" { base.to_owned() } else { format!("{base} {slot}") };
        }
        let index = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let base = match name.strip_suffix(')').and_then(|open| open.rsplit_once('(')) {
            Some((base, number)) if index(number) => base,
            _ => match name.rsplit_once(' ') {
                Some((base, number)) if index(number) => base,
                _ => name,
            },
        };
        base.trim_end().to_owned()
    }

    /// What the name says of the interface. The last word that says something counts, since makers put the interface
    /// behind the model: `ACS ACR1252 1S CL Reader [ACR1252 Dual Reader SAM]` is the SAM slot.
    pub fn role(&self) -> Role {
        self.0
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter_map(|word| match word.to_ascii_uppercase().as_str() {
                "PICC" | "CL" | "CONTACTLESS" => Some(Role::Contactless),
                "ICC" | "CONTACT" | "CONTACTED" => Some(Role::Contact),
                "SAM" => Some(Role::Sam),
                // OMNIKEY 5422CL
                word => word
                    .strip_suffix("CL")
                    .is_some_and(|model| model.ends_with(|c: char| c.is_ascii_digit()))
                    .then_some(Role::Contactless),
            })
            .next_back()
            .unwrap_or(Role::Either)
    }
}

/// What a reader is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Contact,
    Contactless,
    /// Holds the reader's own secure module, never a customer's card: listed, but not read.
    Sam,
    /// The name doesn't say: the card's ATR decides.
    Either,
}

/// A reader as the desk shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reader {
    pub name: ReaderName,
    pub role: Role,
}

impl Reader {
    /// The reader of this name, in the role that the name suggests.
    pub fn named(name: ReaderName) -> Self {
        let role = name.role();
        Self { name, role }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shifting_index_is_dropped_and_the_slot_stays() {
        for (name, pinned) in [
            ("ACS ACR1252 1S CL Reader 00 00", "ACS ACR1252 1S CL Reader"),
            ("ACS ACR1252 1S CL Reader 0A 00", "ACS ACR1252 1S CL Reader"),
            ("ACS ACR1252 1S CL Reader 00 01", "ACS ACR1252 1S CL Reader 01"),
            ("Gemalto PC Twin Reader (1234AB) 02 00", "Gemalto PC Twin Reader (1234AB)"),
            ("ACS ACR122 0", "ACS ACR122"),
            ("HID Global OMNIKEY 5422 Smartcard Reader 11", "HID Global OMNIKEY 5422 Smartcard Reader"),
            ("Gemalto PC Twin Reader(1)", "Gemalto PC Twin Reader"),
            ("Gemalto PC Twin Reader", "Gemalto PC Twin Reader"),
            ("OMNIKEY CardMan 5321", "OMNIKEY CardMan 5321"),
            ("", ""),
            ("0", "0"),
            ("čtečka 00 00", "čtečka"),
        ] {
            assert_eq!(ReaderName::new(name).pinned(), pinned, "{name}");
        }
    }

    #[test]
    fn the_last_word_about_the_interface_gives_the_role() {
        for (name, role) in [
            ("ACS ACR1252 1S CL Reader 00 00", Role::Contactless),
            ("ACS ACR1252 1S CL Reader [ACR1252 Dual Reader SAM] 00 01", Role::Sam),
            ("ACS ACR1281 1S Dual Reader [ACR1281 1S Dual Reader ICC] 00 00", Role::Contact),
            ("ACS ACR1281 1S Dual Reader PICC 0", Role::Contactless),
            ("OMNIKEY AG OMNIKEY 5422CL Smartcard Reader 0", Role::Contactless),
            ("SCM Microsystems SDI011 [SDI011 Contact Reader] 00 00", Role::Contact),
            ("SCM Microsystems SDI011 [SDI011 Contactless Reader] 00 01", Role::Contactless),
            ("Gemalto PC Twin Reader 00 00", Role::Either),
            ("Samsung Musical Clarity Reader 0", Role::Either),
        ] {
            assert_eq!(ReaderName::new(name).role(), role, "{name}");
        }
    }
}
