//! The contract of the ledger, one function a rule over `&Ledger`: every database that it can stand on is run
//! through all of them.
#![allow(clippy::unwrap_used, reason = "tests")]

mod audit;
mod issue;
mod journal;
mod on_a_server;
mod search;
#[path = "../server/mod.rs"]
mod server;
mod stock;

use audit::*;
use issue::*;
use jiff::Timestamp;
use journal::*;
use ledger::*;
use search::*;
use secrecy::SecretBox;
use stock::*;
use uuid::Uuid;

/// Runs each rule on a fresh ledger of each kind.
macro_rules! contract {
    ($($rule:ident),* $(,)?) => {
        mod in_memory {
            $(#[tokio::test]
            async fn $rule() {
                super::$rule(&ledger::Ledger::open(ledger::Place::Memory).await.unwrap()).await;
            })*
        }
        mod in_an_encrypted_file {
            $(#[tokio::test]
            async fn $rule() {
                let dir = tempfile::tempdir().unwrap();
                super::$rule(&ledger::Ledger::open(super::file(&dir)).await.unwrap()).await;
            })*
        }
        mod on_postgresql {
            $(#[tokio::test]
            async fn $rule() {
                let server = super::server::shared();
                let name = server.database().await;
                super::$rule(&ledger::Ledger::open(server.place(&name)).await.unwrap()).await;
            })*
        }
    };
}

contract! {
    a_person_comes_back_as_stored,
    a_person_stored_again_is_replaced_and_found_by_the_new_name_only,
    of_two_rows_of_one_person_the_later_one_holds,
    a_card_comes_back_as_stored_with_its_chips_in_order,
    a_card_stored_again_has_only_its_new_chips,
    a_chip_is_found_under_any_spelling,
    a_chip_of_two_cards_shows_the_active_card_first,
    a_card_of_an_unlisted_person_is_found_without_a_person,
    a_number_freed_and_given_again_finds_both_cards,
    nothing_is_found_for_nothing,
    a_forgotten_person_is_found_by_nothing,
    an_anonymised_row_without_a_name_is_kept_and_not_found_by_name,
    marks_keep_their_time_to_the_millisecond,
    a_sup_link_is_found_by_person_and_by_ean,
    a_sup_card_or_ean_of_another_person_is_refused,
    a_sup_link_without_ean_is_enough,
    a_usos_link_is_one_to_one_and_the_latest_tap_holds,
    a_name_is_found_by_pieces_in_any_order_and_case,
    diacritics_do_not_count_in_a_search,
    cyrillic_names_are_found_whatever_the_case,
    each_piece_must_fit_another_word,
    surnames_come_before_first_names_and_beginnings_before_insides,
    an_exact_surname_comes_before_longer_ones,
    a_personal_id_and_a_card_number_are_found_by_their_beginning,
    a_number_beside_a_name_narrows_it,
    a_search_ends_at_its_limit_and_repeats_itself,
    sql_and_wildcards_in_a_search_are_only_text,
    a_rare_first_name_is_found_beside_thousands_of_surnames,
    a_large_batch_is_stored_whole,
    a_change_comes_back_as_written,
    a_change_goes_on_by_the_map_of_states_alone,
    open_changes_are_those_without_an_end,
    what_the_journal_says_of_an_erased_person_is_gone,
    changes_are_listed_by_time_for_all_desks_and_open_ones_for_each,
    an_erasure_is_planned_until_it_is_asked_for_or_taken_back,
    numbers_come_in_all_or_none_and_each_once,
    a_number_that_alive_has_on_a_live_card_comes_in_as_used,
    a_large_intake_is_taken_whole_in_its_order,
    desks_that_lease_at_the_same_time_never_get_the_same_number,
    a_given_back_lease_leaves_what_is_on_its_way,
    a_number_goes_along_with_its_change,
    a_number_is_on_its_way_to_one_card_at_a_time,
    only_the_desk_that_leased_a_number_can_send_it,
    a_number_steps_by_the_map_alone,
    a_number_on_its_way_to_a_card_is_freed_by_the_end_of_its_change_alone,
    what_alive_has_is_used_whoever_leased_it,
    uses_are_counted_by_day_and_tell_when_the_stock_runs_out,
    the_stock_is_counted_by_type_state_and_desk,
    what_is_left_is_counted_for_a_desk,
    a_clock_that_is_set_back_changes_no_order,
    an_issue_comes_back_as_begun_and_a_person_has_one_at_a_desk,
    an_issue_ends_once,
    a_saved_issue_keeps_its_draft_and_lets_a_number_of_another_type_go,
    the_next_number_is_of_the_desks_lease_and_held_by_one_issue,
    a_held_number_is_neither_leased_nor_given_back_nor_stranded,
    a_number_that_alive_may_have_stays_with_its_issue,
    a_typed_number_is_held_if_it_is_free_or_the_desks,
    a_typed_number_is_taken_by_the_same_rules_without_an_issue,
    a_change_that_is_done_ends_the_issue_of_its_number,
    an_issue_that_was_left_at_any_step_is_found_with_its_number,
    a_hold_that_is_broken_off_is_done_or_not_at_all,
    desks_that_race_for_the_last_numbers_hold_no_number_twice,
    a_share_is_an_eighth_of_what_is_free,
    what_was_spoiled_is_written_down_and_never_given_out,
    an_unchecked_stock_holds_nothing,
    what_was_filled_in_for_an_erased_person_is_gone_and_so_are_the_photos,
    a_created_person_s_change_is_found_by_the_erasure,
    the_audit_comes_back_as_noted,
    the_audit_of_a_forgotten_key_is_sealed_and_its_chain_whole,
    desks_that_note_at_the_same_time_make_one_chain,
    the_first_photo_of_a_change_is_kept,
    a_shared_setting_is_every_desks,
    the_last_moment_is_the_newest_of_journal_issues_and_audit,
}

