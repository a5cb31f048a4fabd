//! A disk that is full: a real one of four megabytes, mounted for this process alone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use ledger::{ChangeRow, ChangeState, Ledger, LedgerError, Place};
use secrecy::SecretBox;
use uuid::Uuid;

/// Where the small disk is, for the test that is run on it.
const DISK: &str = "CARDDESK_SMALL_DISK";

fn change(id: u128) -> ChangeRow {
    ChangeRow {
        id: Uuid::from_u128(id),
        written_at: Timestamp::UNIX_EPOCH,
        desk: "desk".to_owned(),
        endpoint: "cards.update".to_owned(),
        cardholder_id: Some(1),
        card_id: Some(1),
        number: None,
        body_hash: "5e".repeat(32),
        body: Some(vec![b'x'; 2_000]),
        before: None,
        reason: None,
        state: ChangeState::Written,
        changed_at: Timestamp::UNIX_EPOCH,
    }
}

async fn open(disk: &Path) -> Result<Ledger, LedgerError> {
    let key = SecretBox::new(Box::new([7; 32]));
    Ledger::open(Place::File { path: disk.join("ledger.db"), key }).await
}

/// A mount in a namespace of its own: as root at once, else as root of a user namespace.
#[test]
fn a_full_disk_is_named_and_takes_nothing_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().display();
    let inside = format!(
        "mount -t tmpfs -o size=4m none '{disk}' && exec \"$0\" --exact on_the_small_disk --ignored --nocapture"
    );
    let test = std::env::current_exe().unwrap();
    let run = |how: &str| {
        let words = [how, "sh", "-c", inside.as_str()];
        Command::new("unshare").args(words).arg(&test).env(DISK, folder.path()).output().expect("unshare")
    };
    let as_root = run("-m");
    let done = if as_root.status.success() { as_root } else { run("-Urm") };
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[tokio::test]
#[ignore = "run on a small disk by the test above"]
async fn on_the_small_disk() {
    let disk = PathBuf::from(std::env::var_os(DISK).expect("a small disk"));
    let ledger = open(&disk).await.unwrap();
    let mut kept = 0;
    let full = loop {
        match ledger.write_changes(&[change(kept + 1)]).await {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 10_000, "the disk never got full");
    };
    assert_eq!(full, LedgerError::DiskFull);
    assert!(kept > 100, "{kept}");
    // It can still be read, and as soon as there is room it goes on without being opened anew.
    assert_eq!(ledger.open_changes().await.unwrap().len() as u128, kept);
    assert_eq!(ledger.write_changes(&[change(kept + 1)]).await, Err(LedgerError::DiskFull));
    let remounted = Command::new("mount").args(["-o", "remount,size=8m"]).arg(&disk).status().unwrap();
    assert!(remounted.success());
    ledger.write_changes(&[change(kept + 1)]).await.unwrap();
    ledger.close().await;
    let again = open(&disk).await.unwrap();
    assert_eq!(again.open_changes().await.unwrap().len() as u128, kept + 1, "nothing is lost");
}
