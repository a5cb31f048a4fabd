//! `cardholders.anonymize`: accepted at once, carried out 48 hours later.

use jiff::SignedDuration;
use practice::Trouble;
use serde_json::{Value, json as object};

use crate::common::{Alive, json, refused, troubled, university};
use crate::{fault, isic, new_person, person, with};

const ANONYMIZE: &str = "cardholders.anonymize";

async fn accepted(alive: &Alive<'_>, holder: &Value) {
    let (status, body) = alive.post(ANONYMIZE, &object!({ "cardholder_id": holder })).await;
    assert_eq!((status, body), (200, object!({ "message": "OK", "data": [] })));
}

fn refusal() -> Vec<(String, String)> {
    fault("cardholder_id", "NOT_ALLOWED_ERROR")
}

#[tokio::test]
async fn anonymisation_is_refused_while_a_card_is_valid() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let short = with(isic(&holder, 1), object!({ "valid_to": "2026-03-31" }));
    let card = alive.done("cards.report", &short).await;
    let body = object!({ "cardholder_id": holder });
    assert_eq!(alive.faults(ANONYMIZE, &body).await, refusal());
    // On the last day of its validity it's still valid.
    university.clock().forward(SignedDuration::from_hours(49 * 24));
    let alive = Alive::new(&university).await;
    assert_eq!(alive.faults(ANONYMIZE, &body).await, refusal());
    // A cancelled card isn't valid (decision N32).
    alive.done("cards.changeStatus", &object!({ "card_id": card["card_id"], "status": "CANCELLED" })).await;
    accepted(&alive, &holder).await;
}

#[tokio::test]
async fn anonymisation_is_refused_a_second_time_and_for_nobody() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    accepted(&alive, &holder).await;
    let body = object!({ "cardholder_id": holder });
    assert_eq!(alive.faults(ANONYMIZE, &body).await, refusal());
    university.clock().forward(SignedDuration::from_hours(49));
    let alive = Alive::new(&university).await;
    assert_eq!(alive.faults(ANONYMIZE, &body).await, refusal());
    refused(alive.post(ANONYMIZE, &object!({ "cardholder_id": 1 })).await, 404, 3001);
    assert_eq!(alive.faults(ANONYMIZE, &object!({})).await, fault("cardholder_id", "IS_BLANK_ERROR"));
}

#[tokio::test]
async fn a_persons_data_and_their_cards_data_are_gone_after_48_hours() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    // The world holds somebody whose cards have all expired.
    let (card, holder) = alive.of(&troubled(&university, Trouble::ExpiredInAliveValidInUsos)).await;
    let id = &holder["cardholder_id"];
    accepted(&alive, id).await;
    let (text, card_id) = (id.to_string(), card["card_id"].to_string());
    let (holder_query, card_query) = ([("cardholder_id", text.as_str())], [("card_id", card_id.as_str())]);
    university.clock().forward(SignedDuration::from_secs(48 * 3600 - 1));
    let alive = Alive::new(&university).await;
    assert_eq!(alive.data("cardholders.get", &holder_query).await, std::slice::from_ref(&holder));
    assert_eq!(alive.ask("cardholders.getPhoto", &holder_query).await.status(), 200);
    university.clock().forward(SignedDuration::from_secs(1));

    let nobody = alive.data("cardholders.get", &holder_query).await.remove(0);
    let empty = object!({
        "cardholder_id": id, "institution_id": holder["institution_id"], "first_name": "", "last_name": "",
        "email": "", "roles": {}, "addresses": [], "legal_representatives": [], "custom_fields": [],
    });
    assert_eq!(nobody, empty);
    refused(json(alive.ask("cardholders.getPhoto", &holder_query).await).await, 404, 3001);
    let blank = alive.data("cards.get", &card_query).await.remove(0);
    assert_eq!(blank, with(card.clone(), object!({ "smart_technologies": [], "custom_fields": [] })));
    let shown = alive.shown(&card).await;
    assert_eq!((&shown["last_name"], &shown["photo_sha256"]), (&"".into(), &Value::Null));
    // It counts as a modification, at the moment when it was done (decision N8).
    let since = [("limit", "9"), ("modified_from", "2026-02-12T10:00:00+01:00")];
    assert_eq!(alive.data("cardholders.list", &since).await, [nobody]);
    assert_eq!(alive.data("cards.list", &since).await, [blank]);
}

#[tokio::test]
async fn email_external_id_and_chips_of_an_anonymised_person_are_free() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (card, holder) = alive.of(&troubled(&university, Trouble::ExpiredInAliveValidInUsos)).await;
    accepted(&alive, &holder["cardholder_id"]).await;
    let email = holder["email"].as_str().unwrap();
    let heir = with(person(email), object!({ "external_id": holder["external_id"] }));
    assert_eq!(alive.faults("cardholders.set", &heir).await.len(), 2);
    university.clock().forward(SignedDuration::from_hours(48));
    let alive = Alive::new(&university).await;
    let heir = alive.done("cardholders.set", &heir).await;
    let chips = object!({ "smart_technologies": card["smart_technologies"] });
    alive.done("cards.report", &with(isic(&heir["cardholder_id"], 1), chips)).await;
}

#[tokio::test]
async fn nothing_of_an_anonymised_person_can_be_changed() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (card, holder) = alive.of(&troubled(&university, Trouble::ExpiredInAliveValidInUsos)).await;
    let (id, card_id) = (&holder["cardholder_id"], &card["card_id"]);
    let graduation = object!({
        "cardholder_id": id, "faculty_name": "F", "field_of_study": "O", "graduation_date": "2026-02-01",
        "academic_degree": "BACHELOR", "pre_nominal_academic_degree": "Bc.",
    });
    let former = alive.done("graduations.set", &graduation).await;
    accepted(&alive, id).await;
    let changes = [
        ("cardholders.set", with(person("a@x.example"), object!({ "cardholder_id": id })), "cardholder_id"),
        ("graduations.set", graduation, "cardholder_id"),
        ("graduations.set", former, "graduation_id"),
        ("cards.report", isic(id, 1), "cardholder_id"),
        (
            "cards.request",
            object!({ "cardholder_id": id, "type": "ALIVE_ID_ALUMNI", "form": "DIGITAL", "valid_from": "2026-02-10" }),
            "cardholder_id",
        ),
        ("cards.update", object!({ "card_id": card_id, "smart_technologies": [] }), "card_id"),
        ("cards.changeValidity", object!({ "card_id": card_id, "valid_to": "2026-10-31" }), "card_id"),
        ("cards.changeStatus", object!({ "card_id": card_id, "status": "CANCELLED" }), "card_id"),
        ("cards.issuePlastic", object!({ "card_id": card_id, "smart_technologies": [] }), "card_id"),
    ];
    // From the acceptance on: it may be carried out at any moment.
    for hours in [0, 48] {
        university.clock().forward(SignedDuration::from_hours(hours));
        let alive = Alive::new(&university).await;
        for (endpoint, body, name) in &changes {
            let today = university.clock().today().to_string();
            let mut body = body.clone();
            if *endpoint == "cards.request" {
                body["valid_from"] = today.into();
            }
            assert_eq!(alive.faults(endpoint, &body).await, fault(name, "NOT_ALLOWED_ERROR"), "{endpoint}");
        }
    }
}
