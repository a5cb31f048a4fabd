//! What conductor and desks say to each other, a line of JSON each, and the clock that they share.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use wire::{Clock, SystemClock};

/// The clock goes faster than the wall's: tokens run out in the middle of the run, and what a listing repeats of the
/// last five minutes stays small.
const FASTER: i32 = 10;

/// Time in the run: the same in all of its processes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RunClock {
    /// When the run began, by the wall.
    pub began: Timestamp,
    /// What the clock showed then.
    pub showed: Timestamp,
}

impl Clock for RunClock {
    fn now(&self) -> Timestamp {
        let gone = SystemClock.now().duration_since(self.began);
        let gone = gone.checked_mul(FASTER).unwrap_or(SignedDuration::ZERO);
        self.showed.checked_add(gone).unwrap_or(self.showed)
    }
}

/// The first line that a desk is told. It holds keys and passwords: a desk reads it from its input, so that they
/// stand in no argument list.
#[derive(Clone, Serialize, Deserialize)]
pub struct Setup {
    pub desk: String,
    pub clock: RunClock,
    pub alive: practice::Access,
    pub ledger: Where,
}

/// Where the ledger stands.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    File { path: PathBuf, key: [u8; 32] },
    Postgres { url: String, password: String },
}

impl Where {
    pub fn place(&self) -> anyhow::Result<ledger::Place> {
        Ok(match self {
            Self::File { path, key } => {
                ledger::Place::File { path: path.clone(), key: secrecy::SecretBox::new(Box::new(*key)) }
            }
            Self::Postgres { url, password } => ledger::Place::Postgres {
                url: url.parse().map_err(|_| anyhow::anyhow!("the database's address"))?,
                password: password.clone().into(),
            },
        })
    }
}

/// One person at the counter, all invented, and what happens on the way to their card.
#[derive(Clone, Serialize, Deserialize)]
pub struct Job {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub external_id: String,
    pub personal_id: String,
    pub role: Role,
    /// A card without plastic and chip.
    pub digital: bool,
    /// The chip of the first blank, and that of the second one where the first is spoiled.
    pub chips: [String; 2],
    pub mishap: Option<Mishap>,
    /// Mishaps happen at the first try only.
    pub first_try: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Student,
    Teacher,
}

impl Role {
    /// The type of card that a desk begins with for such a person.
    pub const fn card_type(self) -> &'static str {
        match self {
            Self::Student => "ISIC",
            Self::Teacher => "ITIC",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mishap {
    /// The number is spoiled before the print.
    Number,
    /// The printed blank is.
    Blank,
    /// Both are.
    Both,
    /// The issue is given up after its number was drawn, and begun again.
    GivenUp,
}

/// What a desk is told to do, one thing at a time.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Issue(Box<Job>),
    /// The faults have ended: find out what is open, finish what waits.
    Settle,
    Close,
}

/// What a desk says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Ready,
    /// How far it has come.
    At(String),
    /// The person has the card. Which refusals and faults the clerk met, how often.
    Done {
        met: BTreeMap<String, u32>,
    },
    /// There's no number left for this desk; nothing is left open of the job.
    NoNumbers {
        met: BTreeMap<String, u32>,
    },
    /// The clerk's patience has ended.
    Waits {
        why: String,
        met: BTreeMap<String, u32>,
    },
    /// What waits for a human decision: ids of changes, and issues that could not be finished.
    Settled {
        changes: Vec<String>,
        issues: usize,
    },
    Closed,
}
