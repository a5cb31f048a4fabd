//! Opening the ledger: the file, its key, its schema, its connections.

use crate::error::from_migration;
use crate::{Counts, LedgerError};
use secrecy::{ExposeSecret, SecretBox};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Row, SqlSafeStr, Sqlite, SqlitePool, Transaction};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the ledger stands.
#[derive(Debug)]
pub enum Place {
    /// An encrypted file on a local disk (never a network share: WAL needs shared memory). `key` is SQLCipher's
    /// raw key of 256 bits, so that opening derives nothing. The file is made if it's absent; its folder isn't.
    File { path: PathBuf, key: SecretBox<[u8; 32]> },
    /// Practice: nothing is written anywhere and nothing is left behind.
    Memory,
}

/// What the desk keeps. Clones are the same ledger.
///
/// Writing methods queue up on one connection; reading ones run beside them and each other and see what has
/// been committed. A method whose future is dropped half-way has either been done or not at all.
#[derive(Clone, Debug)]
pub struct Ledger {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// How long to wait for another process's lock or for this program's own other work.
const PATIENCE: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// Every plain SQLite file begins with this; an encrypted one begins with its random salt.
const PLAIN_HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Each with its number, in order. A number once released is never changed: the next one is added.
const SCHEMA: [(i64, &str, &str); 9] = [
    (1, "person", include_str!("../migrations/sqlite/0001_person.sql")),
    (2, "name", include_str!("../migrations/sqlite/0002_name.sql")),
    (3, "card", include_str!("../migrations/sqlite/0003_card.sql")),
    (4, "chip", include_str!("../migrations/sqlite/0004_chip.sql")),
    (5, "sup_link", include_str!("../migrations/sqlite/0005_sup_link.sql")),
    (6, "usos_link", include_str!("../migrations/sqlite/0006_usos_link.sql")),
    (7, "mark", include_str!("../migrations/sqlite/0007_mark.sql")),
    (8, "change", include_str!("../migrations/sqlite/0008_change.sql")),
    (9, "erasure", include_str!("../migrations/sqlite/0009_erasure.sql")),
];

impl Ledger {
    /// Opens the ledger, makes its file or brings its schema up to this program's.
    ///
    /// # Errors
    /// [`LedgerError::WrongKey`], [`LedgerError::NotEncrypted`], [`LedgerError::NewerSchema`] and whatever a
    /// disk can do.
    pub async fn open(place: Place) -> Result<Self, LedgerError> {
        let ledger = match place {
            Place::Memory => {
                // A private database in memory belongs to its connection, so reading shares the writer's.
                let only = pool(options(), 1).await?;
                Self { writer: only.clone(), readers: only }
            }
            Place::File { path, key } => {
                make_private(&path)?;
                refuse_plain(&path)?;
                let options = encrypted(&path, &key);
                // The index is filled in random order: a log of 32 MB takes a page's many changes before it's
                // written back once.
                let writing =
                    options.clone().pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "8000");
                let writer = pool(writing, 1).await?;
                // Plain SQLite takes `PRAGMA key` without a word, so ask whether it is SQLCipher.
                let cipher = sqlx::query("PRAGMA cipher_version").fetch_optional(&writer).await?;
                if cipher.is_none() {
                    return Err(LedgerError::NotEncrypted);
                }
                migrate(&writer).await?;
                refuse_plain(&path)?;
                let readers = options.pragma("query_only", "ON").pragma("cache_size", "-16384");
                return Ok(Self { writer, readers: pool(readers, READERS).await? });
            }
        };
        migrate(&ledger.writer).await?;
        Ok(ledger)
    }

    /// Ends all connections and folds the write-ahead log into the file. Without it nothing is lost either.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Counts the rows by reading through an index of each table: some 100 ms a million rows, so not for each
    /// step of a progress bar.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn count(&self) -> Result<Counts, LedgerError> {
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM card), (SELECT count(*) FROM chip)",
        )
        .fetch_one(&self.readers)
        .await?;
        let count = |at| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
        Ok(Counts { people: count(0)?, cards: count(1)?, chips: count(2)? })
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// Begins a transaction that has the write lock from the start: one that reads first and asks for the lock
    /// later fails at once, without waiting, where another process has written in between.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, LedgerError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// sqlx would log statements, and among them the pragma that holds the key: off, at every level.
fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new().foreign_keys(true).busy_timeout(PATIENCE).disable_statement_logging()
}

/// The `Debug` of what this returns prints the key: it must stay in this file.
fn encrypted(path: &Path, key: &SecretBox<[u8; 32]>) -> SqliteConnectOptions {
    options()
        .filename(path)
        .create_if_missing(true)
        .pragma("key", format!("\"x'{}'\"", hex::encode(key.expose_secret())))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
}

async fn pool(options: SqliteConnectOptions, connections: u32) -> Result<SqlitePool, LedgerError> {
    // Connections stay for good: the one of a database in memory is the database.
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(2 * PATIENCE);
    Ok(pool.connect_with(options).await?)
}

/// Brings the schema up to this program's, on a thread of its own: sqlx's migrator borrows its connection in a way
/// that keeps the compiler from seeing that the future may move between threads.
async fn migrate(writer: &SqlitePool) -> Result<(), LedgerError> {
    let (writer, runtime) = (writer.clone(), tokio::runtime::Handle::current());
    let migrated = tokio::task::spawn_blocking(move || runtime.block_on(migrate_here(&writer))).await;
    migrated.unwrap_or(Err(LedgerError::Io { code: None }))
}

