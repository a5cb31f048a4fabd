//! A card is issued, by keyboard: from the stock of numbers to the report, left in the middle, killed in the middle,
//! spoiled on the way.

use journeys::counter::Counter;
use practice::{Fault, FaultKind, Interface, Register, Trouble};
use serde_json::Value;
use thirtyfour::prelude::Key;

/// Somebody with a good card on the screen, and numbers of the type of that card in the stock.
async fn with_numbers() -> (Counter, String) {
    let counter = Counter::open().await;
    let card = counter.card(None, Interface::Contactless);
    let number = card.barcodes.alive_number.clone().unwrap();
    take_in(&counter).await;
    show(&counter, &number).await;
    (counter, number)
}

/// Takes numbers of every type into the stock, as a clerk pastes them.
async fn take_in(counter: &Counter) {
    let window = &counter.window;
    window.see_that("index-dot", "data-state", "ready").await;
    window.alt("s").await;
    for (kind, numbers) in counter.university.spare_numbers() {
        window.choose("stock-type", &kind).await;
        window.fill("stock-text", &numbers).await;
        window.ctrl(Key::Enter).await;
        let row = format!("[data-testid='stock-row'][data-type='{kind}'][data-free='300']");
        window
            .until(&row, || async { window.driver.find(thirtyfour::By::Css(row.as_str())).await.ok() })
            .await;
    }
    window.type_keys(Key::Escape).await;
    window.see_no("stock").await;
}

async fn show(counter: &Counter, number: &str) {
    let window = &counter.window;
    window.type_keys("/").await;
    window.type_keys(number).await;
    window.type_keys(Key::Enter).await;
    window.see("person-born").await;
    window.see_that("column-alive", "data-state", "found").await;
}

async fn begin(counter: &Counter) {
    counter.window.press("c").await;
    counter.window.see("act-report").await;
    counter.window.press("i").await;
}

async fn at(counter: &Counter, step: &str) {
    counter.window.see_that("issue-pane", "data-step", step).await;
}

async fn go_on(counter: &Counter) {
    counter.window.ctrl(Key::Enter).await;
}

/// The number that the issue has drawn.
async fn drawn(counter: &Counter) -> String {
    let window = &counter.window;
    at(counter, "number").await;
    window
        .until("a number", || async {
            let text = window.see("issue-number").await.text().await.ok()?;
            let number: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            (number.len() > 8).then_some(number)
        })
        .await
}

/// From the number to the printed card with the chip of a fresh blank.
async fn as_far_as_printed(counter: &Counter) -> (String, practice::TrayCard) {
    let number = drawn(counter).await;
    go_on(counter).await;
    at(counter, "chips").await;
    let blank = counter.card(Some(Trouble::UnknownChip), Interface::Contactless);
    let inserted = counter.tap(&blank).await;
    counter.window.see("chip-remove-0").await;
    inserted.remove();
    go_on(counter).await;
    at(counter, "preview").await;
    go_on(counter).await;
    at(counter, "print").await;
    (number, blank)
}

async fn read_back_and_report(counter: &Counter, blank: &practice::TrayCard) {
    let window = &counter.window;
    at(counter, "read_back").await;
    let inserted = counter.tap(blank).await;
    window.see_that("issue-step-read_back", "data-state", "done").await;
    inserted.remove();
    go_on(counter).await;
    at(counter, "report").await;
    go_on(counter).await;
}

async fn card_row(counter: &Counter, number: &str) {
    let row = format!("[data-testid='card-row'][data-number='{number}']");
    let window = &counter.window;
    window.until(&row, || async { window.driver.find(thirtyfour::By::Css(row.as_str())).await.ok() }).await;
}

