//! Student cards of several makers, right ones, broken ones, and ones that mean harm.

use std::time::{Duration, Instant};

use practice::TrayCard;
use practice::els::{Application, Contents, Flaw, Maker, Signing, Structure, hostile_images};

use super::*;
use crate::{Atr, ContactSerial};

const SERIAL: [u8; 6] = [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2];

struct Card {
    atr: Atr,
    card: TrayCard,
    commands: usize,
    /// The card is gone when so many commands were answered.
    last: usize,
}

impl Card {
    fn new(maker: Maker, structure: Structure) -> Self {
        let card = TrayCard::student(SERIAL, Application::new(maker, move || structure.clone()));
        Self { atr: Atr::new(card.atr().unwrap()), card, commands: 0, last: usize::MAX }
    }
}

impl Link for Card {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        self.commands += 1;
        if self.commands > self.last { Err(CardFault::Removed) } else { Ok(self.card.transmit(apdu)) }
    }
}

fn contents() -> Contents {
    Contents::of_chip(SERIAL)
}

fn right() -> Structure {
    Structure::signed(&contents(), Signing::EcdsaSha256)
}

fn chip(serial: [u8; 6]) -> ChipId {
    let cplc = [[0x9F, 0x7F, 0x2A].as_slice(), &[0x47; 12], &serial, &[0; 24]].concat();
    ChipId::Contact(ContactSerial::from_cplc(&cplc).unwrap())
}

fn verdict(structure: &Structure) -> Verdict {
    Els::parse(&structure.ef_els, Some(&structure.ef_cert)).unwrap().signature.verdict
}

#[test]
fn cards_of_every_maker_are_read_whole_and_verified() {
    for maker in Maker::ALL {
        for own_certificate in [true, false] {
            let structure = Structure::with(&contents(), Signing::EcdsaSha256, own_certificate, Flaw::None);
            let mut card = Card::new(maker, structure);
            let els = read_els(&mut card).unwrap().expect(maker.name);
            assert_eq!(els.signature.verdict, Verdict::Valid, "{}", maker.name);
            assert_eq!(els.version, 1);
            assert_eq!(els.university, "Politechnika Ćwiczebna");
            assert_eq!(els.surnames, ["Wzorcowa", "Próbna"]);
            assert_eq!(els.given_names, ["Żaneta", "Łucja"]);
            assert_eq!((els.album_number.as_str(), els.edition.as_str()), ("090123", "A"));
            assert_eq!(els.pesel.as_ref().map(Pesel::reveal), Some("02270803628"));
            assert_eq!(els.valid_until.to_string(), "2026-10-31T23:59:59Z");
            assert_eq!(els.valid_until_day().to_string(), "2026-10-31");
            assert!(els.sits_on(&chip(SERIAL)), "{}", maker.name);
            assert!(card.commands < 90, "{}: {}", maker.name, card.commands);
        }
    }
}

#[test]
fn every_algorithm_of_signers_is_verified() {
    for signing in [Signing::RsaSha1, Signing::RsaSha256, Signing::EcdsaSha256] {
        for flaw in [Flaw::None, Flaw::NoAttributes] {
            let structure = Structure::with(&contents(), signing, true, flaw);
            assert_eq!(verdict(&structure), Verdict::Valid, "{signing:?} {flaw:?}");
        }
        let broken = Structure::with(&contents(), signing, true, Flaw::Signature);
        assert_eq!(verdict(&broken), Verdict::SignatureWrong, "{signing:?}");
    }
}