fn file(dir: &tempfile::TempDir) -> Place {
    Place::File { path: dir.path().join("ledger.db"), key: SecretBox::new(Box::new([3; 32])) }
}

fn at(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap()
}

fn person(cardholder_id: i64, first_name: &str, last_name: &str) -> PersonRow {
    PersonRow {
        cardholder_id,
        degree_before: Some("Ing.".to_owned()),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        degree_after: None,
        date_of_birth: Some("1999-12-31".parse().unwrap()),
        personal_id: Some(format!("S{:06}", cardholder_id * 1000)),
        external_id: Some(format!("ext/{cardholder_id}")),
        roles: vec!["student".to_owned(), "employee".to_owned()],
        seen_at: at(1_700_000_000_123),
    }
}

fn card(card_id: i64, cardholder_id: i64, number: &str, chips: &[&str]) -> CardRow {
    CardRow {
        card_id,
        cardholder_id,
        number: Some(number.to_owned()),
        card_type: "ISIC".to_owned(),
        form: "DIGITAL_PLASTIC".to_owned(),
        status: "ACTIVE".to_owned(),
        valid_from: Some("2024-09-01".parse().unwrap()),
        valid_to: Some("2025-12-31".parse().unwrap()),
        valid_to_plastic: None,
        chips: chips
            .iter()
            .map(|value| Chip { technology: "CONTACTLESS_MIFARE".to_owned(), value: (*value).to_owned() })
            .collect(),
        seen_at: at(1_700_000_000_456),
    }
}

/// The ids that a search finds, in its order.
async fn found(ledger: &Ledger, text: &str) -> Vec<i64> {
    ledger.search(text, 20).await.unwrap().iter().map(|hit| hit.person.cardholder_id).collect()
}

async fn holders(ledger: &Ledger, chip: &str) -> Vec<i64> {
    let hits = ledger.by_chip(&[chip.to_owned()]).await.unwrap();
    hits.iter().map(|hit| hit.card.cardholder_id).collect()
}

