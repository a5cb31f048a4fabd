//! Cards as SUP gives them.

use sup::{Card, CardStatus, CardType, Date, DateTime, Kopecks, Limit, Open, Period, Time, Uuid, Weekday};

use crate::server::answered;

async fn card(id: &str, body: &'static str) -> Card {
    answered(id.parse().unwrap(), 200, body).await.unwrap().unwrap()
}

const NIL: &str = "00000000-0000-0000-0000-000000000000";

#[tokio::test]
async fn a_limited_card_is_read_whole() {
    let body = include_str!("../samples/card.response.limited.json");
    let card = card("7b0d6c1e-3f52-4a8e-9b1a-5d2c4e6f8a90", body).await;
    assert_eq!(card.id_employee, Some(Uuid::from_u128(0x2f9e_4b7a_61c3_4d0b_8e5f_0a1b_2c3d_4e5f)));
    assert_eq!(card.ean.as_ref().unwrap().as_str(), "2200000004178");
    assert!(card.kind.unwrap().is(CardType::PlasticMir));
    assert!(card.status.unwrap().is(CardStatus::Main));
    assert_eq!(card.date_until, Some(Open::Known(Date::constant(2027, 12, 31))));
    let account = card.account.unwrap();
    assert_eq!(account.value, Some(Kopecks(125_000_000)));
    assert_eq!(account.updated_at, Some(Open::Known(DateTime::constant(2025, 1, 21, 6, 1, 0, 0))));
    assert_eq!((card.balance, card.can_top_up), (Some(Kopecks(350_000)), Some(Kopecks(1_150_000))));
    let Some(Limit::Limited { amount, period, days, times }) = card.limit else { panic!() };
    assert_eq!(amount, Some(Kopecks(1_500_000)));
    assert!(period.unwrap().is(Period::Month));
    assert_eq!(days.len(), 5);
    assert!(days[0].is(Weekday::Monday) && days[4].is(Weekday::Friday));
    assert_eq!(times[0].from, Some(Open::Known(Time::constant(8, 0, 0, 0))));
    assert_eq!(times[0].to, Some(Open::Known(Time::constant(20, 0, 0, 0))));
    assert_eq!(card.activated, Some(true));
    assert_eq!(card.activated_at, Some(Open::Known(Date::constant(2025, 1, 15))));
}

#[tokio::test]
async fn the_other_spelling_of_the_update_and_the_lost_zero_are_read() {
    let body = include_str!("../samples/card.response.unlimited.json");
    let card = card("0c5a2d7e-94b1-4f36-a7c8-1e3d5b7f9a02", body).await;
    assert!(card.account.unwrap().updated_at.unwrap().known().is_some());
    assert_eq!(card.ean.as_ref().unwrap().as_str(), "0299990001238");
    assert_eq!(card.limit, Some(Limit::Unlimited));
    assert_eq!((card.activated, card.activated_at), (Some(false), None));
}

#[tokio::test]
async fn the_documents_own_example_is_read_with_its_contradictions() {
    let body = include_str!("../samples/card.response.document-example.json");
    let card = card("1e8b7b10-ab55-45fe-8f5e-131781ea54e8", body).await;
    assert_eq!(card.kind, Some(Open::Other("string".into())));
    assert_eq!(card.status, Some(Open::Other("string".into())));
    assert_eq!(card.date_until, Some(Open::Other("string".into())));
    assert_eq!(card.limit, Some(Limit::Unlimited), "unlimited prevails over days and times");
    assert_eq!(card.balance, Some(Kopecks(0)));
    assert_eq!(
        card.ean.unwrap().as_str(),
        "1234567890123",
        "its check digit is wrong, and it is read all the same"
    );
}

#[tokio::test]
async fn a_card_of_nothing_but_its_identifier_is_a_card() {
    for body in [
        r#"{"data":{"idCard":"00000000-0000-0000-0000-000000000000"}}"#,
        r#"{"data":{"idCard":"00000000-0000-0000-0000-000000000000","idEmployee":null,"customCardId":null,"limit":null,
            "balanceAccount":null,"dateUntil":"","activatedAt":null,"success":true}}"#,
    ] {
        let card = card(NIL, body).await;
        assert!(card.id_employee.is_none() && card.ean.is_none() && card.limit.is_none());
        assert!(card.account.is_none() && card.date_until.is_none() && card.activated_at.is_none());
    }
}

#[tokio::test]
async fn dates_with_times_days_unheard_of_and_both_spellings_are_read() {
    let body = r#"{"data":{"idCard":"00000000-0000-0000-0000-000000000000","dateUntil":"31.12.2027 23:59",
        "balanceAccount":{"value":-5,"updateAt":null,"updatedAt":"01.02.2025"},"customCardId":"17",
        "limit":{"days":[7,8],"times":[{"from":"","to":"25:00"}],"period":"CYEAR"}}}"#;
    let card = card(NIL, body).await;
    assert_eq!(card.date_until, Some(Open::Known(Date::constant(2027, 12, 31))));
    let account = card.account.unwrap();
    assert_eq!(account.value, Some(Kopecks(-5)));
    assert_eq!(account.updated_at, Some(Open::Known(DateTime::constant(2025, 2, 1, 0, 0, 0, 0))));
    assert_eq!(card.ean.unwrap().as_str(), "0000000000017");
    let Some(Limit::Limited { days, times, period, amount: None }) = card.limit else { panic!() };
    assert_eq!(days, [Open::Known(Weekday::Sunday), Open::Other("8".into())]);
    assert_eq!((&times[0].from, &times[0].to), (&None, &Some(Open::Other("25:00".into()))));
    assert_eq!(period, Some(Open::Other("CYEAR".into())));
}
