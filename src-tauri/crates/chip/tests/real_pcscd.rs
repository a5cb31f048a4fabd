//! The monitor on a real pcscd, with virtual cards: the PC/SC code is the one that a desk runs.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy.toml's leave for tests doesn't reach their functions"
)]

mod common;

use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::{
        Mutex,
        mpsc::{self, Receiver},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chip::{
    ChipId, Els, ElsFault, Event, Interface, Monitor, PcscSource, Refusal, Technology, Verdict, What,
};
use common::vcard::{Reply, VirtualCard};
use journeys::pcscd::Pcscd;
use practice::{
    TrayCard,
    els::{Application, Contents, Flaw, Maker, Signing, Structure},
};

const PICC: &str = "ACS ACR1252 1S CL Reader";
const ICC: &str = "Gemalto PC Twin Reader";
const DESFIRE: [u8; 6] = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];
const CONTACT: [u8; 9] = [0x3B, 0x95, 0x13, 0x81, 0x01, 0x80, 0x73, 0xFF, 0x01];
const UID: [u8; 7] = [0x04, 0xA1, 0x4E, 0x5D, 0x5F, 0x81, 0x90];
const OTHER_UID: [u8; 7] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];

/// Set for the child that plays a scenario: the folder of its daemon.
const HOME: &str = "CHIP_TEST_HOME";

/// Runs the scenario in a process of its own, since the environment that leads libpcsclite to its daemon must stand
/// before the process's first PC/SC call: the test calls itself, and only itself, with that environment.
/// `test` is the test's own name.
fn alone(test: &str, scenario: impl FnOnce(&Path)) {
    if let Some(home) = env::var_os(HOME) {
        let home = Path::new(&home);
        scenario(home);
        fs::write(home.join("played"), "").unwrap();
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let played = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(HOME, home.path())
        .envs([Pcscd::environment(home.path())])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[played.stdout, played.stderr].concat()).into_owned();
    assert!(played.status.success(), "{said}\npcscd said:\n{}", Pcscd::log(home.path()));
    assert!(home.path().join("played").exists(), "no test is called {test}");
}

fn now_ms() -> f64 {
    // The test stands for the desk's clock.
    #[allow(clippy::disallowed_methods)]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1000.0
}

fn watch() -> (Monitor, Receiver<Event>) {
    let (told, events) = mpsc::channel();
    let on = Box::new(move |event| drop(told.send(event)));
    (Monitor::start(PcscSource::new(), Box::new(now_ms), on).unwrap(), events)
}

/// The next event that's of interest, within 10 s; the others are passed over.
fn next<T>(events: &Receiver<Event>, of_interest: impl Fn(&What) -> Option<T>) -> (f64, T) {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let event =
            events.recv_timeout(end.saturating_duration_since(Instant::now())).expect("the event in time");
        if let Some(found) = of_interest(&event.what) {
            return (event.at_ms, found);
        }
    }
}

fn readers(what: &What) -> Option<Vec<String>> {
    match what {
        What::Readers(readers) => Some(readers.iter().map(|reader| reader.name.pinned()).collect()),
        _ => None,
    }
}

fn read(what: &What) -> Option<Result<chip::Reading, Refusal>> {
    match what {
        What::Read { reading, .. } => Some(reading.clone()),
        _ => None,
    }
}

fn els(what: &What) -> Option<Result<Option<Els>, ElsFault>> {
    match what {
        What::Els { els, .. } => Some(els.clone()),
        _ => None,
    }
}

fn gone(what: &What) -> Option<()> {
    matches!(what, What::CardGone { .. }).then_some(())
}

fn down(what: &What) -> Option<()> {
    matches!(what, What::ServiceDown(_)).then_some(())
}

fn up(what: &What) -> Option<()> {
    matches!(what, What::ServiceUp).then_some(())
}

fn uid_of(reading: Result<chip::Reading, Refusal>) -> Vec<u8> {
    match reading.expect("a reading").identity {
        ChipId::Contactless(uid) => uid.bytes().to_vec(),
        ChipId::Contact(_) => panic!("read as a contact chip"),
    }
}

#[test]
fn a_card_put_on_the_reader_is_read_and_its_going_noticed() {
    alone("a_card_put_on_the_reader_is_read_and_its_going_noticed", |home| {
        let pcscd = Pcscd::start(home, &[PICC]);
        let (_monitor, events) = watch();
        let (_, names) = next(&events, |what| readers(what).filter(|names| !names.is_empty()));
        assert_eq!(names, [PICC.to_owned(), format!("{PICC} 01")]);
        for _ in 0..3 {
            let card = VirtualCard::contactless(pcscd.port(0), DESFIRE.to_vec(), UID.to_vec());
            let (_, reading) = next(&events, read);
            assert_eq!(reading.as_ref().unwrap().technology, Technology::MifareDesfire);
            assert_eq!(uid_of(reading), UID);
            card.pull_out();
            next(&events, gone);
        }
    });
}

