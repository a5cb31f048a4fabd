//! `cargo xtask tour`: walks the journeys in the real window and writes a picture of each step. The README's pictures
//! come from it. `tour FOLDER [LANGUAGE [THEME [WIDTHxHEIGHT]]]`.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a tool for developers")]

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() {
    tour::walk().await;
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("the tour needs pcscd with vpcd, which are there on Linux only");
}

#[cfg(target_os = "linux")]
mod tour {
    use std::path::PathBuf;
    use std::time::Duration;

    use journeys::counter::{Counter, SetUp};
    use practice::{Fault, FaultKind, Interface, Register, TrayCard, Trouble};
    use thirtyfour::prelude::Key;

    struct Tour {
        counter: Counter,
        folder: PathBuf,
        step: usize,
    }

    pub async fn walk() {
        let mut words = std::env::args().skip(1);
        let folder = PathBuf::from(words.next().expect("a folder"));
        let language: &'static str = words.next().unwrap_or_else(|| "en".to_owned()).leak();
        let theme: &'static str = words.next().unwrap_or_else(|| "light".to_owned()).leak();
        let size = words.next().unwrap_or_else(|| "1366x768".to_owned());
        let (width, height) = size.split_once('x').expect("WIDTHxHEIGHT");

        let counter = Counter::set_up(SetUp { language, theme, ..SetUp::default() }).await;
        counter.window.size(width.parse().unwrap(), height.parse().unwrap()).await;
        let mut tour = Tour { counter, folder, step: 0 };
        tour.counter.window.see_that("index-dot", "data-state", "ready").await;
        tour.registers().await;
        tour.refusals().await;
        tour.by_hand().await;
        tour.file().await;
        tour.issue().await;
        let (folder, step) = (tour.folder.clone(), tour.step);
        drop(tour);

        let set_up = SetUp { language, theme, own_registers: false, ..SetUp::default() };
        let counter = Counter::set_up(set_up).await;
        counter.window.size(width.parse().unwrap(), height.parse().unwrap()).await;
        Tour { counter, folder, step }.practice().await;
    }

    impl Tour {
        async fn picture(&mut self, name: &str) {
            tokio::time::sleep(Duration::from_millis(400)).await;
            self.step += 1;
            let path = self.folder.join(format!("{:02}-{name}.png", self.step));
            self.counter.window.picture(&path).await;
            println!("{}", path.display());
        }

        fn sup_card(&self) -> (practice::SupLink, TrayCard) {
            let university = &self.counter.university;
            let found = university.sup_links().iter().find_map(|link| {
                let card = university.tray().iter().find(|card| {
                    card.physical == link.physical
                        && card.trouble.is_none()
                        && card.interface == Interface::Contactless
                })?;
                Some((link.clone(), card.clone()))
            });
            found.expect("a card without trouble that is a SUP card too")
        }

        async fn registers(&mut self) {
            self.picture("nobody-yet").await;
            let (link, card) = self.sup_card();
            let on = self.counter.tap(&card).await;
            self.counter.window.see_that("column-alive", "data-state", "found").await;
            self.picture("good-card").await;
            self.counter.window.press("l").await;
            self.counter.window.see("sup-link-field").await.send_keys(link.id_card.as_str()).await.unwrap();
            self.counter.window.type_keys("\u{E007}").await;
            self.counter.window.see("sup-link-found").await;
            self.picture("link-sup").await;
            self.counter.window.type_keys("\u{E007}").await;
            self.counter.window.see_that("column-sup", "data-state", "found").await;
            self.picture("three-registers").await;
            on.remove();
            for (trouble, name) in [
                (Trouble::DatesApart, "dates-apart"),
                (Trouble::TwoCards, "two-people"),
                (Trouble::Cancelled, "cancelled"),
                (Trouble::ExpiredInUsosValidInAlive, "not-in-usos"),
                (Trouble::UnknownChip, "unknown-chip"),
                (Trouble::NoPhoto, "no-photo"),
                (Trouble::Alumni, "alumni"),
            ] {
                let on = self.counter.tap(&self.counter.card(Some(trouble), Interface::Contactless)).await;
                self.counter.window.see("finding").await;
                tokio::time::sleep(Duration::from_millis(1200)).await;
                self.picture(name).await;
                on.remove();
                self.counter.window.see("card-gone").await;
            }
            self.counter.university.faults(Register::Usos).set(Fault::from(FaultKind::Garbage));
            self.counter.university.stop(Register::Alive).await;
            let on = self.counter.tap(&card).await;
            self.counter.window.see_that("column-usos", "data-state", "unreachable").await;
            self.counter.window.see_that("column-alive", "data-state", "unreachable").await;
            self.picture("registers-in-trouble").await;
            self.counter.university.faults(Register::Usos).clear();
            self.counter.university.restart(Register::Alive).await.unwrap();
            on.remove();
            self.counter.window.see("card-gone").await;
        }

        async fn refusals(&mut self) {
            for (trouble, interface, name) in [
                (Trouble::RandomUid, Interface::Contactless, "random-uid"),
                (Trouble::DeadContactChip, Interface::Contact, "dead-chip"),
            ] {
                let on = self.counter.tap(&self.counter.card(Some(trouble), interface)).await;
                self.counter.window.see("tap-refusal").await;
                self.picture(name).await;
                on.remove();
                tokio::time::sleep(Duration::from_millis(900)).await;
            }
        }

