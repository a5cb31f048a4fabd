//! What the window is shown of a card that is being issued: its draft, the strip of steps, its number, and what was
//! read back from the chip; and the stock of card numbers.

use std::fmt;

use alive::CardDraft;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::work::{FieldFault, WorkRefusal};
use super::{Day, Fault, Instant, LedgerTrouble, Photo};

/// A card that is being issued, as the desk keeps it: it can be left and taken up again, after a crash too.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// Names the issue at this desk.
    pub issue: String,
    pub begun_at: Instant,
    /// It was begun before and is taken up again.
    pub taken_up: bool,
    pub draft: IssueDraft,
    /// In their order; a step that isn't needed is among them and says so.
    pub steps: Vec<IssueStep>,
    /// The first that wants something of the clerk.
    pub next: StepName,
    /// What ALIVE would refuse, by field.
    pub faults: Vec<FieldFault>,
    pub photo: Photo,
    pub number: NumberState,
    /// Chips of the draft that were read back, as they stand there.
    pub read_back: Vec<String>,
    /// A chip that was read back last and is none of the draft's.
    pub other_chip: Option<String>,
    /// Blanks that were spoiled on the way.
    pub spoiled: u32,
    /// The plastic card has been made: what stands on it can only be changed with another blank.
    pub locked: bool,
    /// Another desk is issuing a card to this person too.
    pub elsewhere: bool,
}

/// What the clerk fills in and ticks off.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct IssueDraft {
    /// Named as in ALIVE's model. `number` is set by the desk alone; what the window sends there is not looked at.
    pub card: CardDraft,
    /// Part number of the plastic card's design; ALIVE isn't told it with a report, the print goes by it.
    pub design: String,
    /// The clerk has looked the preview over.
    pub looked_over: bool,
    /// The clerk has the printed card in hand and finds it good.
    pub printed: bool,
}

/// The steps of an issue. The report is the last one: ALIVE takes the person's data and photo over to the card in
/// that moment (manual, workflow "New card").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    Person,
    Portrait,
    Card,
    Number,
    Chips,
    Preview,
    Print,
    ReadBack,
    Report,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct IssueStep {
    pub step: StepName,
    pub state: IssueStepState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IssueStepState {
    Done,
    /// Something is missing, and the card can't be reported without it.
    Missing,
    /// Something is missing that can be done without: no portrait, no chip.
    Lacking,
    /// A digital card isn't printed, a card without chips isn't read back.
    NotNeeded,
    /// Nothing is missing here, but a step before it isn't done.
    Waits,
}

/// The card's number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NumberState {
    /// None: not drawn yet.
    pub number: Option<String>,
    /// It was sent to ALIVE before and not taken: the next try goes by the same number.
    pub sent: bool,
    /// Numbers of the chosen type that this desk may still draw, its own and the free ones.
    pub left: u32,
    /// ALIVE could not be asked whether it has the number: it's asked again before the report.
    pub unasked: bool,
}

/// Why a blank or a number was spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SpoilReason {
    /// Printed badly.
    Misprint,
    /// The chip doesn't answer.
    DeadChip,
    /// Bent, scratched, broken.
    Damaged,
    /// Wrong data on it.
    WrongData,
    /// The number on it is another one, or can't be read.
    WrongNumber,
    Lost,
}

/// Why a step of an issue was not taken. Nothing was changed.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum IssueRefusal {
    /// It was reported or given up meanwhile.
    Gone,
    /// The printed card would be wrong: say first that it is spoiled.
    Locked,
    /// The report is under way or nobody knows how it ended.
    Reporting,
    /// ALIVE has this very card already: the report went through, whatever was said of it. The issue is done.
    Reported,
    /// Something is missing on this step.
    Missing { step: StepName },
    /// This desk has no number of the type left and there is none free.
    NoNumbers,
    /// The typed number can't be had.
    Number { why: NumberWhy },
    /// No chip lies on a reader.
    NoChip,
    /// Fields of the draft, or of the card that is reported.
    Work { refusal: WorkRefusal },
    /// The desk could not keep it.
    NotKept { why: LedgerTrouble },
}

/// Why a typed number can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NumberWhy {
    /// Not a card number.
    Format,
    /// Not of the ranges that the agreement with ALIVE has for this type.
    Range,
    /// It's on a card in ALIVE.
    Used,
    Spoiled,
    /// Its card was returned; the number isn't given out again yet.
    Returned,
    /// Another desk has it.
    OtherDesk,
    /// It was sent to ALIVE and nobody knows how that ended.
    Sent,
    /// It's on its way to another card here.
    OnItsWay,
    /// It's in the stock of another type.
    OtherType,
}

// ---- the stock -------------------------------------------------------------------------------------------------

/// The stock of card numbers, as all desks at this ledger have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Stock {
    /// The ledger was restored: no number is given out until all have been compared with ALIVE.
    pub unchecked: bool,
    /// The types of the agreement first, then what the stock has beside.
    pub types: Vec<StockOfType>,
    pub desks: Vec<DeskLease>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StockOfType {
    pub card_type: String,
    pub free: u32,
    pub leased: u32,
    pub sent: u32,
    pub used: u32,
    pub spoiled: u32,
    pub returned: u32,
    /// Used in the last four weeks.
    pub lately: u32,
    /// The day on which none will be left, if it goes on as in the last four weeks.
    pub runs_out: Option<Day>,
    /// Within two weeks, or none is left of a type that was used.
    pub low: bool,
}

/// Numbers that a desk has leased and not used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskLease {
    pub desk: String,
    pub here: bool,
    pub numbers: u32,
}

/// Numbers that came into the stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TakenIn {
    pub numbers: u32,
    /// Those of them that aren't on a card in ALIVE.
    pub free: u32,
}

/// Why the stock did not do it. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum StockRefusal {
    NotSetUp,
    /// No type was chosen.
    NoType,
    /// Lines that are wrong, the first hundred of them.
    Lines {
        faults: Vec<LineFault>,
        more: u32,
    },
    /// So many of the numbers aren't of the ranges that the agreement with ALIVE has for this type.
    OutOfRange {
        numbers: u32,
    },
    /// ALIVE gave no usable answer.
    Unanswered {
        fault: Fault,
    },
    NotKept {
        why: LedgerTrouble,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LineFault {
    /// Counted from 1.
    pub line: u32,
    pub why: LineWhy,
    /// The earlier line, where it stands twice.
    pub before: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LineWhy {
    /// Neither a number nor the two ends of a range.
    NotANumber,
    /// What lies between the two isn't known: they differ in more than one group of digits.
    NotARange,
    Reversed,
    /// It stands on an earlier line too.
    Twice,
    /// Built otherwise than the first line.
    OtherShape,
    /// In the stock already.
    Known,
    /// Too many at once.
    TooMany,
    /// There is no number at all.
    Empty,
}

hidden!(Issue, IssueDraft, NumberState, IssueRefusal);