#[test]
fn a_card_pulled_out_in_mid_read_is_refused_as_removed() {
    alone("a_card_pulled_out_in_mid_read_is_refused_as_removed", |home| {
        let pcscd = Pcscd::start(home, &[PICC]);
        let (_monitor, events) = watch();
        let card = VirtualCard::insert(pcscd.port(0), DESFIRE.to_vec(), |_| Reply::PullOut);
        assert_eq!(next(&events, read).1, Err(Refusal::RemovedWhileReading));
        next(&events, gone);
        drop(card);
        // And the next card is read as if nothing had been.
        let _card = VirtualCard::contactless(pcscd.port(0), DESFIRE.to_vec(), UID.to_vec());
        assert_eq!(uid_of(next(&events, read).1), UID);
    });
}

#[test]
fn a_swap_between_two_looks_is_seen() {
    alone("a_swap_between_two_looks_is_seen", |home| {
        let pcscd = Pcscd::start(home, &[PICC]);
        // A listener that keeps the monitor from looking while it's told of the first card.
        let (told, events) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let held = Mutex::new(Some(may_go_on));
        let on = Box::new(move |event: Event| {
            let hold = matches!(event.what, What::CardArrived { .. });
            told.send(event).unwrap();
            if hold && let Some(may_go_on) = held.lock().unwrap().take() {
                may_go_on.recv().unwrap();
            }
        });
        let _monitor = Monitor::start(PcscSource::new(), Box::new(now_ms), on).unwrap();
        let first = VirtualCard::contactless(pcscd.port(0), DESFIRE.to_vec(), UID.to_vec());
        next(&events, |what| matches!(what, What::CardArrived { .. }).then_some(()));
        first.pull_out();
        std::thread::sleep(Duration::from_millis(900)); // pcscd looks every 400 ms
        let _second = VirtualCard::contactless(pcscd.port(0), DESFIRE.to_vec(), OTHER_UID.to_vec());
        std::thread::sleep(Duration::from_millis(900));
        go_on.send(()).unwrap();

        let tell = |what: &What| match what {
            What::CardArrived { .. } => Some("arrived"),
            What::CardGone { .. } => Some("gone"),
            _ => None,
        };
        assert_eq!(next(&events, tell).1, "gone");
        assert_eq!(next(&events, tell).1, "arrived");
        assert_eq!(uid_of(next(&events, read).1), OTHER_UID);
    });
}

#[test]
fn the_desk_recovers_by_itself_when_pcscd_dies_and_comes_back() {
    alone("the_desk_recovers_by_itself_when_pcscd_dies_and_comes_back", |home| {
        let mut pcscd = Pcscd::start(home, &[PICC]);
        let (_monitor, events) = watch();
        for round in 0..3 {
            let card = VirtualCard::contactless(pcscd.port(0), DESFIRE.to_vec(), UID.to_vec());
            assert_eq!(uid_of(next(&events, read).1), UID);
            pcscd.kill();
            next(&events, gone);
            next(&events, down);
            drop(card);
            std::thread::sleep(Duration::from_millis(300 * round));
            pcscd.restart();
            next(&events, up);
        }
    });
}

#[test]
fn a_daemon_that_starts_after_the_desk_is_found() {
    alone("a_daemon_that_starts_after_the_desk_is_found", |home| {
        let (_monitor, events) = watch();
        next(&events, down);
        let pcscd = Pcscd::start(home, &[PICC]);
        next(&events, up);
        let _card = VirtualCard::contactless(pcscd.port(0), DESFIRE.to_vec(), UID.to_vec());
        assert_eq!(uid_of(next(&events, read).1), UID);
    });
}

#[test]
fn a_chip_that_does_not_answer_is_refused_as_such() {
    alone("a_chip_that_does_not_answer_is_refused_as_such", |home| {
        let pcscd = Pcscd::start(home, &[ICC]);
        let (_monitor, events) = watch();
        let dead = VirtualCard::insert(pcscd.port(0), Vec::new(), |_| Reply::PullOut);
        assert_eq!(next(&events, read).1, Err(Refusal::ChipDoesNotAnswer));
        drop(dead);
        next(&events, gone);
    });
}

#[test]
fn two_readers_read_two_cards_each_from_its_side() {
    alone("two_readers_read_two_cards_each_from_its_side", |home| {
        let pcscd = Pcscd::start(home, &[ICC, PICC]);
        let (_monitor, events) = watch();
        let cplc = [[0x9F, 0x7F, 0x2A].as_slice(), &[0x47; 42], &[0x90, 0x00]].concat();
        let _contact = VirtualCard::insert(pcscd.port(0), CONTACT.to_vec(), move |apdu| {
            Reply::Data(if apdu == [0x80, 0xCA, 0x9F, 0x7F, 0x00] { cplc.clone() } else { vec![0x6D, 0x00] })
        });
        let _contactless = VirtualCard::contactless(pcscd.port(1), DESFIRE.to_vec(), UID.to_vec());
        let mut sides = vec![];
        for _ in 0..2 {
            let reading = next(&events, read).1.expect("a reading");
            let bytes = reading.identity.bytes();
            match reading.interface {
                Interface::Contact => assert_eq!(bytes, [0x47; 6]),
                Interface::Contactless => assert_eq!(bytes, UID),
            }
            sides.push(reading.interface);
        }
        assert_ne!(sides[0], sides[1]);
    });
}

