//! A scanner that types, by keys of the X server: real key events under the layouts of the counters, at a scanner's pace.
//!
//! A scanner presses physical keys and knows nothing of the layout; so does this (X keycodes of an evdev keyboard,
//! which are those of a PC's with 8 added).

use std::process::Command;
use std::time::Duration;

use journeys::counter::Counter;
use journeys::window::Window;
use practice::{Interface, TrayCard};
use serde_json::json;

/// The layout of the whole display, put back when it's dropped.
struct Layout;

impl Layout {
    fn of(layout: &str) -> Self {
        set_layout(layout);
        Self
    }
}

impl Drop for Layout {
    fn drop(&mut self) {
        set_layout("us");
    }
}

fn set_layout(layout: &str) {
    let display = std::env::var("DISPLAY").unwrap();
    let set = Command::new("setxkbmap").args(["-display", &display, "-layout", layout]).status();
    assert!(set.expect("setxkbmap").success(), "the layout {layout}");
}

/// The keys of a US keyboard, as scanners press them.
fn keys_of(code: &str) -> Vec<String> {
    const SHIFT: &str = "50";
    const ENTER: &str = "36";
    /// Milliseconds.
    const PAUSE: &str = "5";
    let key = |c: char| match c {
        '1'..='9' => 9 + c.to_digit(10).unwrap(),
        '0' => 19,
        '-' => 20,
        ',' => 59,
        'A'..='Z' => {
            let rows = [("QWERTYUIOP", 24), ("ASDFGHJKL", 38), ("ZXCVBNM", 52)];
            let found =
                rows.iter().find_map(|(row, first)| Some(*first + u32::try_from(row.find(c)?).unwrap()));
            found.unwrap()
        }
        other => panic!("no key for {other}"),
    };
    let press = |what: &str, key: &str| [what, "--delay", PAUSE, key].map(str::to_owned);
    let mut events = Vec::new();
    for c in code.chars() {
        let key = key(c).to_string();
        if c.is_ascii_uppercase() {
            events.extend(press("keydown", SHIFT));
        }
        events.extend(press("key", &key));
        if c.is_ascii_uppercase() {
            events.extend(press("keyup", SHIFT));
        }
    }
    events.extend(press("key", ENTER));
    events
}

