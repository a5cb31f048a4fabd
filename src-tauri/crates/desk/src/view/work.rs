//! What the window is shown of the work on one person's file in ALIVE: the file as it was read, what may be done with
//! it, the plan of a change before the clerk's yes, and how each of its steps ended.
//!
//! The drafts are ALIVE's own models as text (`alive::CardholderDraft` …), so that a fault's `property` names a field
//! of the form, whether the desk or ALIVE found it.

use std::fmt;

use alive::{
    CardDraft, CardUpdateDraft, CardholderDraft, CustomField, GraduationDraft, PlasticDraft,
    SmartTechnologyDraft,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::issue::StepName;
use super::{Day, Fault, Instant, LedgerTrouble, Standing};

/// A person's file as ALIVE has just told it, and what may be done with it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonFile {
    /// Names this reading of the file; plans are made against it.
    pub file: u32,
    /// None: a person whom ALIVE doesn't have yet.
    pub cardholder_id: Option<String>,
    pub name: String,
    pub read_at: Instant,
    /// The institution's day.
    pub today: Day,
    pub form: CardholderDraft,
    pub rules: Rules,
    pub cards: Vec<FileCard>,
    pub graduations: Vec<GraduationDraft>,
    pub alumni: Alumni,
    pub erase: Erase,
    /// What this desk has changed before, newest first.
    pub history: Vec<PastChange>,
}

/// What the institution has agreed with ALIVE; empty lists say that nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// Below this age a legal representative is needed.
    pub legal_age: u8,
    pub districts: Vec<String>,
    pub cardholder_fields: Vec<FieldRule>,
    pub card_fields: Vec<FieldRule>,
    /// Types of card that may be reported.
    pub issue: Vec<IssueRule>,
    /// ISO 3166-1: alpha-3 as ALIVE takes it, alpha-2 to find its name by.
    pub countries: Vec<Country>,
}

/// A custom field of the agreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct FieldRule {
    pub name: String,
    pub mandatory: bool,
    /// Characters.
    pub min: u32,
    /// Characters; none: no limit is known.
    pub max: Option<u32>,
}

/// A type of card that may be reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssueRule {
    pub card_type: String,
    pub forms: Vec<String>,
    pub cycles: Vec<Cycle>,
    /// Part numbers of designs of the plastic card.
    pub designs: Vec<String>,
}

/// A validity on offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Cycle {
    pub valid_from: Day,
    pub valid_to: Day,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Country {
    pub alpha3: String,
    pub alpha2: String,
}

/// One card of the file, with everything that ALIVE says of it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FileCard {
    pub card_id: String,
    pub number: String,
    pub card_type: String,
    pub form: String,
    pub status: String,
    pub standing: Standing,
    pub valid_from: Option<Day>,
    pub valid_to: Option<Day>,
    pub valid_to_plastic: Option<Day>,
    pub design: Option<String>,
    pub design_plastic: Option<String>,
    /// The institution's name as it stands on the card.
    pub institution: Vec<String>,
    pub smart_technologies: Vec<SmartTechnologyDraft>,
    pub custom_fields: Vec<CustomField>,
    pub can: CardCan,
}

/// What may be done with a card now; None: nothing prevents it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardCan {
    pub edit: Option<WhyNot>,
    pub extend: Option<WhyNot>,
    pub plastic: Option<WhyNot>,
    pub cancel: Option<WhyNot>,
    pub give_back: Option<WhyNot>,
    pub reactivate: Option<WhyNot>,
    /// Ends of validity on offer, soonest first.
    pub extend_to: Vec<Day>,
    /// Designs of the plastic card; empty: ALIVE takes its default.
    pub designs: Vec<String>,
}

/// Why something can't be done with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// Returned cards are locked for good.
    Returned,
    /// A cancelled card has to be made active again first.
    Cancelled,
    /// It isn't cancelled.
    NotCancelled,
    /// Only ISIC, ITIC, ALIVE STUDENT and ALIVE STAFF.
    NotThisType,
    /// ALIVE extends alumni cards by itself, each year.
    ExtendedByAlive,
    /// No later end of validity is on offer.
    NoCycle,
    /// Past its end: its chips may be on a newer card.
    Expired,
    /// Personal data are gone.
    Anonymised,
    /// A status that the desk doesn't know.
    Unclear,
}

