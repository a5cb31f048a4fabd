//! The settings: languages, and what the desk keeps on the disk.

use journeys::counter::{Counter, SetUp};
use practice::Interface;

#[tokio::test(flavor = "multi_thread")]
async fn every_language_has_words_for_the_whole_screen() {
    for (language, word) in
        [("en", "Settings"), ("cs", "Nastavení"), ("pl", "Ustawienia"), ("ru", "Настройки")]
    {
        let counter = Counter::set_up(SetUp { language, ..SetUp::default() }).await;
        let _on = counter.tap(&counter.card(None, Interface::Contactless)).await;
        counter.window.see_that("verdict-level", "data-level", "good").await;
        assert_eq!(counter.window.script("return document.documentElement.lang", vec![]).await, language);
        counter.window.type_keys(",").await;
        counter.window.see_text("settings", word).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desk_keeps_is_encrypted_and_no_secret_is_in_a_file() {
    let counter = Counter::open().await;
    let access = counter.university.access();
    // The settings hold the ranges of numbers that the institution has ordered; the first of a range is a card too.
    let agreement = serde_json::to_string(&access.alive.profile).unwrap();
    let no_bound = |card: &&practice::TrayCard| {
        card.trouble.is_none()
            && card.interface == Interface::Contactless
            && card.barcodes.alive_number.as_deref().is_some_and(|number| !agreement.contains(number))
    };
    let card = counter.university.tray().iter().find(no_bound).unwrap().clone();
    let _on = counter.tap(&card).await;
    counter.window.see_that("verdict-level", "data-level", "good").await;
    let surname = card.holder.as_deref().unwrap().rsplit(' ').next().unwrap().to_owned();
    let secrets = [
        surname.as_str(),
        card.barcodes.alive_number.as_deref().unwrap(),
        &access.alive.secret_access_key,
        &access.usos.admin_consumer_secret,
        &access.sup.token,
        &access.sup.codec.key_base64,
    ];
    let mut files = 0;
    for path in all_files(&counter.home()) {
        let bytes = std::fs::read(&path).unwrap();
        files += 1;
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds what it must not", path.display());
        }
    }
    assert!(files >= 2, "settings and ledger");
    let ledger = std::fs::read(counter.home().join("ledger.db")).unwrap();
    assert!(!ledger.starts_with(b"SQLite format 3"));
}

/// Every file in a folder and in the folders within.
fn all_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(all_files(&path)) } else { files.push(path) }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_can_reach_nothing_but_the_desk() {
    let counter = Counter::open().await;
    let window = &counter.window;
    // Neither a register nor any other address: the content security policy holds in the real window.
    let url = counter.university.access().alive.base_url.clone();
    let fetched = window
        .driver
        .execute_async(
            "const done = arguments[1]; fetch(arguments[0]).then(() => done('fetched'), () => done('refused'));",
            vec![url.into()],
        )
        .await
        .unwrap();
    assert_eq!(fetched.json(), "refused");
    // A command that was granted to nobody is refused.
    let invoked = window
        .driver
        .execute_async(
            "const done = arguments[0]; window.__TAURI_INTERNALS__.invoke('plugin:app|version')\
             .then(() => done('done'), () => done('refused'));",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(invoked.json(), "refused");
}