/// All or nothing, and one process at a time.
async fn migrate_here(writer: &SqlitePool) -> Result<(), LedgerError> {
    let known = SCHEMA.iter().map(|(number, ..)| *number).max().unwrap_or_default();
    let migrations = SCHEMA.map(|(number, name, sql)| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    Migrator::with_migrations(migrations.into())
        .run(&mut *tx)
        .await
        .map_err(|error| from_migration(error, known))?;
    // On a file that may only be read, SQLite begins all the same and refuses the first write, though it changes
    // nothing: better now than in the middle of a journey.
    sqlx::query("DELETE FROM mark WHERE FALSE").execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

fn refuse_plain(path: &Path) -> Result<(), LedgerError> {
    let mut head = Vec::with_capacity(PLAIN_HEADER.len());
    File::open(path)?.take(PLAIN_HEADER.len() as u64).read_to_end(&mut head)?;
    if head == PLAIN_HEADER { Err(LedgerError::NotEncrypted) } else { Ok(()) }
}

/// Makes the file, or shuts an existing one to other users of the machine. SQLite gives the log the same mode.
#[cfg(unix)]
fn make_private(path: &Path) -> Result<(), LedgerError> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    match std::fs::metadata(path) {
        Ok(found) => {
            let mode = found.permissions().mode();
            if mode & 0o077 != 0 {
                std::fs::set_permissions(path, PermissionsExt::from_mode(mode & 0o700))?;
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            File::options().write(true).create_new(true).mode(0o600).open(path)?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Makes the file; elsewhere the folder's rights, which are the user's own, hold for it.
#[cfg(not(unix))]
fn make_private(path: &Path) -> Result<(), LedgerError> {
    if !path.exists() {
        File::create_new(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonRow;

    fn file(dir: &tempfile::TempDir) -> Place {
        Place::File { path: dir.path().join("ledger.db"), key: SecretBox::new(Box::new([7; 32])) }
    }

    fn people(ids: std::ops::Range<i64>) -> Vec<PersonRow> {
        ids.map(|id| PersonRow {
            cardholder_id: id,
            degree_before: None,
            first_name: format!("Jan{id}"),
            last_name: format!("Vymyšlený{id}"),
            degree_after: None,
            date_of_birth: None,
            personal_id: None,
            external_id: None,
            roles: vec![],
            seen_at: jiff::Timestamp::UNIX_EPOCH,
        })
        .collect()
    }

    #[tokio::test]
    async fn what_is_linked_is_sqlcipher_4() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        let version: String =
            sqlx::query_scalar("PRAGMA cipher_version").fetch_one(ledger.writer()).await.unwrap();
        assert!(version.starts_with("4."), "{version}");
        for (pragma, is) in [("PRAGMA journal_mode", "wal"), ("PRAGMA synchronous", "2")] {
            let row = sqlx::query(pragma).fetch_one(ledger.writer()).await.unwrap();
            let value =
                row.try_get::<String, _>(0).or_else(|_| row.try_get::<i64, _>(0).map(|n| n.to_string()));
            assert_eq!(value.unwrap(), is, "{pragma}");
        }
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9000, 'of the future', TRUE, x'00', 0)",
        )
        .execute(ledger.writer())
        .await
        .unwrap();
        ledger.close().await;
        let before = std::fs::read(dir.path().join("ledger.db")).unwrap();
        let refused = Ledger::open(file(&dir)).await.unwrap_err();
        assert_eq!(refused, LedgerError::NewerSchema { found: 9000, known: 9 });
        assert_eq!(std::fs::read(dir.path().join("ledger.db")).unwrap(), before);
    }

    #[tokio::test]
    async fn a_full_disk_is_named_and_keeps_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        ledger.store_people(&people(0..10)).await.unwrap();
        // SQLite gives the same SQLITE_FULL for its own limit of pages as for the disk's.
        sqlx::query("PRAGMA max_page_count = 1").execute(ledger.writer()).await.unwrap();
        assert_eq!(ledger.store_people(&people(0..5000)).await, Err(LedgerError::DiskFull));
        assert_eq!(ledger.count().await.unwrap().people, 10);
        sqlx::query("PRAGMA max_page_count = 1000000").execute(ledger.writer()).await.unwrap();
        ledger.store_people(&people(0..5000)).await.unwrap();
        assert_eq!(ledger.count().await.unwrap().people, 5000);
    }

    #[tokio::test]
    async fn a_ledger_that_may_only_be_read_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        ledger.store_people(&people(0..10)).await.unwrap();
        let Place::File { path, key } = file(&dir) else { unreachable!() };
        let writer = pool(encrypted(&path, &key).read_only(true), 1).await.unwrap();
        assert_eq!(migrate(&writer).await, Err(LedgerError::ReadOnly), "refused when it is opened");
        let shut = Ledger { writer, readers: ledger.readers.clone() };
        assert_eq!(shut.store_people(&people(0..1)).await, Err(LedgerError::ReadOnly));
        assert_eq!(shut.person(3).await.unwrap().unwrap().cardholder_id, 3, "and can still be read");
    }

    #[tokio::test]
    async fn a_ledger_that_another_process_holds_is_busy() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        let Place::File { path, key } = file(&dir) else { unreachable!() };
        let hasty = encrypted(&path, &key).busy_timeout(Duration::from_millis(20));
        let other = Ledger { writer: pool(hasty, 1).await.unwrap(), readers: ledger.readers.clone() };
        let held = ledger.write().await.unwrap();
        assert_eq!(other.store_people(&people(0..1)).await, Err(LedgerError::Busy));
        held.rollback().await.unwrap();
        assert_eq!(other.store_people(&people(0..1)).await, Ok(()));
    }
}
