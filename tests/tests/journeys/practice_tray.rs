//! The program without any account: it opens on the practice university, whose cards are tapped from the tray.

use journeys::counter::{Counter, SetUp};
use practice::{Interface, Trouble};

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_the_desk_opens_on_practice_and_leaves_nothing_behind() {
    let counter = Counter::set_up(SetUp { own_registers: false, ..SetUp::default() }).await;
    let window = &counter.window;
    window.see("practice").await;
    window.see_that("index-dot", "data-state", "ready").await;
    window.type_keys("\u{E00C}").await;
    // By keyboard alone: the tray, a card looked for, put on.
    window.see("line").await;
    window.alt("t").await;
    window.see("tray").await;
    // The program's practice world is the same as the test's: the same seed.
    let card = counter.card(Some(Trouble::DatesApart), Interface::Contactless);
    window.see("tray-find").await.click().await.unwrap();
    window.type_keys(card.holder.as_deref().unwrap()).await;
    window.see(&format!("tray-card-{}", card.id)).await.click().await.unwrap();
    window.see_text("person-name", card.holder.as_deref().unwrap()).await;
    window.see_that("finding", "data-code", "ends_apart").await;
    window.see_that("portrait", "data-state", "found").await;
    assert!(!counter.home().join("ledger.db").exists(), "practice keeps no ledger");
}
