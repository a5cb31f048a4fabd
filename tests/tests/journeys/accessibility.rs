//! What a machine can tell of WCAG 2.2 AA, in the real window: axe on each of the main states, light and dark.

use journeys::counter::{Counter, SetUp};
use practice::{Fault, FaultKind, Interface, Register, Trouble};
use thirtyfour::prelude::Key;

async fn check(counter: &Counter, state: &str) {
    let axe = "../ui/node_modules/axe-core/axe.min.js";
    let axe = std::fs::read_to_string(axe).expect("axe-core: run `cargo xtask test`");
    let driver = &counter.window.driver;
    driver.execute(axe, vec![]).await.unwrap();
    let run = "const done = arguments[0];
        const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        axe.run(document, { runOnly: { type: 'tag', values: rules } }).then(
            (found) => done(found.violations.map((it) => `${it.id}: ${it.help}: ${it.nodes.map((n) => n.target).join(' ')}`)),
            (error) => done([String(error)]),
        );";
    let found = driver.execute_async(run, vec![]).await.unwrap();
    let found: Vec<String> = found.convert().unwrap();
    assert!(found.is_empty(), "{state}:\n{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_any_state_of_the_screen() {
    for theme in ["light", "dark"] {
        let counter = Counter::set_up(SetUp { theme, ..SetUp::default() }).await;
        let window = &counter.window;
        window.see_that("index-dot", "data-state", "ready").await;
        check(&counter, "nobody yet").await;
        let on = counter.tap(&counter.card(Some(Trouble::TwoCards), Interface::Contactless)).await;
        window.see_that("finding", "data-code", "chip_of_two_people").await;
        check(&counter, "stop").await;
        on.remove();
        window.see("card-gone").await;
        counter.university.faults(Register::Usos).set(Fault::from(FaultKind::Garbage));
        let on = counter.tap(&counter.card(None, Interface::Contactless)).await;
        window.see_that("column-usos", "data-state", "unreachable").await;
        check(&counter, "a register in trouble").await;
        window.press("l").await;
        window.see("sup-link-field").await;
        check(&counter, "linking").await;
        window.type_keys("\u{E00C}").await;
        window.see_no("sup-link-field").await;
        window.alt(",").await;
        window.see("settings").await;
        check(&counter, "settings").await;
        window.type_keys("\u{E00C}").await;
        window.see_no("settings").await;
        window.alt("d").await;
        window.see_that("checkup-verdict", "data-state", "not_well").await;
        check(&counter, "check-up").await;
        window.type_keys("\u{E00C}").await;
        on.remove();
        let _on = counter.tap(&counter.card(Some(Trouble::RandomUid), Interface::Contactless)).await;
        window.see("tap-refusal").await;
        check(&counter, "a refused chip").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_a_persons_file() {
    for theme in ["light", "dark"] {
        let counter = Counter::set_up(SetUp { theme, ..SetUp::default() }).await;
        let window = &counter.window;
        window.see_that("index-dot", "data-state", "ready").await;
        window.alt("s").await;
        window.see("stock-text").await;
        check(&counter, "the stock").await;
        window.press(Key::Escape).await;
        window.see_no("stock").await;
        let _on = counter.tap(&counter.card(None, Interface::Contactless)).await;
        window.see_that("column-alive", "data-state", "found").await;
        window.press("e").await;
        window.see("field-last_name").await;
        check(&counter, "data").await;
        window.fill("field-last_name", "").await;
        window.type_keys(Key::Tab).await;
        window.see("fault-last_name").await;
        check(&counter, "a fault").await;
        window.fill("field-last_name", "Nová").await;
        window.fill("field-external_id", "").await;
        window.ctrl(Key::Enter).await;
        window.see("plan-lost").await;
        check(&counter, "the plan").await;
        window.type_keys(Key::Escape).await;
        for (tab, id) in [("2", "card-row"), ("3", "alumni"), ("4", "erase")] {
            window.ctrl(tab).await;
            window.see(id).await;
            check(&counter, id).await;
        }
        window.ctrl("2").await;
        window.see("card-row").await;
        for (act, id) in [("p", "field-valid_to_plastic"), ("m", "chip-add"), ("w", "pin")] {
            window.press(act).await;
            window.see(id).await;
            check(&counter, id).await;
            window.press(Key::Escape).await;
            window.see("card-row").await;
        }
        window.press("i").await;
        window.see("issue-pane").await;
        let steps =
            ["person", "portrait", "card", "number", "chips", "preview", "print", "read_back", "report"];
        for (at, step) in (1..).zip(steps) {
            window.alt(&format!("{at}")).await;
            window.see_that("issue-pane", "data-step", step).await;
            check(&counter, step).await;
        }
    }
}
