//! The verdict: what was found, how grave it is, and where it shows.

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ChipDataFault, ChipSignature, Day, Interface, Register};

/// The verdict: the gravest finding stands first and is the headline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Verdict {
    pub level: Level,
    pub findings: Vec<Finding>,
}

/// How grave. Ordered: a later one outweighs an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Still asking.
    Waiting,
    Good,
    /// Worth knowing.
    Note,
    /// Something to settle.
    Warning,
    /// Do not hand out, do not serve on this card.
    Bad,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Finding {
    pub level: Level,
    pub what: What,
    /// Where it shows: the window marks these cells on both sides.
    pub marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Mark {
    pub register: Register,
    pub row: Row,
}

/// The rows that stand at the same height in all three columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    Kind,
    Number,
    Status,
    Validity,
    Chip,
    Name,
    Photo,
}

/// What was found, with what its sentence needs.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum What {
    /// The registers are still being asked.
    Asking,
    /// All that answered agree: one person, one card, valid to the earliest end.
    AllAgree {
        valid_to: Option<Day>,
    },
    /// No register knows this chip or code.
    UnknownEverywhere,
    /// The same, but a register could not be asked.
    UnknownSoFar {
        unasked: Vec<Register>,
    },
    /// The card has expired there.
    Expired {
        register: Register,
        on: Day,
    },
    NotYetValid {
        register: Register,
        from: Day,
    },
    /// The plastic in hand has expired, though the card lives on digitally.
    PlasticExpired {
        on: Day,
    },
    /// A status or date that the desk does not know.
    Unclear {
        register: Register,
    },
    /// Cancelled in ALIVE.
    Cancelled,
    /// Returned in ALIVE: its number may already belong to someone else.
    Returned,
    /// Valid in one, not in the other.
    ValidThereNotHere {
        valid_in: Register,
        not_in: Register,
    },
    /// Both valid, with different ends.
    EndsApart {
        alive: Day,
        usos: Day,
    },
    /// The surname or first name differs.
    NamesApart {
        alive: String,
        usos: String,
    },
    /// The chip stands on one person's card in ALIVE and on another person's in USOS.
    ChipOfTwoPeople {
        alive: String,
        usos: String,
    },
    /// The same person, but the chips in ALIVE and in USOS are those of two different cards.
    ChipsOfTwoCards {
        interface: Interface,
        alive: String,
        usos: String,
    },
    /// Two chips lie on the readers, one on each side, and lead to two different cards: of one plastic they should
    /// lead to one. The texts name the card that each leads to.
    ChipsLeadApart {
        contact: String,
        contactless: String,
    },
    /// The signed data on the contact chip were made for another chip: a copy.
    StudentChipOfAnother,
    /// The signature of the data on the contact chip doesn't hold.
    StudentChipSignature {
        signature: ChipSignature,
    },
    /// The data on the contact chip can't be read.
    StudentChipUnread {
        why: ChipDataFault,
    },
    /// The date signed on the chip isn't USOS's.
    StudentChipEndsApart {
        chip: Day,
        usos: Day,
    },
    /// The chip's signed data name somebody else than USOS.
    StudentChipNamesApart {
        chip: String,
        usos: String,
    },
    /// The chip on the reader isn't among the chips of the card in that register.
    ChipNotOnCard {
        register: Register,
    },
    /// ALIVE does not know this person.
    NotInAlive,
    /// The person has no card in ALIVE.
    NoCardInAlive,
    /// USOS lists no valid card under this chip.
    NotInUsos,
    /// Graduates have no student card in USOS: an alumni card stands alone.
    AlumniCard,
    SupBlocked,
    SupNotActivated,
    /// SUP's link leads to another EAN than the one scanned.
    SupOtherCard,
    /// A register could not be asked: the verdict is without it.
    Without {
        register: Register,
    },
    /// ALIVE holds no portrait.
    NoPhoto,
    /// 4-byte UID: such numbers may repeat in the world.
    UidMayRepeat,
    /// The same code leads to several people.
    SeveralPeople {
        count: u32,
    },
}

/// The code alone.
impl fmt::Debug for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = serde_json::to_value(self).unwrap_or_default();
        f.write_str(value["code"].as_str().unwrap_or("?"))
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.level, self.what)
    }
}
