//! The fault rig: real desks, each a process of its own at one ledger, issue cards against a practice ALIVE that
//! drops requests, does them and drops the replies, answers 500 after doing them, delays them past the time-out;
//! desks are killed with `kill -9` and started again, the database goes away. At the end nothing may be there
//! twice and nothing may be lost. All people, cards and keys in it are invented.
//!
//! `faults --desks N --issues M --seed S [--ledger file|postgres] [--kills K] [--faulty PERCENT] [--met]`

mod check;
mod clerk;
mod conductor;
mod plan;
mod register;
mod report;
#[path = "../../../src-tauri/crates/ledger/tests/server/mod.rs"]
mod server;
mod talk;
mod trouble;
mod worker;

use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

/// The word that makes this process a desk.
pub const DESK: &str = "desk";

/// What was asked for.
#[derive(Debug)]
pub struct Wanted {
    pub desks: usize,
    pub issues: usize,
    pub seed: u64,
    pub postgres: bool,
    pub kills: usize,
    pub faulty: u32,
    /// Print what the clerks met.
    pub met: bool,
}

impl Wanted {
    fn read(words: &[String]) -> Result<Self> {
        let mut wanted =
            Self { desks: 4, issues: 100, seed: 1, postgres: false, kills: 0, faulty: 33, met: false };
        let mut kills = None;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--met" {
                wanted.met = true;
                continue;
            }
            let value = words.next().with_context(|| format!("{word} wants a value"))?;
            match word.as_str() {
                "--desks" => wanted.desks = value.parse()?,
                "--issues" => wanted.issues = value.parse()?,
                "--seed" => wanted.seed = value.parse()?,
                "--kills" => kills = Some(value.parse()?),
                "--faulty" => wanted.faulty = value.parse()?,
                "--ledger" => {
                    wanted.postgres = match value.as_str() {
                        "postgres" => true,
                        "file" => false,
                        _ => bail!("--ledger is file or postgres"),
                    }
                }
                _ => bail!("{word} is none of --desks --issues --seed --ledger --kills --faulty --met"),
            }
        }
        ensure!((1..=32).contains(&wanted.desks), "from 1 to 32 desks");
        ensure!((1..=100_000).contains(&wanted.issues), "from 1 to 100000 issues");
        ensure!(wanted.faulty <= 90, "at most 90 of 100 calls may be faulty");
        wanted.kills = kills.unwrap_or(wanted.issues * 3 / 20);
        Ok(wanted)
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == DESK) {
        worker::run().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let holds = conductor::run(&Wanted::read(&words)?).await?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
