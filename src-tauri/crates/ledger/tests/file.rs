//! The ledger's file: really encrypted, private, and whole after whatever has happened to it.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;
use ledger::{CardRow, Chip, Counts, Ledger, LedgerError, PersonRow, Place};
use secrecy::SecretBox;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::tempdir;

const NAME: &str = "Nezaměnitelný";

fn place(dir: &Path, key: u8) -> Place {
    Place::File { path: dir.join("ledger.db"), key: SecretBox::new(Box::new([key; 32])) }
}

fn person(cardholder_id: i64) -> PersonRow {
    PersonRow {
        cardholder_id,
        degree_before: None,
        first_name: format!("Jan {cardholder_id}"),
        last_name: NAME.to_owned(),
        degree_after: None,
        date_of_birth: None,
        personal_id: Some(format!("TAJNE{cardholder_id}")),
        external_id: None,
        roles: vec![],
        seen_at: Timestamp::UNIX_EPOCH,
    }
}

fn card(card_id: i64) -> CardRow {
    CardRow {
        card_id,
        cardholder_id: card_id,
        number: Some(format!("S{card_id}")),
        card_type: "ISIC".to_owned(),
        form: "DIGITAL_PLASTIC".to_owned(),
        status: "ACTIVE".to_owned(),
        valid_from: None,
        valid_to: None,
        valid_to_plastic: None,
        chips: vec![Chip { technology: "CONTACTLESS_MIFARE".to_owned(), value: format!("{card_id:08X}") }],
        seen_at: Timestamp::UNIX_EPOCH,
    }
}

