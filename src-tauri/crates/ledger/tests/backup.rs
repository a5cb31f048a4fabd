//! Backup and restore: whole, encrypted, refused where they must be, and nothing lost on the way.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;
use ledger::{Intake, Ledger, LedgerError, Mark, Place};
use secrecy::SecretBox;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

fn key(byte: u8) -> SecretBox<[u8; 32]> {
    SecretBox::new(Box::new([byte; 32]))
}

fn at(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap()
}

fn file(dir: &TempDir) -> PathBuf {
    dir.path().join("ledger.db")
}

async fn open(dir: &TempDir) -> Ledger {
    Ledger::open(Place::File { path: file(dir), key: key(1) }).await.unwrap()
}

async fn restore(dir: &TempDir, backup: &Path, byte: u8) -> Result<Ledger, LedgerError> {
    Ledger::restore(backup, file(dir), key(byte), at(77)).await
}

/// A ledger with ten numbers, three leased, and its backup; then a fourth number is leased.
async fn backed_up(dir: &TempDir) -> (Ledger, PathBuf) {
    let ledger = open(dir).await;
    ledger.take_in(&Intake::read("S9001 - S9010").unwrap(), "ISIC", at(1)).await.unwrap();
    ledger.lease("one", "ISIC", 3, at(2)).await.unwrap();
    let to = dir.path().join("monday.backup");
    ledger.back_up(&to).await.unwrap();
    ledger.lease("one", "ISIC", 1, at(3)).await.unwrap();
    (ledger, to)
}

async fn leased(ledger: &Ledger) -> u64 {
    ledger.stock().await.unwrap().iter().filter(|it| it.desk.is_some()).map(|it| it.numbers).sum()
}

