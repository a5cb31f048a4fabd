//! The work on a person's file: the six workflows of ALIVE's manual, by keyboard, and what may go wrong in them.

use journeys::counter::{Counter, PIN};
use practice::{Fault, FaultKind, Interface, Register, Trouble};
use thirtyfour::prelude::Key;

/// A person whose card is good, on the screen.
async fn at_a_good_card() -> (Counter, String) {
    let counter = Counter::open().await;
    let card = counter.card(None, Interface::Contactless);
    let number = card.barcodes.alive_number.clone().unwrap();
    show(&counter, &number).await;
    (counter, number)
}

/// Opens a person by a card's number, typed.
async fn show(counter: &Counter, number: &str) {
    let window = &counter.window;
    window.see_that("index-dot", "data-state", "ready").await;
    window.type_keys("/").await;
    window.type_keys(number).await;
    window.type_keys(Key::Enter).await;
    window.see("person-born").await;
    window.see_that("column-alive", "data-state", "found").await;
}

async fn card_row(counter: &Counter, number: &str) {
    let row = format!("[data-testid='card-row'][data-number='{number}']");
    counter
        .window
        .until(&row, || async {
            let found = format!(
                "const row = document.querySelector(\"{row}\"); row?.focus(); row?.click(); return !!row"
            );
            (counter.window.script(&found, vec![]).await == true).then_some(())
        })
        .await;
}

/// What stands in a field.
async fn field(counter: &Counter, id: &str) -> String {
    counter.window.see(id).await.prop("value").await.unwrap().unwrap_or_default()
}

// ---- workflow 1: a new card -----------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_new_person_gets_a_card_that_is_reported_last() {
    let counter = Counter::open().await;
    let window = &counter.window;
    window.see_that("index-dot", "data-state", "ready").await;
    window.alt("n").await;
    window.fill("field-first_name", "Zkouška").await;
    window.fill("field-last_name", "Přepážková").await;
    window.fill("field-date_of_birth", "2004-05-06").await;
    window.fill("field-email", "zkouska@practice-university.example").await;
    window.choose("field-roles.student", "true").await;
    window.choose("field-roles.graduate", "false").await;
    window.choose("field-student_status", "FULL_TIME").await;
    window.ctrl(Key::Enter).await;
    window.yes().await;
    let name = "return document.querySelector(\"[data-testid='file-name']\")?.textContent.trim()";
    window
        .until("the file of who was created", || async {
            (window.script(name, vec![]).await == "Zkouška Přepážková").then_some(())
        })
        .await;

    let sample = counter.university.access().alive.report_sample[0].clone();
    window.ctrl("2").await;
    window.see("act-report").await;
    window.press("i").await;
    window.see("issue-pane").await;
    window.alt("3").await;
    window.choose("field-type", &sample.kind).await;
    window.choose("field-form", "DIGITAL").await;
    window.ctrl(Key::Enter).await;
    // Nobody has taken numbers in: the one on the paper is typed.
    window.fill("number-field", &sample.number).await;
    window.see("number-take").await.click().await.unwrap();
    window.see_that("issue-step-number", "data-state", "done").await;
    for step in ["preview", "report"] {
        window.ctrl(Key::Enter).await;
        window.see_that("issue-pane", "data-step", step).await;
    }
    window.ctrl(Key::Enter).await;
    window.yes().await;
    let row = format!("[data-testid='card-row'][data-number='{}']", sample.number);
    window.until(&row, || async { window.driver.find(thirtyfour::By::Css(row.as_str())).await.ok() }).await;
}

// ---- workflow 2: plastic later --------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_plastic_card_is_reported_later_and_keeps_the_chips() {
    let (counter, number) = at_a_good_card().await;
    let window = &counter.window;
    window.press("c").await;
    card_row(&counter, &number).await;
    let before = window.text("card-facts").await;
    window.press("p").await;
    window.see("field-valid_to_plastic").await;
    window.ctrl(Key::Enter).await;
    window.see_that("plan-step", "data-act", "report_plastic").await;
    assert!(!window.sees("plan-delete-ok").await, "nothing is lost");
    window.yes().await;
    card_row(&counter, &number).await;
    let chips = |text: &str| text.lines().filter(|line| line.contains("MIFARE")).count();
    assert_eq!(chips(&window.text("card-facts").await), chips(&before));
}

