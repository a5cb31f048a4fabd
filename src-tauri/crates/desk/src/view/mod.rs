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

pub mod work;

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

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

// ---- ALIVE -----------------------------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AliveRecord {
    pub cardholder_id: String,
    pub name: String,
    /// The person's cards, the one in question first, then the valid ones, then by end of validity.
    pub cards: Vec<AliveCard>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AliveCard {
    pub card_id: String,
    pub number: String,
    /// ALIVE's own term, e.g. `ISIC`, `ALIVE_ID_ALUMNI`.
    pub card_type: String,
    pub form: String,
    /// ALIVE's own term: `ACTIVE`, `CANCELLED`, `RETURNED`.
    pub status: String,
    pub standing: Standing,
    pub valid_from: Option<Day>,
    pub valid_to: Option<Day>,
    pub valid_to_plastic: Option<Day>,
    pub chips: Vec<Chip>,
}

/// A card's standing today, by status and dates together (`ACTIVE` says nothing of validity).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Valid,
    NotYetValid,
    Expired,
    Cancelled,
    Returned,
    Blocked,
    /// A status or a date that the desk does not know.
    Unclear,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Chip {
    /// The register's own term, e.g. `CONTACTLESS_MIFARE`; for USOS `contact` or `contactless`.
    pub technology: String,
    pub value: String,
    /// This is the chip on the reader.
    pub here: bool,
}

// ---- USOS ------------------------------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UsosRecord {
    pub user_id: String,
    pub name: String,
    pub card: UsosCard,
    /// The person's other cards, where the university lets the desk ask for them.
    pub others: Vec<UsosCard>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UsosCard {
    pub card_id: String,
    /// USOS's own term: `student`, `phd`, `staff`, `graduate`, `academic_teacher`.
    pub card_type: String,
    pub student_number: Option<String>,
    pub barcode: Option<String>,
    pub issued: Option<Day>,
    pub expires: Option<Day>,
    pub standing: Standing,
    pub chips: Vec<Chip>,
}

// ---- SUP -------------------------------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SupRecord {
    pub id_card: String,
    /// 13 digits.
    pub ean: Option<String>,
    /// SUP's own term: `MLZ`, `MP4`, `P04`, `CP4`.
    pub card_type: String,
    /// SUP's own term: `MAIN`, `ADDITIONAL`, `TEMPORARILY_BLOCKED`.
    pub status: String,
    pub standing: Standing,
    pub valid_to: Option<Day>,
    pub activated: Option<bool>,
    pub activated_on: Option<Day>,
    /// Kopecks.
    pub balance: Option<i64>,
    /// Kopecks.
    pub account_balance: Option<i64>,
    /// As SUP writes it, `yyyy-MM-dd HH:MM`, no zone; renewed once a day.
    pub account_as_of: Option<String>,
    /// Kopecks.
    pub can_top_up: Option<i64>,
    pub limit: Option<SupLimit>,
    pub linked_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SupLimit {
    pub unlimited: bool,
    /// Kopecks.
    pub amount: Option<i64>,
    /// SUP's own term: `CDAY`, `CWEEK`, `CMONTH`, `CQUARTET`.
    pub period: Option<String>,
    /// 1 Monday … 7 Sunday; empty: any day.
    pub days: Vec<u8>,
    /// `HH:MM`–`HH:MM`; empty: any time.
    pub times: Vec<SupTimes>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SupTimes {
    pub from: Option<String>,
    pub to: Option<String>,
}

// ---- the verdict -----------------------------------------------------------------------------------------------

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
        why: String,
    },
}

// ---- what may be logged ----------------------------------------------------------------------------------------

hidden!(
    Enquiry,
    Person,
    AliveRecord,
    AliveCard,
    Chip,
    ChipInHand,
    UsosRecord,
    UsosCard,
    SupRecord,
    Hit,
    Asked
);

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
