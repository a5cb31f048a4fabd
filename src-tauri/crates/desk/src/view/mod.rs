//! What the window is shown: plain values, codes and parameters, never a sentence (the window has the sentences, in
//! four languages). Every type here crosses to TypeScript; the page's bindings are generated from them.
//!
//! Units: instants are milliseconds since 1970-01-01 UTC (as JavaScript's `Date.now()`); days are ISO
//! `yyyy-MM-dd`; money is in kopecks; chip values are upper-case hexadecimal.

/// Names, numbers and chips stay out of every log and error: these show what they are, never what they hold.
macro_rules! hidden {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

pub mod checkup;
mod columns;
pub mod issue;
mod student_chip;
mod verdict;
pub mod work;

use std::fmt;

use ledger::LedgerError;
use serde::{Deserialize, Serialize};
use specta::Type;

pub use columns::*;
pub use student_chip::*;
pub use verdict::*;

/// Milliseconds since the Unix epoch.
pub type Instant = i64;
/// ISO day, `yyyy-MM-dd`.
pub type Day = String;

/// One of the three registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    Alive,
    Usos,
    Sup,
}

/// All that one question at the desk has brought so far; sent anew whenever a part of it changes.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Enquiry {
    /// Counts up; an older one never replaces a newer one in the window.
    pub id: u32,
    pub asked: Asked,
    pub asked_at: Instant,
    /// Every register has answered (or said why not).
    pub whole: bool,
    pub person: Option<Person>,
    pub alive: Column<AliveRecord>,
    pub usos: Column<UsosRecord>,
    pub sup: Column<SupRecord>,
    /// The signed data of a student card's contact chip; none: it isn't one, or isn't read yet.
    pub student_chip: Option<StudentChip>,
    pub verdict: Verdict,
}

/// What was asked.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Asked {
    /// A card on a reader.
    Chip { chip: ChipInHand },
    /// A scanned or typed code (card number, barcode, EAN, chip value).
    Code { code: String },
    /// A person chosen from a list.
    Person { key: String },
}

/// The chip that lies on a reader.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChipInHand {
    /// The reader's name without its shifting index.
    pub reader: String,
    pub interface: Interface,
    /// Technology as read from the ATR, e.g. `mifare_classic_1k`, `mifare_desfire`, `contact_chip`.
    pub technology: String,
    /// UID (contactless, 4, 7 or 10 bytes) or serial and batch (contact, 6 bytes), upper-case hexadecimal.
    pub uid: String,
    /// The UID has 4 bytes: such a number may repeat in the world.
    pub may_repeat: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    Contact,
    Contactless,
}

/// The person before the counter, as the registers know them.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// `alive:ID` or `usos:ID`; opaque to the window.
    pub key: String,
    pub title_before: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub title_after: Option<String>,
    pub born: Option<Day>,
    pub personal_id: Option<String>,
    pub roles: Vec<Role>,
    pub student_status: Option<String>,
    pub photo: Photo,
    /// Which register these values come from.
    pub known_from: Register,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Student,
    Graduate,
    Teacher,
    Employee,
}

/// The portrait. It reaches the page as `photo://localhost/ID`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Photo {
    Waiting,
    Found {
        id: String,
    },
    /// ALIVE holds none.
    Missing,
    Unreachable,
    /// No register that holds portraits knows this person.
    NotAsked,
}

