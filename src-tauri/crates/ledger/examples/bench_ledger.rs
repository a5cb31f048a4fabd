//! Times what every issue of a card waits for: `cargo run --release -p ledger --example bench_ledger -- 1000000`, the
//! argument being how many changes and numbers are there already. First a durable step of the journal on an
//! encrypted file, with nothing and with so much behind it; then sixteen desks that lease numbers from a real
//! PostgreSQL server that waits for the disk. That no number is leased twice is checked, not assumed.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a table for people to read")]

#[path = "../tests/server/mod.rs"]
mod server;

use std::collections::HashSet;
use std::time::Instant;

use jiff::Timestamp;
use ledger::{ChangeRow, ChangeState, Intake, Ledger, MOST, Place};
use secrecy::SecretBox;
use uuid::Uuid;

const DESKS: usize = 16;
const ISIC: &str = "ISIC";
/// As many issues are timed.
const ISSUES: usize = 2_000;

fn at(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + millisecond).unwrap()
}

fn change(id: u128, number: Option<&str>, state: ChangeState) -> ChangeRow {
    let when = at(i64::try_from(id % 1_000_000_000).unwrap());
    ChangeRow {
        id: Uuid::from_u128(id.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)),
        written_at: when,
        desk: "one".to_owned(),
        endpoint: "cards.report".to_owned(),
        cardholder_id: Some(i64::try_from(id % 100_000).unwrap()),
        card_id: None,
        number: number.map(str::to_owned),
        body_hash: "5e".repeat(32),
        body: Some(vec![b'x'; 400]),
        before: None,
        reason: None,
        state,
        changed_at: when,
    }
}

async fn take_in(ledger: &Ledger, from: usize, numbers: usize) {
    for first in (from..from + numbers).step_by(MOST) {
        let last = (first + MOST).min(from + numbers) - 1;
        let intake = Intake::read(&format!("S{first:012}A-S{last:012}A")).unwrap();
        ledger.take_in(&intake, ISIC, at(0)).await.unwrap();
    }
}

fn row(what: &str, mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let part = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!("{what:<52} {:>6}  {:>7.3}  {:>7.3}  {:>7.3}", times.len(), part(0.5), part(0.95), part(1.0));
    part(0.95)
}

/// The three steps of an issue, each durable when it returns.
async fn issue(ledger: &Ledger, id: u128, number: &str, steps: &mut [Vec<f64>; 3]) {
    let change = change(id, Some(number), ChangeState::Written);
    let from = Instant::now();
    ledger.write_changes(std::slice::from_ref(&change)).await.unwrap();
    steps[0].push(from.elapsed().as_secs_f64() * 1e3);
    for (step, to) in [(1, ChangeState::Sent), (2, ChangeState::Done)] {
        let from = Instant::now();
        assert!(ledger.carry_change_on(change.id, to, at(2)).await.unwrap());
        steps[step].push(from.elapsed().as_secs_f64() * 1e3);
    }
}

async fn on_a_file(behind: usize) {
    let dir = tempfile::tempdir().unwrap();
    let open = async |name: &str| {
        let key = SecretBox::new(Box::new([9; 32]));
        Ledger::open(Place::File { path: dir.path().join(name), key }).await.unwrap()
    };
    let full = open("full.db").await;
    let started = Instant::now();
    for first in (0..behind).step_by(10_000) {
        let some = first as u128..(first + 10_000).min(behind) as u128;
        let some: Vec<_> = some.map(|id| change(id, None, ChangeState::Done)).collect();
        full.write_changes(&some).await.unwrap();
    }
    take_in(&full, 0, behind + ISSUES).await;
    println!("({behind} changes and as many numbers written in {:.0} s)", started.elapsed().as_secs_f64());
    full.close().await;
    // Opened anew, so that nothing is in the program's own cache at first.
    let (empty, full) = (open("empty.db").await, open("full.db").await);
    take_in(&empty, 0, ISSUES).await;

    // By turns, so that whatever else the machine does meets both alike.
    let count = u32::try_from(ISSUES).unwrap();
    let mut turns = Vec::new();
    for ledger in [&empty, &full] {
        let numbers = ledger.lease("one", ISIC, count, at(1)).await.unwrap();
        assert_eq!(numbers.len(), ISSUES);
        turns.push((ledger, numbers, [const { Vec::new() }; 3]));
    }
    for nth in 0..ISSUES {
        for (ledger, numbers, steps) in &mut turns {
            issue(ledger, u128::MAX / 2 + nth as u128, &numbers[nth], steps).await;
        }
    }
    println!("{:<52} {:>6}  {:>7}  {:>7}  {:>7}", "encrypted file, ms", "times", "p50", "p95", "max");
    let mut p95 = Vec::new();
    for (rows, (.., steps)) in [0, behind].into_iter().zip(turns) {
        p95.push(row(&format!("a journal step, {rows} rows behind it"), steps.concat()));
        let names = ["written down", "sent, and its number with it", "done, and its number with it"];
        for (name, times) in names.iter().zip(steps) {
            row(&format!("  {name}"), times);
        }
    }
    println!("p95 with {behind} rows ÷ p95 with none: {:.2}", p95[1] / p95[0]);
    let mut moments = Vec::new();
    for _ in 0..200 {
        let from = Instant::now();
        assert!(full.last_moment().await.unwrap().is_some());
        moments.push(from.elapsed().as_secs_f64() * 1e3);
    }
    row(&format!("the newest moment, {behind} rows behind it"), moments);
    let from = Instant::now();
    full.back_up(&dir.path().join("backup")).await.unwrap();
    let size = std::fs::metadata(dir.path().join("backup")).unwrap().len() as f64 / 1e6;
    println!("backup of {size:.0} MB, looked through: {:.1} s", from.elapsed().as_secs_f64());
    empty.close().await;
    full.close().await;
}

async fn on_a_server() {
    println!("\n{:<52} {:>9}", "PostgreSQL, 16 desks, fsync on", "numbers/s");
    let server = server::Server::start(true);
    let name = server.database().await;
    let mut desks = Vec::new();
    for _ in 0..DESKS {
        desks.push(Ledger::open(server.place(&name)).await.unwrap());
    }
    let (mut seen, mut stocked) = (HashSet::new(), 0);
    for (block, numbers) in [(1, 10_000), (50, 200_000)] {
        take_in(&desks[0], stocked, numbers).await;
        stocked += numbers;
        let from = Instant::now();
        let working: Vec<_> = desks
            .iter()
            .enumerate()
            .map(|(desk, ledger)| {
                let ledger = ledger.clone();
                tokio::spawn(async move {
                    let (desk, mut mine) = (format!("desk {desk}"), Vec::new());
                    loop {
                        let some = ledger.lease(&desk, ISIC, block, at(1)).await.unwrap();
                        if some.is_empty() {
                            return mine;
                        }
                        mine.extend(some);
                    }
                })
            })
            .collect();
        let mut leased = Vec::new();
        for desk in working {
            leased.extend(desk.await.unwrap());
        }
        let seconds = from.elapsed().as_secs_f64();
        assert_eq!(leased.len(), numbers, "all of them");
        for number in leased {
            assert!(seen.insert(number), "a number was leased twice");
        }
        println!(
            "{:<52} {:>9.0}",
            format!("leases of {block}, {numbers} numbers, none twice"),
            numbers as f64 / seconds
        );
    }
}

#[tokio::main]
async fn main() {
    let behind = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(1_000_000);
    on_a_file(behind).await;
    on_a_server().await;
}
