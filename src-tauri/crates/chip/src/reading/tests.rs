//! Cards that answer by the book, and cards that don't.

use std::collections::VecDeque;

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

const CLASSIC: &str = "3B8F8001804F0CA000000306030001000000006A";
const DESFIRE: &str = "3B8180018080";
const CONTACT: &str = "3B9F958131FE9F006646530535002571DF0000000000000A";

/// A card that expects these commands in this order, each with its answer (hexadecimal).
struct Script {
    atr: Atr,
    expected: VecDeque<(&'static str, String)>,
}

impl Link for Script {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        let (command, answer) = self.expected.pop_front().expect("a command more than expected");
        assert_eq!(hex::encode_upper(apdu), command);
        Ok(hex::decode(answer).unwrap())
    }
}

fn read_script(role: Role, atr: &str, expected: &[(&'static str, &str)]) -> Result<Reading, Unread> {
    let mut script = Script {
        atr: Atr::new(hex::decode(atr).unwrap()),
        expected: expected.iter().map(|(command, answer)| (*command, (*answer).to_owned())).collect(),
    };
    let reading = read(&mut script, role);
    assert!(script.expected.is_empty(), "not asked for: {:?}", script.expected);
    reading
}

fn cplc() -> String {
    format!("9F7F2A{}{}{}", "47".repeat(12), "0A1B2C3D0405", "00".repeat(24))
}

#[test]
fn a_uid_comes_with_technology_and_warnings() {
    let reading = read_script(Role::Either, CLASSIC, &[("FFCA000000", "A14E5D5F9000")]).unwrap();
    assert_eq!(reading.interface, Interface::Contactless);
    assert_eq!(reading.technology, Technology::MifareClassic1k);
    assert_eq!(reading.identity.bytes(), [0xA1, 0x4E, 0x5D, 0x5F]);
    assert_eq!(reading.warnings, [Warning::MayRepeat]);

    let reading = read_script(Role::Contactless, DESFIRE, &[("FFCA000000", "041122334455669000")]).unwrap();
    assert_eq!(reading.technology, Technology::MifareDesfire);
    assert_eq!(reading.identity.spellings().hex, "04112233445566");
    assert!(reading.warnings.is_empty());
}

#[test]
fn a_wrong_length_is_asked_again_as_the_status_says() {
    let reading =
        read_script(Role::Either, DESFIRE, &[("FFCA000000", "6C07"), ("FFCA000007", "041122334455669000")]);
    assert_eq!(reading.unwrap().identity.bytes().len(), 7);
    // Once: a card that says 6C for ever is refused.
    let reading = read_script(Role::Either, DESFIRE, &[("FFCA000000", "6C07"), ("FFCA000007", "6C08")]);
    assert_eq!(reading, Err(Refusal::NoUid.into()));
    // 6282 gives the UID all the same.
    let reading = read_script(Role::Either, DESFIRE, &[("FFCA000000", "041122334455666282")]);
    assert_eq!(reading.unwrap().identity.bytes().len(), 7);
}

#[test]
fn a_reader_without_a_uid_is_refused() {
    for status in ["6300", "6A81", "6D00", "9000"] {
        let reading = read_script(Role::Either, DESFIRE, &[("FFCA000000", status)]);
        assert_eq!(reading, Err(Refusal::NoUid.into()), "{status}");
    }
}

#[test]
fn an_answer_without_a_status_is_a_card_that_fell_silent() {
    for answer in ["", "90"] {
        let reading = read_script(Role::Either, DESFIRE, &[("FFCA000000", answer)]);
        assert_eq!(reading, Err(CardFault::Silent.into()), "{answer}");
    }
}

#[test]
fn a_uid_that_is_no_identity_is_refused_with_its_reason() {
    let type_b = "3B88800112345678F7817180E4";
    for (atr, uid, refusal) in [
        (CLASSIC, "08A1B2C3", Refusal::RandomUid),
        (DESFIRE, "80A1B2C3", Refusal::RandomUid),
        (CLASSIC, "01020304", Refusal::ClonedUid),
        (type_b, "A14E5D5F", Refusal::PseudoUid),
        ("3B8F8001804F0CA0000003060700010000000000", "A14E5D5F", Refusal::PseudoUid),
        (CLASSIC, "E004010012345678", Refusal::OddUid { length: 8 }),
    ] {
        let answer = format!("{uid}9000");
        assert_eq!(read_script(Role::Either, atr, &[("FFCA000000", &answer)]), Err(refusal.into()), "{uid}");
    }
}

#[test]
fn a_contact_chip_is_identified_by_its_cplc() {
    let answer = cplc() + "9000";
    let reading = read_script(Role::Either, CONTACT, &[("80CA9F7F00", &answer)]).unwrap();
    assert_eq!(reading.interface, Interface::Contact);
    assert_eq!(reading.technology, Technology::Contact);
    assert_eq!(reading.identity.bytes(), [0x0A, 0x1B, 0x2C, 0x3D, 0x04, 0x05]);

    // T=0: told the length, or told to fetch the answer.
    let told = read_script(Role::Contact, CONTACT, &[("80CA9F7F00", "6C2D"), ("80CA9F7F2D", &answer)]);
    assert_eq!(told.as_ref(), Ok(&reading));
    let fetched = read_script(Role::Contact, CONTACT, &[("80CA9F7F00", "612D"), ("00C000002D", &answer)]);
    assert_eq!(fetched.as_ref(), Ok(&reading));
}

#[test]
fn the_cplc_is_looked_for_behind_an_applet_before_the_chip_is_refused() {
    let answer = cplc() + "9000";
    let found = [("80CA9F7F00", "6E00"), ("00A4040000", "6F009000"), ("80CA9F7F00", answer.as_str())];
    assert!(read_script(Role::Contact, CONTACT, &found).is_ok());
    let none = [("80CA9F7F00", "6A88"), ("00A4040000", "6A82"), ("80CA9F7F00", "6A88")];
    assert_eq!(read_script(Role::Contact, CONTACT, &none), Err(Refusal::NoSerial.into()));
}

#[test]
fn storage_atr_then_role_then_form_of_the_atr_tell_the_side() {
    let storage = Atr::new(hex::decode(CLASSIC).unwrap());
    let form = Atr::new(hex::decode(DESFIRE).unwrap());
    let other = Atr::new(hex::decode(CONTACT).unwrap());
    for (role, atr, side) in [
        (Role::Contact, &storage, Interface::Contactless),
        (Role::Contact, &form, Interface::Contact),
        (Role::Contactless, &other, Interface::Contactless),
        (Role::Either, &form, Interface::Contactless),
        (Role::Either, &other, Interface::Contact),
    ] {
        assert_eq!(Interface::of(role, atr), side);
    }
}

/// A card that answers anything at all.
struct Noise {
    atr: Atr,
    random: StdRng,
    exchanges: usize,
}

impl Link for Noise {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, CardFault> {
        self.exchanges += 1;
        let mut answer = vec![0; self.random.random_range(0..258)];
        self.random.fill(answer.as_mut_slice());
        let statuses = [0x61, 0x6C, 0x90, 0x9F, 0x62];
        if let [.., sw1, _] = answer.as_mut_slice()
            && self.random.random_ratio(3, 4)
        {
            *sw1 = statuses[self.random.random_range(0..statuses.len())];
        }
        Ok(answer)
    }
}

#[test]
fn random_atrs_and_answers_never_panic_and_never_go_on_for_ever() {
    let mut random = StdRng::seed_from_u64(2);
    let roles = [Role::Contact, Role::Contactless, Role::Either, Role::Sam];
    for turn in 0..20_000 {
        let mut atr = vec![0; random.random_range(0..40)];
        random.fill(atr.as_mut_slice());
        let form = hex::decode(CLASSIC).unwrap();
        let kept = random.random_range(0..=form.len()).min(atr.len());
        if turn % 2 == 0 {
            atr[..kept].copy_from_slice(&form[..kept]);
        }
        let mut noise = Noise { atr: Atr::new(atr), random: StdRng::seed_from_u64(turn), exchanges: 0 };
        let role = roles[random.random_range(0..roles.len())];
        let _ = format!("{:?}", read(&mut noise, role));
        assert!(noise.exchanges <= 30);
    }
}

#[test]
fn debug_of_a_reading_shows_no_identity() {
    let reading = read_script(Role::Either, CLASSIC, &[("FFCA000000", "A14E5D5F9000")]);
    let shown = format!("{reading:?}").to_uppercase();
    assert!(!shown.contains("A14E") && !shown.contains("161") && !shown.contains("3B8F"), "{shown}");
}
