//! What goes wrong on purpose: a share of all calls of the register is faulty, of every kind, and the database goes away.
//!
//! The practice server takes its faults from a list. Each kind of call has a row of its own in it, faulty and sound
//! calls mixed by the seed, refilled as it is used up: so it's known how many calls were struck, and by what.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use practice::{Fault, FaultKind, Faults};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::task::JoinHandle;

use crate::server::Server;

/// Calls by a part of their path. The two that change something come first.
const CALLS: [&str; 5] = ["cards.report", "cardholders.set", "authenticate", ".list", ".get"];
const CHANGES: usize = 2;
/// A row is filled up to so many entries: more than are used up until it's looked at again.
const ROW: usize = 48;
const LOOKED_AT: Duration = Duration::from_millis(8);
/// A sound call: the answer with no white space at all before it.
const SOUND: FaultKind = FaultKind::TooLarge { bytes: 0 };

/// By weight: what a change meets, so that it's unknown whether it was made.
const ON_CHANGES: [(u32, FaultKind); 7] = [
    (5, FaultKind::Refuse),
    (7, FaultKind::DropReply),
    (7, FaultKind::Error { done: true }),
    (5, FaultKind::Error { done: false }),
    (4, FaultKind::Garbage),
    (4, FaultKind::Truncated),
    (1, FaultKind::SlowBody { ms: 5 }),
];
/// The same for reading: mostly what is over at once and asked again by itself.
const ON_READS: [(u32, FaultKind); 6] = [
    (14, FaultKind::Refuse),
    (13, FaultKind::DropReply),
    (1, FaultKind::Error { done: true }),
    (1, FaultKind::Error { done: false }),
    (1, FaultKind::Garbage),
    (1, FaultKind::Truncated),
];
/// Of a hundred faults so many are a delay past the time-out, beside the others: the call is done late.
const LATE: u32 = 6;
/// How late, in ms: some only after the desk has read back for the last time.
const LATE_MS: std::ops::Range<u64> = 700..1700;

#[derive(Default)]
struct Row {
    entries: usize,
    put: u64,
    put_faults: u64,
    used: u64,
    struck: u64,
    late: u64,
    late_waits: bool,
    next_late: u64,
}

/// What the calls met.
#[derive(Clone, Copy, Default)]
pub struct Struck {
    pub faulty: u64,
    /// Changes whose answer didn't say whether they were made.
    pub changes: u64,
}

/// Keeps the rows filled until it's told to stop.
pub struct Trouble {
    faults: Faults,
    stop: tokio::sync::watch::Sender<bool>,
    task: JoinHandle<Struck>,
}

impl Trouble {
    /// `share`: of a hundred calls so many are faulty.
    pub fn begin(faults: Faults, share: u32, seed: u64) -> Self {
        let (stop, told) = tokio::sync::watch::channel(false);
        let task = tokio::spawn(keep(faults.clone(), share, seed, told));
        Self { faults, stop, task }
    }

    /// From now on nothing fails any more. What the calls have met.
    pub async fn end(self) -> Result<Struck> {
        let _ = self.stop.send(true);
        let struck = self.task.await?;
        self.faults.clear();
        Ok(struck)
    }
}

async fn keep(faults: Faults, share: u32, seed: u64, mut told: tokio::sync::watch::Receiver<bool>) -> Struck {
    let mut dice = StdRng::seed_from_u64(seed ^ 0x7201_B1E5);
    let mut rows: [Row; CALLS.len()] = std::array::from_fn(|_| Row::default());
    loop {
        let set = faults.list();
        for (at, (call, row)) in CALLS.iter().zip(&mut rows).enumerate() {
            let left = set.iter().filter(|it| it.path.as_deref() == Some(call));
            row.look(left);
            if share > 0 {
                let mix: &[_] = if at < CHANGES { &ON_CHANGES } else { &ON_READS };
                row.fill(&faults, call, share, mix, &mut dice);
            }
        }
        let stopped = tokio::time::timeout(LOOKED_AT, told.wait_for(|stop| *stop)).await;
        if stopped.is_ok() {
            break;
        }
    }
    let set = faults.list();
    let mut sum = Struck::default();
    for (at, (call, row)) in CALLS.iter().zip(&mut rows).enumerate() {
        row.look(set.iter().filter(|it| it.path.as_deref() == Some(call)));
        let struck = row.struck + row.late;
        sum.faulty += struck;
        sum.changes += if at < CHANGES { struck } else { 0 };
    }
    sum
}

