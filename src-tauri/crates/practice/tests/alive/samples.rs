//! The manual's samples go through the server, unchanged in meaning. They were taken from different worlds, so
//! identifiers, the institution and default designs differ, as do the numbers that ALIVE assigns; everything else is
//! compared. What else had to be adapted is said at each one.

use practice::{CardTerms, CardType, Clock, Contract, Cycle, NumberRange, Options, University};
use serde_json::{Value, json as object};

use crate::common::{Alive, refused};
use crate::{person, with};

fn sample(name: &str) -> Value {
    let path = format!("tests/samples/alive/{name}.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A contract that allows what the samples do, on a day of theirs.
async fn at(moment: &str) -> University {
    let mut contract = Contract::default();
    let cycle = |valid_to: &str| Cycle {
        valid_from: "2019-09-01".parse().unwrap(),
        valid_to: valid_to.parse().unwrap(),
    };
    let cycles = vec![cycle("2020-12-31"), cycle("2021-12-31")];
    let range = |prefix: &str| NumberRange {
        prefix: prefix.to_owned(),
        first: 123_000_000,
        last: 123_999_999,
        suffix: "A".to_owned(),
    };
    let isic = &mut contract.cards[0];
    isic.ranges.push(range("S420"));
    isic.extra_cycles = cycles.clone();
    isic.designs.push("SA-420-168".to_owned());
    let scholar = CardTerms::new(CardType::IsicScholar);
    contract.cards.push(CardTerms { ranges: vec![range("H420")], extra_cycles: cycles, ..scholar });
    let clock = Clock::fixed(moment.parse().unwrap());
    University::start(Options::new(1, clock).contract(contract)).await.unwrap()
}

/// Without what is the server's own: identifiers, the institution, and the default design of the contract.
fn meaning(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for object in answer["data"].as_array_mut().unwrap() {
        let object = object.as_object_mut().unwrap();
        object.retain(|name, _| {
            !["cardholder_id", "card_id", "graduation_id", "design"].contains(&name.as_str())
                && !name.starts_with("institution_")
        });
    }
    answer
}

async fn same(alive: &Alive<'_>, endpoint: &str, body: &Value, response: &Value) -> Value {
    let (status, answer) = alive.post(endpoint, body).await;
    let wanted = if endpoint == "graduations.set" { 201 } else { 200 };
    assert_eq!((status, meaning(&answer)), (wanted, meaning(response)), "{answer}");
    answer["data"][0].clone()
}

/// The request of a sample for another record.
fn of(request: &str, name: &str, id: &Value) -> Value {
    with(sample(request), object!({ name: id }))
}

async fn holder(alive: &Alive<'_>) -> Value {
    alive.done("cardholders.set", &person("sample@x.example")).await["cardholder_id"].clone()
}

/// The card 198665 of the samples, as it was before the sample request.
async fn isic(alive: &Alive<'_>) -> Value {
    let id = holder(alive).await;
    alive.done("cards.report", &of("cards.report.request", "cardholder_id", &id)).await
}

#[tokio::test]
async fn authenticate() {
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    // The sample's keys are documentation values (T56), nobody's here.
    let request = sample("authentication.authenticate.request");
    refused(alive.authenticate(&request).await, 401, 2001);
    let (_, mut answer) = alive.authenticate(&with(request, alive.keys())).await;
    answer["data"]["token"] = "<Bearer Token>".into();
    assert_eq!(answer, sample("authentication.authenticate.response"));
}

#[tokio::test]
async fn errors() {
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let (status, answer) = alive.get("cardholders.get", &[("cardholder_id", "1")]).await;
    assert_eq!((status, answer), (404, sample("errors.response.1")));
    let (status, answer) = alive.authenticate(&object!({})).await;
    assert_eq!((status, answer), (422, sample("errors.response.2")));
}

#[tokio::test]
async fn cardholders_set() {
    // A grown-up with a school class and a legal representative (T48), and birth numbers that fail the check (T49):
    // odd, but no rule forbids it.
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let response = sample("cardholders.set.response");
    same(&alive, "cardholders.set", &sample("cardholders.set.request"), &response).await;
}

#[tokio::test]
async fn cardholders_set_photo() {
    // The manual has no request: any good photo.
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let id = holder(&alive).await;
    let mut file = Vec::new();
    let picture = image::DynamicImage::from(image::RgbImage::new(450, 540));
    picture.write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Jpeg).unwrap();
    let part = reqwest::multipart::Part::bytes(file).file_name("a.jpg");
    let form = reqwest::multipart::Form::new().text("cardholder_id", id.to_string()).part("photo", part);
    let request = alive.http.post(alive.url("cardholders.setPhoto")).bearer_auth(&alive.token);
    let answer: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer, sample("cardholders.setPhoto.response"));
}