/// Types as a scanner does, and once more where the machine was too busy for it: keys that reach the page at a person's
/// pace are a person's. `put_back` is run in the page before that.
async fn scan(window: &Window, code: &str, put_back: &str) {
    for _ in 0..8 {
        window.script("window.typed = []; window.stamps = []; window.scanEnded = false", vec![]).await;
        let typed = Command::new("xdotool").args(keys_of(code)).status().expect("xdotool");
        assert!(typed.success());
        let closed = "return window.scanEnded";
        window
            .until("Enter", || async { window.script(closed, vec![]).await.as_bool()?.then_some(()) })
            .await;
        let pace = "const s = window.stamps; const gaps = s.slice(1).map((at, i) => at - s[i]);
            return Math.max(...gaps) < 100 && (s.at(-1) - s[0]) / (s.length - 1) < 20";
        if window.script(pace, vec![]).await == true {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        // Escape would close the settings.
        if !window.sees("settings").await {
            window.type_keys("\u{E00C}").await;
        }
        window.script(put_back, vec![]).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("the machine is too busy to type at a scanner's pace");
}

fn card_with_codes(counter: &Counter) -> TrayCard {
    let cards = counter.university.tray().iter();
    cards
        .filter(|card| card.trouble.is_none() && card.interface == Interface::Contactless)
        .find(|card| card.barcodes.alive_number.is_some() && card.barcodes.usos_barcode.is_some())
        .expect("a card with printed numbers")
        .clone()
}

async fn value_of(counter: &Counter, id: &str) -> String {
    let value = "return document.querySelector(`[data-testid=\"${CSS.escape(arguments[0])}\"]`).value";
    counter.window.script(value, vec![json!(id)]).await.as_str().unwrap().to_owned()
}

/// Nobody manages windows on the stage, so the keys go where the pointer is.
fn point_at_the_window() {
    let moved = Command::new("xdotool").args(["mousemove", "683", "500"]).status().expect("xdotool");
    assert!(moved.success());
}

async fn a_scan_arrives(layout: &'static str) {
    let counter = Counter::open().await;
    let window = &counter.window;
    window.see_that("index-dot", "data-state", "ready").await;
    let card = card_with_codes(&counter);
    let (holder, number) = (card.holder.clone().unwrap(), card.barcodes.alive_number.clone().unwrap());
    let barcode = card.barcodes.usos_barcode.clone().unwrap();
    point_at_the_window();
    let _layout = Layout::of(layout);

    // What the layout makes of the keys is seen by the page, or this would prove nothing.
    let spy = "window.addEventListener('keydown', (event) => {
        window.typed?.push(event.key); window.stamps?.push(event.timeStamp); }, true);
        // The closing key of a scan goes no further; its release does.
        window.addEventListener('keyup', (event) => {
        if (event.key === 'Enter') { window.stamps?.push(event.timeStamp); window.scanEnded = true; } }, true)";
    window.script(spy, vec![]).await;

    // Into the line, which has the focus: letters and digits.
    let line = "const line = document.querySelector(\"[data-testid='line']\"); line.value = '';
        line.dispatchEvent(new Event('input', { bubbles: true })); line.focus()";
    scan(window, &number, line).await;
    window.see_text("person-name", &holder).await;
    assert_eq!(value_of(&counter, "line").await, "");
    let typed = window.script("return window.typed.filter((key) => key.length === 1).join('')", vec![]).await;
    // The Polish layout has letters and digits where the US one has them.
    assert_eq!(typed == number.as_str(), layout == "pl", "what {layout} makes of the keys");
    window.type_keys("\u{E00C}").await;
    window.see("empty").await;

    // Outside of every field.
    window.script("document.activeElement.blur()", vec![]).await;
    assert_eq!(window.script("return document.activeElement.tagName", vec![]).await, "BODY");
    scan(window, &barcode, &format!("{line}; line.blur()")).await;
    window.see_text("person-name", &holder).await;
    assert_eq!(value_of(&counter, "line").await, "");

    // Into a field of the settings, which keeps what stood there.
    window.type_keys("\u{E00C}").await;
    window.see("empty").await;
    window.script("document.querySelector(\"[data-testid='line']\").blur()", vec![]).await;
    set_layout("us");
    window.alt(",").await;
    window.see("settings-alive-access_key_id").await.click().await.unwrap();
    set_layout(layout);
    let before = value_of(&counter, "settings-alive-access_key_id").await;
    assert!(!before.is_empty());
    let field = format!(
        "const field = document.querySelector(\"[data-testid='settings-alive-access_key_id']\");
        field.value = '{before}'; field.dispatchEvent(new Event('input', {{ bubbles: true }})); field.focus()"
    );
    scan(window, &number, &field).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(value_of(&counter, "settings-alive-access_key_id").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_read_from_the_keys_under_a_czech_layout() {
    a_scan_arrives("cz").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_read_from_the_keys_under_a_polish_layout() {
    a_scan_arrives("pl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_read_from_the_keys_under_a_russian_layout() {
    a_scan_arrives("ru").await;
}

/// Types the known chip, and takes as long to reach for the scanner as a person at least does.
async fn type_known(window: &Window, chip: &str) {
    window.fill("settings-scanner-known", chip).await;
    tokio::time::sleep(Duration::from_millis(250)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_is_set_up_by_a_known_card_and_one_that_drops_bytes_is_told() {
    let counter = Counter::open().await;
    let window = &counter.window;
    window.see_that("index-dot", "data-state", "ready").await;
    window.alt(",").await;
    window.see_that("settings-scanner", "data-state", "none").await;
    let begin = "document.querySelector(\"[data-testid='settings-scanner-begin']\").click()";

    // A reader at 08H>10D: the first byte of the card's five is gone.
    window.script(begin, vec![]).await;
    type_known(window, "8100A7BC5D").await;
    window.scan("0010992733").await;
    window.see_that("settings-scanner", "data-state", "drops").await;
    assert!(window.text("settings-scanner-state").await.contains("08H>10D"));

    // Another card than the known one teaches nothing, and what was learnt stays.
    window.script(begin, vec![]).await;
    type_known(window, "8100A7BC5E").await;
    window.scan("0554061773917").await;
    window.see_that("settings-scanner-refusal", "data-code", "not_this_chip").await;
    window.see_that("settings-scanner", "data-state", "drops").await;

    // Switched to 10H>13D, it gives the whole chip.
    type_known(window, "8100A7BC5D").await;
    window.scan("0554061773917").await;
    window.see_that("settings-scanner", "data-state", "whole").await;
    let kept = std::fs::read_to_string(counter.home().join("settings.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(
        kept["preferences"]["wedge"],
        json!({ "format": "d13", "order": "forwards", "bytes": 5, "missing": [], "cuts_longer": false })
    );
}