// ---- workflow 3: graduation and alumni ------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_graduate_gets_one_alumni_card() {
    let (counter, _) = at_a_good_card().await;
    let window = &counter.window;
    window.press("g").await;
    window.see("alumni").await;
    assert!(!window.see("alumni").await.attr("data-state").await.unwrap().unwrap().is_empty());
    window.ctrl("3").await;
    window.see("graduation-new").await.click().await.unwrap();
    window.fill("field-faculty_name", "Fakulta cvik").await;
    window.fill("field-field_of_study", "Karty").await;
    window.fill("field-graduation_date", "2026-06-30").await;
    window.choose("field-academic_degree", "MASTER").await;
    window.ctrl(Key::Enter).await;
    // At least one of the two degrees: said at its field, before anything is sent.
    window.see("fault-pre_nominal_academic_degree").await;
    window.fill("field-pre_nominal_academic_degree", "Mgr.").await;
    window.ctrl(Key::Enter).await;
    window.yes().await;
    window.see_that("alumni", "data-state", "may_request").await;
    window.see("alumni-request").await.click().await.unwrap();
    window.yes().await;
    window.see_that("alumni", "data-state", "has").await;
    assert!(!window.sees("alumni-request").await, "there is one, and there will be no second");
}

// ---- workflow 4: a cardholder's data --------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_is_carried_on_to_the_card_by_one_yes() {
    let (counter, number) = at_a_good_card().await;
    let window = &counter.window;
    window.press("e").await;
    window.see("field-last_name").await;
    window.fill("field-last_name", "Nová").await;
    window.ctrl(Key::Enter).await;
    window.see_that("plan-step", "data-act", "update_card").await;
    window.see_that("difference", "data-property", "last_name").await;
    window.yes().await;
    assert_eq!(field(&counter, "field-last_name").await, "Nová", "as ALIVE has it now");
    let card_id = counter.card_id(&number).await;
    let shown = counter.shown_on(&card_id).await;
    assert!(shown.to_string().contains("Nová"), "the digital card shows it: {shown}");
    window.type_keys(Key::Escape).await;
    window.see_text("person-name", "Nová").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_desk_writes_while_the_plan_waits_is_not_overwritten() {
    let (counter, number) = at_a_good_card().await;
    let window = &counter.window;
    window.press("e").await;
    window.see("field-personal_id").await;
    window.fill("field-personal_id", "4714").await;
    window.ctrl(Key::Enter).await;
    window.see("plan-yes").await;
    counter.change_elsewhere(&number, "class_name", "8.A").await;
    window.agree().await;
    window.see_that("plan-refusal", "data-code", "changed_meanwhile").await;
    // The new plan keeps what the other one wrote.
    window.ctrl(Key::Enter).await;
    window.see_that("difference", "data-property", "personal_id").await;
    window.see_no("plan-refusal").await;
    window.yes().await;
    assert_eq!(field(&counter, "field-personal_id").await, "4714");
    assert_eq!(field(&counter, "field-class_name").await, "8.A");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_be_deleted_needs_a_yes_of_its_own() {
    let (counter, _) = at_a_good_card().await;
    let window = &counter.window;
    window.press("e").await;
    window.see("field-external_id").await;
    assert!(!field(&counter, "field-external_id").await.is_empty());
    window.fill("field-external_id", "").await;
    window.ctrl(Key::Enter).await;
    window.see("plan-lost").await;
    // Without the tick the yes does nothing.
    window.ctrl(Key::Enter).await;
    assert!(window.sees("plan-lost").await);
    let plan = window.see("plan").await.attr("data-state").await.unwrap().unwrap_or_default();
    assert_ne!(plan, "done");
    window.yes().await;
    assert_eq!(field(&counter, "field-external_id").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn alives_refusal_appears_at_the_field_that_it_names() {
    let (counter, _) = at_a_good_card().await;
    let window = &counter.window;
    let mine = counter.card(None, Interface::Contactless);
    let another =
        |card: &&practice::TrayCard| card.holder != mine.holder && card.barcodes.alive_number.is_some();
    let other = counter.university.tray().iter().find(another).unwrap().clone();
    window.press("e").await;
    window.see("field-email").await;
    window.fill("field-email", "not an address").await;
    window.type_keys(Key::Tab).await;
    window.see_that("fault-email", "data-code", "INVALID_FORMAT_ERROR").await;
    let email = counter.email_of(other.barcodes.alive_number.as_deref().unwrap()).await;
    window.fill("field-email", &email).await;
    window.ctrl(Key::Enter).await;
    window.agree().await;
    window.see_that("plan-result", "data-is", "refused").await;
    window.type_keys(Key::Escape).await;
    window.see_that("fault-email", "data-code", "NOT_UNIQUE_ERROR").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_lost_is_found_out_by_reading_back() {
    let (counter, _) = at_a_good_card().await;
    let window = &counter.window;
    window.press("e").await;
    window.see("field-personal_id").await;
    window.fill("field-personal_id", "4711").await;
    window.ctrl(Key::Enter).await;
    window.see("plan-yes").await;
    let lost = Fault::from(FaultKind::DropReply).times(1).only("cardholders.set");
    counter.university.faults(Register::Alive).set(lost);
    window.yes().await;
    assert_eq!(field(&counter, "field-personal_id").await, "4711");
    // Not done, and said so: the connection is cut before anything has arrived.
    window.fill("field-personal_id", "4712").await;
    window.ctrl(Key::Enter).await;
    window.see("plan-yes").await;
    counter
        .university
        .faults(Register::Alive)
        .set(Fault::from(FaultKind::Refuse).times(1).only("cardholders.set"));
    window.agree().await;
    window.see_that("plan-result", "data-is", "not_done").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_killed_in_the_middle_knows_at_its_next_start_what_is_left() {
    let (mut counter, _) = at_a_good_card().await;
    let window = &counter.window;
    window.press("e").await;
    window.see("field-personal_id").await;
    window.fill("field-personal_id", "4713").await;
    window.ctrl(Key::Enter).await;
    window.see("plan-yes").await;
    counter.university.faults(Register::Alive).set(Fault::delay(1500).times(1).only("cardholders.set"));
    window.agree().await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    counter.kill_and_reopen().await;
    // The person was changed after all; the card that was to follow waits for somebody.
    let window = &counter.window;
    window.see_that("task", "data-endpoint", "cards.update").await;
    window.see("task").await.click().await.unwrap();
    window.see("settle-no").await.click().await.unwrap();
    window.see_no("task").await;
}

// ---- workflow 5: validity, status, chips ----------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_card_is_cancelled_and_found_again() {
    let (counter, number) = at_a_good_card().await;
    let window = &counter.window;
    window.press("c").await;
    card_row(&counter, &number).await;
    window.press("a").await;
    window.choose("reason-select", "lost").await;
    window.ctrl(Key::Enter).await;
    window.see_that("plan-step", "data-act", "status").await;
    window.yes().await;
    card_row(&counter, &number).await;
    window.see("act-activate").await;
    window.press("a").await;
    window.choose("reason-select", "found_again").await;
    window.ctrl(Key::Enter).await;
    window.yes().await;
    card_row(&counter, &number).await;
    window.see("act-cancel").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_returned_with_the_supervisors_pin_alone() {
    let (counter, number) = at_a_good_card().await;
    let window = &counter.window;
    window.press("c").await;
    card_row(&counter, &number).await;
    window.press("w").await;
    window.choose("reason-select", "issued_by_mistake").await;
    window.fill("pin", "0000").await;
    window.ctrl(Key::Enter).await;
    window.see("fault-pin").await;
    window.fill("pin", PIN).await;
    window.ctrl(Key::Enter).await;
    window.see("plan-irreversible").await;
    window.yes().await;
    card_row(&counter, &number).await;
    assert!(window.see("act-modify").await.attr("disabled").await.unwrap().is_some(), "locked for good");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_extended_to_an_end_on_offer() {
    let counter = Counter::open().await;
    let window = &counter.window;
    let card = counter.card(Some(Trouble::ExpiredInAliveValidInUsos), Interface::Contactless);
    let number = card.barcodes.alive_number.clone().unwrap();
    show(&counter, &number).await;
    window.see_that("finding", "data-code", "valid_there_not_here").await;
    window.press("c").await;
    card_row(&counter, &number).await;
    window.press("x").await;
    window.see("field-valid_to").await;
    window.ctrl(Key::Enter).await;
    window.see_that("difference", "data-property", "valid_to").await;
    window.yes().await;
    window.type_keys(Key::Escape).await;
    let expired = "return document.querySelector(\"[data-code='valid_there_not_here']\") === null";
    window
        .until("a card that is valid", || async {
            (window.script(expired, vec![]).await == true).then_some(())
        })
        .await;
}

// ---- workflow 6: erasing --------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_cards_have_expired_is_erased_and_one_with_a_valid_card_is_planned() {
    let (counter, number) = at_a_good_card().await;
    let window = &counter.window;
    window.press("c").await;
    window.ctrl("4").await;
    window.see_that("erase-bar", "data-number", &number).await;
    assert!(!window.sees("erase-now").await);
    window.see("erase-plan").await.click().await.unwrap();
    window.see("erase-unplan").await;
    window.type_keys(Key::Escape).await;
    window.see_no("file").await;

    let card = counter.card(Some(Trouble::ExpiredInAliveValidInUsos), Interface::Contactless);
    show(&counter, card.barcodes.alive_number.as_deref().unwrap()).await;
    window.press("c").await;
    window.ctrl("4").await;
    window.see("erase-now").await;
    window.fill("pin", PIN).await;
    window.ctrl(Key::Enter).await;
    window.see("plan-irreversible").await;
    window.yes().await;
    window.see_that("erase", "data-state", "asked").await;
}
