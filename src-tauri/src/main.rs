//! The program `carddesk`: the window, or what is done by hand from a command line. `--home FOLDER` keeps everything of
//! the desk in another folder than the user's own.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use carddesk::by_hand::{self, OnLedger, Task};

const USAGE: &str =
    "usage: carddesk [--home FOLDER] [backup FILE | restore FILE | verify | doctor [--json] [--tap SECONDS]]";

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let Some((home, task)) = read(std::env::args_os().skip(1).collect()) else {
        tracing::error!("{USAGE}");
        return ExitCode::from(2);
    };
    let Some(task) = task else {
        return match carddesk::run(home) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tracing::error!(%error, "no window can be opened");
                ExitCode::FAILURE
            }
        };
    };
    if let Task::Doctor { json: false, tap: Some(time) } = task {
        say(&format!("put a card on a reader within {} s", time.as_secs()));
    }
    match by_hand::run(home, task, has_display()) {
        Ok(said) => {
            say(&said.text);
            if said.well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "whoever asks at a command line is answered there")]
fn say(line: &str) {
    println!("{line}");
}

/// The desk's folder and what to do by hand; none: what stands there is nothing that can be done.
fn read(mut words: Vec<OsString>) -> Option<(PathBuf, Option<Task>)> {
    let home = match words.first() {
        Some(word) if word == "--home" && words.len() > 1 => {
            let home = words.remove(1);
            words.remove(0);
            PathBuf::from(home)
        }
        _ => by_hand::own_home()?,
    };
    let task = match words.as_slice() {
        [] => None,
        [verb] if verb == "verify" => Some(Task::Ledger(OnLedger::Verify)),
        [verb, asked @ ..] if verb == "doctor" => Some(read_doctor(asked)?),
        [verb, file] if verb == "backup" => Some(Task::Ledger(OnLedger::BackUp(file.into()))),
        [verb, file] if verb == "restore" => Some(Task::Ledger(OnLedger::Restore(file.into()))),
        _ => return None,
    };
    Some((home, task))
}

/// What the check-up is asked for; none: something else stands there.
fn read_doctor(words: &[OsString]) -> Option<Task> {
    let (mut json, mut tap) = (false, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.to_str()? {
            "--json" => json = true,
            "--tap" => tap = Some(Duration::from_secs(words.next()?.to_str()?.parse().ok()?)),
            _ => return None,
        }
    }
    Some(Task::Doctor { json, tap })
}

/// Elsewhere than under X11 or Wayland whoever can start a program can open a window.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