/// The one ALIVE ID ALUMNI card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Alumni {
    /// A graduation has to be reported first.
    NoGraduation,
    MayRequest,
    /// There is one; of its number and end of validity.
    Has {
        card_id: String,
        number: String,
        valid_to: Option<Day>,
    },
    /// The agreement with ALIVE doesn't name the type.
    NotAgreed,
}

/// What prevents an erasure, and what has been done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Erase {
    /// Cards that are still valid: ALIVE refuses as long as there is one.
    pub bars: Vec<EraseBar>,
    /// The first day on which nothing prevents it, unless ALIVE extends a card by itself.
    pub from: Option<Day>,
    /// One of the cards is extended by ALIVE each year: it has to be cancelled first.
    pub extended_by_alive: bool,
    /// Planned here, to come due by itself.
    pub planned: Option<Instant>,
    /// ALIVE has accepted it; it's carried out within 48 hours.
    pub asked: Option<Instant>,
    /// Personal data are gone.
    pub done: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EraseBar {
    pub number: String,
    pub card_type: String,
    pub valid_to: Option<Day>,
}

/// A change that this desk has made, or tried to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PastChange {
    pub at: Instant,
    /// ALIVE's own name of the call.
    pub endpoint: String,
    pub state: PastState,
    pub reason: Option<Reason>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PastState {
    Done,
    Refused,
    Undone,
    /// Nobody knows yet.
    Open,
}

/// What the clerk wants to have changed.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "what", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Intent {
    /// The person's data, carried on to every card that can take them. `reprinted`: cards of which a new plastic card
    /// was made with the new data.
    Cardholder {
        form: Box<CardholderDraft>,
        reprinted: Vec<String>,
    },
    /// A new graduation, or with `graduation_id` a correction; an alumni card that is there is brought up to date.
    Graduation {
        form: GraduationDraft,
    },
    /// The one ALIVE ID ALUMNI card.
    RequestAlumni {
        custom_fields: Vec<CustomField>,
    },
    /// A card that was issued.
    Report {
        form: CardDraft,
    },
    EditCard {
        card_id: String,
        form: CardUpdateDraft,
    },
    Extend {
        card_id: String,
        valid_to: Day,
    },
    Plastic {
        card_id: String,
        form: PlasticDraft,
    },
    /// `CANCELLED`, `ACTIVE` again, or `RETURNED`, which nobody can take back and which the supervisor's PIN is
    /// asked for.
    Status {
        card_id: String,
        status: String,
        reason: Reason,
        pin: Option<String>,
    },
    /// Nobody can take it back either: it asks for the supervisor's PIN.
    Erase {
        pin: Option<String>,
    },
}

/// Why a card's status is changed; kept in the desk's journal alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Lost,
    Stolen,
    Damaged,
    WrongData,
    IssuedByMistake,
    NoLongerEntitled,
    FoundAgain,
    /// The status was changed by mistake.
    Mistake,
}

/// What will be done if the clerk says yes.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Names the plan; it can be carried out once.
    pub plan: u32,
    /// Whom it's about; None until somebody new has been created.
    pub person: Option<String>,
    pub name: String,
    /// In this order; the first that isn't done ends it.
    pub steps: Vec<Step>,
    /// What will be different in ALIVE afterwards.
    pub differences: Vec<Difference>,
    /// Worth a look, no reason to stop.
    pub warnings: Vec<Warning>,
    /// Nobody can take it back.
    pub irreversible: bool,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Step {
    pub act: Act,
    pub state: StepState,
}

/// One change of the register. Cards are named by their number.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "act", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Act {
    CreateCardholder,
    SetCardholder,
    SetGraduation,
    RequestAlumni,
    Report {
        number: String,
        card_type: String,
    },
    /// `cards.update`: the person's data go over to the digital card.
    UpdateCard {
        number: String,
        card_type: String,
    },
    /// `cards.issuePlastic`.
    ReportPlastic {
        number: String,
        card_type: String,
    },
    Extend {
        number: String,
        card_type: String,
        valid_to: Day,
    },
    Status {
        number: String,
        card_type: String,
        status: String,
    },
    Anonymise,
    /// Nothing: this card can't take the new data.
    LeaveCard {
        number: String,
        card_type: String,
        why: WhyNot,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Waiting,
    Running,
    Done,
    /// ALIVE refused it, for these reasons.
    Refused {
        faults: Vec<FieldFault>,
    },
    /// No answer that says whether it was made, and reading back didn't tell either: a person has to look.
    Unknown {
        fault: Fault,
    },
    /// It wasn't made: the connection failed before, or the register was read back.
    NotDone {
        fault: Fault,
    },
    /// A step before it wasn't done.
    Skipped,
    /// Nothing to do.
    Left,
}