impl Row {
    /// What has been used up since it was filled.
    fn look<'a>(&mut self, left: impl Iterator<Item = &'a Fault>) {
        let (mut calls, mut faulty, mut late) = (0, 0, false);
        self.entries = 0;
        for fault in left {
            let times = u64::from(fault.times.unwrap_or_default());
            match fault.kind {
                FaultKind::Delay { .. } => late = true,
                SOUND => calls += times,
                _ => {
                    calls += times;
                    faulty += times;
                }
            }
            self.entries += 1;
        }
        self.used = self.put - calls;
        self.struck = self.put_faults - faulty;
        if self.late_waits && !late {
            self.late += 1;
        }
        self.late_waits = late;
    }

    fn fill(&mut self, faults: &Faults, call: &str, share: u32, mix: &[(u32, FaultKind)], dice: &mut StdRng) {
        let late = f64::from(share * LATE) / 10_000.0;
        if !self.late_waits && self.used >= self.next_late {
            if self.next_late > 0 {
                faults.set(Fault::delay(dice.random_range(LATE_MS)).times(1).only(call));
                self.late_waits = true;
            }
            self.next_late = self.used + gap(late, dice);
        }
        let faulty = f64::from(share) / 100.0 - late;
        while self.entries < ROW {
            let sound = gap(faulty, dice) - 1;
            if sound > 0 {
                let sound = u32::try_from(sound).unwrap_or(u32::MAX);
                faults.set(Fault::from(SOUND).times(sound).only(call));
                self.put += u64::from(sound);
                self.entries += 1;
            }
            faults.set(Fault::from(one_of(mix, dice)).times(1).only(call));
            self.put += 1;
            self.put_faults += 1;
            self.entries += 1;
        }
    }
}

/// How many calls until the next one that is struck, that one counted.
fn gap(probability: f64, dice: &mut StdRng) -> u64 {
    let mut calls = 1;
    while calls < 10_000 && !dice.random_bool(probability.clamp(0.0, 1.0)) {
        calls += 1;
    }
    calls
}

fn one_of(mix: &[(u32, FaultKind)], dice: &mut StdRng) -> FaultKind {
    let all: u32 = mix.iter().map(|(weight, _)| weight).sum();
    let mut drawn = dice.random_range(0..all.max(1));
    for (weight, kind) in mix {
        if drawn < *weight {
            return *kind;
        }
        drawn -= weight;
    }
    FaultKind::Refuse
}

/// The database that goes away now and then.
#[derive(Clone)]
pub enum Base {
    File { path: PathBuf, key: [u8; 32] },
    Postgres { server: &'static Server, database: String },
}

impl Base {
    /// Takes it away for a while. A server crashes, or cuts all connections; a file is locked by somebody else for longer
    /// than any desk waits.
    pub async fn stop(&self, nth: usize) -> Result<()> {
        match self {
            Self::File { path, key } => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .pragma("key", format!("\"x'{}'\"", key.map(|byte| format!("{byte:02x}")).concat()))
                    .busy_timeout(Duration::from_secs(60))
                    .disable_statement_logging();
                let mut one = options.connect().await?;
                let locked = one.begin_with("BEGIN EXCLUSIVE").await?;
                tokio::time::sleep(Duration::from_millis(6500)).await;
                locked.rollback().await?;
                one.close().await?;
            }
            Self::Postgres { server, database } if nth % 2 == 1 => {
                let cut = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = '{database}' AND pid <> pg_backend_pid()"
                );
                for _ in 0..8 {
                    server.tell_sql("postgres", &cut).await;
                    tokio::time::sleep(Duration::from_millis(250)).await;
                }
            }
            Self::Postgres { server, .. } => {
                let server = *server;
                tokio::task::spawn_blocking(|| server.kill()).await?;
                tokio::time::sleep(Duration::from_secs(2)).await;
                tokio::task::spawn_blocking(|| server.revive()).await?;
            }
        }
        Ok(())
    }
}