/// One register's answer. Each column lives on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Column<T> {
    /// Nothing to ask with, or the register isn't set up.
    NotAsked {
        why: NotAsked,
    },
    Waiting,
    Found {
        at: Instant,
        value: T,
    },
    NotFound {
        at: Instant,
        why: NotFound,
    },
    /// The register answered, but not to us: credentials, token, rights.
    NotAllowed {
        at: Instant,
        fault: Fault,
    },
    /// No usable answer. `last` is what the desk knew of it before, with its age.
    Unreachable {
        since: Instant,
        fault: Fault,
        last: Option<LastKnown<T>>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct LastKnown<T> {
    pub at: Instant,
    pub value: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NotAsked {
    /// No address or secret for this register yet.
    NotSetUp,
    /// USOS can be asked by chip or barcode only, and none is known for this person.
    NoChipKnown,
    /// SUP is asked by its own id; the clerk links a person once.
    NotLinked,
    /// Nobody to ask about: the person isn't known.
    NobodyKnown,
}

/// Why a register has nothing, as far as can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NotFound {
    /// ALIVE can't be asked by chip; the desk's index of its chips does not hold this one.
    ChipNotInIndex,
    /// As before, but the index is still being built.
    IndexNotReady,
    /// ALIVE knows nobody with this record any more.
    RecordGone,
    /// ALIVE knows nobody like this.
    PersonNotInAlive,
    /// USOS lists valid cards only: expired, cancelled and unknown look alike.
    NoValidCard,
    /// SUP does not know the linked card any more.
    LinkedCardUnknown,
}

/// Why there was no usable answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Fault {
    pub code: FaultCode,
    /// The register's own code or HTTP status, for support; never personal.
    pub detail: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// No connection: address, network or the register is down.
    Down,
    /// No answer in time.
    Slow,
    /// The connection broke in the middle.
    Broken,
    /// An answer that is none (not the register's form).
    Nonsense,
    /// More than the desk takes in.
    TooLarge,
    /// Certificate or encryption.
    Tls,
    /// The register reports a fault of its own (HTTP 5xx).
    ServerError,
    /// Key or secret refused.
    Credentials,
    /// Token refused, also after renewal.
    Token,
    /// The account may not ask this.
    Rights,
    /// The desk's clock is too far from the register's.
    ClockSkew,
    /// The register refused the question itself.
    Refused,
}

// ---- the line at the top ---------------------------------------------------------------------------------------

/// What a typed or scanned line led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// An enquiry runs; it arrives as notices.
    Enquiry { id: u32 },
    /// Several people fit: choose one.
    People { hits: Vec<Hit> },
    /// Nothing was asked, for a reason.
    Refused { why: LineRefusal },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LineRefusal {
    Empty,
    /// Nobody by that name, number or chip in the desk's index.
    Nobody,
    /// The check digit of an EAN is wrong: misread or mistyped. Asking again with `anyway` skips this.
    CheckDigit {
        expected: String,
    },
    /// The index is still being built: names can't be found yet.
    IndexNotReady,
}

/// A person found by name, number or chip.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    pub key: String,
    pub name: String,
    pub born: Option<Day>,
    pub personal_id: Option<String>,
    /// E.g. `ISIC`; the card that is valid longest.
    pub card_type: Option<String>,
    pub card_number: Option<String>,
    pub valid_to: Option<Day>,
}

// ---- readers and registers at a glance -------------------------------------------------------------------------

/// What happens on the readers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Tap {
    /// A card has been put on; its chip is being read.
    Arrived {
        reader: String,
        at: Instant,
    },
    /// Read; the enquiry with this id follows.
    Read {
        at: Instant,
        chip: ChipInHand,
        enquiry: u32,
    },
    Refused {
        at: Instant,
        reader: String,
        why: ChipRefusal,
    },
    Gone {
        reader: String,
        at: Instant,
    },
}

/// Why a chip can't be taken for an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChipRefusal {
    /// Pulled away before it was read.
    RemovedWhileReading,
    /// The contact chip does not answer: turn the card, wipe it, try once more; then a warranty case.
    DoesNotAnswer,
    /// A new number at every tap (a phone, or a card that hides its own).
    RandomUid,
    /// A number that copied cards carry.
    ClonedUid,
    /// The card gives no number.
    NoUid,
    /// An ISO 14443 type B card: its number isn't lasting.
    TypeB,
    /// The contact chip gives no serial that the desk can read.
    NoSerial,
    /// Another program holds the card.
    InUse,
    /// Reader or driver fault.
    ReaderFault,
}

