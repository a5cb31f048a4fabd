//! The check-up, in the window and on the command line: it names what is broken. And the roles that staff give to readers.

use std::process::Command;
use std::time::Duration;

use journeys::counter::{CONTACTLESS, Counter};
use journeys::pcscd::Pcscd;
use journeys::window::Window;
use practice::Interface;
use serde_json::Value;
use thirtyfour::prelude::Key;

/// `carddesk doctor --json` on the desk's folder: its exit, and what it found.
fn by_hand(counter: &Counter) -> (bool, Value) {
    let program = std::env::var("CARDDESK_PROGRAM").expect("the program: run `cargo xtask test`");
    let (name, socket) = Pcscd::environment(&counter.everything().join("p"));
    let done = Command::new(program)
        .arg("--home")
        .arg(counter.home())
        .args(["doctor", "--json"])
        .env(name, socket)
        .output()
        .unwrap();
    (done.status.success(), serde_json::from_slice(&done.stdout).expect("nothing but JSON on its output"))
}

/// The codes of what the command line found of a subject, the fault of a register behind it.
fn codes(found: &Value, subject: &str) -> Vec<String> {
    let of_it = found["findings"].as_array().unwrap().iter().filter(|it| it["subject"] == subject);
    of_it.map(|it| format!("{} {}", it["what"]["code"].as_str().unwrap(), it["what"]["fault"])).collect()
}

/// The same of what the window shows.
async fn shown(window: &Window, subject: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll(`[data-testid='checkup-finding'][data-subject='${arguments[0]}']`)]\
                  .map(({ dataset }) => `${dataset.code} ${dataset.why ? JSON.stringify(dataset.why) : 'null'}`)";
    let shown = window.script(script, vec![subject.into()]).await;
    shown.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_reader_service_and_a_wrong_secret_are_named_in_the_window_and_by_hand() {
    let mut counter = Counter::open().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
    let (well, found) = by_hand(&counter);
    assert!(well, "{found:#}");
    for (subject, code) in
        [("smart_cards", "service_runs"), ("keyring", "keyring_works"), ("ledger", "ledger_file")]
    {
        assert_eq!(codes(&found, subject), [format!("{code} null")]);
    }
    for register in ["alive", "usos", "sup"] {
        assert_eq!(codes(&found, register), ["register_ready null"]);
    }

    counter.kill();
    let secret = counter.change_secret("alive.secret_access_key", "another").await;
    counter.pcscd.kill();
    counter.reopen().await;
    let window = &counter.window;
    window.alt("d").await;
    window.see_that("checkup-verdict", "data-state", "not_well").await;
    assert_eq!(shown(window, "smart_cards").await, ["service_not_running null"]);
    assert_eq!(shown(window, "alive").await, ["register_fault \"credentials\""]);
    assert_eq!(shown(window, "usos").await, ["register_ready null"]);
    let (well, found) = by_hand(&counter);
    assert!(!well && found["well"] == false);
    for subject in ["smart_cards", "alive", "usos"] {
        assert_eq!(codes(&found, subject), shown(window, subject).await);
    }
    let said = found.to_string();
    for secret in [secret.as_str(), &counter.university.access().alive.access_key_id] {
        assert!(!said.contains(secret));
    }

    counter.pcscd.restart();
    counter.window.see_that("readers-dot", "data-state", "up").await;
    counter.window.see("checkup-again").await.click().await.unwrap();
    counter.window.see_that("checkup-finding", "data-code", "service_runs").await;
    // The live test: the time stands there as soon as a card has been read.
    let _on = counter.tap(&counter.card(None, Interface::Contactless)).await;
    counter.window.see_that("checkup-tap", "data-state", "read").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_staff_have_set_aside_is_not_read_also_after_a_restart() {
    let mut counter = Counter::open().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
    let card = counter.card(None, Interface::Contactless);
    counter.window.alt("d").await;
    counter.window.see_that("checkup-verdict", "data-state", "well").await;
    counter.window.see_that("checkup-role", "data-reader", CONTACTLESS).await;
    counter.window.choose("checkup-role", "ignore").await;
    counter.window.see_text("toast", CONTACTLESS).await;
    counter.window.see_that("checkup-verdict", "data-state", "well").await;
    counter.window.type_keys(Key::Escape).await;
    // From the monitor's next look on.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let _on = counter.tap(&card).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(counter.window.sees("empty").await && !counter.window.sees("person-name").await);

    counter.kill_and_reopen().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(!counter.window.sees("person-name").await);
    counter.window.alt("d").await;
    counter.window.see_that("checkup-verdict", "data-state", "well").await;
    counter.window.choose("checkup-role", "").await;
    counter.window.see_text("person-name", card.holder.as_deref().unwrap()).await;
}
