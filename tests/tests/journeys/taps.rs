//! A card is put on the reader: whose it is, and what the three registers say of it.

use journeys::counter::Counter;
use practice::vpcd::Behaviour;
use practice::{Interface, Trouble};

/// Waits until the verdict names this finding.
async fn finds(counter: &Counter, code: &str) {
    counter.window.see_that("finding", "data-code", code).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_card_shows_the_person_and_three_registers_that_agree() {
    let counter = Counter::open().await;
    let card = counter.card(None, Interface::Contactless);
    let _on = counter.tap(&card).await;
    let window = &counter.window;
    window.see_that("uid", "data-value", &card.uid().unwrap()).await;
    window.see_text("person-name", card.holder.as_deref().unwrap()).await;
    window.see_that("verdict-level", "data-level", "good").await;
    window.see_that("column-alive", "data-state", "found").await;
    window.see_that("column-usos", "data-state", "found").await;
    window.see_that("portrait", "data-state", "found").await;
    // The picture has really been drawn, by way of the photo protocol and within the content security policy.
    window
        .until("a drawn portrait", || async {
            let width = "return document.querySelector(\"[data-testid='portrait'] img\")?.naturalWidth ?? 0";
            (window.script(width, vec![]).await.as_u64()? > 0).then_some(())
        })
        .await;
    // Every value says how old it is.
    for register in ["alive", "usos"] {
        assert!(!window.text(&format!("age-{register}")).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contradictions_are_named_and_marked_on_both_sides() {
    let counter = Counter::open().await;
    for (trouble, code) in [
        (Trouble::DatesApart, "ends_apart"),
        (Trouble::NameChanged, "names_apart"),
        (Trouble::ExpiredInAliveValidInUsos, "valid_there_not_here"),
        (Trouble::TwoCards, "chip_of_two_people"),
        (Trouble::Cancelled, "cancelled"),
    ] {
        let on = counter.tap(&counter.card(Some(trouble), Interface::Contactless)).await;
        finds(&counter, code).await;
        if trouble == Trouble::DatesApart {
            for register in ["alive", "usos"] {
                counter.window.see_that(&format!("cell-{register}-validity"), "data-level", "warning").await;
            }
        }
        on.remove();
        counter.window.see("card-gone").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_chip_says_so_and_how_to_go_on() {
    let counter = Counter::open().await;
    let _on = counter.tap(&counter.card(Some(Trouble::UnknownChip), Interface::Contactless)).await;
    finds(&counter, "unknown_everywhere").await;
    counter.window.see_that("column-alive", "data-state", "not_found").await;
    counter.window.see_that("column-usos", "data-state", "not_found").await;
    counter.window.see("message-alive").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_random_or_copied_uid_and_a_dead_chip_are_refused_in_words() {
    let counter = Counter::open().await;
    for (trouble, interface, code) in [
        (Trouble::RandomUid, Interface::Contactless, "random_uid"),
        (Trouble::ClonedUid, Interface::Contactless, "cloned_uid"),
        (Trouble::DeadContactChip, Interface::Contact, "does_not_answer"),
    ] {
        let on = counter.tap(&counter.card(Some(trouble), interface)).await;
        counter.window.see_that("tap-refusal", "data-code", code).await;
        assert!(counter.window.text("tap-refusal").await.len() > 40, "a sentence with a way on");
        on.remove();
        tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_pulled_out_while_it_is_read_is_told_and_the_next_tap_works() {
    let counter = Counter::open().await;
    let card = counter.card(None, Interface::Contactless);
    let pulled = Behaviour { pull_after: Some(0), ..Behaviour::default() };
    let on = counter.tap_with(&card, pulled).await;
    counter.window.see_that("tap-refusal", "data-code", "removed_while_reading").await;
    on.remove();
    tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    let _on = counter.tap(&card).await;
    counter.window.see_text("person-name", card.holder.as_deref().unwrap()).await;
    counter.window.see_no("tap-refusal").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_chips_of_one_plastic_that_lead_to_two_cards_are_told() {
    let counter = Counter::open().await;
    let _contact = counter.tap(&counter.card(Some(Trouble::TwoChips), Interface::Contact)).await;
    counter.window.see_that("column-usos", "data-state", "found").await;
    let _contactless = counter.tap(&counter.card(Some(Trouble::TwoChips), Interface::Contactless)).await;
    finds(&counter, "chips_lead_apart").await;
}
