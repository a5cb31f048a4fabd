//! The ledger of one desk: an encrypted file, its key, its connections.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretBox};
use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::LedgerError;
use crate::schema::migrate_sqlite;

/// How long to wait for another process's lock or for this program's own other work.
const PATIENCE: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// Every plain SQLite file begins with this; an encrypted one begins with its random salt.
const PLAIN_HEADER: &[u8; 16] = b"SQLite format 3\0";

/// A private database in memory. It belongs to its connection, so reading shares the writer's.
pub(crate) async fn in_memory() -> Result<SqlitePool, LedgerError> {
    let only = pool(options(), 1).await?;
    migrate_sqlite(&only).await?;
    Ok(only)
}

/// The file's one connection that writes, and those that read.
pub(crate) async fn in_file(
    path: &Path,
    key: &SecretBox<[u8; 32]>,
) -> Result<(SqlitePool, SqlitePool), LedgerError> {
    make_private(path)?;
    refuse_plain(path)?;
    let options = encrypted(path, key);
    // The index is filled in random order: a log of 32 MB takes a page's many changes before it's written back
    // once.
    let writing = options.clone().pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "8000");
    let first = pool(writing.clone(), 1).await?;
    let made = async {
        // Plain SQLite takes `PRAGMA key` without a word, so ask whether it is SQLCipher.
        let cipher = sqlx::query("PRAGMA cipher_version").fetch_optional(&first).await?;
        if cipher.is_none() {
            return Err(LedgerError::NotEncrypted);
        }
        migrate_sqlite(&first).await
    };
    let made = made.await;
    first.close().await;
    made?;
    // What stands in the file by now is looked at between two connections: closing a file that this process has open
    // otherwise would take SQLite's locks on it away (POSIX's advisory locks are the process's, not the handle's).
    refuse_plain(path)?;
    let writer = pool(writing, 1).await?;
    let readers = options.pragma("query_only", "ON").pragma("cache_size", "-16384");
    Ok((writer, pool(readers, READERS).await?))
}

/// sqlx would log statements, and among them the pragma that holds the key: off, at every level.
fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new().foreign_keys(true).busy_timeout(PATIENCE).disable_statement_logging()
}

/// The `Debug` of what this returns prints the key: it must never be shown.
pub(crate) fn encrypted(path: &Path, key: &SecretBox<[u8; 32]>) -> SqliteConnectOptions {
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

pub(crate) fn refuse_plain(path: &Path) -> Result<(), LedgerError> {
    let mut head = Vec::with_capacity(PLAIN_HEADER.len());
    File::open(path)?.take(PLAIN_HEADER.len() as u64).read_to_end(&mut head)?;
    if head == PLAIN_HEADER { Err(LedgerError::NotEncrypted) } else { Ok(()) }
}

/// Makes the file, or shuts an existing one to other users of the machine. SQLite gives the log the same mode.
#[cfg(unix)]
pub(crate) fn make_private(path: &Path) -> Result<(), LedgerError> {
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
pub(crate) fn make_private(path: &Path) -> Result<(), LedgerError> {
    if !path.exists() {
        File::create_new(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Base;
    use crate::schema::KNOWN;
    use crate::sql::query;
    use crate::{Ledger, PersonRow, Place};

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
        let version: Vec<String> =
            query("PRAGMA cipher_version").fetch_column(ledger.writer()).await.unwrap();
        let version = &version[0];
        assert!(version.starts_with("4."), "{version}");
        for (pragma, is) in [("PRAGMA journal_mode", "wal"), ("PRAGMA synchronous", "2")] {
            let row = query(pragma).fetch_one(ledger.writer()).await.unwrap();
            let value = row.try_get::<String>(0).or_else(|_| row.try_get::<i64>(0).map(|n| n.to_string()));
            assert_eq!(value.unwrap(), is, "{pragma}");
        }
    }

    #[tokio::test]
    async fn a_newer_schema_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9000, 'of the future', TRUE, x'00', 0)",
        )
        .execute(ledger.writer())
        .await
        .unwrap();
        ledger.close().await;
        let before = std::fs::read(dir.path().join("ledger.db")).unwrap();
        let refused = Ledger::open(file(&dir)).await.unwrap_err();
        assert_eq!(refused, LedgerError::NewerSchema { found: 9000, known: KNOWN });
        assert_eq!(std::fs::read(dir.path().join("ledger.db")).unwrap(), before);
    }

    #[tokio::test]
    async fn a_full_disk_is_named_and_keeps_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        ledger.store_people(&people(0..10)).await.unwrap();
        // SQLite gives the same SQLITE_FULL for its own limit of pages as for the disk's.
        query("PRAGMA max_page_count = 1").execute(ledger.writer()).await.unwrap();
        assert_eq!(ledger.store_people(&people(0..5000)).await, Err(LedgerError::DiskFull));
        assert_eq!(ledger.count().await.unwrap().people, 10);
        query("PRAGMA max_page_count = 1000000").execute(ledger.writer()).await.unwrap();
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
        assert_eq!(migrate_sqlite(&writer).await, Err(LedgerError::ReadOnly), "refused when it is opened");
        let shut = Ledger { base: Base::Sqlite { writer: writer.clone(), readers: writer } };
        assert_eq!(shut.store_people(&people(0..1)).await, Err(LedgerError::ReadOnly));
        assert_eq!(shut.person(3).await.unwrap().unwrap().cardholder_id, 3, "and can still be read");
    }

    #[tokio::test]
    async fn a_ledger_that_another_process_holds_is_busy() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(file(&dir)).await.unwrap();
        let Place::File { path, key } = file(&dir) else { unreachable!() };
        let hasty = encrypted(&path, &key).busy_timeout(Duration::from_millis(20));
        let only = pool(hasty, 1).await.unwrap();
        let other = Ledger { base: Base::Sqlite { writer: only.clone(), readers: only } };
        let held = ledger.write().await.unwrap();
        assert_eq!(other.store_people(&people(0..1)).await, Err(LedgerError::Busy));
        drop(held);
        // The one connection comes back when it has rolled back.
        ledger.write().await.unwrap().commit().await.unwrap();
        assert_eq!(other.store_people(&people(0..1)).await, Ok(()));
    }
}
