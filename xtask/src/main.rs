//! `cargo xtask run · test · tour · practice · bench · faults`: everything there is to do with Carddesk, each command
//! doing by itself what it needs first (system libraries, the page's packages, the tools of the tests), and only once.

mod page;
mod stage;
mod steps;
mod system;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask run                        open the desk on the practice university
cargo xtask test                       formatting, lints, all tests, and the journeys in the real window
cargo xtask tour                       walk the journeys and write a picture of each step to target/tour
cargo xtask practice --json [--seed N] serve the practice university alone until killed
cargo xtask bench tap                  from the card on the reader to the verdict on the screen; the index at scale
cargo xtask bench ledger               a step of the journal, empty and at scale; numbers leased by sixteen desks
cargo xtask bench chips                what reading a chip and a student card takes beyond the card's own time
cargo xtask fuzz --seconds N           what cards and scanners say, mutated: no panic, bounded memory
cargo xtask faults --desks N --issues M --seed S [--ledger postgres] [--kills K] [--faulty PERCENT]
                                       issue cards while everything fails; nothing twice, nothing lost
cargo xtask bindings                   write the page's TypeScript bindings anew";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", rest @ ..] => steps::run(rest),
        ["test"] => steps::test(),
        ["tour", rest @ ..] => steps::tour(rest),
        ["practice", rest @ ..] => steps::practice(rest),
        ["bench", "tap"] => steps::bench_tap(),
        ["bench", "ledger"] => steps::bench_ledger(),
        ["bench", "chips"] => steps::bench_chips(),
        ["fuzz", "--seconds", seconds] => steps::fuzz(seconds),
        ["faults", rest @ ..] => steps::faults(rest),
        ["bindings"] => steps::bindings(),
        _ => bail!("usage:\n{USAGE}"),
    }
}
