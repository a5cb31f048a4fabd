//! What a clerk types into the search box finds the right people in the right order.

use super::{card, found, person};
use ledger::{FoundBy, Ledger};

pub async fn a_name_is_found_by_pieces_in_any_order_and_case(ledger: &Ledger) {
    let people = [
        person(1, "Petr", "Nováček"),
        person(2, "Petra", "Kovandová"),
        person(3, "Jan Nepomuk", "Malý-Velký"),
        person(4, "Ng", "Ó"),
    ];
    ledger.store_people(&people).await.unwrap();
    for text in ["nov pet", "pet nov", "PETR NOVACEK", "novacek petr", "ovac", "etr ov", "p n"] {
        assert!(found(ledger, text).await.contains(&1), "{text}");
    }
    assert_eq!(found(ledger, "ován").await, [2]);
    assert_eq!(found(ledger, "nepo vel").await, [3]);
    assert_eq!(found(ledger, "jan maly velky nepomuk").await, [3]);
    assert_eq!(found(ledger, "maly-vel").await, [3]);
    assert_eq!(found(ledger, "jan maly velky petr").await, [] as [i64; 0]);
    assert_eq!(found(ledger, "ng").await, [4]);
    assert_eq!(found(ledger, "o").await, [4]);
    assert_eq!(found(ledger, "ng o").await, [4]);
    assert_eq!(found(ledger, "xy").await, [] as [i64; 0]);
}

pub async fn diacritics_do_not_count_in_a_search(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Łukasz", "Żółć"), person(2, "Søren", "O'Hara")]).await.unwrap();
    for text in ["lukasz", "ŁUK", "zolc", "żółć luk", "ZOL"] {
        assert_eq!(found(ledger, text).await, [1], "{text}");
    }
    for text in ["soren ohara", "SØR", "o'hara", "hara", "O’Hara"] {
        assert_eq!(found(ledger, text).await, [2], "{text}");
    }
}

pub async fn cyrillic_names_are_found_whatever_the_case(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Пётр", "Семёнов")]).await.unwrap();
    for text in ["петр", "ПЁТР", "семен пет", "СЕМЁНОВ", "ёно", "с п"] {
        assert_eq!(found(ledger, text).await, [1], "{text}");
    }
}

pub async fn each_piece_must_fit_another_word(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Jan", "Janák"), person(2, "Eva", "Janák")]).await.unwrap();
    assert_eq!(found(ledger, "jan jana").await, [1]);
    assert_eq!(found(ledger, "jana nak").await, [] as [i64; 0]);
}

pub async fn surnames_come_before_first_names_and_beginnings_before_insides(ledger: &Ledger) {
    let people = [
        person(1, "Ivan", "Pomartin"),
        person(2, "Martina", "Ryba"),
        person(3, "Zoe", "Martinů"),
        person(4, "Ida", "Martin"),
        person(5, "Ondřej", "Jiný"),
    ];
    ledger.store_people(&people).await.unwrap();
    assert_eq!(found(ledger, "martin").await, [4, 3, 2, 1]);
}

pub async fn an_exact_surname_comes_before_longer_ones(ledger: &Ledger) {
    let people = [
        person(1, "Adam", "Nováček"),
        person(2, "Zoe", "Nová"),
        person(3, "Zoe", "Nová Malá"),
        person(4, "Ema", "Nováková"),
    ];
    ledger.store_people(&people).await.unwrap();
    assert_eq!(found(ledger, "nova").await, [3, 2, 1, 4]);
}

pub async fn a_personal_id_and_a_card_number_are_found_by_their_beginning(ledger: &Ledger) {
    ledger.store_people(&[person(12, "Ida", "Malá"), person(13, "Ema", "Malá")]).await.unwrap();
    ledger
        .store_cards(&[card(10, 12, "S 420 000 000 012 A", &[]), card(11, 13, "S420000000013B", &[])])
        .await
        .unwrap();
    for text in ["S012000", "s0120", "S 012 000"] {
        let hits = ledger.search(text, 20).await.unwrap();
        assert_eq!(hits.len(), 1, "{text}");
        assert_eq!((hits[0].person.cardholder_id, hits[0].by), (12, FoundBy::PersonalId));
    }
    for text in ["S420000000013", "s 420 000 000 013", "S 420 000 000 013 B"] {
        let hits = ledger.search(text, 20).await.unwrap();
        assert_eq!(hits.len(), 1, "{text}");
        assert_eq!((hits[0].person.cardholder_id, hits[0].by), (13, FoundBy::CardNumber));
    }
    assert_eq!(found(ledger, "S4200").await.len(), 2);
    assert_eq!(found(ledger, "S42000000001300").await, [] as [i64; 0]);
    assert_eq!(ledger.search("mala", 20).await.unwrap()[0].by, FoundBy::Name);
}

pub async fn a_number_beside_a_name_narrows_it(ledger: &Ledger) {
    ledger.store_people(&[person(12, "Ida", "Malá"), person(13, "Ema", "Malá")]).await.unwrap();
    ledger
        .store_cards(&[card(10, 12, "S420000000012A", &[]), card(11, 13, "S420000000013B", &[])])
        .await
        .unwrap();
    assert_eq!(found(ledger, "mala S01").await, [13, 12]);
    assert_eq!(found(ledger, "mala S013").await, [13]);
    assert_eq!(found(ledger, "S4200 ida").await, [12]);
    assert_eq!(found(ledger, "S4200 nikdo").await, [] as [i64; 0]);
}

pub async fn a_search_ends_at_its_limit_and_repeats_itself(ledger: &Ledger) {
    let people: Vec<_> =
        (0..60).map(|id| person(id, ["Jan", "Jana", "Eva"][id as usize % 3], "Novák")).collect();
    ledger.store_people(&people).await.unwrap();
    for text in ["novak", "jan", "n", "ova", "jan nov", "ak va"] {
        let first = ledger.search(text, 7).await.unwrap();
        assert_eq!(first.len(), 7, "{text}");
        assert_eq!(ledger.search(text, 7).await.unwrap(), first, "{text}");
        let mut ids: Vec<_> = first.iter().map(|hit| hit.person.cardholder_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 7, "{text}: nobody twice");
    }
    assert_eq!(ledger.search("jan", 100).await.unwrap().len(), 40);
}

pub async fn sql_and_wildcards_in_a_search_are_only_text(ledger: &Ledger) {
    ledger.store_people(&[person(1, "Ida", "Malá")]).await.unwrap();
    for text in ["%", "_", "*", "m*", "mal\" OR 1=1 --", "'; DROP TABLE person; --", "\u{0}", "\u{10FFFF}"] {
        found(ledger, text).await;
    }
    assert_eq!(found(ledger, "%").await, [] as [i64; 0]);
    assert_eq!(found(ledger, "m_l").await, [] as [i64; 0]);
    assert_eq!(found(ledger, "mala").await, [1]);
}

pub async fn a_rare_first_name_is_found_beside_thousands_of_surnames(ledger: &Ledger) {
    let letter = |n: i64| char::from(b'a' + u8::try_from(n % 26).unwrap());
    let surname = |n: i64| format!("No{}{}{}", letter(n / 676), letter(n / 26), letter(n));
    let people: Vec<_> =
        (0..6000).map(|n| person(n, if n == 5990 { "Gréta" } else { "Anna" }, &surname(n))).collect();
    ledger.store_people(&people).await.unwrap();
    for text in ["no gr", "gr no", "gre no", "no ret"] {
        assert_eq!(found(ledger, text).await, [5990], "{text}");
    }
    assert_eq!(found(ledger, "no an").await.len(), 20);
}