#[tokio::test]
async fn cardholders_anonymize() {
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let body = of("cardholders.anonymize.request", "cardholder_id", &holder(&alive).await);
    let (status, answer) = alive.post("cardholders.anonymize", &body).await;
    assert_eq!((status, answer), (200, sample("cardholders.anonymize.response")));
}

#[tokio::test]
async fn graduations_set() {
    let university = at("2022-04-14T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let body = of("graduations.set.request", "cardholder_id", &holder(&alive).await);
    // The response has the 13th where the request has the 11th; no rule moves a date (T5). We answer what was sent.
    let mut response = sample("graduations.set.response");
    response["data"][0]["graduation_date"] = "2022-04-11".into();
    same(&alive, "graduations.set", &body, &response).await;
}

#[tokio::test]
async fn cards_report() {
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let body = of("cards.report.request", "cardholder_id", &holder(&alive).await);
    same(&alive, "cards.report", &body, &sample("cards.report.response")).await;
}

#[tokio::test]
async fn cards_request() {
    let university = at("2022-04-14T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let id = holder(&alive).await;
    alive.done("graduations.set", &of("graduations.set.request", "cardholder_id", &id)).await;
    let body = of("cards.request.request", "cardholder_id", &id);
    // The custom field's name has a leading space, which the response hasn't (T4): no such field is assigned.
    let faults = alive.faults("cards.request", &body).await;
    assert_eq!(faults, crate::fault("custom_fields[0].name", "INVALID_CHOICE_ERROR"));
    let mut body = body;
    body["custom_fields"][0]["name"] = "library_id".into();
    // The number is the server's to assign.
    let mut response = sample("cards.request.response");
    response["data"][0]["number"] = "CZA540000000TV".into();
    same(&alive, "cards.request", &body, &response).await;
}

#[tokio::test]
async fn cards_update() {
    // A card of a type that this issuer doesn't usually have.
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let report = of("cards.report.request", "cardholder_id", &holder(&alive).await);
    let scholar = object!({
        "type": "ISIC_SCHOLAR", "number": "H420123456789A", "smart_technologies": [], "custom_fields": [],
    });
    let card = alive.done("cards.report", &with(report, scholar)).await;
    let body = of("cards.update.request", "card_id", &card["card_id"]);
    same(&alive, "cards.update", &body, &sample("cards.update.response")).await;
}

#[tokio::test]
async fn cards_change_validity() {
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let body = of("cards.changeValidity.request", "card_id", &isic(&alive).await["card_id"]);
    same(&alive, "cards.changeValidity", &body, &sample("cards.changeValidity.response")).await;
}

#[tokio::test]
async fn cards_change_status() {
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let card = isic(&alive).await;
    // The sample follows the one of the validity.
    alive
        .done("cards.changeValidity", &of("cards.changeValidity.request", "card_id", &card["card_id"]))
        .await;
    let body = of("cards.changeStatus.request", "card_id", &card["card_id"]);
    same(&alive, "cards.changeStatus", &body, &sample("cards.changeStatus.response")).await;
}

#[tokio::test]
async fn cards_issue_plastic() {
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let card = isic(&alive).await;
    alive
        .done("cards.changeValidity", &of("cards.changeValidity.request", "card_id", &card["card_id"]))
        .await;
    let body = of("cards.issuePlastic.request", "card_id", &card["card_id"]);
    same(&alive, "cards.issuePlastic", &body, &sample("cards.issuePlastic.response")).await;
}

#[tokio::test]
async fn the_envelope() {
    // Two cards that are no more than their identifiers: the shape alone can be compared.
    let university = at("2020-10-27T09:00:00Z").await;
    let alive = Alive::new(&university).await;
    let (_, answer) = alive.get("cards.list", &[("limit", "2")]).await;
    let envelope = sample("envelope.response");
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!((names(&answer), &answer["message"]), (names(&envelope), &envelope["message"]));
    assert!(answer["data"].as_array().unwrap().iter().all(|card| card["card_id"].is_i64()));
}
