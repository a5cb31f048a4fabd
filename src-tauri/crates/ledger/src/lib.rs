//! What the desks keep: the stock of card numbers, the journal of changes, cards that are being issued, the index of
//! people and chips, SUP and USOS links, planned erasures, the audit, settings they share. SQL stands here alone, a
//! file a table. One desk keeps it in a file, encrypted (SQLCipher), several in PostgreSQL; in memory (practice)
//! nothing is left behind.
//!
//! ALIVE can't be asked by chip and USOS and SUP only by their own keys, so the desk fills this index from
//! ALIVE's listings (External Card Issuing API manual 1.3, `cardholders.list`, `cards.list`) and asks it at each
//! tap. It's a copy for finding people: what is shown as a register's word comes from the register.

mod audit;
mod audit_key;
mod backup;
mod card;
mod change;
mod erasure;
mod error;
mod examine;
mod fold;
mod forecast;
mod hold;
mod intake;
mod issue;
mod last_moment;
mod lease;
mod left;
mod mark;
mod name;
mod number_state;
mod open;
mod person;
mod photo;
mod postgres;
mod schema;
mod search;
mod shared;
mod spoiled;
mod sql;
mod sqlite;
mod stock;
mod sup_link;
mod usos_link;

pub use audit::{AuditDetail, AuditEntry, AuditHead, AuditRow, AuditVerdict};
pub use card::{CardHit, CardRow, Chip, ChipHit};
pub use change::{ChangeRow, ChangeState};
pub use erasure::Erasure;
pub use error::LedgerError;
pub use examine::{Condition, Stands};
pub use fold::fold;
pub use forecast::{DayUse, LOOKED_BACK, forecast};
pub use hold::Hold;
pub use intake::{Fault, FaultKind, Intake, MOST, NotTaken};
pub use issue::{IssueRow, IssueState};
pub use mark::Mark;
pub use number_state::{NumberState, Step};
pub use open::{Ledger, Place};
pub use person::PersonRow;
pub use postgres::{BadPostgresUrl, PostgresUrl};
pub use search::{FoundBy, PersonHit};
pub use spoiled::SpoiledRow;
pub use stock::{NumberRow, StockCount};
pub use sup_link::{Ean, NotAPersonKey, NotAnEan, PersonKey, SupLink};

/// How many rows the index has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub people: u64,
    pub cards: u64,
    pub chips: u64,
}

/// Rows in one transaction: large enough to make a durable commit cheap, small enough that another writer
/// waits for some tens of milliseconds only.
const BATCH: usize = 500;