const SERIAL: [u8; 6] = [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2];

/// A student card; pulls itself out instead of the answer after `last` commands.
fn student(port: u16, maker: Maker, structure: Structure, last: usize) -> VirtualCard {
    let card = TrayCard::student(SERIAL, Application::new(maker, move || structure.clone()));
    let mut answered = 0;
    VirtualCard::insert(port, card.atr().unwrap().to_vec(), move |apdu| {
        answered += 1;
        if answered > last { Reply::PullOut } else { Reply::Data(card.transmit(apdu)) }
    })
}

#[test]
fn student_cards_of_every_maker_are_read_and_verified() {
    alone("student_cards_of_every_maker_are_read_and_verified", |home| {
        let pcscd = Pcscd::start(home, &[ICC]);
        let (_monitor, events) = watch();
        let signings = [Signing::RsaSha1, Signing::RsaSha256, Signing::EcdsaSha256];
        for (maker, signing) in Maker::ALL.into_iter().zip(signings.into_iter().cycle()) {
            let own_certificate = signing != Signing::RsaSha256;
            let structure = Structure::with(&Contents::of_chip(SERIAL), signing, own_certificate, Flaw::None);
            let card = student(pcscd.port(0), maker, structure, usize::MAX);
            let reading = next(&events, read).1.expect(maker.name);
            let els = next(&events, els).1.expect(maker.name).expect(maker.name);
            assert_eq!(els.signature.verdict, Verdict::Valid, "{}", maker.name);
            assert!(els.sits_on(&reading.identity), "{}", maker.name);
            assert_eq!(els.surnames, ["Wzorcowa", "Próbna"]);
            card.pull_out();
            next(&events, gone);
        }
    });
}

#[test]
fn a_student_card_that_is_broken_foreign_or_hostile_is_said_to_be_so() {
    alone("a_student_card_that_is_broken_foreign_or_hostile_is_said_to_be_so", |home| {
        let pcscd = Pcscd::start(home, &[ICC]);
        let (_monitor, events) = watch();
        let right = |serial| Structure::signed(&Contents::of_chip(serial), Signing::EcdsaSha256);
        let flawed = |flaw| Structure::with(&Contents::of_chip(SERIAL), Signing::EcdsaSha256, true, flaw);
        let verdict = |maker, structure| {
            let card = student(pcscd.port(0), maker, structure, usize::MAX);
            let reading = next(&events, read).1.expect("an identity");
            let els = next(&events, els).1;
            card.pull_out();
            next(&events, gone);
            els.map(|els| els.map(|els| (els.signature.verdict, els.sits_on(&reading.identity))))
        };
        let plain = Maker::PLAIN_T1;
        assert_eq!(verdict(plain, flawed(Flaw::Signature)), Ok(Some((Verdict::SignatureWrong, true))));
        assert_eq!(verdict(plain, right([9; 6])), Ok(Some((Verdict::Valid, false))));
        assert_eq!(verdict(plain, right(SERIAL).truncated(500)), Err(ElsFault::Truncated));
        assert_eq!(verdict(Maker::ENDLESS, right(SERIAL)), Err(ElsFault::Endless));
        let hostile = Structure::hostile(vec![0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30, 0x80]);
        assert!(matches!(verdict(plain, hostile), Err(ElsFault::TooLarge | ElsFault::NotDer)));
    });
}

#[test]
fn a_student_card_pulled_out_after_its_identity_is_gone_without_data() {
    alone("a_student_card_pulled_out_after_its_identity_is_gone_without_data", |home| {
        let pcscd = Pcscd::start(home, &[ICC]);
        let (_monitor, events) = watch();
        let structure = Structure::signed(&Contents::of_chip(SERIAL), Signing::EcdsaSha256);
        let card = student(pcscd.port(0), Maker::TERSE_T1, structure, 9);
        assert!(next(&events, read).1.is_ok());
        let told = |what: &What| match what {
            What::Els { .. } => Some("els"),
            What::CardGone { .. } => Some("gone"),
            _ => None,
        };
        assert_eq!(next(&events, told).1, "gone");
        drop(card);
        assert!(events.recv_timeout(Duration::from_millis(1500)).is_err(), "nothing comes late");
    });
}

#[test]
fn stopping_takes_less_than_two_seconds() {
    alone("stopping_takes_less_than_two_seconds", |home| {
        let _pcscd = Pcscd::start(home, &[PICC]);
        for wait in [0, 1, 50, 400] {
            let (monitor, events) = watch();
            std::thread::sleep(Duration::from_millis(wait));
            let begun = Instant::now();
            drop(monitor);
            assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
            // The monitor's own end of the channel is gone: no thread is left that could tell anything.
            let end = events.into_iter().count();
            assert!(end <= 3, "{end}");
        }
    });
}
