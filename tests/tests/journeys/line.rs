//! The line at the top: a scanned barcode, a typed name, number or chip, by keyboard alone; and the link to SUP.

use journeys::counter::Counter;
use practice::{Interface, TrayCard};

fn with_codes(counter: &Counter) -> TrayCard {
    let cards = counter.university.tray().iter();
    cards
        .filter(|card| card.trouble.is_none() && card.interface == Interface::Contactless)
        .find(|card| card.barcodes.alive_number.is_some() && card.barcodes.usos_barcode.is_some())
        .expect("a card with printed numbers")
        .clone()
}

async fn opened() -> Counter {
    let counter = Counter::open().await;
    counter.window.see_that("index-dot", "data-state", "ready").await;
    counter
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_works_from_anywhere_and_leaves_no_character_behind() {
    let counter = opened().await;
    let window = &counter.window;
    let card = with_codes(&counter);
    // Into the line, which has the focus.
    window.scan(card.barcodes.usos_barcode.as_deref().unwrap()).await;
    window.see_text("person-name", card.holder.as_deref().unwrap()).await;
    let line = "return document.querySelector(\"[data-testid='line']\").value";
    assert_eq!(window.script(line, vec![]).await, "");
    // Into a field of the settings, which keeps what stood there.
    window.type_keys("\u{E00C}").await;
    window.alt(",").await;
    let field = window.see("settings-alive-access_key_id").await;
    let before = field.value().await.unwrap();
    field.click().await.unwrap();
    window.scan(card.barcodes.alive_number.as_deref().unwrap()).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(window.see("settings-alive-access_key_id").await.value().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_name_is_found_as_it_is_typed_and_chosen_by_keyboard() {
    let counter = opened().await;
    let window = &counter.window;
    let card = with_codes(&counter);
    let holder = card.holder.clone().unwrap();
    let surname: String = holder.rsplit(' ').next().unwrap().chars().take(4).collect();
    window.type_keys(surname.to_lowercase()).await;
    window.see("hits").await;
    window.see_text("hit", &holder).await;
    // Down until it's the chosen one, then Enter.
    for _ in 0..12 {
        let chosen =
            "return document.querySelector(\"[data-testid='hit'][aria-selected='true']\")?.innerText ?? ''";
        if window.script(chosen, vec![]).await.as_str().unwrap().contains(&holder) {
            break;
        }
        window.type_keys("\u{E015}").await;
    }
    window.type_keys("\u{E007}").await;
    window.see_text("person-name", &holder).await;
    window.see_that("column-alive", "data-state", "found").await;
    window.see_that("column-usos", "data-state", "found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_card_number_and_a_typed_chip_lead_to_the_person() {
    let counter = opened().await;
    let window = &counter.window;
    let card = with_codes(&counter);
    for code in [card.barcodes.alive_number.clone().unwrap(), card.uid().unwrap().to_lowercase()] {
        window.type_keys(code.as_str()).await;
        window.type_keys("\u{E007}").await;
        window.see_text("person-name", card.holder.as_deref().unwrap()).await;
        window.type_keys("\u{E00C}").await;
        window.see("empty").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_check_digit_is_told_and_can_be_passed_over() {
    let counter = opened().await;
    let window = &counter.window;
    window.scan("5901234123475").await;
    window.see_that("line-refusal", "data-code", "check_digit").await;
    assert!(window.text("line-refusal").await.contains("be 1"), "the digit that would be right is named");
    window.see("line-anyway").await.click().await.unwrap();
    window.see_that("finding", "data-code", "unknown_everywhere").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_linked_to_a_sup_card_and_the_link_is_taken_back() {
    let counter = opened().await;
    let window = &counter.window;
    let link = counter.university.sup_links()[0].clone();
    let card = counter.university.tray().iter().find(|card| card.physical == link.physical);
    let card = card.unwrap().clone();
    let _on = counter.tap(&card).await;
    window.see_that("column-sup", "data-state", "not_asked").await;
    window.see_that("column-alive", "data-state", "found").await;
    window.press("l").await;
    window.see("sup-link-field").await;
    let field = "return document.querySelector(\"[data-testid='sup-link-field']\").value";
    assert_eq!(window.script(field, vec![]).await, "", "the key that opened it is not typed into it");
    // Neither a uuid nor an EAN: refused at the field.
    window.type_keys("hello\u{E007}").await;
    window.see_that("sup-link-refusal", "data-code", "not_an_id").await;
    window.see("sup-link-field").await.clear().await.unwrap();
    window.see("sup-link-field").await.send_keys(link.id_card.as_str()).await.unwrap();
    window.type_keys("\u{E007}").await;
    window.see("sup-link-found").await;
    window.type_keys("\u{E007}").await;
    window.see_that("column-sup", "data-state", "found").await;
    // The ledger has kept it: the next tap finds it by itself.
    window.type_keys("\u{E00C}").await;
    window.see("empty").await;
    window.scan(&link.ean).await;
    window.see_that("column-sup", "data-state", "found").await;
    window.see_text("person-name", &link.holder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_a_plain_sentence() {
    let counter = opened().await;
    counter.window.type_keys("xyzxyz").await;
    counter.window.type_keys("\u{E007}").await;
    counter.window.see_that("line-refusal", "data-code", "nobody").await;
}
