//! The log at its loudest tells nothing of the key or of anyone. Alone in its process: the log is a global.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;
use ledger::{Ledger, PersonRow, Place};
use secrecy::SecretBox;
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_at_its_loudest_has_neither_key_nor_name() {
    let lines = Lines::default();
    let to = lines.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || to.clone())
        .init();
    let dir = tempfile::tempdir().unwrap();
    let place = |key: u8| Place::File {
        path: dir.path().join("ledger.db"),
        key: SecretBox::new(Box::new([key; 32])),
    };
    tracing::info!("heard");
    let ledger = Ledger::open(place(0xab)).await.unwrap();
    let person = PersonRow {
        cardholder_id: 1,
        degree_before: None,
        first_name: "Jiří".to_owned(),
        last_name: "Vymyšlený".to_owned(),
        degree_after: None,
        date_of_birth: None,
        personal_id: None,
        external_id: None,
        roles: vec![],
        seen_at: Timestamp::UNIX_EPOCH,
    };
    ledger.store_people(&[person]).await.unwrap();
    assert_eq!(ledger.search("vymys", 20).await.unwrap().len(), 1);
    Ledger::open(place(0xcd)).await.unwrap_err();
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap().to_lowercase();
    assert!(log.contains("heard"));
    for secret in ["abab", "cdcd", "jiří", "vymys", "pragma key"] {
        assert!(!log.contains(secret), "{secret}");
    }
}