#[test]
fn a_structure_that_is_not_as_it_was_signed_is_said_to_be_so() {
    let flawed = |flaw| Structure::with(&contents(), Signing::EcdsaSha256, true, flaw);
    assert_eq!(verdict(&flawed(Flaw::Digest)), Verdict::DigestDiffers);
    assert_eq!(verdict(&flawed(Flaw::Unsigned)), Verdict::Unsigned);
    assert_eq!(verdict(&flawed(Flaw::Algorithm)), Verdict::UnknownAlgorithm);
    let other = flawed(Flaw::ContentType);
    assert_eq!(Els::parse(&other.ef_els, None), Err(ElsFault::OtherContentType));
    // Every byte counts: none can be changed without a fault or another verdict, but in the signer's certificate.
    let right = right();
    let certificate =
        right.ef_els.windows(right.ef_cert.len()).position(|part| part == right.ef_cert).unwrap();
    let certificate = certificate..certificate + right.ef_cert.len();
    for at in (0..right.ef_els.len()).filter(|at| !certificate.contains(at)) {
        let mut image = right.ef_els.clone();
        image[at] ^= 0x01;
        if let Ok(els) = Els::parse(&image, None)
            && els.signature.verdict == Verdict::Valid
        {
            // Only what isn't the student's: versions and lists that nothing rests on.
            let before = Els::parse(&right.ef_els, None).unwrap();
            assert_eq!(els, before, "at {at}");
        }
    }
}

#[test]
fn without_the_signers_certificate_nothing_is_valid() {
    let bare = Structure::with(&contents(), Signing::EcdsaSha256, false, Flaw::None);
    let parsed = |certificate| Els::parse(&bare.ef_els, certificate).unwrap().signature;
    assert_eq!(parsed(None).verdict, Verdict::NoCertificate);
    assert_eq!(parsed(None).certificate, None);
    let another = Structure::signed(&contents(), Signing::RsaSha256);
    assert_eq!(parsed(Some(&another.ef_cert)).verdict, Verdict::NoCertificate);
    assert_eq!(parsed(Some(&[0x30, 0x03, 0x02, 0x01, 0x01])).verdict, Verdict::NoCertificate);
    assert_eq!(parsed(Some(&bare.ef_cert)).verdict, Verdict::Valid);
    // Nor when the card doesn't give EF.CERT.
    let none = Structure { ef_cert: Vec::new(), ..bare };
    let els = read_els(&mut Card::new(Maker::PLAIN_T1, none)).unwrap().unwrap();
    assert_eq!(els.signature.verdict, Verdict::NoCertificate);
}

#[test]
fn of_the_signer_only_organisation_and_name_are_shown() {
    for signing in [Signing::RsaSha256, Signing::EcdsaSha256] {
        let structure = Structure::signed(&contents(), signing);
        let els = Els::parse(&structure.ef_els, None).unwrap();
        let shown = els.signature.certificate.unwrap();
        assert_eq!(shown.signer.organisation.as_deref(), Some("Practice University of Technology"));
        assert!(shown.signer.common_name.as_deref().unwrap().starts_with(['E', 'A']));
        assert_eq!(shown.issuer.common_name.as_deref(), Some("Practice ELS Root"));
        assert_eq!(shown.valid_from.to_string(), "2020-01-01T00:00:00Z");
        assert_eq!(shown.valid_until.to_string(), "2045-12-31T23:59:59Z");
        // The certificate does hold a PESEL.
        assert!(structure.ef_cert.windows(11).any(|part| part == b"44051401458"));
    }
}

#[test]
fn the_signed_serial_is_the_hardwares_in_any_spelling_and_no_other_chips() {
    let signed_for = |spelling: &str| {
        let contents = Contents { chip_serial: spelling.to_owned(), ..contents() };
        Els::parse(&Structure::signed(&contents, Signing::EcdsaSha256).ef_els, None).unwrap()
    };
    let number = u32::from_be_bytes([0x4D, 0x5A, 0x00, 0x31]);
    for spelling in [
        "4D5A0031C7A2",
        "4d5a0031c7a2",
        "4D 5A 00 31 C7 A2",
        "A2C731005A4D",
        "C7A24D5A0031",
        "4D5A0031",
        "31005A4D",
        &number.to_string(),
        &number.swap_bytes().to_string(),
    ] {
        let els = signed_for(spelling);
        assert!(els.sits_on(&chip(SERIAL)), "{spelling}");
        assert!(!els.sits_on(&chip([0x4D, 0x5A, 0x00, 0x32, 0xC7, 0xA2])), "{spelling}");
    }
    for other in ["4D5A0031C7A3", "4D5A0030", "", "0", "A2", "Wzorcowa"] {
        assert!(!signed_for(other).sits_on(&chip(SERIAL)), "{other}");
    }
    let uid = crate::Uid::try_from([0x4D, 0x5A, 0x00, 0x31].as_slice()).unwrap();
    assert!(!signed_for("4D5A0031").sits_on(&ChipId::Contactless(uid)));
}

