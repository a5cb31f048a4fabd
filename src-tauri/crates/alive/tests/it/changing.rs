//! How a change goes out: once, to its endpoint, with the token; and what its answer has to be.

use alive::{
    Card, CardId, CardRequest, CardUpdate, CardholderData, CardholderId, Change, Client, Date, Error,
    GraduationData, Made, PlasticIssue, Report, Status, ValidityChange,
};
use serde_json::{Value, json};

use crate::drafts::{TODAY, alumni, card, cardholder, graduation, on_record, profile};
use crate::photo_rules::jpeg;
use crate::server::recording;

/// Each change with its endpoint, the answer that it needs, and attributes that make it somebody else's.
fn changes() -> Vec<(Change, &'static str, Value, &'static [&'static str])> {
    let record = on_record("{}");
    let holder = serde_json::from_value(json!({"cardholder_id": 9})).unwrap();
    let data = CardholderData::parse(&cardholder(), &profile(), TODAY, Some(&holder)).unwrap();
    let mut correction = graduation();
    correction.graduation_id = Some(alive::GraduationId(4));
    let correction = GraduationData::parse(&correction, TODAY).unwrap();
    let report = Report::parse(&card(), &profile(), TODAY).unwrap();
    let request = CardRequest::parse(&alumni(), &profile(), TODAY).unwrap();
    let validity = ValidityChange::parse(&record, Date::constant(2025, 12, 31), &profile(), TODAY).unwrap();
    let graduation = json!({"graduation_id": 4, "cardholder_id": 9});
    let card = json!({"card_id": 3, "cardholder_id": 9, "number": "S420500000007A", "type": "ISIC",
        "form": "DIGITAL", "status": "ACTIVE"});
    let mut alumni = card.clone();
    alumni["type"] = "ALIVE_ID_ALUMNI".into();
    let both = &["card_id", "cardholder_id"][..];
    vec![
        (Change::SetCardholder(data), "cardholders.set", json!({"cardholder_id": 9}), &["cardholder_id"]),
        (
            Change::SetPhoto { cardholder: CardholderId(9), photo: jpeg(450, 540) },
            "cardholders.setPhoto",
            json!(null),
            &[],
        ),
        (Change::Anonymize(CardholderId(9)), "cardholders.anonymize", json!(null), &[]),
        (
            Change::SetGraduation(correction),
            "graduations.set",
            graduation,
            &["graduation_id", "cardholder_id"],
        ),
        (Change::Report(report), "cards.report", card.clone(), &["cardholder_id", "number", "type"]),
        (Change::Request(request), "cards.request", alumni, &["cardholder_id", "type"]),
        (Change::Update(CardUpdate::keeping(&record).unwrap()), "cards.update", card.clone(), both),
        (Change::Validity(validity), "cards.changeValidity", card.clone(), both),
        (
            Change::Status { card: CardId(3), status: Status::Cancelled },
            "cards.changeStatus",
            card.clone(),
            &["card_id"],
        ),
        (Change::Plastic(PlasticIssue::keeping(&record).unwrap()), "cards.issuePlastic", card, both),
    ]
}

fn envelope(record: &Value) -> String {
    let data = if record.is_null() { json!([]) } else { json!([record]) };
    json!({"message": "OK", "data": data}).to_string()
}

async fn answered(status: u16, answer: String) -> Client {
    recording(move |_| (status, answer.clone())).await.0
}

#[tokio::test]
async fn every_change_goes_once_to_its_endpoint_with_the_token() {
    for (change, endpoint, record, _) in changes() {
        let answer = envelope(&record);
        let (client, log) = recording(move |_| (200, answer.clone())).await;
        let made = client.make(&change).await.unwrap();
        assert_eq!(matches!(made, Made::Accepted), record.is_null(), "{endpoint}");
        let log = log.lock().unwrap();
        assert_eq!(log.len(), 1, "{endpoint}");
        assert_eq!((log[0].endpoint.as_str(), change.endpoint()), (endpoint, endpoint));
        assert_eq!(log[0].header("authorization"), "Bearer token-0");
    }
}

#[tokio::test]
async fn an_answer_is_one_record_or_that_record_in_an_array_and_201_is_as_good_as_200() {
    for (change, endpoint, record, _) in changes().into_iter().filter(|(_, _, record, _)| !record.is_null()) {
        for body in [envelope(&record), json!({"data": record}).to_string()] {
            for status in [200, 201] {
                assert!(
                    answered(status, body.clone()).await.make(&change).await.is_ok(),
                    "{endpoint} {status}"
                );
            }
        }
    }
}

#[tokio::test]
async fn another_record_than_the_changed_one_is_nonsense_and_of_unknown_outcome() {
    for (change, endpoint, record, attributes) in changes() {
        let mut answers: Vec<Value> = attributes
            .iter()
            .map(|attribute| {
                let mut other = record.clone();
                other[*attribute] = if other[*attribute].is_number() { 77.into() } else { "OTHER".into() };
                json!([other])
            })
            .collect();
        if !record.is_null() {
            answers.extend([json!([]), json!([record, record]), json!(null), json!([{"id": 1}])]);
        }
        for data in answers {
            let error =
                answered(200, json!({"data": data}).to_string()).await.make(&change).await.unwrap_err();
            assert!(matches!(error, Error::Nonsense { status: 200, .. }), "{endpoint} {data}: {error}");
            assert!(error.outcome_unknown());
        }
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_the_same_change_sent_once_more() {
    for (change, endpoint, record, _) in changes() {
        let answer = envelope(&record);
        let (client, log) = recording(move |sent| match sent.header("authorization") {
            "Bearer token-0" => (401, r#"{"message":"","data":[],"code":2002}"#.to_owned()),
            _ => (200, answer.clone()),
        })
        .await;
        client.make(&change).await.unwrap();
        let log = log.lock().unwrap();
        assert_eq!(log.len(), 2, "{endpoint}");
        assert_eq!(log[1].header("authorization"), "Bearer token-1");
        if !matches!(change, Change::SetPhoto { .. }) {
            assert_eq!(log[0].body, log[1].body, "{endpoint}");
        }
    }
}

#[test]
fn a_change_tells_whom_and_which_card_it_concerns() {
    for (change, endpoint, record, _) in changes() {
        let status = endpoint == "cards.changeStatus";
        assert_eq!(change.cardholder(), (!status).then_some(CardholderId(9)), "{endpoint}");
        let on_card =
            endpoint.starts_with("cards.") && !["cards.report", "cards.request"].contains(&endpoint);
        assert_eq!(change.card(), on_card.then_some(CardId(3)), "{endpoint} {record}");
    }
    let creation = CardholderData::parse(&cardholder(), &profile(), TODAY, None).unwrap();
    assert_eq!(Change::SetCardholder(creation).cardholder(), None);
}

#[test]
fn the_same_change_has_the_same_bytes() {
    for ((one, endpoint, ..), (other, ..)) in changes().into_iter().zip(changes()) {
        assert_eq!(one.body(), other.body(), "{endpoint}");
        assert!(one.body().len() > 10, "{endpoint}");
    }
}

#[tokio::test]
async fn the_named_methods_give_the_record() {
    let record = on_record("{}");
    let answer = json!({"data": {"card_id": 3, "cardholder_id": 9, "type": "ISIC", "form": "DIGITAL", "status": "CANCELLED"}});
    let client = answered(200, answer.to_string()).await;
    let cancelled: Card = client.change_status(CardId(3), Status::Cancelled).await.unwrap();
    assert!(cancelled.status.is(Status::Cancelled));
    assert_eq!(client.update_card(&CardUpdate::keeping(&record).unwrap()).await.unwrap(), cancelled);
}

#[test]
fn nothing_personal_is_seen_in_the_debug_of_a_change() {
    let mut seen = format!("{:?} {:?} {:?} {:?}", cardholder(), graduation(), card(), profile().card_fields);
    for (change, ..) in changes() {
        seen += &format!("{change:?}");
    }
    for hidden in [
        "Ela",
        "Vrb",
        "0155",
        "2001",
        "example.org",
        "777",
        "04A1",
        "04 a1",
        "4415",
        "S420",
        "M-1",
        "Lip",
        "History",
    ] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}

/// The desk spawns its work.
#[test]
fn a_change_may_be_made_from_any_thread() {
    fn sendable<T: Send>(_: &T) {}
    async fn work(client: Client, change: Change) -> Result<Made, Error> {
        client.make(&change).await
    }
    let spawn = |client: Client, change: Change| sendable(&work(client, change));
    let _: &dyn Fn(Client, Change) = &spawn;
}
