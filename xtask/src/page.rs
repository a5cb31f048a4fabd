//! The window's page: its packages and its build.

use std::path::Path;
use std::time::SystemTime;

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

/// Builds the page into `ui/dist`, from where the program takes it in; once, until its sources change.
pub fn build() -> Result<()> {
    packages()?;
    let ui = root().join("ui");
    let sources = ["src", "index.html", "package-lock.json", "vite.config.ts"];
    let changed = sources.iter().filter_map(|source| newest(&ui.join(source))).max();
    if newest(&ui.join("dist/index.html")).is_some_and(|built| Some(built) > changed) {
        return Ok(());
    }
    say("building the page");
    npm(&["run", "--silent", "build"])
}

/// When a file, or the newest file in a folder, was last changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let about = std::fs::metadata(path).ok()?;
    if !about.is_dir() {
        return about.modified().ok();
    }
    let inside = std::fs::read_dir(path).ok()?.filter_map(|entry| newest(&entry.ok()?.path())).max();
    inside.max(about.modified().ok())
}

pub fn npm(words: &[&str]) -> Result<()> {
    let ui = root().join("ui").display().to_string();
    let mut all = vec!["--prefix", ui.as_str()];
    all.extend(words);
    sh("npm", &all, &[])
}
