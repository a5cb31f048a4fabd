//! Every kind of trouble of the practice world leads to the verdict that names it; and a register that fails fails
//! alone.

use crate::counter::Counter;
use desk::view::{
    Answer, Asked, ChipRefusal, Column, FaultCode, Level, LineRefusal, NotAsked, NotFound, Register, What,
};
use practice::{Fault, FaultKind, Interface, Trouble};

/// Whether a finding is the one that names a trouble.
type Names = fn(&What) -> bool;

fn whats(enquiry: &desk::view::Enquiry) -> Vec<What> {
    enquiry.verdict.findings.iter().map(|finding| finding.what.clone()).collect()
}

async fn tapped(counter: &mut Counter, trouble: Trouble, interface: Interface) -> desk::view::Enquiry {
    let card = counter.card(|card| card.trouble == Some(trouble) && card.interface == interface);
    counter.tap(&card);
    counter.whole().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_trouble_is_named() {
    let mut counter = Counter::open().await;
    let expected: [(Trouble, Names); 15] = [
        (Trouble::ExpiredInAliveValidInUsos, |what| {
            matches!(what, What::ValidThereNotHere { valid_in: Register::Usos, not_in: Register::Alive })
        }),
        (Trouble::ExpiredInUsosValidInAlive, |what| {
            matches!(what, What::ValidThereNotHere { valid_in: Register::Alive, not_in: Register::Usos })
        }),
        (Trouble::Cancelled, |what| matches!(what, What::Cancelled)),
        (Trouble::TwoCards, |what| matches!(what, What::ChipOfTwoPeople { .. })),
        (Trouble::UnknownChip, |what| matches!(what, What::UnknownEverywhere)),
        (Trouble::SupBlocked, |what| matches!(what, What::SupBlocked)),
        (Trouble::SupNotActivated, |what| matches!(what, What::SupNotActivated)),
        (Trouble::SupExpired, |what| matches!(what, What::Expired { register: Register::Sup, .. })),
        (Trouble::NoPhoto, |what| matches!(what, What::NoPhoto)),
        (Trouble::NameChanged, |what| matches!(what, What::NamesApart { .. })),
        (Trouble::NoUsosRecord, |what| matches!(what, What::NotInUsos)),
        (Trouble::NoAliveRecord, |what| matches!(what, What::NotInAlive)),
        (Trouble::DatesApart, |what| matches!(what, What::EndsApart { .. })),
        (Trouble::Alumni, |what| matches!(what, What::AlumniCard)),
        (Trouble::FourByteUid, |what| matches!(what, What::UidMayRepeat)),
    ];
    for (trouble, names_it) in expected {
        let enquiry = tapped(&mut counter, trouble, Interface::Contactless).await;
        let found = whats(&enquiry);
        assert!(found.iter().any(names_it), "{trouble:?}: {found:?}");
        let grave = !matches!(trouble, Trouble::NoPhoto | Trouble::FourByteUid);
        assert_eq!(enquiry.verdict.level >= Level::Warning, grave, "{trouble:?}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_without_trouble_is_good_in_all_three() {
    let mut counter = Counter::open().await;
    let linked = counter.university.sup_links().to_vec();
    let card = counter.card(|card| {
        card.trouble.is_none()
            && card.interface == Interface::Contactless
            && linked.iter().any(|link| link.physical == card.physical)
    });
    counter.tap(&card);
    let enquiry = counter.whole().await;
    assert_eq!(enquiry.verdict.level, Level::Good, "{:?}", whats(&enquiry));
    assert!(matches!(whats(&enquiry)[0], What::AllAgree { valid_to: Some(_) }));
    assert!(matches!(enquiry.alive, Column::Found { .. }));
    assert!(matches!(enquiry.usos, Column::Found { .. }));
    assert!(matches!(enquiry.sup, Column::Found { .. }));
    let person = enquiry.person.unwrap();
    assert_eq!(Some(format!("{} {}", person.first_name, person.last_name)), card.holder);
}

#[tokio::test(flavor = "multi_thread")]
async fn chips_that_are_no_identity_are_refused_with_the_reason() {
    let mut counter = Counter::open().await;
    for (trouble, why) in [
        (Trouble::RandomUid, ChipRefusal::RandomUid),
        (Trouble::ClonedUid, ChipRefusal::ClonedUid),
        (Trouble::DeadContactChip, ChipRefusal::DoesNotAnswer),
    ] {
        let card = counter.card(|card| {
            card.trouble == Some(trouble) && (trouble != Trouble::DeadContactChip || card.atr().is_none())
        });
        counter.tap(&card);
        assert_eq!(counter.refusal().await, why, "{trouble:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_chips_that_lead_to_two_cards_are_told_apart() {
    let mut counter = Counter::open().await;
    let of = |trouble, interface| {
        move |card: &practice::TrayCard| card.trouble == trouble && card.interface == interface
    };
    let contact = counter.card(of(Some(Trouble::TwoChips), Interface::Contact));
    let contactless = counter.card(of(Some(Trouble::TwoChips), Interface::Contactless));
    counter.tap(&contact);
    counter.tap(&contactless);
    let enquiry = counter.whole().await;
    assert!(matches!(whats(&enquiry)[0], What::ChipsLeadApart { .. }), "{:?}", whats(&enquiry));

    // The two sides of a good card lead to one.
    counter.take_off();
    let good = counter.card(of(None, Interface::Contact));
    let other_side = counter.card(|card| card.physical == good.physical && card.id != good.id);
    counter.tap(&good);
    counter.tap(&other_side);
    let enquiry = counter.whole().await;
    assert_eq!(enquiry.verdict.level, Level::Good, "{:?}", whats(&enquiry));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contact_chip_leads_to_the_same_person() {
    let mut counter = Counter::open().await;
    let card = counter.card(|card| card.trouble.is_none() && card.interface == Interface::Contact);
    counter.tap(&card);
    let person = counter.whole().await.person.expect("a person");
    assert_eq!(Some(format!("{} {}", person.first_name, person.last_name)), card.holder);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_fails_fails_alone() {
    let mut counter = Counter::open().await;
    let good = counter.card(|card| card.trouble.is_none() && card.interface == Interface::Contactless);
    for (fault, code) in [
        (FaultKind::Refuse, FaultCode::Broken),
        (FaultKind::Garbage, FaultCode::Nonsense),
        (FaultKind::Truncated, FaultCode::Nonsense),
        (FaultKind::Error { done: false }, FaultCode::ServerError),
        (FaultKind::TooLarge { bytes: 9_000_000 }, FaultCode::TooLarge),
        (FaultKind::Delay { ms: 4_000 }, FaultCode::Slow),
    ] {
        counter.university.faults(practice::Register::Usos).set(Fault::from(fault));
        counter.tap(&good);
        let enquiry = counter.whole().await;
        match &enquiry.usos {
            Column::Unreachable { fault: seen, .. } => assert_eq!(seen.code, code, "{fault:?}"),
            other => panic!("{fault:?}: {other:?}"),
        }
        assert!(matches!(enquiry.alive, Column::Found { .. }), "{fault:?}");
        assert!(whats(&enquiry).contains(&What::Without { register: Register::Usos }), "{fault:?}");
        counter.university.faults(practice::Register::Usos).clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_not_allowed_and_an_expired_one_is_renewed() {
    let mut counter = Counter::open().await;
    let good = counter.card(|card| card.trouble.is_none() && card.interface == Interface::Contactless);
    counter.university.faults(practice::Register::Alive).set(Fault::from(FaultKind::ExpiredToken));
    counter.tap(&good);
    assert!(matches!(counter.whole().await.alive, Column::Found { .. }), "renewed by itself");
    counter.university.faults(practice::Register::Alive).clear();
    counter.university.faults(practice::Register::Alive).set(Fault::from(FaultKind::TokenRefused));
    counter.tap(&good);
    let enquiry = counter.whole().await;
    assert!(matches!(&enquiry.alive, Column::NotAllowed { fault, .. } if fault.code == FaultCode::Token));
    assert!(enquiry.person.is_some(), "the index still knows whose card it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn alive_down_shows_what_was_last_known() {
    let mut counter = Counter::open().await;
    let good = counter.card(|card| card.trouble.is_none() && card.interface == Interface::Contactless);
    counter.university.stop(practice::Register::Alive).await;
    counter.tap(&good);
    match counter.whole().await.alive {
        Column::Unreachable { fault, last: Some(last), .. } => {
            assert_eq!(fault.code, FaultCode::Down);
            assert!(!last.value.cards.is_empty());
            assert_eq!(Some(last.value.name), good.holder);
        }
        _ => panic!("not unreachable with what was last known"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_number_a_barcode_a_chip_and_a_name_lead_to_the_person() {
    let mut counter = Counter::open().await;
    let card = counter.card(|card| {
        card.trouble.is_none()
            && card.interface == Interface::Contactless
            && card.barcodes.alive_number.is_some()
            && card.barcodes.usos_barcode.is_some()
    });
    let holder = card.holder.clone().unwrap();
    let lines = [
        card.barcodes.alive_number.clone().unwrap().to_lowercase(),
        card.uid().unwrap(),
        card.barcodes.usos_barcode.clone().unwrap(),
    ];
    for line in lines {
        assert!(matches!(counter.desk.ask(&line, false).await.unwrap(), Answer::Enquiry { .. }), "{line}");
        let typed = |it: &desk::view::Enquiry| matches!(&it.asked, Asked::Code { code } if code.eq_ignore_ascii_case(&line));
        let person = counter.whole_with(typed).await.person.expect("a person");
        assert_eq!(format!("{} {}", person.first_name, person.last_name), holder, "{line}");
    }
    match counter.desk.ask(&holder, false).await.unwrap() {
        Answer::Enquiry { .. } => {}
        Answer::People { hits } => assert!(hits.iter().any(|hit| hit.name == holder)),
        Answer::Refused { why } => panic!("{why:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_check_digit_is_told_and_can_be_passed_over() {
    let mut counter = Counter::open().await;
    let refused = counter.desk.ask("5901234123475", false).await.unwrap();
    assert_eq!(refused, Answer::Refused { why: LineRefusal::CheckDigit { expected: "1".into() } });
    assert!(matches!(counter.desk.ask("5901234123475", true).await.unwrap(), Answer::Enquiry { .. }));
    let enquiry = counter.whole().await;
    assert!(matches!(enquiry.usos, Column::NotFound { why: NotFound::NoValidCard, .. }));
    assert!(whats(&enquiry).contains(&What::UnknownEverywhere));
    assert_eq!(
        counter.desk.ask("nobodyofthisname", false).await.unwrap(),
        Answer::Refused { why: LineRefusal::Nobody }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sup_link_is_made_shown_and_taken_back() {
    let mut counter = Counter::open().await;
    let link = counter.university.sup_links()[0].clone();
    let card = counter.card(|card| card.physical == link.physical && card.uid().is_some());
    counter.tap(&card);
    let person = counter.whole().await.person.unwrap().key;

    counter.desk.unlink_sup(&person).await.unwrap();
    counter.whole_with(|it| matches!(it.sup, Column::NotAsked { why: NotAsked::NotLinked })).await;

    let found = counter.desk.look_up_sup(&link.id_card, false).await.unwrap();
    assert_eq!(found.ean.as_deref(), Some(link.ean.as_str()), "with its leading zeros");
    counter.desk.link_sup(&person, &found.id_card).await.unwrap();
    counter.whole_with(|it| matches!(it.sup, Column::Found { .. })).await;

    let other = counter.university.sup_links()[1].id_card.clone();
    let taken = counter.desk.link_sup(&person, &other).await.unwrap_err();
    assert!(matches!(taken, desk::view::LinkRefusal::TakenBy { .. }), "{taken:?}");
    assert!(matches!(counter.desk.look_up_sup("hello", false).await, Err(desk::view::LinkRefusal::NotAnId)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_tap_takes_the_place_of_an_older_one() {
    let mut counter = Counter::open().await;
    let first = counter.card(|card| card.trouble.is_none() && card.interface == Interface::Contactless);
    let second = counter.card(|card| {
        card.trouble.is_none() && card.interface == Interface::Contactless && card.id != first.id
    });
    counter.university.faults(practice::Register::Usos).set(Fault::delay(300));
    counter.tap(&first);
    counter.tap(&second);
    let enquiry = counter.whole().await;
    let person = enquiry.person.unwrap();
    assert_eq!(Some(format!("{} {}", person.first_name, person.last_name)), second.holder);
    assert_eq!(counter.desk.enquiry().unwrap().id, enquiry.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_usos_barcode_leads_to_alive_by_the_chips_that_usos_names() {
    let mut counter = Counter::open().await;
    let card = counter.card(|card| {
        card.trouble.is_none()
            && card.interface == Interface::Contactless
            && card.barcodes.usos_barcode.is_some()
            && card.barcodes.alive_number.is_some()
    });
    counter.desk.ask(card.barcodes.usos_barcode.as_deref().unwrap(), false).await.unwrap();
    let enquiry = counter.whole().await;
    assert!(matches!(enquiry.alive, Column::Found { .. }), "{:?}", whats(&enquiry));
    assert_eq!(enquiry.verdict.level, Level::Good, "{:?}", whats(&enquiry));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_made_for_one_person_never_lands_on_the_next() {
    let mut counter = Counter::open().await;
    let link = counter.university.sup_links()[0].clone();
    let card = counter.card(|card| card.physical == link.physical && card.uid().is_some());
    counter.tap(&card);
    let person = counter.whole().await.person.unwrap().key;
    counter.desk.unlink_sup(&person).await.unwrap();
    // While SUP is slow to confirm, the next person's card is put on.
    counter.university.faults(practice::Register::Sup).set(Fault::delay(400));
    let linking = {
        let (desk, person, id) = (counter.desk.clone(), person.clone(), link.id_card.clone());
        tokio::spawn(async move { desk.link_sup(&person, &id).await })
    };
    let next = counter.card(|card| {
        card.trouble.is_none() && card.interface == Interface::Contactless && card.physical != link.physical
    });
    counter.tap(&next);
    linking.await.unwrap().unwrap();
    let enquiry = counter.whole().await;
    let other = match &enquiry.sup {
        Column::Found { value, .. } => value.id_card != link.id_card,
        _ => true,
    };
    assert!(other, "the next person does not get it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_chip_is_not_waited_for_when_the_first_was_dropped() {
    let mut counter = Counter::open().await;
    let contact = counter.card(|card| card.trouble.is_none() && card.interface == Interface::Contact);
    let contactless = counter.card(|card| card.trouble.is_none() && card.interface == Interface::Contactless);
    counter.university.faults(practice::Register::Usos).set(Fault::delay(500));
    counter.tap(&contact);
    counter.desk.clear();
    counter.tap(&contactless);
    assert!(matches!(counter.whole().await.usos, Column::Found { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_stands_in_debug() {
    let mut counter = Counter::open().await;
    let card = counter.card(|card| card.trouble == Some(Trouble::NameChanged) && card.uid().is_some());
    counter.tap(&card);
    let enquiry = counter.whole().await;
    let said = format!("{enquiry:?}");
    let person = enquiry.person.unwrap();
    for secret in [&person.first_name, &person.last_name, &card.uid().unwrap(), person.born.as_ref().unwrap()]
    {
        assert!(!said.contains(secret.as_str()), "{said}");
    }
}

#[test]
fn an_index_that_is_still_being_built_is_no_answer() {
    use desk::view::{ChipInHand, Photo, Standing, UsosCard, UsosRecord};
    let chip = ChipInHand {
        reader: "Practice CL".into(),
        interface: desk::view::Interface::Contactless,
        technology: "mifare_desfire".into(),
        uid: "04A1B2C3D4E580".into(),
        may_repeat: false,
    };
    let card = UsosCard {
        card_id: "1".into(),
        card_type: "student".into(),
        student_number: None,
        barcode: None,
        issued: None,
        expires: Some("2027-03-31".into()),
        standing: Standing::Valid,
        chips: Vec::new(),
    };
    let record = UsosRecord { user_id: "7".into(), name: "Anna Nová".into(), card, others: Vec::new() };
    let verdict = |why| {
        desk::verdict(desk::Answers {
            asked: &Asked::Chip { chip: chip.clone() },
            alive: &Column::NotFound { at: 0, why },
            usos: &Column::Found { at: 0, value: record.clone() },
            sup: &Column::NotAsked { why: NotAsked::NotLinked },
            photo: &Photo::NotAsked,
            today: "2026-11-21",
            people: 0,
            apart: None,
            student_chip: None,
        })
    };
    let building = verdict(NotFound::IndexNotReady);
    assert_eq!(building.level, Level::Warning, "never good as long as ALIVE could not be asked");
    assert_eq!(building.findings[0].what, What::Without { register: Register::Alive });
    assert_eq!(verdict(NotFound::ChipNotInIndex).findings[0].what, What::NotInAlive);
}
