//! The log at its loudest tells nothing of a key, a password or anyone. Alone in its process: the log is a global.
#![allow(clippy::unwrap_used, reason = "tests")]

mod server;

use jiff::Timestamp;
use ledger::{Intake, Ledger, PersonRow, Place};
use secrecy::{SecretBox, SecretString};
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
async fn the_log_at_its_loudest_has_neither_key_nor_password_nor_name() {
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
    let on_a_server = server::shared();
    let name = on_a_server.database().await;
    for ledger in [ledger, Ledger::open(on_a_server.place(&name)).await.unwrap()] {
        ledger.store_people(std::slice::from_ref(&person)).await.unwrap();
        assert_eq!(ledger.search("vymys", 20).await.unwrap().len(), 1);
        let intake = Intake::read("S4242424242").unwrap();
        ledger.take_in(&intake, "ISIC", Timestamp::UNIX_EPOCH).await.unwrap();
        ledger.take_in(&intake, "ISIC", Timestamp::UNIX_EPOCH).await.unwrap_err();
    }
    let wrong = Place::Postgres { url: on_a_server.url(&name, ""), password: SecretString::from("geheim") };
    assert!(!format!("{wrong:?}").contains("geheim"));
    Ledger::open(wrong).await.unwrap_err();
    Ledger::open(place(0xcd)).await.unwrap_err();
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap().to_lowercase();
    assert!(log.contains("heard"));
    for secret in ["abab", "cdcd", "jiří", "vymys", "42424242", "pragma key", server::PASSWORD, "geheim"] {
        assert!(!log.contains(secret), "{secret}");
    }
}
