//! What readers that type make of a chip: the makers' own examples, and every format over many chips.

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

/// The example of the makers' sheets.
const SHEET: [u8; 5] = [0x01, 0x01, 0x3E, 0xB2, 0x8D];
/// The sample of the External Card Issuing API for EM-Marine.
const EM_MARINE: [u8; 5] = [0x81, 0x00, 0xA7, 0xBC, 0x5D];

fn chips(seed: u64, count: usize, length: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut random = StdRng::seed_from_u64(seed);
    std::iter::repeat_with(move || {
        let mut chip = vec![0u8; length];
        random.fill(chip.as_mut_slice());
        chip
    })
    .take(count)
}

#[test]
fn each_format_types_what_the_makers_sheets_say() {
    for (format, typed) in [
        (Format::Hex, "01013EB28D"),
        (Format::D13, "0004315853453"),
        (Format::D10, "0020886157"),
        (Format::D5D5, "00318,45709"),
        (Format::D8, "04108941"),
        (Format::D3D5A, "001,45709"),
        (Format::D3D5B, "001,45709"),
        (Format::D3D5, "062,45709"),
    ] {
        assert_eq!(format.type_out(&SHEET, Order::Forwards), typed, "{format:?}");
        assert!(format.decode(typed, Order::Forwards).unwrap().fits(&SHEET), "{format:?}");
    }
}