fn people(ids: std::ops::Range<i64>) -> Vec<PersonRow> {
    ids.map(person).collect()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The database and its log as they stand: what a power cut or `kill -9` leaves. The shared-memory file is lost.
fn crash(from: &Path, to: &Path) {
    for name in ["ledger.db", "ledger.db-wal"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[tokio::test]
async fn no_name_stands_readable_in_any_file() {
    let dir = tempdir().unwrap();
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    ledger.store_people(&people(0..2000)).await.unwrap();
    let mut seen = 0;
    for round in ["with its log", "closed"] {
        for entry in fs::read_dir(dir.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            seen += bytes.len();
            for text in [NAME, "nezamenitelny", "TAJNE", "SQLite format", "CREATE TABLE", "cardholder_id"] {
                assert!(!contains(&bytes, text), "{text} {round} in {}", path.display());
            }
        }
        if round == "with its log" {
            ledger.clone().close().await;
        }
    }
    assert!(seen > 200_000, "there was something to look through");
}

#[tokio::test]
async fn another_key_is_refused_and_harms_nothing() {
    let dir = tempdir().unwrap();
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    ledger.store_people(&people(0..10)).await.unwrap();
    ledger.close().await;
    assert_eq!(Ledger::open(place(dir.path(), 2)).await.unwrap_err(), LedgerError::WrongKey);
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    assert_eq!(ledger.count().await.unwrap().people, 10);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = tempdir().unwrap();
    let bytes = vec![0x5a; 16_384];
    fs::write(dir.path().join("ledger.db"), &bytes).unwrap();
    assert_eq!(Ledger::open(place(dir.path(), 1)).await.unwrap_err(), LedgerError::WrongKey);
    assert_eq!(fs::read(dir.path().join("ledger.db")).unwrap(), bytes);
}

#[tokio::test]
async fn a_plain_sqlite_file_is_refused_and_left_alone() {
    use sqlx::{ConnectOptions, Connection, Executor};
    let dir = tempdir().unwrap();
    let path = dir.path().join("ledger.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut plain = options.connect().await.unwrap();
    plain.execute("CREATE TABLE person (name TEXT)").await.unwrap();
    plain.close().await.unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(Ledger::open(place(dir.path(), 1)).await.unwrap_err(), LedgerError::NotEncrypted);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_page_is_named() {
    let dir = tempdir().unwrap();
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    ledger.store_people(&people(0..2000)).await.unwrap();
    ledger.close().await;
    let path = dir.path().join("ledger.db");
    let mut bytes = fs::read(&path).unwrap();
    // One bit in each page but the first forty, which hold the schema.
    for page in bytes.chunks_mut(4096).skip(40) {
        page[100] ^= 1;
    }
    fs::write(&path, bytes).unwrap();
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    assert_eq!(ledger.search(NAME, 20).await.unwrap_err(), LedgerError::Corrupt);
    assert_eq!(ledger.store_people(&people(0..2000)).await.unwrap_err(), LedgerError::Corrupt);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let dir = tempdir().unwrap();
    let gone = dir.path().join("absent");
    assert_eq!(Ledger::open(place(&gone, 1)).await.unwrap_err(), LedgerError::Io { code: None });
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_user_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempdir().unwrap();
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    ledger.store_people(&people(0..1)).await.unwrap();
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    ledger.close().await;
    fs::set_permissions(dir.path().join("ledger.db"), PermissionsExt::from_mode(0o644)).unwrap();
    let _ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    assert_eq!(mode("ledger.db"), 0o600, "and it is shut again when it was opened to others");
}

#[tokio::test]
async fn what_was_stored_outlives_a_crash() {
    let (dir, after) = (tempdir().unwrap(), tempdir().unwrap());
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    ledger.store_people(&people(0..700)).await.unwrap();
    crash(dir.path(), after.path());
    let left = Ledger::open(place(after.path(), 1)).await.unwrap();
    assert_eq!(left.count().await.unwrap().people, 700);
    assert_eq!(left.search("699 jan", 20).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_commit_torn_by_a_crash_never_was() {
    let (dir, after) = (tempdir().unwrap(), tempdir().unwrap());
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    ledger.store_people(&people(0..10)).await.unwrap();
    ledger.store_people(&people(10..20)).await.unwrap();
    crash(dir.path(), after.path());
    let log = after.path().join("ledger.db-wal");
    let file = fs::File::options().write(true).open(&log).unwrap();
    file.set_len(file.metadata().unwrap().len() - 1000).unwrap();
    let left = Ledger::open(place(after.path(), 1)).await.unwrap();
    assert_eq!(left.count().await.unwrap().people, 10);
    assert!(left.person(9).await.unwrap().is_some());
    left.store_people(&people(10..20)).await.unwrap();
    assert_eq!(left.count().await.unwrap().people, 20);
}

#[tokio::test]
async fn a_ledger_dropped_without_closing_opens_again() {
    let dir = tempdir().unwrap();
    for round in 1..4 {
        let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
        ledger.store_people(&people(0..round * 100)).await.unwrap();
        drop(ledger);
    }
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    assert_eq!(ledger.count().await.unwrap().people, 300);
}

#[tokio::test]
async fn a_store_given_up_half_way_keeps_whole_batches_and_blocks_nobody() {
    let dir = tempdir().unwrap();
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    let all = people(0..5000);
    for patience in 1..12 {
        let wait = std::time::Duration::from_millis(patience * 5);
        let _ = tokio::time::timeout(wait, ledger.store_people(&all)).await;
        assert_eq!(ledger.count().await.unwrap().people % 500, 0);
    }
    ledger.store_people(&all).await.unwrap();
    assert_eq!(ledger.count().await.unwrap().people, 5000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_readers_beside_a_writing_batch_see_whole_batches_only() {
    let dir = tempdir().unwrap();
    let ledger = Ledger::open(place(dir.path(), 1)).await.unwrap();
    ledger.store_people(&people(0..500)).await.unwrap();
    ledger.store_cards(&(0..500).map(card).collect::<Vec<_>>()).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..20)
        .map(|reader| {
            let (ledger, done) = (ledger.clone(), done.clone());
            tokio::spawn(async move {
                let mut rounds = 0;
                while !done.load(Ordering::Relaxed) || rounds == 0 {
                    let Counts { people, cards, chips } = ledger.count().await.unwrap();
                    assert_eq!((people % 500, cards % 500), (0, 0));
                    assert_eq!(cards, chips);
                    assert_eq!(ledger.search("nezam", 20).await.unwrap().len(), 20);
                    let hits = ledger.by_chip(&[format!("{reader:08X}")]).await.unwrap();
                    assert_eq!(hits.len(), 1);
                    assert_eq!(hits[0].person, Some(person(reader)));
                    rounds += 1;
                }
                rounds
            })
        })
        .collect();
    ledger.store_people(&people(0..5000)).await.unwrap();
    ledger.store_cards(&(0..5000).map(card).collect::<Vec<_>>()).await.unwrap();
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    assert_eq!(ledger.count().await.unwrap(), Counts { people: 5000, cards: 5000, chips: 5000 });
}