        async fn by_hand(&mut self) {
            self.counter.window.type_keys("\u{E00C}").await;
            self.counter.window.see("empty").await;
            self.counter.window.scan("5901234123475").await;
            self.counter.window.see("line-refusal").await;
            self.picture("wrong-check-digit").await;
            self.counter.window.type_keys("\u{E00C}").await;
            self.counter.window.type_keys("nov").await;
            self.counter.window.see("hits").await;
            self.picture("typed-name").await;
            self.counter.window.type_keys("\u{E007}").await;
            tokio::time::sleep(Duration::from_millis(800)).await;
            self.counter.window.type_keys("\u{E031}").await;
            self.counter.window.see("keys").await;
            self.picture("keys").await;
            self.counter.window.type_keys("\u{E00C}").await;
            self.counter.window.alt(",").await;
            self.counter.window.see("settings").await;
            self.picture("settings").await;
        }

        async fn file(&mut self) {
            self.counter.window.type_keys(Key::Escape).await;
            self.counter.window.see_no("settings").await;
            let (_, card) = self.sup_card();
            let on = self.counter.tap(&card).await;
            self.counter.window.see_that("column-alive", "data-state", "found").await;
            self.counter.window.alt("e").await;
            self.counter.window.see("field-last_name").await;
            self.picture("data").await;
            self.counter.window.fill("field-last_name", "Nová").await;
            self.counter.window.fill("field-external_id", "").await;
            self.counter.window.fill("field-email", "nova").await;
            self.counter.window.type_keys(Key::Tab).await;
            self.counter.window.see("fault-email").await;
            self.picture("a-fault").await;
            self.counter.window.fill("field-email", "nova@practice-university.example").await;
            self.counter.window.ctrl(Key::Enter).await;
            self.counter.window.see("plan-lost").await;
            self.picture("plan").await;
            self.counter.window.yes().await;
            self.picture("done").await;
            self.counter.window.ctrl("2").await;
            self.counter.window.see("card-row").await;
            self.picture("cards").await;
            for (act, id, name) in [("p", "field-valid_to_plastic", "plastic"), ("w", "pin", "return")] {
                self.counter.window.press(act).await;
                self.counter.window.see(id).await;
                self.picture(name).await;
                self.counter.window.press(Key::Escape).await;
                self.counter.window.see("card-row").await;
            }
            self.counter.window.ctrl("3").await;
            self.counter.window.see("alumni").await;
            self.picture("graduation").await;
            self.counter.window.ctrl("4").await;
            self.counter.window.see("erase").await;
            self.picture("erase").await;
            self.counter.window.type_keys(Key::Escape).await;
            on.remove();
        }

        /// A card is issued: the stock, each step, what is spoiled and what waits.
        async fn issue(&mut self) {
            let window = &self.counter.window;
            window.see_no("file").await;
            window.alt("s").await;
            for (kind, numbers) in self.counter.university.spare_numbers() {
                let window = &self.counter.window;
                window.choose("stock-type", &kind).await;
                window.fill("stock-text", &numbers).await;
                window.ctrl(Key::Enter).await;
                let row = format!("[data-testid='stock-row'][data-type='{kind}'][data-free='300']");
                let row = thirtyfour::By::Css(row);
                window.until("numbers", || async { window.driver.find(row.clone()).await.ok() }).await;
            }
            self.picture("stock").await;
            self.counter.window.type_keys(Key::Escape).await;
            self.counter.window.see_no("stock").await;
            let (_, card) = self.sup_card();
            let on = self.counter.tap(&card).await;
            self.counter.window.see_that("column-alive", "data-state", "found").await;
            on.remove();
            self.counter.window.alt("c").await;
            self.counter.window.see("act-report").await;
            self.counter.window.press("i").await;
            self.at("number").await;
            self.counter.window.see("issue-number").await;
            self.picture("issue-number").await;
            self.counter.window.alt("3").await;
            self.at("card").await;
            self.picture("issue-card").await;
            self.counter.window.alt("5").await;
            self.at("chips").await;
            let blank = self.counter.card(Some(Trouble::UnknownChip), Interface::Contactless);
            let on = self.counter.tap(&blank).await;
            self.counter.window.see("chip-remove-0").await;
            self.picture("issue-chips").await;
            on.remove();
            self.counter.window.ctrl(Key::Enter).await;
            self.at("preview").await;
            self.picture("issue-preview").await;
            self.counter.window.ctrl(Key::Enter).await;
            self.at("print").await;
            self.picture("issue-print").await;
            self.counter.window.press("s").await;
            self.counter.window.see("spoil-reason").await;
            self.picture("issue-spoiled").await;
            self.counter.window.press(Key::Escape).await;
            self.at("print").await;
            self.counter.window.ctrl(Key::Enter).await;
            self.at("read_back").await;
            let on = self.counter.tap(&card).await;
            self.counter.window.see("other-chip").await;
            self.picture("issue-other-chip").await;
            on.remove();
            let on = self.counter.tap(&blank).await;
            self.counter.window.see_that("issue-step-read_back", "data-state", "done").await;
            on.remove();
            self.counter.window.ctrl(Key::Enter).await;
            self.at("report").await;
            self.picture("issue-report").await;
            self.counter.window.press(Key::Escape).await;
            self.counter.window.press(Key::Escape).await;
            self.counter.window.see_no("file").await;
            self.counter.window.press(Key::Escape).await;
            self.counter.window.see("task").await;
            self.picture("tasks").await;
        }

        async fn at(&self, step: &str) {
            self.counter.window.see_that("issue-pane", "data-step", step).await;
        }

        async fn practice(&mut self) {
            self.counter.window.see_that("index-dot", "data-state", "ready").await;
            self.picture("practice").await;
            let window = &self.counter.window;
            window.alt("t").await;
            window.see("tray").await;
            let (_, card) = self.sup_card();
            let window = &self.counter.window;
            window.see(&format!("tray-card-{}", card.id)).await.click().await.unwrap();
            window.see_that("column-alive", "data-state", "found").await;
            self.picture("practice-tray").await;
        }
    }
}
