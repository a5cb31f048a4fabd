//! What is done from a command line instead of the window: a copy of the ledger, its way back, whether its audit is
//! whole, and the check-up. Each says how it ended in one line, the check-up in one a finding; the exit code is 0 only if
//! it was done, and of the check-up if nothing is bad.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ledger::{Ledger, LedgerError, Place};
use secrecy::SecretBox;
use wire::{Clock, OsDice, SystemClock};

use crate::doctor::{self, Patient};
use crate::keys::{KeyringGone, Keys};
use crate::settings::Home;

/// What to do.
#[derive(Debug)]
pub enum Task {
    Ledger(OnLedger),
    /// Looks at everything that the desk stands on. `tap`: waits so long for a card.
    Doctor {
        json: bool,
        tap: Option<Duration>,
    },
}

/// What to do with the ledger.
#[derive(Debug)]
pub enum OnLedger {
    /// Copies the ledger into a new file while desks work on.
    BackUp(PathBuf),
    /// Puts a copy in the ledger's place; the desk must be closed.
    Restore(PathBuf),
    /// Goes through the audit's chain.
    Verify,
}

/// What was done, in words.
#[derive(Debug)]
pub struct Said {
    pub text: String,
    /// The check-up found nothing bad; of all else true.
    pub well: bool,
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

/// Does it; gives what is to be said. `display`: there is one to open a window on.
///
/// # Errors
/// [`NotDone`]: the ledger is as it was.
pub fn run(home: PathBuf, task: Task, display: bool) -> Result<Said, NotDone> {
    let home = Home::new(home);
    tauri::async_runtime::block_on(async {
        match task {
            Task::Doctor { json, tap } => doctor(home, json, tap, display).await,
            Task::Ledger(task) => Ok(Said { text: done(home, task).await?, well: true }),
        }
    })
}

async fn doctor(home: Home, json: bool, tap: Option<Duration>, display: bool) -> Result<Said, NotDone> {
    let settings = home.load(String::new).ok();
    let (clock, dice) = (Arc::new(SystemClock), Arc::new(OsDice));
    let patient = Patient { home, settings, running: None, display, clock, dice };
    let check_up = doctor::look(&patient, tap).await;
    let text = match json {
        true => serde_json::to_string_pretty(&check_up).map_err(|_| NotDone::Settings)?,
        false => doctor::said(&check_up),
    };
    Ok(Said { text, well: check_up.well })
}

async fn done(home: Home, task: OnLedger) -> Result<String, NotDone> {
    let settings = home.load(String::new).map_err(|_| NotDone::Settings)?;
    let path = home.ledger().map_err(|_| NotDone::Settings)?;
    if settings.connections.practice() {
        return Err(NotDone::NoDesk);
    }
    let keys = Keys::new(&settings.desk_id);
    if let Some(at) = &settings.connections.ledger {
        let OnLedger::Verify = task else { return Err(NotDone::Server) };
        let url = at.0.parse().map_err(|_| NotDone::Settings)?;
        let password = keys.get(crate::keys::Name::LedgerPassword).await?.ok_or(NotDone::Keyring)?;
        return verify(Ledger::open(Place::Postgres { url, password }).await?).await;
    }
    let key = keys.kept_ledger_key().await?.ok_or(NotDone::Keyring)?;
    match task {
        OnLedger::BackUp(to) => {
            back_up(&path, key, &to).await?;
            Ok(format!("the ledger has been copied to {}; its key stays in the keyring", to.display()))
        }
        OnLedger::Restore(from) => {
            let ledger = Ledger::restore(&from, path, key, SystemClock.now()).await?;
            ledger.close().await;
            Ok("the ledger has been restored; its numbers are compared with ALIVE before any is given out"
                .to_owned())
        }
        OnLedger::Verify => verify(Ledger::open(Place::File { path, key }).await?).await,
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
