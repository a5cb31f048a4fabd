//! Feeds the parsers of this crate with damaged inputs: ATRs, UIDs and CPLCs, control information, student cards'
//! structures, whole conversations with cards, and typed codes.
//!
//! `cargo run -p chip --example fuzz -- --seconds N [--seed S]`. Each execution has a seed of its own, counted up
//! from S, and the first one is always done: what is reported for seed X is repeated by `--seconds 0 --seed X`.
//! Ends with failure at the first panic, when one execution takes longer than [`SLOWEST`], or when memory grows by
//! more than [`MOST_MEMORY`] KiB.

use std::{
    env, fs,
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::{Duration, Instant},
};

use chip::{
    Atr, CardFault, Els, Interface, Link, Role, Uid, candidates, read, read_els, read_iccsn, spellings,
};
use practice::TrayCard;
use practice::els::{Application, Contents, Flaw, Maker, Signing, Structure, hostile_images};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

const SLOWEST: Duration = Duration::from_secs(3);
const MOST_MEMORY: u64 = 64 * 1024;
const SERIAL: [u8; 6] = [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2];

fn main() -> ExitCode {
    let Some((seconds, seed)) = arguments(env::args().skip(1)) else {
        let _ = writeln!(io::stderr(), "usage: fuzz --seconds N [--seed S]");
        return ExitCode::FAILURE;
    };
    let corpus = Corpus::new();
    let before = peak_kib();
    let begun = Instant::now();
    let (mut done, mut slowest) = (0_u64, (Duration::ZERO, seed));
    let failure = loop {
        let turn = seed.wrapping_add(done);
        let started = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| corpus.execute(turn))).is_err() {
            break Some(format!("panic with --seed {turn}"));
        }
        slowest = slowest.max((started.elapsed(), turn));
        done += 1;
        if slowest.0 > SLOWEST {
            break Some(format!("{:?} with --seed {}", slowest.0, slowest.1));
        }
        if begun.elapsed() >= seconds {
            break None;
        }
    };
    let grown = peak_kib().saturating_sub(before);
    let rate = done as f64 / begun.elapsed().as_secs_f64().max(0.001);
    let _ = writeln!(
        io::stdout(),
        "{done} executions, {rate:.0} a second; slowest {:?} (--seed {}); peak memory {} KiB, {grown} KiB above the \
         start",
        slowest.0,
        slowest.1,
        peak_kib()
    );
    let failure = failure.or_else(|| (grown > MOST_MEMORY).then(|| "memory isn't bounded".to_owned()));
    match failure {
        None => ExitCode::SUCCESS,
        Some(failure) => {
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

fn arguments(mut arguments: impl Iterator<Item = String>) -> Option<(Duration, u64)> {
    let (mut seconds, mut seed) = (None, 1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next()?.parse().ok()?;
        match argument.as_str() {
            "--seconds" => seconds = Some(Duration::from_secs(value)),
            "--seed" => seed = value,
            _ => return None,
        }
    }
    Some((seconds?, seed))
}

/// The process's largest size in memory so far; 0 where the system doesn't say.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Good inputs, from which bad ones are made.
struct Corpus {
    atrs: Vec<Vec<u8>>,
    answers: Vec<Vec<u8>>,
    structures: Vec<Structure>,
    codes: Vec<String>,
}

impl Corpus {
    fn new() -> Self {
        let bytes = |digits: &[&str]| digits.iter().filter_map(|digits| hex::decode(digits).ok()).collect();
        let contents = Contents::of_chip(SERIAL);
        let mut structures = Vec::new();
        for signing in [Signing::EcdsaSha256, Signing::RsaSha1] {
            for (own, flaw) in [(true, Flaw::None), (false, Flaw::None), (true, Flaw::NoAttributes)] {
                structures.push(Structure::with(&contents, signing, own, flaw));
            }
        }
        structures.extend(hostile_images().into_iter().map(|(_, image)| Structure::hostile(image)));
        Self {
            atrs: bytes(&[
                "3B8F8001804F0CA000000306030001000000006A",
                "3B8180018080",
                "3B88800112345678F7817180E4",
                "3B9F958131FE9F006646530535002571DF0000000000000A",
                "",
            ]),
            answers: bytes(&[
                "041122334455669000",
                "A14E5D5F6282",
                &format!("9F7F2A{}4D5A0031C7A2{}9000", "47".repeat(12), "00".repeat(24)),
                "6F04800209C49000",
                "6F0881020A00800209C49000",
                "5A0A896101000000000000019000",
                "612D",
                "6C2D",
                "9F10",
            ]),
            structures,
            codes: ["A1:4E:5D:5F", "2706267487", "04 a1 4e 5d 5f 81 90", "4D5A0031C7A2", "č;+ěšč", ""]
                .map(str::to_owned)
                .into(),
        }
    }

    fn execute(&self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        let roles = [Role::Contact, Role::Contactless, Role::Either, Role::Sam];
        let role = roles.choose(&mut random).copied().unwrap_or(Role::Either);
        let atr = Atr::new(self.damaged(&self.atrs, &mut random));
        match random.random_range(0..6) {
            0 => {
                let _ = (atr.technology(), Interface::of(role, &atr), format!("{atr:?}"));
            }
            1 => {
                let code = self.codes.choose(&mut random).cloned().unwrap_or_default();
                let code = damage(code.into_bytes(), &[], &mut random);
                for found in candidates(&String::from_utf8_lossy(&code)) {
                    let _ = spellings(&found);
                }
                let _ = Uid::try_from(code.as_slice());
            }
            2 => {
                let answers = &self.answers;
                let mut card = Babbler { atr, answers, random, corpus: self };
                let _ = format!("{:?}", read(&mut card, role));
                let _ = format!("{:?}", read_els(&mut card));
                let _ = read_iccsn(&mut card);
            }
            3 | 4 => {
                let Some(structure) = self.structures.choose(&mut random) else {
                    return;
                };
                let image = self.damaged_image(&structure.ef_els, &mut random);
                let certificate = self.damaged_image(&structure.ef_cert, &mut random);
                let _ = format!("{:?}", Els::parse(&image, Some(&certificate)));
            }
            _ => {
                let Some(structure) = self.structures.choose(&mut random) else {
                    return;
                };
                let image = self.damaged_image(&structure.ef_els, &mut random);
                let structure = Structure { ef_els: image, ef_cert: structure.ef_cert.clone() };
                let maker = Maker::ALL.choose(&mut random).copied().unwrap_or(Maker::ENDLESS);
                let card = TrayCard::student(SERIAL, Application::new(maker, move || structure.clone()));
                let mut card = Stammerer { atr, card, random, corpus: self };
                let _ = format!("{:?}", read_els(&mut card));
            }
        }
    }

    fn damaged(&self, good: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
        let bytes = good.choose(random).cloned().unwrap_or_default();
        if random.random_ratio(1, 8) { bytes } else { damage(bytes, good, random) }
    }

    fn damaged_image(&self, good: &[u8], random: &mut StdRng) -> Vec<u8> {
        let others: Vec<Vec<u8>> =
            self.structures.choose(random).map(|s| s.ef_els.clone()).into_iter().collect();
        damage(good.to_vec(), &others, random)
    }
}

/// One to eight damages.
fn damage(mut bytes: Vec<u8>, others: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    for _ in 0..random.random_range(1..=8) {
        let at = random.random_range(0..=bytes.len());
        let length = random.random_range(0..=(bytes.len() - at).min(64));
        match random.random_range(0..8) {
            0 | 1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.random_range(0..8);
                }
            }
            2 => {
                let extremes = [0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFF, 0x30, 0x31, 0xA0, 0x04];
                if let (Some(byte), Some(extreme)) = (bytes.get_mut(at), extremes.choose(random)) {
                    *byte = *extreme;
                }
            }
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let part = bytes.get(at..at + length).unwrap_or_default().to_vec();
                bytes.splice(at..at, part);
            }
            5 => bytes.truncate(at),
            6 => bytes.insert(at, random.random()),
            _ => {
                if let Some(other) = others.choose(random) {
                    let from = random.random_range(0..=other.len());
                    let part = other.get(from..(from + 64).min(other.len())).unwrap_or_default().to_vec();
                    bytes.splice(at..at + length, part);
                }
            }
        }
    }
    bytes
}

/// A card that answers anything with damaged answers to something else.
struct Babbler<'a> {
    atr: Atr,
    answers: &'a [Vec<u8>],
    random: StdRng,
    corpus: &'a Corpus,
}

impl Link for Babbler<'_> {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, CardFault> {
        if self.random.random_ratio(1, 3) {
            return Ok(vec![0x90, 0x00]);
        }
        Ok(self.corpus.damaged(self.answers, &mut self.random))
    }
}

/// A student card that mostly answers rightly.
struct Stammerer<'a> {
    atr: Atr,
    card: TrayCard,
    random: StdRng,
    corpus: &'a Corpus,
}

impl Link for Stammerer<'_> {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        let answer = self.card.transmit(apdu);
        if self.random.random_ratio(19, 20) {
            return Ok(answer);
        }
        Ok(damage(answer, &self.corpus.answers, &mut self.random))
    }
}
