//! What a check-up finds: of each thing that the desk stands on one finding or more, as codes and parameters. None
//! of them holds a secret, a person's name or number, or an address.

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ChipRefusal, FaultCode, LedgerTrouble};

/// A check-up: everything that was looked at, in a fixed order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct CheckUp {
    /// Nothing is bad.
    pub well: bool,
    pub findings: Vec<CheckFinding>,
}

impl CheckUp {
    pub fn of(findings: Vec<CheckFinding>) -> Self {
        Self { well: findings.iter().all(|finding| finding.level != CheckLevel::Bad), findings }
    }
}

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct CheckFinding {
    pub subject: CheckSubject,
    /// Given by `what` alone.
    pub level: CheckLevel,
    pub what: Check,
}

impl CheckFinding {
    pub fn new(subject: CheckSubject, what: Check) -> Self {
        Self { subject, level: what.level(), what }
    }
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckSubject {
    /// The computer's smart-card service.
    SmartCards,
    Readers,
    /// A card put on for the purpose.
    Tap,
    Keyring,
    Settings,
    Ledger,
    Alive,
    Usos,
    Sup,
    Printing,
    /// The web engine that shows the window.
    Display,
}

impl fmt::Display for CheckSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SmartCards => "smart cards",
            Self::Readers => "readers",
            Self::Tap => "tap",
            Self::Keyring => "keyring",
            Self::Settings => "settings",
            Self::Ledger => "ledger",
            Self::Alive => "ALIVE",
            Self::Usos => "USOS",
            Self::Sup => "SUP",
            Self::Printing => "printing",
            Self::Display => "display",
        })
    }
}

/// How grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckLevel {
    Good,
    /// Worth knowing.
    Note,
    /// Something to settle.
    Warning,
    /// The desk can't do a part of its work.
    Bad,
}

/// What was found. Times in milliseconds, differences of clocks in seconds (positive: the other clock is ahead).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Check {
    /// Any of them: the look itself did not end in time.
    NoAnswer {
        seconds: u32,
    },

    ServiceRuns,
    ServiceNotRunning,
    /// This session may not use it.
    ServiceNotAllowed,
    /// `pcsc`: its error code, for support.
    ServiceFailed {
        pcsc: String,
    },

    NoReader,
    /// `name`: without its shifting index. `given`: what staff have said; none: as the name says.
    Reader {
        name: String,
        role: ReaderRole,
        given: Option<GivenRole>,
        card: bool,
    },
    /// Several readers share a name, and so a role.
    ReadersAlike {
        name: String,
        readers: u32,
    },

    /// From the beginning until the card was noticed, and from then until its identity was known.
    TapRead {
        reader: String,
        waited: u32,
        took: u32,
    },
    /// As before, but too slow for a counter.
    TapSlow {
        reader: String,
        waited: u32,
        took: u32,
    },
    TapRefused {
        reader: String,
        why: ChipRefusal,
        took: u32,
    },
    /// No card came within the time.
    TapNone {
        seconds: u32,
    },

    /// Written, read and removed.
    KeyringWorks {
        took: u32,
    },
    /// None is there, it is locked, or it refused.
    KeyringGone,
    /// What was written could not be read again.
    KeyringForgets,

    SettingsRead,
    /// No register is set up: the desk opens on the practice university.
    SettingsPractice,
    SettingsUnreadable,

    /// Opens, is encrypted, can be written.
    LedgerFile {
        schema: u32,
        kilobytes: u32,
    },
    /// `tls`: the connection is encrypted; without it the server is on this computer.
    LedgerServer {
        schema: u32,
        kilobytes: u32,
        took: u32,
        tls: bool,
    },
    /// At the practice university nothing is kept.
    LedgerPractice,
    /// None has been made yet.
    LedgerNone,
    /// The keyring does not hold its key or password, or could not be asked.
    LedgerNoKey,
    LedgerTrouble {
        why: LedgerTrouble,
    },

    RegisterNotSetUp,
    /// Address or keys stand in the settings, but don't make a client: a secret is missing.
    RegisterIncomplete,
    /// Answers and takes our credentials. `skew`: none where it does not tell its time.
    RegisterReady {
        took: u32,
        skew: Option<i32>,
    },
    /// As before, but one of the two clocks is off.
    RegisterSkew {
        took: u32,
        skew: i32,
    },
    /// `detail`: its own code or HTTP status, for support.
    RegisterFault {
        fault: FaultCode,
        detail: Option<String>,
    },

    /// The system has no printing service.
    PrintingNone,
    /// The service runs, without a queue.
    PrintingNoQueue,
    PrintingQueue {
        name: String,
    },
    /// Switched off, or it refuses jobs.
    PrintingStopped {
        name: String,
    },
    /// The desk can't look at this system's queues.
    PrintingUnseen,

    Engine {
        version: String,
    },
    /// No display: the window can't open from here.
    NoDisplay,
    NoEngine,
}

impl Check {
    pub fn level(&self) -> CheckLevel {
        match self {
            Self::ServiceRuns
            | Self::TapRead { .. }
            | Self::KeyringWorks { .. }
            | Self::SettingsRead
            | Self::LedgerFile { .. }
            | Self::LedgerServer { .. }
            | Self::RegisterReady { .. }
            | Self::PrintingQueue { .. }
            | Self::Engine { .. } => CheckLevel::Good,
            Self::Reader { role: ReaderRole::Ignored | ReaderRole::Sam, .. } => CheckLevel::Note,
            Self::Reader { .. } => CheckLevel::Good,
            Self::ReadersAlike { .. }
            | Self::SettingsPractice
            | Self::LedgerPractice
            | Self::LedgerNone
            | Self::RegisterNotSetUp
            | Self::PrintingNone
            | Self::PrintingNoQueue
            | Self::PrintingUnseen
            | Self::NoDisplay => CheckLevel::Note,
            Self::NoReader
            | Self::TapSlow { .. }
            | Self::TapRefused { .. }
            | Self::TapNone { .. }
            | Self::RegisterSkew { .. }
            | Self::PrintingStopped { .. } => CheckLevel::Warning,
            Self::NoAnswer { .. }
            | Self::ServiceNotRunning
            | Self::ServiceNotAllowed
            | Self::ServiceFailed { .. }
            | Self::KeyringGone
            | Self::KeyringForgets
            | Self::SettingsUnreadable
            | Self::LedgerNoKey
            | Self::LedgerTrouble { .. }
            | Self::RegisterIncomplete
            | Self::RegisterFault { .. }
            | Self::NoEngine => CheckLevel::Bad,
        }
    }
}

/// What a reader is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReaderRole {
    Contact,
    Contactless,
    /// The name doesn't say: each card's own answer decides.
    Either,
    /// Holds the reader's own secure module: not read.
    Sam,
    /// Staff have said so: not read.
    Ignored,
}

impl From<chip::Role> for ReaderRole {
    fn from(role: chip::Role) -> Self {
        match role {
            chip::Role::Contact => Self::Contact,
            chip::Role::Contactless => Self::Contactless,
            chip::Role::Either => Self::Either,
            chip::Role::Sam => Self::Sam,
            chip::Role::Ignored => Self::Ignored,
        }
    }
}

/// What staff can say that a reader is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GivenRole {
    Contact,
    Contactless,
    Ignore,
}

impl From<GivenRole> for chip::Role {
    fn from(given: GivenRole) -> Self {
        match given {
            GivenRole::Contact => Self::Contact,
            GivenRole::Contactless => Self::Contactless,
            GivenRole::Ignore => Self::Ignored,
        }
    }
}
