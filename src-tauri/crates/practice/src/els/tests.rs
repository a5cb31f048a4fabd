//! What the structures and cards of the practice world must be. That they're right CMS is for the reader's tests,
//! which share no code with these.

use super::*;

const SERIAL: [u8; 6] = [0x4D, 0x5A, 0x00, 0x31, 0xC7, 0xA2];

#[test]
fn the_same_contents_make_the_same_structure() {
    let contents = Contents::of_chip(SERIAL);
    for signing in [Signing::EcdsaSha256, Signing::RsaSha1] {
        assert_eq!(Structure::signed(&contents, signing), Structure::signed(&contents, signing));
    }
}

#[test]
fn every_flaw_makes_another_structure() {
    let contents = Contents::of_chip(SERIAL);
    let flaws = [
        Flaw::Signature,
        Flaw::Digest,
        Flaw::ContentType,
        Flaw::NoAttributes,
        Flaw::Unsigned,
        Flaw::Algorithm,
    ];
    let right = Structure::signed(&contents, Signing::EcdsaSha256);
    for flaw in flaws {
        assert_ne!(Structure::with(&contents, Signing::EcdsaSha256, true, flaw), right, "{flaw:?}");
    }
}

#[test]
fn a_strict_card_lets_its_answers_be_fetched_and_forgets_its_selection_on_reset() {
    let contents = Contents::of_chip(SERIAL);
    let card = Application::new(Maker::STRICT_T0, move || Structure::signed(&contents, Signing::EcdsaSha256));
    let select = [0x00, 0xA4, 0x04, 0x04, 7, 0xD6, 0x16, 0, 0, 0x30, 1, 1];
    assert_eq!(card.transmit(&select).unwrap(), [0x61, 11]);
    assert_eq!(card.transmit(&[0, 0xC0, 0, 0, 20]).unwrap(), [0x6C, 11]);
    assert_eq!(card.transmit(&[0, 0xC0, 0, 0, 11]).unwrap().len(), 13);
    assert_eq!(card.transmit(&[0, 0xA4, 2, 0, 2, 0, 2]).unwrap()[0], 0x61);
    assert_eq!(card.transmit(&[0, 0xB0, 0, 0, 4]).unwrap()[..2], [0x30, 0x82]);
    card.reset();
    assert_eq!(card.transmit(&[0, 0xB0, 0, 0, 4]), None);
}

#[test]
fn makers_differ_and_each_speaks_its_protocol() {
    for physical in 0..20 {
        for t1 in [true, false] {
            assert_eq!(Maker::of(physical, t1).t1, t1);
        }
    }
    let named = |t1| (0..20).map(|n| Maker::of(n, t1).name).collect::<std::collections::HashSet<_>>().len();
    assert_eq!((named(true), named(false)), (2, 3));
}
