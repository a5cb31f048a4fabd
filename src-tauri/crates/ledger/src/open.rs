//! Opening the ledger, and what all of its tables stand on.

use std::path::PathBuf;

use secrecy::{SecretBox, SecretString};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use crate::schema::migrate_postgres;
use crate::sql::{On, Tx, answered, query};
use crate::{Counts, LedgerError, PostgresUrl, sqlite};

/// Where the ledger stands.
#[derive(Debug)]
pub enum Place {
    /// One desk: an encrypted file on a local disk (never a network share: WAL needs shared memory). `key` is
    /// SQLCipher's raw key of 256 bits, so that opening derives nothing. The file is made if it's absent; its
    /// folder isn't.
    File { path: PathBuf, key: SecretBox<[u8; 32]> },
    /// Several desks: a PostgreSQL server, 15 or newer. The user must own the database, or its schema `public`.
    Postgres { url: PostgresUrl, password: SecretString },
    /// Practice: nothing is written anywhere and nothing is left behind.
    Memory,
}

/// What the desks keep. Clones are the same ledger.
///
/// In a file writing methods queue up on one connection; reading ones run beside them and each other and see what
/// has been committed. A method whose future is dropped half-way has either been done or not at all.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(crate) base: Base,
}

/// Which database it is.
#[derive(Clone, Debug)]
pub(crate) enum Base {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// With the write lock from the start.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// Those who write to the index and the links of a server one after the other hold this, as SQLite's one writer
/// does by itself.
const WRITING: i64 = 0x6361_7264_0002;

impl Ledger {
    /// Opens the ledger, makes its file or brings its schema up to this program's.
    ///
    /// # Errors
    /// [`LedgerError::WrongKey`], [`LedgerError::NotEncrypted`], [`LedgerError::NewerSchema`] and whatever a
    /// disk can do; [`LedgerError::Gone`], [`LedgerError::Denied`], [`LedgerError::Tls`] of a server.
    pub async fn open(place: Place) -> Result<Self, LedgerError> {
        let base = match place {
            Place::Memory => {
                let only = sqlite::in_memory().await?;
                Base::Sqlite { writer: only.clone(), readers: only }
            }
            Place::File { path, key } => {
                let (writer, readers) = sqlite::in_file(&path, &key).await?;
                Base::Sqlite { writer, readers }
            }
            Place::Postgres { url, password } => {
                let pool = url.connect(&password).await?;
                migrate_postgres(&pool).await?;
                Base::Postgres(pool)
            }
        };
        Ok(Self { base })
    }

    /// Ends all connections and folds the write-ahead log into the file. Without it nothing is lost either.
    pub async fn close(self) {
        match self.base {
            Base::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Base::Postgres(pool) => pool.close().await,
        }
    }

    /// Counts the rows by reading through an index of each table: some 100 ms a million rows, so not for each
    /// step of a progress bar.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn count(&self) -> Result<Counts, LedgerError> {
        let row = query(
            "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM card), (SELECT count(*) FROM chip)",
        )
        .fetch_one(self.readers())
        .await?;
        let count = |at| row.try_get::<i64>(at).map(i64::unsigned_abs);
        Ok(Counts { people: count(0)?, cards: count(1)?, chips: count(2)? })
    }

    pub(crate) fn readers(&self) -> On<'_> {
        match &self.base {
            Base::Sqlite { readers, .. } => On::SqlitePool(readers),
            Base::Postgres(pool) => On::PostgresPool(pool),
        }
    }

    /// For a single statement, which is kept when it returns.
    pub(crate) fn writer(&self) -> On<'_> {
        match &self.base {
            Base::Sqlite { writer, .. } => On::SqlitePool(writer),
            Base::Postgres(pool) => On::PostgresPool(pool),
        }
    }

    /// Begins a transaction beside which others may write on a server: for tables whose rows hold themselves
    /// apart by row locks, stock and journal.
    ///
    /// In a file it has the write lock from the start: one that reads first and asks for the lock later fails at
    /// once, without waiting, where another process has written in between.
    pub(crate) async fn begin(&self) -> Result<Tx, LedgerError> {
        Ok(match &self.base {
            Base::Sqlite { writer, .. } => Tx::Sqlite(match writer.begin_with(BEGIN).await {
                // SQLite itself takes a transaction back that fails for a full disk or a broken one; sqlx still
                // counts it as begun and refuses the next. Another connection knows nothing of it.
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    writer.acquire().await?.close().await?;
                    writer.begin_with(BEGIN).await?
                }
                begun => begun?,
            }),
            Base::Postgres(pool) => Tx::Postgres(answered(pool.begin()).await?),
        })
    }

    /// Begins a transaction beside which no other of this kind writes: what it has read stays so.
    pub(crate) async fn write(&self) -> Result<Tx, LedgerError> {
        let mut tx = self.begin().await?;
        if let Tx::Postgres(_) = tx {
            query("SELECT 1 FROM pg_advisory_xact_lock($1)").bind(WRITING).fetch_all(&mut tx).await?;
        }
        Ok(tx)
    }
}
