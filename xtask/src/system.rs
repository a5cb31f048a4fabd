//! What the machine has to have: Debian packages, installed when they're missing, and commands run with their name
//! printed first.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// To build the program and open its window.
pub const TO_RUN: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libpcsclite-dev",
    "pcscd",
    "fonts-dejavu-core",
];

/// To open a window where there's no display.
pub const TO_RUN_HEADLESS: &[&str] = &["xvfb", "dbus"];

/// To test: a display and a keyring of its own, WebDriver for the window, a reader for virtual cards, a database
/// server for the ledger of several desks, and a keyboard whose layout can be another one.
pub const TO_TEST: &[&str] = &[
    "xvfb",
    "dbus",
    "gnome-keyring",
    "webkit2gtk-driver",
    "pcscd",
    "vsmartcard-vpcd",
    "procps",
    "postgresql",
    "x11-xkb-utils",
    "xdotool",
];

/// The version of tauri-driver that the journeys are driven with.
const TAURI_DRIVER: &str = "2.1.0";

/// The workspace's root, as cargo tells it when this is run: what was known when it was built may be another checkout
/// that shares the target folder.
pub fn root() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("xtask"), PathBuf::from);
    package.parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Says what is being done.
#[allow(clippy::print_stdout, reason = "this is a command-line tool")]
pub fn say(what: &str) {
    println!("» {what}");
}

/// Runs a command in the workspace's root, with its words printed, and fails when it fails.
pub fn sh(program: &str, words: &[&str], env: &[(String, String)]) -> Result<()> {
    say(&format!("{program} {}", words.join(" ")));
    let status = Command::new(program)
        .args(words)
        .current_dir(root())
        .envs(env.iter().map(|(key, value)| (key, value)))
        .status()
        .with_context(|| format!("{program} can't be started"))?;
    if !status.success() {
        bail!("{program} {} ended with {status}", words.join(" "));
    }
    Ok(())
}

/// Installs the packages that are missing. On a system without `dpkg` it names them and goes on.
pub fn packages(wanted: &[&str]) -> Result<()> {
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !has("apt-get") {
        say(&format!("this system has no apt-get; install what corresponds to: {}", missing.join(" ")));
        return Ok(());
    }
    say(&format!("installing missing system packages: {}", missing.join(" ")));
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    let apt = |words: &[&str]| {
        let front = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
        let all: Vec<&str> = front.iter().chain(words).copied().collect();
        if root { sh(all[0], &all[1..], &[]) } else { sh("sudo", &all, &[]) }
    };
    apt(&["update"])?;
    let mut words = vec!["install", "-y", "--no-install-recommends"];
    words.extend(&missing);
    apt(&words)
}

fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", package])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|out| out.stdout == b"installed")
}

fn has(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Fails in words where Node.js is missing or too old: it's one of the two things that a user brings.
pub fn node() -> Result<()> {
    let version = Command::new("node").arg("--version").output().map(|out| out.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&version).into_owned();
    let mut parts =
        version.trim().trim_start_matches('v').split('.').filter_map(|part| part.parse::<u32>().ok());
    let new_enough = match (parts.next(), parts.next()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(major), _) => major > 20,
        _ => false,
    };
    if new_enough && has("npm") {
        return Ok(());
    }
    bail!("Node.js 20.19 or newer with npm is needed (https://nodejs.org); found: {}", version.trim())
}

/// The program that drives the window by WebDriver; built once into the target folder.
pub fn tauri_driver() -> Result<PathBuf> {
    let tools = target().join("tools");
    let driver = tools.join("bin/tauri-driver");
    let stamp = tools.join(format!("tauri-driver-{TAURI_DRIVER}"));
    if !(driver.exists() && stamp.exists()) {
        let root = tools.display().to_string();
        sh(
            "cargo",
            &["install", "tauri-driver", "--version", TAURI_DRIVER, "--locked", "--root", &root],
            &[],
        )?;
        std::fs::write(stamp, "")?;
    }
    Ok(driver)
}
