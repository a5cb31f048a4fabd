//! The readers themselves: none, two, and a service that dies and comes back.

use std::time::Duration;

use journeys::counter::{CONTACT, CONTACTLESS, Counter, SetUp};
use practice::Interface;

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_recovers_by_itself_when_the_reader_service_dies_and_comes_back() {
    let mut counter = Counter::open().await;
    let card = counter.card(None, Interface::Contactless);
    let on = counter.tap(&card).await;
    counter.window.see_text("person-name", card.holder.as_deref().unwrap()).await;
    on.remove();
    counter.window.see_that("readers-dot", "data-state", "up").await;

    counter.pcscd.kill();
    counter.window.see_that("readers-dot", "data-state", "down").await;
    counter.pcscd.restart();
    counter.window.see_that("readers-dot", "data-state", "up").await;

    let other = counter.university.tray().iter().find(|other| {
        other.trouble.is_none() && other.interface == Interface::Contactless && other.id != card.id
    });
    let other = other.unwrap().clone();
    let _on = counter.tap(&other).await;
    counter.window.see_text("person-name", other.holder.as_deref().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reader_the_desk_says_so_and_can_be_asked_by_hand() {
    let counter = Counter::set_up(SetUp { readers: &[], ..SetUp::default() }).await;
    counter.window.see_that("readers-dot", "data-state", "none").await;
    counter.window.see("no-reader").await;
    let card = counter.card(None, Interface::Contactless);
    counter.window.see_that("index-dot", "data-state", "ready").await;
    counter.window.see("line").await.click().await.unwrap();
    counter.window.type_keys(card.barcodes.alive_number.as_deref().unwrap()).await;
    counter.window.type_keys("\u{E007}").await;
    counter.window.see_text("person-name", card.holder.as_deref().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_readers_are_both_served_and_the_latest_tap_is_shown() {
    let counter = Counter::set_up(SetUp { readers: &[CONTACTLESS, CONTACT], ..SetUp::default() }).await;
    let first = counter.card(None, Interface::Contactless);
    let _one = counter.tap(&first).await;
    counter.window.see_text("person-name", first.holder.as_deref().unwrap()).await;
    let second = counter.university.tray().iter().find(|card| {
        card.trouble.is_none() && card.interface == Interface::Contact && card.physical != first.physical
    });
    let second = second.unwrap().clone();
    let _two = counter.tap(&second).await;
    counter.window.see_text("person-name", second.holder.as_deref().unwrap()).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    counter.window.see_text("person-name", second.holder.as_deref().unwrap()).await;
}
