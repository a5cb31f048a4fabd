//! What every world must hold.

use std::collections::HashSet;

use super::*;

fn now() -> Timestamp {
    "2026-02-10T09:00:00Z".parse().unwrap()
}

fn world() -> World {
    World::new(1, 0, now())
}

#[test]
fn the_same_seed_makes_the_same_world() {
    assert_eq!(format!("{:?}", world()), format!("{:?}", world()));
    assert_ne!(format!("{:?}", world().tray), format!("{:?}", World::new(2, 0, now()).tray));
}

#[test]
fn there_are_at_least_48_people() {
    assert!(world().usos.users.len() >= 48);
    assert!(world().alive.cardholders.newest_first(None).count() >= 48);
}

#[test]
fn every_trouble_lies_on_the_tray() {
    let world = world();
    for trouble in Trouble::ALL {
        assert!(world.tray.iter().any(|card| card.trouble == Some(trouble)), "{trouble:?}");
    }
}

#[test]
fn no_chip_number_email_or_id_is_given_twice() {
    for world in [world(), World::new(7, 3_000, now())] {
        let mut seen = HashSet::new();
        for holder in world.alive.cardholders.newest_first(None) {
            assert!(seen.insert(holder.email.clone()) && seen.insert(holder.external_id.clone().unwrap()));
        }
        for card in world.alive.cards.newest_first(None) {
            assert!(seen.insert(card.number.clone()));
            assert!(card.smart_technologies.iter().all(|chip| seen.insert(chip.value.clone())));
        }
        let mut seen = HashSet::new();
        for card in &world.usos.cards {
            assert!(seen.insert(card.barcode_number.clone()));
            assert!(card.contact_chip_uid.iter().all(|chip| seen.insert(chip.clone())));
            assert!(card.contactless_chip_uid.iter().all(|chip| seen.insert(chip.clone())));
        }
    }
}

#[test]
fn uids_have_4_7_and_10_bytes_and_contact_serials_6() {
    let world = world();
    let lengths = |interface| -> HashSet<usize> {
        let cards = world.tray.iter().filter(|card| card.interface == interface);
        cards.filter_map(|card| Some(card.uid()?.len() / 2)).collect()
    };
    assert_eq!(lengths(Interface::Contactless), HashSet::from([4, 7, 10]));
    assert_eq!(lengths(Interface::Contact), HashSet::from([6]));
}

#[test]
fn sample_numbers_are_used_by_nobody() {
    use crate::contract;
    let world = world();
    let used: HashSet<_> = world.alive.cards.newest_first(None).map(|card| card.number.clone()).collect();
    for kind in contract::REPORTED {
        assert!((0..4).all(|n| !used.contains(&contract::free_number(kind, n))));
    }
}

#[test]
fn emails_are_plain_ascii_at_the_example_domain() {
    for holder in world().alive.cardholders.newest_first(None) {
        assert!(holder.email.is_ascii() && holder.email.ends_with("@practice-university.example"));
    }
}

#[test]
fn both_spellings_of_the_update_and_lost_zeros_occur_in_sup() {
    let world = world();
    let cards = || world.sup.cards.values();
    assert!(cards().any(|card| card.table_spelling) && cards().any(|card| !card.table_spelling));
    assert!(cards().any(|card| card.ean.to_string().len() == 12));
    assert!(world.links.iter().any(|link| link.ean.starts_with('0') && link.ean.len() == 13));
}

#[test]
fn a_world_holds_on_any_day_of_the_year() {
    for day in
        ["2026-01-01", "2026-03-31", "2026-08-31", "2026-09-01", "2026-10-31", "2026-12-31", "2028-02-29"]
    {
        let now: Timestamp = format!("{day}T11:00:00Z").parse().unwrap();
        let today = crate::clock::local(now).date();
        let world = World::new(1, 0, now);
        let trouble_of = |number: &str| {
            let card = world.tray.iter().find(|card| card.barcodes.alive_number.as_deref() == Some(number));
            card.and_then(|card| card.trouble)
        };
        for card in world.alive.cards.newest_first(None) {
            assert!(card.valid_from <= card.valid_to && card.valid_from <= today, "{day} {card:?}");
            if card.status != crate::alive::model::Status::Active {
                continue;
            }
            let ended = matches!(
                trouble_of(&card.number),
                Some(Trouble::ExpiredInAliveValidInUsos | Trouble::Alumni)
            );
            assert_eq!(card.valid_to < today, ended, "{day} {card:?}");
        }
        assert!(world.usos.cards.iter().all(|card| card.date_of_issue <= today));
    }
}

#[test]
fn a_large_world_has_so_many_people_and_no_more_on_the_tray() {
    let world = World::new(3, 100_000, now());
    assert_eq!(world.alive.cardholders.newest_first(None).count() + 1, 100_000);
    assert!(world.tray.len() < 200);
}

#[test]
fn the_chip_of_every_student_card_says_what_usos_says() {
    let world = world();
    let mut read = 0;
    for card in world.tray.iter().filter(|card| card.interface == Interface::Contact) {
        let record = world.usos.cards.iter().find(|record| {
            card.uid().is_some() && record.contact_chip_uid == card.uid() && record.student_number.is_some()
        });
        let student = record.filter(|record| record.kind == usos::records::Kind::Student);
        assert_eq!(card.els.is_some(), student.is_some(), "{card:?}");
        let (Some(els), Some(record)) = (&card.els, student) else {
            continue;
        };
        let user = &world.usos.users[&record.user];
        let until = record.expiration_date.strftime("%Y%m%d").to_string();
        let image = &els.structure().ef_els;
        for said in [
            user.first_name.as_str(),
            &user.last_name,
            record.student_number.as_deref().unwrap(),
            &until,
            &card.uid().unwrap(),
        ] {
            assert!(image.windows(said.len()).any(|part| part == said.as_bytes()), "{}", card.id);
        }
        read += 1;
    }
    assert!(read > 20, "{read}");
}
