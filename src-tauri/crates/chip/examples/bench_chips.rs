//! How long this crate takes over a card, beyond the card's own exchange: identity, and a student card's data read
//! and verified. `cargo run --release -p chip --example bench_chips`; ends with failure when a budget is missed.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use chip::{Atr, CardFault, Link, Role, Verdict, read, read_els};
use practice::TrayCard;
use practice::els::{Application, Contents, Flaw, Maker, Signing, Structure};

const RUNS: usize = 2_000;
const IDENTITY: Duration = Duration::from_millis(20);
const STUDENT: Duration = Duration::from_millis(60);
const SERIAL: [u8; 6] = [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2];

/// A card, and how long its answers took.
struct Timed<T> {
    atr: Atr,
    answer: T,
    spent: Duration,
}

impl<T: FnMut(&[u8]) -> Vec<u8>> Link for Timed<T> {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        let begun = Instant::now();
        let answer = (self.answer)(apdu);
        self.spent += begun.elapsed();
        Ok(answer)
    }
}

fn main() -> ExitCode {
    if cfg!(debug_assertions) {
        let _ = writeln!(io::stderr(), "figures of a debug build say nothing: cargo run --release …");
        return ExitCode::FAILURE;
    }
    let mut kept = contactless();
    for signing in [Signing::RsaSha1, Signing::RsaSha256, Signing::EcdsaSha256] {
        for maker in Maker::ALL {
            kept &= student(maker, signing);
        }
    }
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn contactless() -> bool {
    let atr = Atr::new([0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]);
    let answer = |_: &[u8]| vec![0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x90, 0x00];
    let mut card = Timed { atr, answer, spent: Duration::ZERO };
    report("identity, contactless", IDENTITY, || {
        card.spent = Duration::ZERO;
        let begun = Instant::now();
        let reading = read(&mut card, Role::Contactless);
        (begun.elapsed().saturating_sub(card.spent), reading.is_ok())
    })
}

fn student(maker: Maker, signing: Signing) -> bool {
    let structure = Structure::with(&Contents::of_chip(SERIAL), signing, true, Flaw::None);
    let card = TrayCard::student(SERIAL, Application::new(maker, move || structure.clone()));
    let atr = Atr::new(card.atr().unwrap_or_default());
    let mut card = Timed { atr, answer: |apdu: &[u8]| card.transmit(apdu), spent: Duration::ZERO };
    let identity = report(&format!("identity, {}", maker.name), IDENTITY, || {
        card.spent = Duration::ZERO;
        let begun = Instant::now();
        let reading = read(&mut card, Role::Contact);
        (begun.elapsed().saturating_sub(card.spent), reading.is_ok())
    });
    let data = report(&format!("student card, {}, {signing:?}", maker.name), STUDENT, || {
        card.spent = Duration::ZERO;
        let begun = Instant::now();
        let els = read_els(&mut card);
        let took = begun.elapsed().saturating_sub(card.spent);
        (took, matches!(els, Ok(Some(els)) if els.signature.verdict == Verdict::Valid))
    });
    identity && data
}

/// Whether every run succeeded and the 95th percentile keeps the budget.
fn report(what: &str, budget: Duration, mut run: impl FnMut() -> (Duration, bool)) -> bool {
    let runs: Vec<(Duration, bool)> = (0..RUNS).map(|_| run()).collect();
    let right = runs.iter().all(|(_, right)| *right);
    let mut times: Vec<Duration> = runs.into_iter().map(|(took, _)| took).collect();
    times.sort();
    let percentile = |percent: usize| times.get(RUNS * percent / 100).copied().unwrap_or_default();
    let (half, most) = (percentile(50), percentile(95));
    let kept = right && most <= budget;
    let _ = writeln!(
        io::stdout(),
        "{what}: p50 {half:?}, p95 {most:?} of {RUNS} (budget {budget:?}){}",
        match (right, kept) {
            (false, _) => " WRONG ANSWERS",
            (true, false) => " MISSED",
            (true, true) => "",
        }
    );
    kept
}
