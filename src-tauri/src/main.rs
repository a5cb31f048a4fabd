//! The program `carddesk`. `--home FOLDER` keeps everything of the desk in another folder than the user's own.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let mut words = std::env::args_os().skip(1);
    let home = match words.next() {
        None => None,
        Some(word) if word == "--home" => words.next().map(PathBuf::from),
        Some(_) => {
            tracing::error!("usage: carddesk [--home FOLDER]");
            return ExitCode::from(2);
        }
    };
    match carddesk::run(home) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "no window can be opened");
            ExitCode::FAILURE
        }
    }
}
