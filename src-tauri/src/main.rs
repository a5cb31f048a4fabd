//! The program `carddesk`: the window, or what is done by hand from a command line. `--home FOLDER` keeps everything of
//! the desk in another folder than the user's own.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use carddesk::by_hand::{self, Task};

const USAGE: &str = "usage: carddesk [--home FOLDER] [backup FILE | restore FILE | verify]";

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
    match by_hand::run(home, task) {
        Ok(said) => {
            say(&said);
            ExitCode::SUCCESS
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
        [verb] if verb == "verify" => Some(Task::Verify),
        [verb, file] if verb == "backup" => Some(Task::BackUp(file.into())),
        [verb, file] if verb == "restore" => Some(Task::Restore(file.into())),
        _ => return None,
    };
    Some((home, task))
}