async fn a_person_comes_back_as_stored(ledger: &Ledger) {
    let full = person(1, "Jiří", "Vymyšlený");
    let bare = PersonRow {
        degree_before: None,
        date_of_birth: None,
        personal_id: None,
        external_id: None,
        roles: vec![],
        ..person(i64::MAX / 4096, "", "Дома\"шний'\\")
    };
    ledger.store_people(&[full.clone(), bare.clone()]).await.unwrap();
    assert_eq!(ledger.person(1).await.unwrap(), Some(full));
    assert_eq!(ledger.person(i64::MAX / 4096).await.unwrap(), Some(bare));
    assert_eq!(ledger.person(2).await.unwrap(), None);
    assert_eq!(ledger.count().await.unwrap(), Counts { people: 2, cards: 0, chips: 0 });
}

async fn a_person_stored_again_is_replaced_and_found_by_the_new_name_only(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Eva", "Svobodná"), person(2, "Eva", "Svobodná")]).await.unwrap();
    ledger.store_people(&[person(1, "Eva", "Vdaná")]).await.unwrap();
    assert_eq!(found(ledger, "vdana").await, [1]);
    assert_eq!(found(ledger, "eva vdan").await, [1]);
    assert_eq!(found(ledger, "svobodna").await, [2]);
    assert_eq!(found(ledger, "vobod eva").await, [2]);
    assert_eq!(ledger.count().await.unwrap().people, 2);
}

async fn of_two_rows_of_one_person_the_later_one_holds(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Eva", "Stará"), person(1, "Eva", "Nová")]).await.unwrap();
    assert_eq!(ledger.person(1).await.unwrap().unwrap().last_name, "Nová");
    assert_eq!(found(ledger, "stara").await, [] as [i64; 0]);
    ledger.store_cards(&[card(5, 1, "A1", &["AA"]), card(5, 1, "A1", &["BB"])]).await.unwrap();
    assert_eq!(holders(ledger, "AA").await, [] as [i64; 0]);
    assert_eq!(holders(ledger, "BB").await, [1]);
}

async fn a_card_comes_back_as_stored_with_its_chips_in_order(ledger: &Ledger) {
    let full = card(10, 1, "S 420 000 000 001 A", &["04AABBCCDDEE80", "000000", "11223344", "\"quoted\""]);
    let bare = CardRow { number: None, valid_from: None, valid_to: None, chips: vec![], ..full.clone() };
    let bare = CardRow { card_id: 11, status: "CANCELLED".to_owned(), ..bare };
    ledger.store_cards(&[bare.clone(), full.clone()]).await.unwrap();
    assert_eq!(ledger.cards_of(1).await.unwrap(), [full, bare]);
    assert_eq!(ledger.cards_of(2).await.unwrap(), []);
    assert_eq!(ledger.count().await.unwrap(), Counts { people: 0, cards: 2, chips: 4 });
}

async fn a_card_stored_again_has_only_its_new_chips(ledger: &Ledger) {
    ledger.store_cards(&[card(10, 1, "A1", &["AA01", "AA02"]), card(11, 2, "A2", &["AA03"])]).await.unwrap();
    ledger.store_cards(&[card(10, 1, "A1", &["AA04"])]).await.unwrap();
    assert_eq!(holders(ledger, "AA01").await, [] as [i64; 0]);
    assert_eq!(holders(ledger, "AA04").await, [1]);
    assert_eq!(holders(ledger, "AA03").await, [2]);
    assert_eq!(ledger.count().await.unwrap().chips, 2);
}

async fn a_chip_is_found_under_any_spelling(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Ida", "Malá")]).await.unwrap();
    ledger
        .store_cards(&[card(10, 1, "A1", &["04:aa:bb:cc"]), card(11, 1, "A2", &["CC BB AA 04"])])
        .await
        .unwrap();
    for spelling in ["04AABBCC", "04 aa bb cc", "04:AA:BB:CC"] {
        let hits = ledger.by_chip(&[spelling.to_owned()]).await.unwrap();
        assert_eq!(hits.len(), 1);
        assert_eq!(hits[0].card.card_id, 10);
        assert_eq!(hits[0].technology, "CONTACTLESS_MIFARE");
        assert_eq!(hits[0].person, Some(person(1, "Ida", "Malá")));
        assert_eq!(hits[0].card.chips[0].value, "04:aa:bb:cc", "the value stays as ALIVE stores it");
    }
    let both = ["04AABBCC".to_owned(), "04aabbcc".to_owned(), "ccbbaa04".to_owned(), "ABSENT".to_owned()];
    assert_eq!(ledger.by_chip(&both).await.unwrap().len(), 2);
}

