//! Serves the practice university until killed: `practice --json [--seed N]`. The first line on stdout is one
//! JSON object with the addresses, keys and samples.

use std::io;
use std::process::ExitCode;

use practice::{Clock, Options, serve_until_killed};

const USAGE: &str = "usage: practice --json [--seed N]";

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match seed(std::env::args().skip(1)) {
        Some(seed) => serve_until_killed(Options::new(seed, clock()), io::stdout()).await,
        None => Err(io::Error::new(io::ErrorKind::InvalidInput, USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the program's edge: here the clock is made that all else is passed"
)]
fn clock() -> Clock {
    Clock::new(jiff::Timestamp::now)
}

/// `--json` is the only form of output; it must be asked for, so that others can follow.
fn seed(mut args: impl Iterator<Item = String>) -> Option<u64> {
    let (mut json, mut seed) = (false, 1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--json" => json = true,
            "--seed" => seed = args.next()?.parse().ok()?,
            _ => return None,
        }
    }
    json.then_some(seed)
}
