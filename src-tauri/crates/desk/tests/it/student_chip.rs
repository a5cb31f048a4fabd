//! The signed data on a student card's contact chip: shown, compared with the chip itself and with USOS.

use crate::counter::Counter;
use desk::view::{ChipSignature, Enquiry, Level, StudentChip, StudentData, What};
use practice::els::{Application, Contents, Flaw, Maker, Signing, Structure};
use practice::{Interface, TrayCard};

const SERIAL: [u8; 6] = [0x5A, 0x01, 0x02, 0x03, 0x0C, 0x01];

fn data(enquiry: &Enquiry) -> &StudentData {
    match &enquiry.student_chip {
        Some(StudentChip::Read { data }) => data,
        other => panic!("{other:?}"),
    }
}

fn card(contents: Contents, flaw: Flaw) -> TrayCard {
    let make = move || Structure::with(&contents, Signing::RsaSha256, true, flaw);
    TrayCard::student(SERIAL, Application::new(Maker::PLAIN_T1, make))
}

async fn tapped(card: &TrayCard) -> Enquiry {
    let mut counter = Counter::open().await;
    counter.tap(card);
    counter.whole_with(|it| it.student_chip.is_some()).await
}

fn worst(enquiry: &Enquiry) -> Option<&What> {
    let finding = enquiry.verdict.findings.first()?;
    (finding.level == Level::Bad).then_some(&finding.what)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_students_chip_says_what_usos_says_and_is_its_own() {
    let mut counter = Counter::open().await;
    let student = counter.card(|card| {
        card.trouble.is_none() && card.interface == Interface::Contact && card.kind.as_deref() == Some("ISIC")
    });
    counter.tap(&student);
    let enquiry = counter.whole_with(|it| it.student_chip.is_some()).await;
    let data = data(&enquiry);
    assert_eq!((data.signature, data.here), (ChipSignature::Valid, true));
    assert!(data.issuer.is_some() && !data.album_number.is_empty());
    assert_eq!(enquiry.verdict.level, Level::Good, "{:?}", enquiry.verdict.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_were_signed_for_another_chip_are_a_copy() {
    let mut other = SERIAL;
    other[0] = 0x77;
    let enquiry = tapped(&card(Contents::of_chip(other), Flaw::None)).await;
    assert!(!data(&enquiry).here);
    assert_eq!(worst(&enquiry), Some(&What::StudentChipOfAnother));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_does_not_hold_is_named() {
    for (flaw, signature) in [
        (Flaw::Signature, ChipSignature::Wrong),
        (Flaw::Digest, ChipSignature::DigestDiffers),
        (Flaw::Unsigned, ChipSignature::Unsigned),
    ] {
        let enquiry = tapped(&card(Contents::of_chip(SERIAL), flaw)).await;
        assert_eq!(worst(&enquiry), Some(&What::StudentChipSignature { signature }), "{flaw:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_can_not_be_read_are_said_to_be_so() {
    let make = || Structure::signed(&Contents::of_chip(SERIAL), Signing::EcdsaSha256).truncated(200);
    let enquiry = tapped(&TrayCard::student(SERIAL, Application::new(Maker::PLAIN_T1, make))).await;
    assert!(matches!(enquiry.student_chip, Some(StudentChip::Unreadable { .. })));
    let unread = |what: &What| matches!(what, What::StudentChipUnread { .. });
    assert!(enquiry.verdict.findings.iter().any(|finding| unread(&finding.what)));
}
