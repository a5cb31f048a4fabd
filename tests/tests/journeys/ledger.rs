//! The ledger in trouble: a sentence each, nothing lost, and on it goes when it's well again. And the ledger of several
//! desks, on a real PostgreSQL.

#[path = "../../../src-tauri/crates/ledger/tests/server/mod.rs"]
mod server;

use std::process::Command;

use journeys::counter::Counter;
use practice::Interface;
use server::{PASSWORD, Server};
use thirtyfour::prelude::Key;

/// Runs the program by hand on the desk's folder; what it says and whether it did it.
fn by_hand(counter: &Counter, words: &[&str]) -> (bool, String) {
    let program = std::env::var("CARDDESK_PROGRAM").expect("the program: run `cargo xtask test`");
    let home = counter.home();
    let done = Command::new(program).arg("--home").arg(home).args(words).output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_does_not_open_says_why_and_opens_when_it_is_well_again() {
    let mut counter = Counter::open().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
    let ledger = counter.home().join("ledger.db");

    counter.kill();
    let key = counter.change_secret("ledger.key", &"5e".repeat(32)).await;
    counter.reopen().await;
    counter.window.see_that("not-open", "data-why", "wrong_key").await;
    counter.change_secret("ledger.key", &key).await;
    counter.window.see("reopen").await.click().await.unwrap();
    counter.window.see_that("index-dot", "data-state", "ready").await;

    counter.kill();
    let whole = std::fs::read(&ledger).unwrap();
    let log = ledger.with_extension("db-wal");
    let logged = std::fs::read(&log).unwrap_or_default();
    std::fs::remove_file(&log).unwrap();
    std::fs::write(&ledger, [b"SQLite format 3\0".as_slice(), &[0; 4080]].concat()).unwrap();
    counter.reopen().await;
    counter.window.see_that("not-open", "data-why", "not_encrypted").await;

    counter.kill();
    std::fs::write(&ledger, &whole).unwrap();
    std::fs::write(&log, &logged).unwrap();
    counter.reopen().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_copied_while_the_desk_works_and_put_back_when_it_is_closed() {
    let mut counter = Counter::open().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
    let copy = counter.everything().join("copy.db");
    let copy = copy.display().to_string();
    let (done, said) = by_hand(&counter, &["backup", &copy]);
    assert!(done, "{said}");
    let (again, said) = by_hand(&counter, &["backup", &copy]);
    assert!(!again && said.contains("already"), "a copy never replaces a file: {said}");
    let (open, said) = by_hand(&counter, &["restore", &copy]);
    assert!(!open && said.contains("busy"), "not under an open desk: {said}");
    let (whole, said) = by_hand(&counter, &["verify"]);
    assert!(whole, "{said}");
    counter.kill();
    let (done, said) = by_hand(&counter, &["restore", &copy]);
    assert!(done, "{said}");
    counter.reopen().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
    // What was free may be used by now: no number is given out before the comparison.
    counter.window.see_that("task", "data-task", "stock_unchecked").await;
    counter.window.see("task").await.click().await.unwrap();
    counter.window.see("stock-unchecked").await;
    counter.window.see("stock-compare").await.click().await.unwrap();
    counter.window.see_no("stock-unchecked").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_desks_share_a_ledger_on_postgres_and_one_that_is_gone_comes_back() {
    let counter = Counter::open().await;
    let window = &counter.window;
    window.see_that("index-dot", "data-state", "ready").await;
    let server = Server::start(false);
    let url = server.url(&server.database().await, "").to_string();

    window.alt(",").await;
    window.fill("settings-ledger-url", &url).await;
    window.fill("settings-ledger-password", "wrong").await;
    window.see("settings-ledger-save").await.click().await.unwrap();
    window.see_that("settings-ledger-refusal", "data-code", "database_denied").await;
    window.fill("settings-ledger-password", PASSWORD).await;
    window.see("settings-ledger-save").await.click().await.unwrap();
    window.see("settings-ledger-file").await;
    window.type_keys(Key::Escape).await;
    window.see_no("settings").await;
    let settings = std::fs::read_to_string(counter.home().join("settings.json")).unwrap();
    assert!(settings.contains(&url) && !settings.contains(PASSWORD), "the password is in the keyring alone");

    window.see_that("index-dot", "data-state", "ready").await;
    let card = counter.card(None, Interface::Contactless);
    window.type_keys("/").await;
    window.type_keys(card.barcodes.alive_number.clone().unwrap()).await;
    window.type_keys(Key::Enter).await;
    window.see("person-born").await;
    window.see_that("column-alive", "data-state", "found").await;
    window.press("c").await;
    window.see("act-report").await;
    window.press("i").await;
    window.see("issue-pane").await;
    window.alt("3").await;
    // The server goes away in the middle: it's said, nothing is lost, and it goes on when the server is there again.
    server.kill();
    window.choose("field-form", "DIGITAL").await;
    window.see_that("issue-refusal", "data-code", "not_kept").await;
    server.revive();
    window.ctrl(Key::Enter).await;
    window.see_that("issue-step-print", "data-state", "not_needed").await;
}