async fn a_chip_of_two_cards_shows_the_active_card_first(ledger: &Ledger) {
    let old = CardRow { status: "CANCELLED".to_owned(), ..card(12, 1, "A1", &["AA"]) };
    let short = CardRow { valid_to: Some("2025-01-01".parse().unwrap()), ..card(11, 2, "A2", &["AA"]) };
    ledger.store_cards(&[old, short, card(10, 3, "A3", &["AA"])]).await.unwrap();
    assert_eq!(holders(ledger, "AA").await, [3, 2, 1]);
}

async fn a_card_of_an_unlisted_person_is_found_without_a_person(ledger: &Ledger) {
    ledger.store_cards(&[card(10, 77, "A1", &["AA"])]).await.unwrap();
    assert_eq!(ledger.by_chip(&["AA".to_owned()]).await.unwrap()[0].person, None);
    assert_eq!(ledger.by_number("A1").await.unwrap()[0].person, None);
}

async fn a_number_freed_and_given_again_finds_both_cards(ledger: &Ledger) {
    ledger.store_people(&[person(2, "Ida", "Malá")]).await.unwrap();
    let returned = CardRow { status: "RETURNED".to_owned(), ..card(10, 1, "S 420 000 000 001 A", &[]) };
    ledger.store_cards(&[returned, card(11, 2, "S420000000001A", &[])]).await.unwrap();
    let hits = ledger.by_number("s 420 000 000 001 a").await.unwrap();
    assert_eq!(hits.iter().map(|hit| hit.card.card_id).collect::<Vec<_>>(), [11, 10]);
    assert_eq!(hits[0].person, Some(person(2, "Ida", "Malá")));
}

async fn nothing_is_found_for_nothing(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Ida", "Malá")]).await.unwrap();
    ledger.store_cards(&[CardRow { number: None, ..card(10, 1, "", &["::"]) }]).await.unwrap();
    for text in ["", "  ", "-", "…", "'"] {
        assert_eq!(found(ledger, text).await, [] as [i64; 0]);
        assert_eq!(ledger.by_number(text).await.unwrap(), []);
        assert_eq!(holders(ledger, text).await, [] as [i64; 0]);
    }
    assert_eq!(ledger.by_chip(&[]).await.unwrap(), []);
    assert_eq!(ledger.search("ida", 0).await.unwrap(), []);
    ledger.store_people(&[]).await.unwrap();
    ledger.store_cards(&[]).await.unwrap();
}

async fn a_forgotten_person_is_found_by_nothing(ledger: &Ledger) {
    let link = |person, ean: &str| SupLink {
        person,
        id_card: Uuid::new_v4(),
        ean: Some(ean.parse().unwrap()),
        linked_at: at(1),
    };
    ledger.store_people(&[person(1, "Ida", "Malá"), person(2, "Ida", "Malá")]).await.unwrap();
    ledger.store_cards(&[card(10, 1, "A1", &["AA"]), card(20, 2, "A2", &["BB"])]).await.unwrap();
    ledger.set_sup_link(&link(PersonKey::Alive(1), "1000000000001")).await.unwrap();
    ledger.set_sup_link(&link(PersonKey::Alive(2), "1000000000002")).await.unwrap();
    ledger.set_usos_user(1, "100", at(1)).await.unwrap();
    assert!(ledger.forget_person(1).await.unwrap());
    assert!(!ledger.forget_person(1).await.unwrap(), "only once");
    assert_eq!(ledger.person(1).await.unwrap(), None);
    assert_eq!(found(ledger, "mala ida").await, [2]);
    assert_eq!(holders(ledger, "AA").await, [] as [i64; 0]);
    assert_eq!(ledger.by_number("A1").await.unwrap(), []);
    assert_eq!(ledger.sup_link_by_ean(&"1000000000001".parse().unwrap()).await.unwrap(), None);
    assert_eq!(ledger.cardholder_of("100").await.unwrap(), None);
    assert_eq!(holders(ledger, "BB").await, [2], "others stay");
    assert!(ledger.sup_link(&PersonKey::Alive(2)).await.unwrap().is_some());
    assert_eq!(ledger.count().await.unwrap(), Counts { people: 1, cards: 1, chips: 1 });
}