/// The readers, as they are now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Readers {
    pub service: ReaderService,
    pub readers: Vec<Reader>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReaderService {
    Starting,
    Up,
    /// The computer's smart-card service doesn't run; the desk keeps trying.
    Down,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Reader {
    pub name: String,
    pub practice: bool,
    pub card: bool,
}

/// A register's state at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct RegisterState {
    pub register: Register,
    pub state: RegisterHealth,
    pub fault: Option<Fault>,
    /// Since when it is so.
    pub since: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RegisterHealth {
    NotSetUp,
    /// Not asked yet.
    Unknown,
    Ready,
    Trouble,
}

/// The index of ALIVE's people and chips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IndexState {
    pub phase: IndexPhase,
    pub people: u32,
    pub cards: u32,
    /// When it was last brought up to date in full.
    pub fresh_at: Option<Instant>,
    pub fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IndexPhase {
    NotSetUp,
    /// First building: names and chips appear as they come.
    Building,
    /// Complete and being kept up to date.
    Ready,
}

/// Everything that the window is told without asking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "about", content = "is", rename_all = "snake_case")]
pub enum Notice {
    Tap(Tap),
    Enquiry(Box<Enquiry>),
    Readers(Readers),
    Registers(Vec<RegisterState>),
    Index(IndexState),
    /// How far the plan that is being carried out has come.
    Progress(work::Plan),
    /// What waits for the desk.
    Tasks(Vec<work::Task>),
}

// ---- linking SUP -----------------------------------------------------------------------------------------------

/// Why a person could not be linked to a SUP card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LinkRefusal {
    /// Neither a uuid nor 13 digits.
    NotAnId,
    CheckDigit {
        expected: String,
    },
    /// SUP can't be asked by EAN; the first link needs the card's uuid.
    EanUnknown,
    /// SUP knows no card with this id.
    UnknownCard,
    /// Another person is linked to this card already.
    TakenBy {
        name: String,
    },
    NotSetUp,
    Unanswered {
        fault: Fault,
    },
    /// The ledger could not keep it.
    NotKept {
        why: LedgerTrouble,
    },
}

// ---- the ledger ------------------------------------------------------------------------------------------------

/// What is the matter with the ledger, a sentence each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LedgerTrouble {
    WrongKey,
    NotEncrypted,
    NewerSchema,
    DiskFull,
    ReadOnly,
    Corrupt,
    Busy,
    /// The database server can't be reached.
    Gone,
    /// The database server went away while it was told to keep something.
    Unsure,
    Denied,
    Tls,
    /// Restored from a backup and not yet compared with ALIVE.
    StockUnchecked,
    /// The number is on its way to another card.
    NumberTaken,
    /// The file or its folder can't be opened.
    Io,
    /// A fault of this program.
    Fault,
}

impl From<&LedgerError> for LedgerTrouble {
    fn from(error: &LedgerError) -> Self {
        match error {
            LedgerError::WrongKey => Self::WrongKey,
            LedgerError::NotEncrypted => Self::NotEncrypted,
            LedgerError::NewerSchema { .. } | LedgerError::OtherSchema { .. } => Self::NewerSchema,
            LedgerError::DiskFull => Self::DiskFull,
            LedgerError::ReadOnly => Self::ReadOnly,
            LedgerError::Corrupt => Self::Corrupt,
            LedgerError::Busy => Self::Busy,
            LedgerError::Gone => Self::Gone,
            LedgerError::Unsure => Self::Unsure,
            LedgerError::Denied => Self::Denied,
            LedgerError::Tls => Self::Tls,
            LedgerError::StockUnchecked => Self::StockUnchecked,
            LedgerError::NumberTaken => Self::NumberTaken,
            LedgerError::NotAFile | LedgerError::Exists | LedgerError::Io { .. } => Self::Io,
            LedgerError::LinkTaken | LedgerError::Fault { .. } => Self::Fault,
        }
    }
}

// ---- what may be logged ----------------------------------------------------------------------------------------

hidden!(Enquiry, Person, ChipInHand, Hit, Asked);
