//! Cards and time as USOS gives them.

use jiff::SignedDuration;
use usos::{ActAs, CardQuery, CardType, Date, Open};

use crate::server::answering;

fn barcode() -> CardQuery {
    CardQuery::Barcode("000123456789".parse().unwrap())
}

#[tokio::test]
async fn a_card_is_read_whole() {
    let card =
        answering(200, include_str!("../samples/card.json")).await.card(&barcode()).await.unwrap().unwrap();
    let owner = card.user.unwrap();
    assert_eq!(owner.id.unwrap().as_str(), "104512");
    assert_eq!(owner.last_name.as_deref(), Some("Przykładowa"));
    assert_eq!(card.id.as_str(), "58231");
    assert_eq!(card.contact_chip_uid.unwrap().as_str(), "4D5A0031C7A2");
    assert_eq!(card.contactless_chip_uid.unwrap().as_str(), "04A1B2C3D4E580");
    assert_eq!(card.barcode_number.unwrap().as_str(), "000123456789");
    assert!(card.kind.unwrap().is(CardType::Student));
    assert_eq!(card.expiration_date, Some(Date::constant(2025, 3, 31)));
    assert_eq!(card.date_of_issue, Some(Date::constant(2022, 10, 3)));
    assert_eq!(card.student_number.unwrap().as_str(), "091234");
}

#[tokio::test]
async fn identifiers_may_be_numbers_and_the_owner_a_list_of_one() {
    let body = r#"{"id":58231,"user":[{"id":104512,"first_name":"A"}],"barcode_number":"","type":"guest",
        "expiration_date":null,"new_field":{}}"#;
    let card = answering(200, body).await.card(&barcode()).await.unwrap().unwrap();
    assert_eq!(card.id.as_str(), "58231");
    assert_eq!(card.user.unwrap().id.unwrap().as_str(), "104512");
    assert_eq!((card.barcode_number, card.expiration_date), (None, None));
    assert_eq!(card.kind, Some(Open::Other("guest".into())));
}

#[tokio::test]
async fn an_unlisted_card_is_none_however_it_is_said() {
    let sample = include_str!("../samples/error.object_not_found.json");
    for (status, body) in [(400, sample), (404, sample), (200, "null")] {
        assert_eq!(answering(status, body).await.card(&barcode()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn the_cards_of_a_person_are_read() {
    let client = answering(200, include_str!("../samples/user.json")).await;
    let cards = client.cards_of_user(&ActAs::Token).await.unwrap();
    assert_eq!(cards.len(), 2);
    assert!(cards[1].kind.as_ref().unwrap().is(CardType::Staff));
    assert_eq!(cards[1].student_number, None);
}

#[tokio::test]
async fn the_time_tells_the_skew() {
    // Our clock stands at 08:00 UTC, 10:00 in Poland.
    let now = answering(200, r#""2024-05-01 10:07:00.250000""#).await.now().await.unwrap();
    assert_eq!(now.at, "2024-05-01T08:07:00.25Z".parse().unwrap());
    assert_eq!(now.skew, SignedDuration::from_millis(420_250));
}
