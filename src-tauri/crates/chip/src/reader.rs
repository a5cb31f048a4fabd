//! A reader's name: what of it stays the same, and which of its interfaces it names; and the roles that staff give.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

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
    /// Of no use at this desk, as staff say: listed, but not read.
    Ignored,
    /// The name doesn't say: the card's ATR decides.
    Either,
}

impl Role {
    /// Whether what lies on such a reader is a customer's card.
    pub fn is_read(self) -> bool {
        !matches!(self, Self::Sam | Self::Ignored)
    }
}

/// The roles that staff have given, by [`ReaderName::pinned`]: they outweigh what a name says. Readers of one model
/// share that name, and with it the role. Clones are the same roles: who changes them changes them for a running
/// [`Monitor`](crate::Monitor) too, at its next look.
#[derive(Debug, Clone, Default)]
pub struct Roles(Arc<Mutex<BTreeMap<String, Role>>>);

impl Roles {
    /// Puts these in the place of all that were given before.
    pub fn set(&self, given: impl IntoIterator<Item = (String, Role)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = given.into_iter().collect();
    }

    /// The reader of this name, in the role that was given to it, or else the one that its name suggests.
    pub fn reader(&self, name: ReaderName) -> Reader {
        let given = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&name.pinned()).copied();
        let role = given.unwrap_or_else(|| name.role());
        Reader { name, role }
    }
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
    fn a_given_role_outweighs_the_name_and_stays_when_the_index_shifts() {
        let roles = Roles::default();
        let role = |name: &str| roles.reader(ReaderName::new(name)).role;
        assert_eq!(role("ACS ACR1252 1S CL Reader 00 00"), Role::Contactless);
        roles.set([("ACS ACR1252 1S CL Reader".to_owned(), Role::Ignored)]);
        assert_eq!(role("ACS ACR1252 1S CL Reader 00 00"), Role::Ignored);
        assert_eq!(role("ACS ACR1252 1S CL Reader 03 00"), Role::Ignored, "plugged in elsewhere");
        assert_eq!(role("ACS ACR1252 1S CL Reader 00 01"), Role::Contactless, "its other slot");
        roles.set([]);
        assert_eq!(role("ACS ACR1252 1S CL Reader 03 00"), Role::Contactless);
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
