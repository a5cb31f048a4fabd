//! What can go wrong with the ledger, as codes that the window has sentences for. No error carries a message of
//! the database, a path or a value: only SQLite's result code, which is enough to look the cause up.

use sqlx::migrate::MigrateError;

/// Why the ledger did not do it. Nothing of a refused write has been kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The file is not a database under this key: another key, another file, or its first page is damaged.
    #[error("the ledger does not open with this key")]
    WrongKey,
    /// The file is a plain SQLite database, or this program was built without SQLCipher.
    #[error("the ledger is not encrypted")]
    NotEncrypted,
    /// A newer version of the program has written the file.
    #[error("the ledger has schema {found}, this program knows {known}")]
    NewerSchema { found: i64, known: i64 },
    /// The file's schema of this number is not the one that this program has under it.
    #[error("the ledger's schema {number} is not this program's")]
    OtherSchema { number: i64 },
    #[error("the disk is full")]
    DiskFull,
    #[error("the ledger may only be read")]
    ReadOnly,
    #[error("the ledger is damaged")]
    Corrupt,
    /// Someone else has held the ledger for longer than the wait (5 s).
    #[error("the ledger is busy")]
    Busy,
    /// The SUP card or EAN is linked to another person already.
    #[error("linked to another person")]
    LinkTaken,
    /// The file can't be opened, read or written; `code` is SQLite's extended result code where it was SQLite
    /// that failed.
    #[error("the ledger can't be read or written (code {code:?})")]
    Io { code: Option<i32> },
    /// A rule of the schema or the program's own SQL failed: a fault in this program.
    #[error("the ledger refused (code {code:?})")]
    Fault { code: Option<i32> },
}

impl LedgerError {
    /// From SQLite's extended result code (<https://www.sqlite.org/rescode.html>): the low byte is the kind.
    fn from_code(code: i32) -> Self {
        match code & 0xff {
            5 | 6 => Self::Busy,
            8 => Self::ReadOnly,
            11 => Self::Corrupt,
            13 => Self::DiskFull,
            26 => Self::WrongKey,
            // 3 PERM, 10 IOERR, 14 CANTOPEN, 23 AUTH
            3 | 10 | 14 | 23 => Self::Io { code: Some(code) },
            _ => Self::Fault { code: Some(code) },
        }
    }
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(e) => match e.code().and_then(|c| c.parse().ok()) {
                Some(code) => Self::from_code(code),
                None => Self::Fault { code: None },
            },
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Io { code: None }
            }
            // A stored value that is not of its column's type.
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt,
            _ => Self::Fault { code: None },
        }
    }
}

impl From<std::io::Error> for LedgerError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Io { code: None },
        }
    }
}

impl From<serde_json::Error> for LedgerError {
    /// Only stored JSON is read, and what is written always serialises.
    fn from(_: serde_json::Error) -> Self {
        Self::Corrupt
    }
}

impl From<jiff::Error> for LedgerError {
    /// Only stored dates and times are parsed.
    fn from(_: jiff::Error) -> Self {
        Self::Corrupt
    }
}

/// A failed migration; `known` is the newest number that this program has.
pub(crate) fn from_migration(error: MigrateError, known: i64) -> LedgerError {
    match error {
        MigrateError::VersionMissing(found) => LedgerError::NewerSchema { found, known },
        MigrateError::VersionMismatch(number) => LedgerError::OtherSchema { number },
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => e.into(),
        _ => LedgerError::Fault { code: None },
    }
}