#[test]
fn a_card_without_the_application_is_no_student_card() {
    struct Plain(Atr, [u8; 2]);
    impl Link for Plain {
        fn atr(&self) -> &Atr {
            &self.0
        }
        fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, CardFault> {
            Ok(self.1.to_vec())
        }
    }
    for status in [[0x6A, 0x82], [0x6D, 0x00], [0x6E, 0x00], [0x6A, 0x86], [0x69, 0x99], [0x6A, 0x81]] {
        assert_eq!(read_els(&mut Plain(Atr::new([0x3B]), status)), Ok(None), "{status:02X?}");
    }
    // One that has it and won't give it says so.
    let locked = read_els(&mut Plain(Atr::new([0x3B]), [0x69, 0x82]));
    assert_eq!(locked, Err(ElsFault::Refused { status: 0x6982 }));
}

#[test]
fn a_card_taken_away_at_any_moment_is_said_to_be_gone() {
    for maker in Maker::ALL {
        let mut whole = Card::new(maker, right());
        read_els(&mut whole).unwrap();
        for last in 0..whole.commands {
            let mut card = Card { last, ..Card::new(maker, right()) };
            assert_eq!(read_els(&mut card), Err(ElsFault::CardRemoved), "{} after {last}", maker.name);
        }
    }
}

#[test]
fn a_file_that_ends_early_is_truncated_or_blank() {
    let length = right().ef_els.len();
    for cut in [0, 1, 3, 5, 6, 100, 128, 129, length - 1] {
        let expected = if cut == 0 { ElsFault::Blank } else { ElsFault::Truncated };
        let image = Els::parse(&right().truncated(cut).ef_els, None);
        let found = image.unwrap_err();
        assert!(found == expected || cut < 5 && found == ElsFault::NotDer, "{cut}: {found:?}");
    }
    let cut = right().truncated(700);
    assert_eq!(read_els(&mut Card::new(Maker::PLAIN_T1, cut.clone())), Err(ElsFault::Truncated));
    assert_eq!(read_els(&mut Card::new(Maker::STRICT_T0, cut.clone())), Err(ElsFault::Truncated));
    // With padding to where the structure should end, its inside is wrong.
    assert_eq!(read_els(&mut Card::new(Maker::OLD_T0, cut)), Err(ElsFault::NotSignedData));
    let blank = Structure::hostile(vec![0x00; 64]);
    assert_eq!(read_els(&mut Card::new(Maker::TERSE_T1, blank)), Err(ElsFault::Blank));
}

#[test]
fn a_card_that_never_ends_is_cut_off() {
    let mut card = Card::new(Maker::ENDLESS, right());
    assert_eq!(read_els(&mut card), Err(ElsFault::Endless));
    assert!(card.commands <= 1_001);

    /// Always has more to fetch, always another length, or only ever says yes.
    struct Tireless(Atr, Vec<u8>, usize);
    impl Link for Tireless {
        fn atr(&self) -> &Atr {
            &self.0
        }
        fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, CardFault> {
            self.2 += 1;
            Ok(self.1.clone())
        }
    }
    let more = [vec![0x55; 256], vec![0x61, 0x00]].concat();
    for answer in [vec![0x61, 0x10], vec![0x9F, 0x10], vec![0x6C, 0x10], vec![0x90, 0x00], more] {
        let mut card = Tireless(Atr::new([0x3B]), answer, 0);
        assert!(read_els(&mut card).is_err());
        assert!(card.2 <= 1_001);
        let mut card = Tireless(Atr::new([0x3B]), vec![0x61, 0x10], 0);
        assert_eq!(read_iccsn(&mut card), Ok(None));
    }
}

