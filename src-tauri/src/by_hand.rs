//! What is done from a command line instead of the window: a copy of the ledger, its way back, and whether its audit is
//! whole. Each says how it ended in one line; the exit code is 0 only if it was done.

use std::path::{Path, PathBuf};

use ledger::{Ledger, LedgerError, Place};
use secrecy::SecretBox;
use wire::{Clock, SystemClock};

use crate::keys::{KeyringGone, Keys};
use crate::settings::Home;

/// What to do.
#[derive(Debug)]
pub enum Task {
    /// Copies the ledger into a new file while desks work on.
    BackUp(PathBuf),
    /// Puts a copy in the ledger's place; the desk must be closed.
    Restore(PathBuf),
    /// Goes through the audit's chain.
    Verify,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    #[error("the keyring can't be used, or doesn't hold this desk's key")]
    Keyring,
    #[error("the settings can't be read")]
    Settings,
    #[error("this desk has not been set up: there is no ledger")]
    NoDesk,
    #[error("this desk's ledger stands on a database server: back it up there")]
    Server,
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    #[error("the audit is broken at entry {0}")]
    Broken(i64),
}

impl From<KeyringGone> for NotDone {
    fn from(_: KeyringGone) -> Self {
        Self::Keyring
    }
}

/// Where the desk keeps what it keeps, unless it's told otherwise: the same folder as the window's.
pub fn own_home() -> Option<PathBuf> {
    dirs::data_local_dir().map(|folder| folder.join("org.carddesk.desk"))
}

/// Does it; gives the line to say.
///
/// # Errors
/// [`NotDone`]: the ledger is as it was.
pub fn run(home: PathBuf, task: Task) -> Result<String, NotDone> {
    tauri::async_runtime::block_on(done(Home::new(home), task))
}

async fn done(home: Home, task: Task) -> Result<String, NotDone> {
    let settings = home.load(String::new).map_err(|_| NotDone::Settings)?;
    let path = home.ledger().map_err(|_| NotDone::Settings)?;
    if settings.connections.practice() {
        return Err(NotDone::NoDesk);
    }
    let keys = Keys::new(&settings.desk_id);
    if let Some(at) = &settings.connections.ledger {
        let Task::Verify = task else { return Err(NotDone::Server) };
        let url = at.0.parse().map_err(|_| NotDone::Settings)?;
        let password = keys.get(crate::keys::Name::LedgerPassword).await?.ok_or(NotDone::Keyring)?;
        return verify(Ledger::open(Place::Postgres { url, password }).await?).await;
    }
    let key = keys.kept_ledger_key().await?.ok_or(NotDone::Keyring)?;
    match task {
        Task::BackUp(to) => {
            back_up(&path, key, &to).await?;
            Ok(format!("the ledger has been copied to {}; its key stays in the keyring", to.display()))
        }
        Task::Restore(from) => {
            let ledger = Ledger::restore(&from, path, key, SystemClock.now()).await?;
            ledger.close().await;
            Ok("the ledger has been restored; its numbers are compared with ALIVE before any is given out"
                .to_owned())
        }
        Task::Verify => verify(Ledger::open(Place::File { path, key }).await?).await,
    }
}

async fn back_up(path: &Path, key: SecretBox<[u8; 32]>, to: &Path) -> Result<(), NotDone> {
    let ledger = Ledger::open(Place::File { path: path.to_owned(), key }).await?;
    let done = ledger.back_up(to).await;
    ledger.close().await;
    Ok(done?)
}

async fn verify(ledger: Ledger) -> Result<String, NotDone> {
    let verdict = ledger.verify_audit().await;
    let head = ledger.audit_head().await;
    ledger.close().await;
    let verdict = verdict?;
    match verdict.broken_at {
        Some(entry) => Err(NotDone::Broken(entry)),
        None => {
            let head = head?.map_or_else(|| "none".to_owned(), |head| format!("{} {}", head.seq, head.hash));
            Ok(format!(
                "the audit is whole: {} entries; its head, to be written down elsewhere: {head}",
                verdict.rows
            ))
        }
    }
}
