//! Backup and restore of a ledger in a file. A backup is a file of the same kind, encrypted under the same key, made
//! while desks work on.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::SecretBox;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, Row};

use crate::open::Base;
use crate::schema::KNOWN;
use crate::sqlite::{encrypted, make_private, refuse_plain};
use crate::{Ledger, LedgerError, Mark, Place};

impl Ledger {
    /// Copies the ledger as it stands at one moment into a new file, and looks the copy through before it gets its
    /// name: what has the name is whole. Nobody waits for it.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] if there is such a file, [`LedgerError::NotAFile`] of a ledger that is none,
    /// [`LedgerError::Corrupt`] if the ledger, and so the copy, is damaged, and whatever a disk can do.
    pub async fn back_up(&self, to: &Path) -> Result<(), LedgerError> {
        let Base::Sqlite { writer, .. } = &self.base else {
            return Err(LedgerError::NotAFile);
        };
        let options = writer.connect_options();
        // A database in memory isn't encrypted, and its copy would not be.
        if !options.get_filename().is_file() {
            return Err(LedgerError::NotAFile);
        }
        if to.exists() {
            return Err(LedgerError::Exists);
        }
        let part = beside(to, ".part");
        remove(&part)?;
        // SQLite wants a new or an empty file; made here, it's private from its first byte.
        make_private(&part)?;
        let name = part.to_str().ok_or(LedgerError::Io { code: None })?;
        let done = async {
            // On a connection of its own it only reads, beside the one that writes.
            let mut one = options.connect().await?;
            let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut one).await;
            one.close().await?;
            copied?;
            refuse_plain(&part)?;
            look_through((*options).clone().filename(&part)).await?;
            File::open(&part)?.sync_all()?;
            // Fails if there is such a file by now, where a renaming would replace it.
            fs::hard_link(&part, to)?;
            sync_folder(to)
        };
        let done = done.await;
        remove(&part)?;
        done
    }

    /// Puts a backup in the place of a ledger that nobody has open, at one stroke, and opens it. What was there is
    /// kept as `….replaced` until the restored ledger has opened.
    ///
    /// Numbers that were free when the backup was made may have been used since: the stock gives none out until
    /// they have been compared with ALIVE ([`Ledger::stock_is_checked`]).
    ///
    /// # Errors
    /// Of the backup [`LedgerError::WrongKey`], [`LedgerError::NotEncrypted`], [`LedgerError::NewerSchema`] or
    /// [`LedgerError::Corrupt`], of the ledger [`LedgerError::Busy`] if it's open somewhere: the ledger is then as
    /// it was. Whatever a disk can do.
    pub async fn restore(
        backup: &Path,
        path: PathBuf,
        key: SecretBox<[u8; 32]>,
        at: Timestamp,
    ) -> Result<Self, LedgerError> {
        refuse_plain(backup)?;
        let part = beside(&path, ".restoring");
        let replaced = beside(&path, ".replaced");
        remove(&part)?;
        let checked = async {
            make_private(&part)?;
            fs::copy(backup, &part)?;
            look_through(encrypted(&part, &key)).await?;
            mark_unchecked(encrypted(&part, &key), at).await?;
            File::open(&part)?.sync_all()?;
            fold_log_in(&path, &key).await
        };
        if let Err(error) = checked.await {
            remove(&part)?;
            return Err(error);
        }
        remove(&replaced)?;
        if path.exists() {
            fs::hard_link(&path, &replaced)?;
        }
        fs::rename(&part, &path)?;
        sync_folder(&path)?;
        let opened = Self::open(Place::File { path: path.clone(), key }).await;
        match &opened {
            Ok(_) => remove(&replaced)?,
            Err(_) if replaced.exists() => {
                forget_log(&path)?;
                fs::rename(&replaced, &path)?;
                sync_folder(&path)?;
            }
            Err(_) => {}
        }
        opened
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// A new name is on the disk when its folder is.
fn sync_folder(path: &Path) -> Result<(), LedgerError> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let here = Path::new(".");
        File::open(if folder.as_os_str().is_empty() { here } else { folder })?.sync_all()?;
    }
    Ok(())
}

/// Reads every page: whether its seal is unbroken, whether the whole hangs together, whether this program knows
/// its schema.
async fn look_through(options: SqliteConnectOptions) -> Result<(), LedgerError> {
    // No log beside a file that is only looked at.
    let options = options.create_if_missing(false).journal_mode(SqliteJournalMode::Delete);
    let mut one = options.connect().await?;
    let looked = async {
        // Rows of this say which pages are broken.
        let broken = sqlx::query("PRAGMA cipher_integrity_check").fetch_all(&mut one).await?;
        if !broken.is_empty() {
            return Err(LedgerError::Corrupt);
        }
        let whole = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut one).await?;
        if whole.try_get::<&str, _>(0)? != "ok" {
            return Err(LedgerError::Corrupt);
        }
        let newest = sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut one).await?;
        match newest.try_get::<Option<i64>, _>(0)? {
            Some(found) if found > KNOWN => Err(LedgerError::NewerSchema { found, known: KNOWN }),
            Some(_) => Ok(()),
            None => Err(LedgerError::Corrupt),
        }
    };
    let looked = looked.await;
    one.close().await?;
    looked
}

/// Shuts the stock of a restored ledger before anyone can open it.
async fn mark_unchecked(options: SqliteConnectOptions, at: Timestamp) -> Result<(), LedgerError> {
    let mut one = options.create_if_missing(false).journal_mode(SqliteJournalMode::Delete).connect().await?;
    let marked = sqlx::query(
        "INSERT INTO mark (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
    )
    .bind(Mark::StockUnchecked.name())
    .bind(at.as_millisecond())
    .execute(&mut one)
    .await;
    one.close().await?;
    marked?;
    Ok(())
}

/// Brings what stands in the log of the ledger that is to be replaced into its file, since a log that stayed behind
/// would be taken for the new file's. Where it can't be opened any more, the log is kept beside it.
async fn fold_log_in(path: &Path, key: &SecretBox<[u8; 32]>) -> Result<(), LedgerError> {
    if !path.exists() {
        return forget_log(path);
    }
    let folded = async {
        let mut one = encrypted(path, key).connect().await?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut one).await;
        let held = match row {
            Ok(row) => row.try_get::<i64, _>(0)? != 0,
            Err(error) => return Err(LedgerError::from(error)),
        };
        // Fails where another connection is open, and takes the log's file away where none is.
        let alone = sqlx::query("PRAGMA journal_mode = DELETE").fetch_one(&mut one).await;
        one.close().await?;
        alone?;
        if held { Err(LedgerError::Busy) } else { Ok(()) }
    };
    match folded.await {
        Err(LedgerError::WrongKey | LedgerError::Corrupt | LedgerError::NotEncrypted) => {
            for end in ["-wal", "-shm"] {
                let (log, kept) = (beside(path, end), beside(&beside(path, ".replaced"), end));
                remove(&kept)?;
                if log.exists() {
                    fs::rename(log, kept)?;
                }
            }
            Ok(())
        }
        other => other,
    }
}

fn forget_log(path: &Path) -> Result<(), LedgerError> {
    remove(&beside(path, "-wal"))?;
    remove(&beside(path, "-shm"))
}
