//! When a student card's data is told, and when it isn't.

use practice::TrayCard;
use practice::els::{Application, Contents, Maker, Signing, Structure};

use super::*;

const SERIAL: [u8; 6] = [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2];

/// A contact chip that may fail before it answers: `before` is asked with every command.
struct Contact<'a> {
    atr: Atr,
    card: TrayCard,
    before: &'a mut dyn FnMut(&[u8]) -> Result<(), CardFault>,
}

impl Link for Contact<'_> {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        (self.before)(apdu)?;
        Ok(self.card.transmit(apdu))
    }
}

fn student(serial: [u8; 6]) -> TrayCard {
    let contents = Contents::of_chip(serial);
    let signed = move || Structure::signed(&contents, Signing::EcdsaSha256);
    TrayCard::student(serial, Application::new(Maker::STRICT_T0, signed))
}

fn talk(
    card: TrayCard,
    work: &mut dyn FnMut(&mut dyn Link),
    mut before: impl FnMut(&[u8]) -> Result<(), CardFault>,
) -> Result<(), CardFault> {
    work(&mut Contact { atr: Atr::new(card.atr().unwrap()), card, before: &mut before });
    Ok(())
}

/// The command with which the reading of the student's data begins.
fn begins(apdu: &[u8]) -> bool {
    apdu.starts_with(&[0x00, 0xA4, 0x04, 0x04, 0x07])
}

#[test]
fn a_student_cards_data_follows_its_identity() {
    let desk = Desk::open(Arc::new(|_, work| talk(student(SERIAL), work, |_| Ok(()))));
    desk.look(&[("A", card(1))]);
    let events = desk.expect(&["up", "readers 1", "arrived A", "read A", "els Valid A"]);
    assert_eq!(events[2].at_ms, events[4].at_ms, "it bears the time of the arrival");
    let (What::Read { reading: Ok(reading), .. }, What::Els { els: Ok(Some(els)), .. }) =
        (&events[3].what, &events[4].what)
    else {
        panic!("no data");
    };
    assert!(els.sits_on(&reading.identity));
    desk.look(&[("A", SlotState::Empty)]);
    desk.expect(&["gone A"]);
    desk.expect_nothing_more();
}

#[test]
fn the_identity_is_told_before_the_data_is_asked_for() {
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let desk = Desk::open(Arc::new(move |_, work| {
        talk(student(SERIAL), work, |apdu| {
            if begins(apdu) {
                may_go_on.lock().unwrap().recv().unwrap();
            }
            Ok(())
        })
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A"]);
    desk.expect_nothing_more();
    go_on.send(()).unwrap();
    desk.expect(&["els Valid A"]);
}

#[test]
fn a_contact_card_that_is_no_student_card_is_said_to_be_none() {
    // By another P2 than the three that are known: as good as no application.
    let other = Maker { application_p2: 0x77, ..Maker::PLAIN_T1 };
    let desk = Desk::open(Arc::new(move |_, work| {
        let empty = Application::new(other, || Structure::hostile(Vec::new()));
        talk(TrayCard::student(SERIAL, empty), work, |_| Ok(()))
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A", "els none A"]);
}

#[test]
fn data_of_a_card_that_is_gone_is_never_told() {
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let desk = Desk::open(Arc::new(move |_, work| {
        talk(student(SERIAL), work, |apdu| {
            if begins(apdu) {
                may_go_on.lock().unwrap().recv().unwrap();
            }
            Ok(())
        })
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A"]);
    desk.look(&[("A", SlotState::Empty)]);
    desk.expect(&["gone A"]);
    go_on.send(()).unwrap();
    desk.expect_nothing_more();
}

#[test]
fn a_card_pulled_out_while_its_data_is_read_is_gone_and_nothing_else() {
    let desk = Desk::open(Arc::new(|_, work| {
        talk(student(SERIAL), work, |apdu| if begins(apdu) { Err(CardFault::Removed) } else { Ok(()) })
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A"]);
    thread::sleep(Duration::from_millis(300)); // as late as pcsc-lite notices
    desk.look(&[("A", SlotState::Empty)]);
    desk.expect(&["gone A"]);
    desk.expect_nothing_more();
}

#[test]
fn data_that_breaks_off_is_tried_again_and_the_identity_not_told_twice() {
    let tries = Mutex::new(0);
    let desk = Desk::open(Arc::new(move |_, work| {
        talk(student(SERIAL), work, |apdu| {
            let mut tries = tries.lock().unwrap();
            *tries += u32::from(begins(apdu));
            if begins(apdu) && *tries < 3 { Err(CardFault::Reset) } else { Ok(()) }
        })
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A", "els Valid A"]);
    desk.expect_nothing_more();
    // What stays broken is said at last.
    let desk = Desk::open(Arc::new(|_, work| {
        talk(student(SERIAL), work, |apdu| if begins(apdu) { Err(CardFault::Silent) } else { Ok(()) })
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A", "els ChipDoesNotAnswer A"]);
}

#[test]
fn another_cards_data_is_not_told_as_the_first_ones() {
    let sessions = Mutex::new(0);
    let desk = Desk::open(Arc::new(move |_, work| {
        let mut sessions = sessions.lock().unwrap();
        *sessions += 1;
        // Swapped, and not noticed yet.
        let first = *sessions == 1;
        let serial = if first { SERIAL } else { [9; 6] };
        talk(student(serial), work, |apdu| if first && begins(apdu) { Err(CardFault::Reset) } else { Ok(()) })
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A", "els CardRemoved A"]);
}