fn names(dir: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_restored_ledger_is_as_it_was_backed_up() {
    let dir = tempdir().unwrap();
    let (ledger, backup) = backed_up(&dir).await;
    assert_eq!(leased(&ledger).await, 4);
    ledger.close().await;
    let ledger = restore(&dir, &backup, 1).await.unwrap();
    assert_eq!(leased(&ledger).await, 3);
    ledger.close().await;
    assert_eq!(leased(&open(&dir).await).await, 3, "opened as any other");
    assert!(
        names(&dir).iter().all(|name| !name.contains("restor") && !name.contains("replac")),
        "{:?}",
        names(&dir)
    );
}

#[tokio::test]
async fn a_restored_stock_gives_nothing_out_until_it_is_compared_with_alive() {
    let dir = tempdir().unwrap();
    let (ledger, backup) = backed_up(&dir).await;
    ledger.close().await;
    let ledger = restore(&dir, &backup, 1).await.unwrap();
    assert_eq!(ledger.mark(Mark::StockUnchecked).await.unwrap(), Some(at(77)));
    let unchecked = LedgerError::StockUnchecked;
    assert_eq!(ledger.lease("one", "ISIC", 1, at(4)).await, Err(unchecked.clone()));
    assert_eq!(ledger.take_number("one", "ISIC", "S9008", at(4)).await, Err(unchecked.clone()));
    assert_eq!(ledger.lease_share("one", "ISIC", 1, at(4)).await, Err(unchecked));
    ledger.mark_used_by_alive(&["S9004"], at(5)).await.unwrap();
    ledger.stock_is_checked().await.unwrap();
    assert_eq!(ledger.lease("one", "ISIC", 1, at(6)).await.unwrap(), ["S9005"]);
}

#[tokio::test]
async fn a_backup_is_encrypted_private_and_without_leftovers() {
    let dir = tempdir().unwrap();
    let (_ledger, backup) = backed_up(&dir).await;
    let bytes = fs::read(&backup).unwrap();
    for text in ["SQLite format 3", "CREATE TABLE", "S900"] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    assert!(bytes.len() > 50_000);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(names(&dir), ["ledger.db", "ledger.db-shm", "ledger.db-wal", "monday.backup"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_desks_work_is_of_one_moment() {
    let dir = tempdir().unwrap();
    let ledger = open(&dir).await;
    ledger.take_in(&Intake::read("S0001 - S9000").unwrap(), "ISIC", at(1)).await.unwrap();
    let working = tokio::spawn({
        let ledger = ledger.clone();
        async move {
            for _ in 0..300 {
                ledger.lease("one", "ISIC", 30, at(2)).await.unwrap();
            }
        }
    });
    let mut backups = Vec::new();
    while !working.is_finished() && backups.len() < 5 {
        let to = dir.path().join(format!("{}.backup", backups.len()));
        ledger.back_up(&to).await.unwrap();
        backups.push(to);
    }
    working.await.unwrap();
    assert!(!backups.is_empty());
    for backup in backups {
        let other = tempdir().unwrap();
        let restored = restore(&other, &backup, 1).await.unwrap();
        assert_eq!(leased(&restored).await % 30, 0, "whole leases only");
        let all: u64 = restored.stock().await.unwrap().iter().map(|it| it.numbers).sum();
        assert_eq!(all, 9000);
    }
}

#[tokio::test]
async fn a_backup_never_replaces_a_file() {
    let dir = tempdir().unwrap();
    let (ledger, backup) = backed_up(&dir).await;
    let before = fs::read(&backup).unwrap();
    assert_eq!(ledger.back_up(&backup).await, Err(LedgerError::Exists));
    assert_eq!(fs::read(&backup).unwrap(), before);
    let absent = dir.path().join("absent/monday.backup");
    assert_eq!(ledger.back_up(&absent).await, Err(LedgerError::Io { code: None }));
}

#[tokio::test]
async fn a_ledger_in_memory_is_not_written_out_in_the_clear() {
    let dir = tempdir().unwrap();
    let ledger = Ledger::open(Place::Memory).await.unwrap();
    assert_eq!(ledger.back_up(&dir.path().join("backup")).await, Err(LedgerError::NotAFile));
    assert_eq!(names(&dir), [] as [&str; 0]);
}

#[tokio::test]
async fn a_backup_that_will_not_do_is_refused_and_the_ledger_stays() {
    let dir = tempdir().unwrap();
    let (ledger, backup) = backed_up(&dir).await;
    ledger.close().await;
    let before = fs::read(file(&dir)).unwrap();

    assert_eq!(restore(&dir, &backup, 2).await.unwrap_err(), LedgerError::WrongKey);

    let good = fs::read(&backup).unwrap();
    for (name, damage) in [("first", 20), ("middle", good.len() / 2), ("last", good.len() - 100)] {
        let mut bytes = good.clone();
        bytes[damage] ^= 1;
        fs::write(&backup, bytes).unwrap();
        let refused = restore(&dir, &backup, 1).await.unwrap_err();
        assert!(matches!(refused, LedgerError::Corrupt | LedgerError::WrongKey), "{name}: {refused}");
    }
    fs::write(&backup, &good[..good.len() / 2]).unwrap();
    let refused = restore(&dir, &backup, 1).await.unwrap_err();
    assert!(matches!(refused, LedgerError::Corrupt), "cut off: {refused}");
    fs::write(&backup, "").unwrap();
    assert!(restore(&dir, &backup, 1).await.is_err(), "empty");
    fs::write(&backup, b"SQLite format 3\0 and so on").unwrap();
    assert_eq!(restore(&dir, &backup, 1).await.unwrap_err(), LedgerError::NotEncrypted);
    fs::remove_file(&backup).unwrap();
    assert_eq!(restore(&dir, &backup, 1).await.unwrap_err(), LedgerError::Io { code: None });

    assert_eq!(fs::read(file(&dir)).unwrap(), before, "not a bit of it was changed");
    assert_eq!(names(&dir), ["ledger.db"]);
    assert_eq!(leased(&open(&dir).await).await, 4);
}

#[tokio::test]
async fn a_ledger_that_is_open_is_not_replaced() {
    let dir = tempdir().unwrap();
    let (ledger, backup) = backed_up(&dir).await;
    assert_eq!(restore(&dir, &backup, 1).await.unwrap_err(), LedgerError::Busy);
    assert_eq!(leased(&ledger).await, 4);
    ledger.lease("one", "ISIC", 1, at(5)).await.unwrap();
    ledger.close().await;
    assert_eq!(leased(&open(&dir).await).await, 5);
}

#[tokio::test]
async fn what_the_replaced_ledger_had_in_its_log_does_not_get_into_the_restored_one() {
    let dir = tempdir().unwrap();
    let (ledger, backup) = backed_up(&dir).await;
    // As a killed desk leaves it: a log that isn't folded in.
    let killed = tempdir().unwrap();
    for name in ["ledger.db", "ledger.db-wal"] {
        fs::copy(dir.path().join(name), killed.path().join(name)).unwrap();
    }
    ledger.close().await;
    let restored = restore(&killed, &backup, 1).await.unwrap();
    assert_eq!(leased(&restored).await, 3);
}

#[tokio::test]
async fn a_ledger_that_no_longer_opens_is_replaced_and_one_that_is_absent_is_made() {
    let dir = tempdir().unwrap();
    let (ledger, backup) = backed_up(&dir).await;
    ledger.close().await;
    fs::write(file(&dir), vec![0x5a; 16_384]).unwrap();
    assert_eq!(leased(&restore(&dir, &backup, 1).await.unwrap()).await, 3);
    let empty = tempdir().unwrap();
    assert_eq!(leased(&restore(&empty, &backup, 1).await.unwrap()).await, 3);
}