#[test]
fn hostile_images_are_refused_and_quickly() {
    for (name, image) in hostile_images() {
        let begun = Instant::now();
        let refused = Els::parse(&image, Some(&image)).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(2), "{name}: {:?}", begun.elapsed());
        assert!(!matches!(refused, ElsFault::CardRemoved), "{name}");
        for maker in [Maker::PLAIN_T1, Maker::STRICT_T0] {
            let read = read_els(&mut Card::new(maker, Structure::hostile(image.clone())));
            assert!(read.is_err(), "{name}");
        }
    }
}

#[test]
fn fields_of_another_form_are_named() {
    let with = |change: fn(&mut Contents)| {
        let mut contents = contents();
        change(&mut contents);
        let structure = Structure::signed(&contents, Signing::EcdsaSha256);
        Els::parse(&structure.ef_els, None)
    };
    let odd = |field| Err(ElsFault::OddField { field });
    assert_eq!(with(|c| c.surnames.clear()), odd(ElsField::Surnames));
    assert_eq!(with(|c| c.given_names = vec!["A".into(); 17]), odd(ElsField::GivenNames));
    assert_eq!(with(|c| c.university = "x".repeat(401)), odd(ElsField::University));
    assert_eq!(with(|c| c.edition = "A\u{7}".into()), odd(ElsField::Edition));
    for none in ["", "0227080362", "AB123456789", "022708036280"] {
        let els = Els::parse(
            &Structure::signed(&Contents { pesel: none.into(), ..contents() }, Signing::EcdsaSha256).ef_els,
            None,
        );
        assert_eq!(els.unwrap().pesel, None, "{none}");
    }
    // Letters that PrintableString doesn't have.
    assert_eq!(with(|c| c.album_number = "Ł/1".into()).unwrap().album_number, "Ł/1");
}

#[test]
fn debug_shows_nothing_of_the_person_the_chip_or_the_signer() {
    let els = read_els(&mut Card::new(Maker::PLAIN_T1, right()));
    let shown = format!("{els:?} {:?}", els.as_ref().unwrap().as_ref().unwrap().signature.certificate);
    for secret in
        ["Wzorc", "aneta", "Politech", "090123", "0227", "4D5A", "2026", "Practice", "Adam", "440514"]
    {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("Valid"));
}

#[test]
fn a_files_size_is_found_in_its_control_information() {
    for (answer, size) in [
        ("6F0A8407D6160000300101", None),
        ("6F04800209C4", Some(2_500)),
        ("620481020A00", Some(2_560)),
        ("800209C4", Some(2_500)),
        ("6F0881020A00800209C4", Some(2_500)),
        ("6F098A01058001028102FF", Some(2)),
        ("6F0780050000000001", None),
        ("6F", None),
        ("", None),
        ("80", None),
        ("9F", None),
        ("6F0A9F6501FF800209C4", None),
        ("6F089F6501FF800209C4", Some(2_500)),
    ] {
        assert_eq!(card::file_size(&hex::decode(answer).unwrap()), size, "{answer}");
    }
}

#[test]
fn a_cards_own_number_is_read_from_ef_gdo() {
    struct Script(Atr, Vec<(&'static str, &'static str)>);
    impl Link for Script {
        fn atr(&self) -> &Atr {
            &self.0
        }
        fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
            let (command, answer) = self.1.remove(0);
            assert_eq!(hex::encode_upper(apdu), command);
            Ok(hex::decode(answer).unwrap())
        }
    }
    let number = |answer| {
        let commands = vec![
            ("00A40000023F00", "9000"),
            ("00A40200022F02", "6A86"),
            ("00A4020C022F02", "9000"),
            ("00B0000080", "6C0C"),
            ("00B000000C", answer),
        ];
        read_iccsn(&mut Script(Atr::new([0x3B]), commands)).unwrap()
    };
    assert_eq!(number("5A0A896101000000000000019000").map(|n| n.len()), Some(10));
    assert_eq!(number("5A03896101000000000000019000"), None);
    assert_eq!(number("5B0A896101000000000000019000"), None);
}