async fn an_anonymised_row_without_a_name_is_kept_and_not_found_by_name(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Ida", "Malá")]).await.unwrap();
    let empty = PersonRow { personal_id: None, ..person(1, "", "") };
    ledger.store_people(std::slice::from_ref(&empty)).await.unwrap();
    assert_eq!(ledger.person(1).await.unwrap(), Some(empty));
    assert_eq!(found(ledger, "ida").await, [] as [i64; 0]);
    assert_eq!(found(ledger, "S001").await, [] as [i64; 0]);
}

async fn marks_keep_their_time_to_the_millisecond(ledger: &Ledger) {
    assert_eq!(ledger.mark(Mark::CardsFrom).await.unwrap(), None);
    ledger.set_mark(Mark::CardsFrom, at(1_700_000_000_001)).await.unwrap();
    ledger.set_mark(Mark::CardholdersFrom, at(2)).await.unwrap();
    ledger.set_mark(Mark::CardsFrom, at(1_700_000_000_002)).await.unwrap();
    assert_eq!(ledger.mark(Mark::CardsFrom).await.unwrap(), Some(at(1_700_000_000_002)));
    assert_eq!(ledger.mark(Mark::CardholdersFrom).await.unwrap(), Some(at(2)));
}

async fn a_sup_link_is_found_by_person_and_by_ean(ledger: &Ledger) {
    let person: PersonKey = "usos:104512".parse().unwrap();
    let ean: Ean = "0299990001238".parse().unwrap();
    let first = SupLink {
        person: person.clone(),
        id_card: Uuid::new_v4(),
        ean: Some(ean.clone()),
        linked_at: at(1_700_000_000_003),
    };
    ledger.set_sup_link(&first).await.unwrap();
    assert_eq!(ledger.sup_link(&person).await.unwrap(), Some(first.clone()));
    assert_eq!(ledger.sup_link_by_ean(&ean).await.unwrap(), Some(first.clone()));
    assert_eq!(ledger.sup_link(&PersonKey::Alive(104_512)).await.unwrap(), None);
    let other: Ean = "0299990001245".parse().unwrap();
    let second = SupLink { id_card: Uuid::new_v4(), ean: Some(other.clone()), ..first };
    ledger.set_sup_link(&second).await.unwrap();
    assert_eq!(
        ledger.sup_link(&person).await.unwrap(),
        Some(second.clone()),
        "the person's link is replaced"
    );
    assert_eq!(ledger.sup_link_by_ean(&ean).await.unwrap(), None);
    assert!(ledger.remove_sup_link(&person).await.unwrap());
    assert!(!ledger.remove_sup_link(&person).await.unwrap());
    assert_eq!(ledger.sup_link_by_ean(&other).await.unwrap(), None);
}

async fn a_sup_card_or_ean_of_another_person_is_refused(ledger: &Ledger) {
    let mine = SupLink {
        person: PersonKey::Alive(1),
        id_card: Uuid::new_v4(),
        ean: Some("1000000000001".parse().unwrap()),
        linked_at: at(1),
    };
    ledger.set_sup_link(&mine).await.unwrap();
    let card = SupLink { person: PersonKey::Alive(2), ean: None, ..mine.clone() };
    let ean = SupLink { person: PersonKey::Alive(2), id_card: Uuid::new_v4(), ..mine.clone() };
    assert_eq!(ledger.set_sup_link(&card).await, Err(LedgerError::LinkTaken));
    assert_eq!(ledger.set_sup_link(&ean).await, Err(LedgerError::LinkTaken));
    assert_eq!(ledger.sup_link(&PersonKey::Alive(2)).await.unwrap(), None);
    assert_eq!(ledger.sup_link(&PersonKey::Alive(1)).await.unwrap(), Some(mine.clone()));
    ledger.set_sup_link(&mine).await.unwrap();
}

