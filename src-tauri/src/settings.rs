//! The settings file: what a desk prefers and which registers it's set up for. No secret ever stands in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use desk::view::checkup::GivenRole;
use serde::{Deserialize, Serialize};

use crate::commands::settings::{Connections, Preferences};

/// The file's content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Tells the secrets of several desks in one keyring apart.
    pub desk_id: String,
    #[serde(default)]
    pub preferences: Preferences,
    #[serde(default)]
    pub connections: Connections,
    /// What staff have said that readers are for, by the readers' names without their shifting index.
    #[serde(default)]
    pub readers: BTreeMap<String, GivenRole>,
}

impl Settings {
    /// The readers' roles as the monitor takes them.
    pub fn roles(&self) -> impl Iterator<Item = (String, chip::Role)> {
        self.readers.iter().map(|(name, given)| (name.clone(), (*given).into()))
    }
}

/// Where a desk keeps what it keeps.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

impl Home {
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The ledger's file, its folder made.
    pub fn ledger(&self) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0)?;
        Ok(self.0.join("ledger.db"))
    }

    /// The ledger's file, if there is one.
    pub fn ledger_there(&self) -> Option<PathBuf> {
        Some(self.0.join("ledger.db")).filter(|path| path.exists())
    }

    /// Removes the ledger with all that it holds. It must be closed.
    pub fn forget_ledger(&self) -> io::Result<()> {
        for file in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
            match fs::remove_file(self.0.join(file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn settings(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    /// Reads the settings; a desk that opens for the first time has the defaults and the `fresh` id.
    pub fn load(&self, fresh: impl FnOnce() -> String) -> io::Result<Settings> {
        match fs::read(self.settings()) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Settings {
                desk_id: fresh(),
                preferences: Preferences::default(),
                connections: Connections::default(),
                readers: BTreeMap::new(),
            }),
            Err(error) => Err(error),
        }
    }

    /// Writes the settings; whole or not at all, whatever happens in between.
    pub fn save(&self, settings: &Settings) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let next = self.0.join("settings.json.next");
        let mut file = fs::File::create(&next)?;
        file.write_all(&serde_json::to_vec_pretty(settings)?)?;
        file.sync_all()?;
        fs::rename(&next, self.settings())?;
        sync_folder(&self.0)
    }
}

/// A rename is on the disk when its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
