//! A register that's down, slow, talks nonsense or refuses: its column says so, the others stay.

use journeys::counter::Counter;
use practice::{Fault, FaultKind, Interface, Register};

#[tokio::test(flavor = "multi_thread")]
async fn a_register_in_trouble_says_so_in_its_column_and_the_others_stay() {
    let counter = Counter::open().await;
    let window = &counter.window;
    let card = counter.card(None, Interface::Contactless);
    window.see_that("index-dot", "data-state", "ready").await;
    for (fault, state) in [
        (FaultKind::Garbage, "unreachable"),
        (FaultKind::Truncated, "unreachable"),
        (FaultKind::Error { done: false }, "unreachable"),
        (FaultKind::CredentialsRefused, "not_allowed"),
    ] {
        counter.university.faults(Register::Usos).set(Fault::from(fault));
        let on = counter.tap(&card).await;
        window.see_that("column-usos", "data-state", state).await;
        window.see_that("column-alive", "data-state", "found").await;
        assert!(window.text("message-usos").await.len() > 20, "{fault:?}: a sentence");
        window.see_that("finding", "data-code", "without").await;
        counter.university.faults(Register::Usos).clear();
        // Its way on: asking this register once more.
        window.press("r").await;
        window.see_that("column-usos", "data-state", "found").await;
        on.remove();
        window.see("card-gone").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_register_never_holds_the_others() {
    let counter = Counter::open().await;
    let card = counter.card(None, Interface::Contactless);
    counter.university.faults(Register::Usos).set(Fault::delay(20_000));
    let _on = counter.tap(&card).await;
    counter.window.see_that("column-alive", "data-state", "found").await;
    assert!(counter.window.sees("column-usos").await);
    counter.window.see_that("column-usos", "data-state", "waiting").await;
    // It's given up in the end, in words.
    counter.window.see_that("column-usos", "data-state", "unreachable").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alive_down_shows_what_was_last_known_and_recovers() {
    let counter = Counter::open().await;
    let window = &counter.window;
    let card = counter.card(None, Interface::Contactless);
    window.see_that("index-dot", "data-state", "ready").await;
    counter.university.stop(Register::Alive).await;
    let _on = counter.tap(&card).await;
    window.see_that("column-alive", "data-state", "unreachable").await;
    window.see_text("person-name", card.holder.as_deref().unwrap()).await;
    window.see_that("column-usos", "data-state", "found").await;
    window.see_that("alive-dot", "data-state", "trouble").await;
    counter.university.restart(Register::Alive).await.unwrap();
    window.press("r").await;
    window.see_that("column-alive", "data-state", "found").await;
    window.see_that("alive-dot", "data-state", "ready").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_told_and_an_expired_one_is_renewed_unseen() {
    let counter = Counter::open().await;
    let window = &counter.window;
    let card = counter.card(None, Interface::Contactless);
    window.see_that("index-dot", "data-state", "ready").await;
    counter.university.faults(Register::Alive).set(Fault::from(FaultKind::ExpiredToken));
    let on = counter.tap(&card).await;
    window.see_that("column-alive", "data-state", "found").await;
    on.remove();
    window.see("card-gone").await;
    counter.university.faults(Register::Alive).clear();
    counter.university.faults(Register::Alive).set(Fault::from(FaultKind::TokenRefused));
    let _on = counter.tap(&card).await;
    window.see_that("column-alive", "data-state", "not_allowed").await;
    window.see_that("column-usos", "data-state", "found").await;
}