#[test]
fn what_is_typed_of_a_chip_fits_it_and_no_other() {
    for length in [4, 5, 7, 10] {
        let other: Vec<Vec<u8>> = chips(1, 60, length).collect();
        for (chip, other) in chips(2, 60, length).zip(other) {
            for format in Format::ALL {
                for order in Order::ALL {
                    let typed = format.type_out(&chip, order);
                    for typed in
                        [typed.clone(), typed.replace(',', ""), typed.to_lowercase(), typed.replace(',', "-")]
                    {
                        let left = format.decode(&typed, order).unwrap();
                        assert!(left.fits(&chip), "{format:?} {order:?} {chip:02X?} {typed}");
                        assert!(!left.fits(&other), "{format:?} {order:?} {other:02X?} {typed}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_scan_of_a_known_chip_says_the_format_and_what_it_drops() {
    for chip in chips(3, 300, 5) {
        for (format, missing) in [
            (Format::Hex, vec![]),
            (Format::D13, vec![]),
            (Format::D10, vec![1]),
            (Format::D5D5, vec![1]),
            (Format::D8, vec![1, 2]),
            (Format::D3D5, vec![1, 2]),
            (Format::D3D5A, vec![2, 3]),
            (Format::D3D5B, vec![1, 3]),
        ] {
            let found = detect(&chip, &format.type_out(&chip, Order::Forwards));
            let expected = Detected { format, order: Order::Forwards, missing: missing.clone() };
            assert!(found.contains(&expected), "{chip:02X?}: {found:?}");

            let found = detect(&chip, &format.type_out(&chip, Order::Reversed));
            let missing = missing.iter().rev().map(|byte| 6 - byte).collect();
            assert!(
                found.contains(&Detected { format, order: Order::Reversed, missing }),
                "{chip:02X?}: {found:?}"
            );
        }
        let typed = Format::D10.type_out(&chip, Order::CutReversed);
        let expected = Detected { format: Format::D10, order: Order::CutReversed, missing: vec![1] };
        assert!(detect(&chip, &typed).contains(&expected), "{chip:02X?}");
    }
}

#[test]
fn a_reader_that_drops_the_top_byte_never_gives_a_chip() {
    let learnt = Profile::learn(&EM_MARINE, "0010992733").unwrap();
    let expected = Profile { format: Format::D10, order: Order::Forwards, bytes: 5 };
    assert_eq!((learnt.profile, learnt.missing), (expected, vec![1]));
    for chip in chips(4, 300, 5) {
        let typed = Format::D10.type_out(&chip, Order::Forwards);
        assert_eq!(learnt.profile.whole(&typed), Err(NotWhole::BytesMissing));
    }
    // What a reader with the right setting types is what the register stores.
    let learnt = Profile::learn(&EM_MARINE, "0554061773917").unwrap();
    assert_eq!((learnt.profile.format, learnt.missing.len()), (Format::D13, 0));
    assert_eq!(learnt.profile.whole("0554061773917").unwrap(), EM_MARINE);
}

#[test]
fn a_learnt_profile_gives_every_other_chip_of_that_length_whole_or_not_at_all() {
    for length in [4, 5, 7] {
        for format in Format::ALL {
            for order in Order::ALL {
                let known = chips(5, 1, length).next().unwrap();
                let Ok(learnt) = Profile::learn(&known, &format.type_out(&known, order)) else { continue };
                for chip in chips(6, 60, length) {
                    let typed = format.type_out(&chip, order);
                    match learnt.profile.whole(&typed) {
                        Ok(whole) => assert_eq!(whole, chip, "{format:?} {order:?}"),
                        Err(NotWhole::BytesMissing) => {
                            assert!(!learnt.missing.is_empty(), "{format:?} {order:?}")
                        }
                        Err(NotWhole::NoIdentity) => assert!(length == 4 && [0x08, 0x88].contains(&chip[0])),
                        Err(NotWhole::OtherForm) => panic!("{format:?} {order:?} {typed}"),
                    }
                }
            }
        }
    }
}

#[test]
fn a_text_in_another_format_is_refused() {
    let profile = Profile { format: Format::D13, order: Order::Forwards, bytes: 5 };
    for typed in [
        "",
        "055406177391",   // a digit was lost
        "05540617739170", // one too many
        "4006381333931",  // an EAN: more than five bytes hold
        "8100A7BC5D",
        "0554061773 917",
        "+554061773917",
        "٠٥٥٤٠٦١٧٧٣٩١٧",
    ] {
        assert_eq!(profile.whole(typed), Err(NotWhole::OtherForm), "{typed}");
    }
    assert_eq!(Format::D3D5.decode("256,00001", Order::Forwards), None, "no byte holds 256");
    assert_eq!(Format::D5D5.decode("65536,00001", Order::Forwards), None);
    assert_eq!(Format::D10.decode("4294967296", Order::Forwards), None, "2^32");
    assert!(Format::D10.decode("4294967295", Order::Forwards).is_some());
    for format in Format::ALL {
        assert_eq!(format.decode(&"1".repeat(1_000_000), Order::Forwards), None);
    }
}

#[test]
fn a_chip_that_looks_alike_in_two_ways_teaches_nothing() {
    assert_eq!(Profile::learn(&[0xA1, 0x5F, 0x5F, 0xA1], "A15F5FA1"), Err(Unlearnt::Ambiguous));
    assert_eq!(Profile::learn(&EM_MARINE, "8100A7BC5E"), Err(Unlearnt::NotThisChip));
    assert_eq!(Profile::learn(&EM_MARINE[..3], "8100A7"), Err(Unlearnt::NoChip));
    assert_eq!(
        Profile::learn(&SHEET, "001,45709").unwrap().missing.len(),
        2,
        "which of the two doesn't matter"
    );
}

#[test]
fn a_shorter_chip_is_filled_up_with_zeros_and_loses_them_again() {
    let mifare = [0xA1, 0x4E, 0x5D, 0x5F];
    for (typed, order) in [("0002706267487", Order::Forwards), ("0001599950497", Order::Reversed)] {
        let learnt = Profile::learn(&mifare, typed).unwrap();
        assert_eq!((learnt.profile.format, learnt.profile.order), (Format::D13, order));
        assert_eq!(learnt.profile.whole(typed).unwrap(), mifare);
        // A chip of five bytes laid on the same reader.
        assert_eq!(learnt.profile.whole("0554061773917"), Err(NotWhole::OtherForm));
    }
    let learnt = Profile::learn(&mifare, "2706267487").unwrap();
    assert!(learnt.cuts_longer && learnt.missing.is_empty());
    assert_eq!(learnt.profile.whole("2706267487").unwrap(), mifare);
    // The first part of a UID of seven bytes, a random one, the one of the copies.
    for typed in ["2281968064", "0135266241", "0016909060", "0000000000", "4294967295"] {
        assert_eq!(learnt.profile.whole(typed), Err(NotWhole::NoIdentity), "{typed}");
    }
}

#[test]
fn random_text_is_no_chip_and_never_panics() {
    let mut random = StdRng::seed_from_u64(9);
    for _ in 0..20_000 {
        let length = random.random_range(0..34);
        let signs: Vec<char> = "0123456789aF,.-/: č\u{0}".chars().collect();
        let text: String = (0..length).map(|_| signs[random.random_range(0..signs.len())]).collect();
        for found in detect(&EM_MARINE, &text) {
            let again = found.format.type_out(&EM_MARINE, found.order);
            let plain = |text: &str| text.replace([',', '.', '-', '/', ':', ' '], "").to_uppercase();
            assert_eq!(plain(&again), plain(&text));
        }
    }
}

#[test]
fn debug_keeps_a_part_of_a_chip_to_itself() {
    let left = Format::D10.decode("0020886157", Order::Forwards).unwrap();
    assert_eq!(format!("{left:?}"), "Partial(4 bytes)");
}