fn chips(card: &Value) -> Vec<String> {
    let chips = card["smart_technologies"].as_array().cloned().unwrap_or_default();
    chips.iter().filter_map(|chip| Some(chip["value"].as_str()?.to_uppercase())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_issued_by_keyboard_and_reported_last() {
    let (counter, _) = with_numbers().await;
    begin(&counter).await;
    let (number, blank) = as_far_as_printed(&counter).await;
    assert!(counter.card_with(&number).await.is_none(), "nothing is reported before the end");
    go_on(&counter).await;
    // Another card than the one that is about to be reported is said to be one.
    at(&counter, "read_back").await;
    let other = counter.card(None, Interface::Contactless);
    let inserted = counter.tap(&other).await;
    counter.window.see("other-chip").await;
    inserted.remove();
    read_back_and_report(&counter, &blank).await;
    counter.window.yes().await;
    card_row(&counter, &number).await;
    let card = counter.card_with(&number).await.expect("the card in ALIVE");
    let uid = blank.uid().unwrap();
    assert_eq!(chips(&card), [uid]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_was_killed_is_taken_up_from_the_empty_screen() {
    let (mut counter, _) = with_numbers().await;
    begin(&counter).await;
    let (number, blank) = as_far_as_printed(&counter).await;
    go_on(&counter).await;
    at(&counter, "read_back").await;
    counter.kill_and_reopen().await;
    counter.window.see_that("task", "data-task", "issue").await;
    counter.window.see("task").await.click().await.unwrap();
    at(&counter, "read_back").await;
    counter.window.see("issue-taken-up").await;
    // The report's reply is lost: ALIVE is read back, and there is one card.
    let lost = Fault::from(FaultKind::DropReply).times(1).only("cards.report");
    counter.university.faults(Register::Alive).set(lost);
    read_back_and_report(&counter, &blank).await;
    counter.window.yes().await;
    card_row(&counter, &number).await;
    assert!(counter.card_with(&number).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoiled_blank_is_noted_and_the_number_goes_on_to_the_next() {
    let (counter, _) = with_numbers().await;
    begin(&counter).await;
    let (number, blank) = as_far_as_printed(&counter).await;
    let window = &counter.window;
    window.press("s").await;
    window.choose("spoil-reason", "misprint").await;
    window.ctrl(Key::Enter).await;
    // A blank takes its chips with it; the number stays.
    at(&counter, "preview").await;
    window.see_that("issue-step-chips", "data-state", "lacking").await;
    window.alt("4").await;
    assert_eq!(drawn(&counter).await, number);
    let _ = blank;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digital_card_needs_neither_print_nor_read_back() {
    let (counter, _) = with_numbers().await;
    begin(&counter).await;
    let number = drawn(&counter).await;
    let window = &counter.window;
    window.alt("3").await;
    at(&counter, "card").await;
    window.choose("field-form", "DIGITAL").await;
    window.see_that("issue-step-print", "data-state", "not_needed").await;
    go_on(&counter).await;
    at(&counter, "preview").await;
    go_on(&counter).await;
    at(&counter, "report").await;
    go_on(&counter).await;
    window.yes().await;
    card_row(&counter, &number).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_wrong_are_named_by_line() {
    let counter = Counter::open().await;
    let window = &counter.window;
    window.see_that("index-dot", "data-state", "ready").await;
    window.alt("s").await;
    let (kind, numbers) = counter.university.spare_numbers().remove(0);
    let (first, _) = numbers.split_once(" - ").unwrap();
    window.choose("stock-type", &kind).await;
    window.see("stock-text").await;
    // Pasted: typed at a driver's pace it would be taken for a scanner's.
    let paste = "const text = document.querySelector('[data-testid=stock-text]');
        text.value = arguments[0]; text.dispatchEvent(new Event('input', { bubbles: true })); text.focus();";
    window.script(paste, vec![format!("{first}\n?\n{first}").into()]).await;
    window.ctrl(Key::Enter).await;
    window.see_that("stock-fault", "data-line", "2").await;
    let row = format!("[data-testid='stock-row'][data-type='{kind}']");
    let row = window.driver.find(thirtyfour::By::Css(row.as_str())).await.unwrap();
    assert_eq!(row.attr("data-free").await.unwrap().as_deref(), Some("0"), "none was taken in");
}