async fn a_sup_link_without_ean_is_enough(ledger: &Ledger) {
    for id in 1..3 {
        let link =
            SupLink { person: PersonKey::Alive(id), id_card: Uuid::new_v4(), ean: None, linked_at: at(1) };
        ledger.set_sup_link(&link).await.unwrap();
        assert_eq!(ledger.sup_link(&PersonKey::Alive(id)).await.unwrap(), Some(link));
    }
}

async fn a_usos_link_is_one_to_one_and_the_latest_tap_holds(ledger: &Ledger) {
    ledger.set_usos_user(1, "100", at(1)).await.unwrap();
    ledger.set_usos_user(2, "200", at(1)).await.unwrap();
    assert_eq!(ledger.usos_user_of(1).await.unwrap().as_deref(), Some("100"));
    assert_eq!(ledger.cardholder_of("200").await.unwrap(), Some(2));
    ledger.set_usos_user(1, "200", at(2)).await.unwrap();
    assert_eq!(ledger.cardholder_of("200").await.unwrap(), Some(1));
    assert_eq!(ledger.cardholder_of("100").await.unwrap(), None);
    assert_eq!(ledger.usos_user_of(2).await.unwrap(), None);
    assert!(ledger.remove_usos_user(1).await.unwrap());
    assert!(!ledger.remove_usos_user(1).await.unwrap());
    assert_eq!(ledger.usos_user_of(1).await.unwrap(), None);
}

async fn a_large_batch_is_stored_whole(ledger: &Ledger) {
    let people: Vec<_> = (0..1234).map(|id| person(id, "Ida", &format!("Malá{}", id % 7))).collect();
    let cards: Vec<_> =
        (0..1234).map(|id| card(id, id, &format!("N{id}"), &[&format!("{id:08X}"), "FF"])).collect();
    ledger.store_people(&people).await.unwrap();
    ledger.store_cards(&cards).await.unwrap();
    assert_eq!(ledger.count().await.unwrap(), Counts { people: 1234, cards: 1234, chips: 2468 });
    assert_eq!(holders(ledger, "000004D1").await, [1233]);
    assert_eq!(ledger.person(1233).await.unwrap(), Some(person(1233, "Ida", "Malá1")));
}

#[test]
fn a_person_key_is_the_text_of_a_register_and_its_id() {
    for text in ["alive:123", "usos:104512"] {
        assert_eq!(text.parse::<PersonKey>().unwrap().to_string(), text);
    }
    for text in ["", "alive:", "alive:x", "usos:", "sup:1", "123"] {
        assert_eq!(text.parse::<PersonKey>(), Err(NotAPersonKey));
    }
}

#[test]
fn an_ean_is_thirteen_digits() {
    assert_eq!("0299990001238".parse::<Ean>().unwrap().as_str(), "0299990001238");
    for text in ["", "299990001238", "02999900012389", "029999000123x"] {
        assert_eq!(text.parse::<Ean>(), Err(NotAnEan));
    }
}

#[test]
fn debug_texts_tell_nothing_of_a_person() {
    let hit = ChipHit {
        technology: "CONTACTLESS_MIFARE".to_owned(),
        card: card(424_242, 535_353, "S420646464646A", &["04AABBCC"]),
        person: Some(person(535_353, "Jiří", "Vymyšlený")),
    };
    let link = SupLink {
        person: PersonKey::Alive(535_353),
        id_card: Uuid::from_u128(0x6464),
        ean: Some("1000000000001".parse().unwrap()),
        linked_at: at(1),
    };
    let text = format!(
        "{hit:?} {:?} {link:?} {:?} {:?}",
        hit.card.chips,
        link.ean,
        PersonKey::Usos("535353".into())
    );
    for secret in ["535353", "424242", "646464", "Jiří", "Vymyšlený", "04AABBCC", "1999", "100000000", "6464"]
    {
        assert!(!text.contains(secret), "{secret}");
    }
}
