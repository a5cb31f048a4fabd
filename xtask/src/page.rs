//! The window's page: its packages and its build.

use anyhow::{Context, Result};

use crate::system::{node, root, say, sh};

/// `npm ci`, when the lock file has changed since the last time.
pub fn packages() -> Result<()> {
    node()?;
    let ui = root().join("ui");
    let lock = std::fs::read(ui.join("package-lock.json")).context("ui/package-lock.json")?;
    let stamp = ui.join("node_modules/.lock-installed");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm(&["ci", "--no-fund", "--no-audit"])?;
    std::fs::write(stamp, lock)?;
    Ok(())
}

/// Builds the page into `ui/dist`, from where the program takes it in.
pub fn build() -> Result<()> {
    packages()?;
    say("building the page");
    npm(&["run", "--silent", "build"])
}

pub fn npm(words: &[&str]) -> Result<()> {
    let ui = root().join("ui").display().to_string();
    let mut all = vec!["--prefix", ui.as_str()];
    all.extend(words);
    sh("npm", &all, &[])
}
