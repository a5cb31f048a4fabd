//! What can go wrong with the ledger, as codes that the window has sentences for. No error carries a message of
//! the database, a path or a value: only the database's own result code, which is enough to look the cause up.

use sqlx::migrate::MigrateError;

/// Why the ledger did not do it. Nothing of a refused write has been kept, but after [`LedgerError::Unsure`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The file is not a database under this key: another key, another file, or its first page is damaged.
    #[error("the ledger does not open with this key")]
    WrongKey,
    /// The file is a plain SQLite database, or this program was built without SQLCipher.
    #[error("the ledger is not encrypted")]
    NotEncrypted,
    /// A newer version of the program has written the ledger.
    #[error("the ledger has schema {found}, this program knows {known}")]
    NewerSchema { found: i64, known: i64 },
    /// The ledger's schema of this number is not the one that this program has under it.
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
    /// The card number is on its way to a card already.
    #[error("the number is on its way to another card")]
    NumberTaken,
    /// The database server can't be reached or went away. Nothing of what was asked has been kept; the next
    /// question connects anew.
    #[error("the database can't be reached")]
    Gone,
    /// The database server went away while it was being told to keep a change: it may have been kept. Read before
    /// it's written again.
    #[error("the database went away, it may have been kept")]
    Unsure,
    /// The database server does not let this user in: name, password, database or rights.
    #[error("the database does not let the desk in")]
    Denied,
    /// The database server has no TLS, or a certificate that this machine doesn't trust.
    #[error("no trusted TLS to the database")]
    Tls,
    /// This ledger has been restored from a backup: numbers that look free may have been used since. They have to
    /// be compared with ALIVE first.
    #[error("the numbers have not been compared with ALIVE since the ledger was restored")]
    StockUnchecked,
    /// Only a ledger in a file is backed up and restored by this program; a database server has its own means.
    #[error("this ledger is not a file")]
    NotAFile,
    /// There is a file of this name already.
    #[error("there is such a file already")]
    Exists,
    /// The file can't be opened, read or written; `code` is SQLite's extended result code where it was SQLite
    /// that failed.
    #[error("the ledger can't be read or written (code {code:?})")]
    Io { code: Option<String> },
    /// A rule of the schema or the program's own SQL failed: a fault in this program. SQLite's extended result
    /// code or PostgreSQL's SQLSTATE.
    #[error("the ledger refused (code {code:?})")]
    Fault { code: Option<String> },
}

impl LedgerError {
    /// The stable name that the window has a sentence for.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongKey => "wrong_key",
            Self::NotEncrypted => "not_encrypted",
            Self::NewerSchema { .. } | Self::OtherSchema { .. } => "newer_schema",
            Self::DiskFull => "disk_full",
            Self::ReadOnly => "read_only",
            Self::Corrupt => "corrupt",
            Self::Busy => "busy",
            Self::LinkTaken => "link_taken",
            Self::NumberTaken => "number_taken",
            Self::Gone => "gone",
            Self::Unsure => "unsure",
            Self::Denied => "denied",
            Self::Tls => "tls",
            Self::StockUnchecked => "stock_unchecked",
            Self::NotAFile => "not_a_file",
            Self::Exists => "exists",
            Self::Io { .. } => "io",
            Self::Fault { .. } => "fault",
        }
    }

    /// From SQLite's extended result code (<https://www.sqlite.org/rescode.html>): the low byte is the kind.
    fn of_sqlite(code: &str) -> Self {
        let kind = code.parse::<i32>().map(|code| code & 0xff);
        let code = Some(code.to_owned());
        match kind {
            Ok(5 | 6) => Self::Busy,
            Ok(8) => Self::ReadOnly,
            Ok(11) => Self::Corrupt,
            Ok(13) => Self::DiskFull,
            Ok(26) => Self::WrongKey,
            // 3 PERM, 10 IOERR, 14 CANTOPEN, 23 AUTH
            Ok(3 | 10 | 14 | 23) => Self::Io { code },
            _ => Self::Fault { code },
        }
    }

    /// From PostgreSQL's SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
    fn of_postgres(state: &str) -> Self {
        match state {
            "53100" => Self::DiskFull,
            "25006" => Self::ReadOnly,
            // Too many connections; a lock or the statement took too long; a deadlock.
            "53300" | "55P03" | "57014" | "40001" | "40P01" => Self::Busy,
            // Wrong password, no such user or database, no right to it, database shut for connections.
            "28000" | "28P01" | "3D000" | "42501" | "55000" => Self::Denied,
            // Shut down, crashed, not up yet; the transaction's connection was ended.
            "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Self::Gone,
            "XX001" | "XX002" => Self::Corrupt,
            _ if state.starts_with("08") => Self::Gone,
            _ if state.starts_with("58") => Self::Io { code: Some(state.to_owned()) },
            _ => Self::Fault { code: Some(state.to_owned()) },
        }
    }

    /// The same error of a statement that was to be kept at once: whoever is gone may have kept it.
    pub(crate) fn of_a_commit(self) -> Self {
        if self == Self::Gone { Self::Unsure } else { self }
    }
}

/// SQLite's errors.
impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(e) => match e.code() {
                Some(code) => Self::of_sqlite(&code),
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

pub(crate) fn from_postgres(error: sqlx::Error) -> LedgerError {
    match error {
        sqlx::Error::Database(e) => match e.code() {
            Some(state) => LedgerError::of_postgres(&state),
            None => LedgerError::Fault { code: None },
        },
        sqlx::Error::Tls(_) => LedgerError::Tls,
        // What rustls finds wrong with a certificate comes as this.
        sqlx::Error::Io(e) if e.kind() == std::io::ErrorKind::InvalidData => LedgerError::Tls,
        // The pool tries to connect until its time is over.
        sqlx::Error::Io(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => LedgerError::Gone,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => LedgerError::Corrupt,
        _ => LedgerError::Fault { code: None },
    }
}

impl From<std::io::Error> for LedgerError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            std::io::ErrorKind::AlreadyExists => Self::Exists,
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

/// A failed migration; `known` is the newest number that this program has, `of` reads the database's own errors.
pub(crate) fn from_migration(
    error: MigrateError,
    known: i64,
    of: fn(sqlx::Error) -> LedgerError,
) -> LedgerError {
    match error {
        MigrateError::VersionMissing(found) => LedgerError::NewerSchema { found, known },
        MigrateError::VersionMismatch(number) => LedgerError::OtherSchema { number },
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => of(e),
        _ => LedgerError::Fault { code: None },
    }
}