/// One attribute that will be different.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Difference {
    /// ALIVE's `property_name`; items of lists by what they are: `addresses[DELIVERY]`, `custom_fields[library_id]`,
    /// `smart_technologies[CONTACTLESS_MIFARE]`.
    pub property: String,
    /// The card's number, where it's a card's.
    pub card: Option<String>,
    pub from: Option<String>,
    /// None: it will be deleted, with no way to get it back.
    pub to: Option<String>,
    /// Somebody else has changed it since the file was opened; `from` is what they wrote.
    pub contested: bool,
}

/// What is worth a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Warning {
    /// The birth number's check digit is wrong.
    BirthNumberCheck { property: String },
    /// The birth number says another day of birth.
    BirthNumberDay { property: String },
    /// The birth number says another gender.
    BirthNumberGender { property: String },
    /// Somebody else has changed the file since it was opened; what they changed is kept.
    ChangedMeanwhile,
    /// ALIVE wants a student status of everybody: this one is sent for a person who is no student.
    StudentStatusSent { status: String },
    /// The person isn't known to be entitled to this type of card.
    NotEntitled,
    /// ALIVE extends the alumni card each year unless it's cancelled.
    ExtendedByAlive,
}

/// A fault of one field, found here or by ALIVE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct FieldFault {
    /// ALIVE's `property_name`; empty where it names none.
    pub property: String,
    /// `IS_BLANK_ERROR` …; ALIVE may have others.
    pub code: String,
    /// ALIVE's own words, in English, for a code that the desk has no words for.
    pub message: Option<String>,
}

impl FieldFault {
    /// One that was found here.
    pub(crate) fn here(property: impl Into<String>, code: alive::WrongCode) -> Self {
        Self { property: property.into(), code: code.name().to_owned(), message: None }
    }
}

/// What can be said of an intent without asking ALIVE.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct Checked {
    pub faults: Vec<FieldFault>,
    pub warnings: Vec<Warning>,
}

/// Why a file wasn't read, or a plan not made or not carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WorkRefusal {
    /// ALIVE isn't set up.
    NotSetUp,
    /// The file has been opened anew since.
    FileGone,
    /// ALIVE doesn't have this person or card any more.
    RecordGone,
    /// Fields that ALIVE would refuse.
    Fields {
        faults: Vec<FieldFault>,
    },
    /// Everything is as it is in ALIVE already.
    Nothing,
    NotAllowed {
        why: WhyNot,
    },
    /// There is an alumni card, or no graduation.
    NoAlumniCard,
    /// A valid card prevents it.
    CardsValid,
    Unanswered {
        fault: Fault,
    },
    /// The desk's own journal could not keep it: nothing was sent.
    NotKept {
        why: LedgerTrouble,
    },
    /// The operating system's keyring could not keep it.
    Keyring,
    /// Another plan was made since, or it was carried out.
    PlanGone,
    /// Somebody else has changed the record since the plan was made: nothing was sent.
    ChangedMeanwhile,
    /// The supervisor has no PIN yet: it's set in the settings.
    NoPin,
    WrongPin,
    /// Too many wrong PINs; again in so many seconds.
    PinLocked {
        seconds: u32,
    },
    /// Another change is under way.
    Busy,
}

/// Something that waits for the desk, not for a person at the counter.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "task", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Task {
    /// A planned erasure that nothing prevents any more.
    Erase { key: String, name: String, due: Day },
    /// A change of which nobody knows whether it was made.
    Settle {
        change: String,
        key: Option<String>,
        name: Option<String>,
        endpoint: String,
        /// It may have been made; if not, it never left the desk.
        sent: bool,
        at: Instant,
    },
    /// A card that was begun and is neither reported nor given up.
    Issue { issue: String, key: String, name: String, card_type: String, next: StepName, at: Instant },
    /// Numbers of a type run out.
    Stock { card_type: String, left: u32, runs_out: Option<Day> },
    /// The ledger was restored: its numbers have to be compared with ALIVE before any is given out.
    StockUnchecked,
    /// This computer's clock stands before the last entry of the ledger: dates may be wrong.
    Clock { last: Instant },
}

hidden!(PersonFile, FileCard, Intent, Plan, Step, Act, Difference, Task);
