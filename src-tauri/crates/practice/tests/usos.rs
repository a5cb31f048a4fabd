//! USOS by its documentation: OAuth 1.0a, rights, identifiers, selectors, formats, errors.

#![allow(clippy::unwrap_used, reason = "a test may fail by it")]

mod common;

use std::collections::BTreeSet;

use common::oauth::{Request, enc};
use common::{client, json, troubled, university};
use practice::{Interface, TrayCard, Trouble, University};
use serde_json::{Value, json as object};

const CARD: &str = "services/cards/card";
const USER: &str = "services/cards/user";

fn sample(university: &University) -> [(&'static str, String); 3] {
    let sample = university.access().usos.sample.clone();
    [
        ("contact_chip_uid", sample.contact_chip_uid),
        ("contactless_chip_uid", sample.contactless_chip_uid),
        ("barcode_number", sample.barcode_number),
    ]
}

async fn card(university: &University, params: &[(&str, &str)]) -> (u16, Value) {
    Request::new(university, true, CARD, params).send().await
}

/// The sample card by its barcode, with further parameters.
async fn sample_with(university: &University, more: &[(&str, &str)]) -> (u16, Value) {
    let barcode = university.access().usos.sample.barcode_number.clone();
    let params: Vec<_> =
        [("barcode_number", barcode.as_str())].into_iter().chain(more.iter().copied()).collect();
    card(university, &params).await
}

fn error((status, body): (u16, Value)) -> (u16, String) {
    assert!(body["message"].is_string(), "{body}");
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

fn refusal(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

#[tokio::test]
async fn a_card_is_found_by_each_of_its_identifiers() {
    let university = university().await;
    let wanted = &university.access().usos.sample;
    for (name, value) in sample(&university) {
        let (status, card) = card(&university, &[(name, &value)]).await;
        assert_eq!(status, 200);
        assert_eq!((&card["id"], &card["user"]["id"]), (&object!(wanted.card_id), &object!(wanted.user_id)));
        assert_eq!(card["type"], "student");
        assert_eq!(card["expiration_date"], "2026-10-31");
        let user: BTreeSet<_> = card["user"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(user, BTreeSet::from(["first_name", "id", "last_name"]));
        assert_eq!(card.as_object().unwrap().len(), 9);
    }
}

#[tokio::test]
async fn exactly_one_identifier_is_taken() {
    let university = university().await;
    let [contact, contactless, _] = sample(&university);
    assert_eq!(error(card(&university, &[]).await), refusal(400, "param_missing"));
    let empty = card(&university, &[("barcode_number", ""), ("contact_chip_uid", "")]).await;
    assert_eq!(error(empty), refusal(400, "param_missing"));
    let both = [(contact.0, contact.1.as_str()), (contactless.0, contactless.1.as_str())];
    assert_eq!(error(card(&university, &both).await), refusal(400, "param_forbidden"));
    let (status, body) = card(&university, &[("barcode_number", "000000000001")]).await;
    assert_eq!((status, &body["error"]), (400, &"object_not_found".into()));
    assert_eq!((&body["param_name"], &body["method_name"]), (&"barcode_number".into(), &CARD.into()));
    // Chip identifiers are opaque: another spelling is another chip.
    let lower = card(&university, &[(contactless.0, &contactless.1.to_lowercase())]).await;
    assert_eq!(error(lower), refusal(400, "object_not_found"));
}

#[tokio::test]
async fn only_valid_cards_are_listed() {
    let university = university().await;
    let expired = troubled(&university, Trouble::ExpiredInUsosValidInAlive);
    let barcode = expired.barcodes.usos_barcode.unwrap();
    assert_eq!(
        error(card(&university, &[("barcode_number", &barcode)]).await),
        refusal(400, "object_not_found")
    );
    assert_eq!(sample_with(&university, &[]).await.0, 200);
    university.clock().forward(jiff::SignedDuration::from_hours(24 * 365));
    assert_eq!(error(sample_with(&university, &[]).await), refusal(400, "object_not_found"));
}

#[tokio::test]
async fn fields_select_and_nest() {
    let university = university().await;
    let (_, body) = sample_with(&university, &[("fields", "id|type|user[first_name]")]).await;
    let id = &university.access().usos.sample.card_id;
    assert_eq!((&body["id"], &body["type"]), (&object!(id), &"student".into()));
    assert_eq!(body.as_object().unwrap().len(), 3);
    assert_eq!(body["user"].as_object().unwrap().keys().collect::<Vec<_>>(), ["first_name"]);
}

#[tokio::test]
async fn an_unknown_field_is_field_not_found_and_a_broken_selector_field_invalid() {
    let university = university().await;
    let (status, body) = sample_with(&university, &[("fields", "id|shoe_size")]).await;
    assert_eq!((status, &body["error"]), (400, &"field_not_found".into()));
    assert_eq!(body["field_name"], "shoe_size");
    let inside = sample_with(&university, &[("fields", "user[shoe_size]")]).await;
    assert_eq!(error(inside), refusal(400, "field_not_found"));
    for broken in ["user[id", "id[x]", "|", "id,type["] {
        assert_eq!(
            error(sample_with(&university, &[("fields", broken)]).await),
            refusal(400, "field_invalid")
        );
    }
}

#[tokio::test]
async fn formats_are_json_and_jsonp_with_a_callback() {
    let university = university().await;
    let barcode = university.access().usos.sample.barcode_number.clone();
    let ask = |more: &[(&str, &str)]| {
        let params: Vec<_> = [("barcode_number", barcode.as_str()), ("fields", "type")]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        Request::new(&university, true, CARD, &params)
    };
    assert_eq!(ask(&[("format", "json")]).send().await.0, 200);
    let jsonp = ask(&[("format", "jsonp"), ("callback", "desk.show")]).query().await;
    assert_eq!(jsonp.text().await.unwrap(), "desk.show({\"type\":\"student\"});");
    assert_eq!(error(ask(&[("format", "jsonp")]).send().await), refusal(400, "param_missing"));
    assert_eq!(error(ask(&[("format", "xml")]).send().await), refusal(400, "param_invalid"));
    let script = ask(&[("format", "jsonp"), ("callback", "alert(1)//")]).send().await;
    assert_eq!(error(script), refusal(400, "param_invalid"));
}

#[tokio::test]
async fn arguments_may_stand_in_header_query_or_form() {
    let university = university().await;
    let [.., (name, value)] = sample(&university);
    let params = [(name, value.as_str()), ("fields", "id|user[id]")];
    assert_eq!(Request::new(&university, true, CARD, &params).send().await.0, 200);
    assert_eq!(Request::new(&university, true, CARD, &params).query().await.status(), 200);
    assert_eq!(Request::new(&university, true, CARD, &params).post().await.0, 200);
}

#[tokio::test]
async fn card_needs_an_administrative_consumer() {
    let university = university().await;
    let [.., (name, value)] = sample(&university);
    let ordinary = Request::new(&university, false, CARD, &[(name, &value)]).send().await;
    assert_eq!(error(ordinary), refusal(403, "method_forbidden"));
    let with_token = Request::as_owner(&university, CARD, &[(name, &value)]).send().await;
    assert_eq!(error(with_token), refusal(403, "method_forbidden"));
}

#[tokio::test]
async fn a_missing_argument_is_param_missing_version_included() {
    let university = university().await;
    for name in
        ["oauth_consumer_key", "oauth_nonce", "oauth_timestamp", "oauth_signature_method", "oauth_version"]
    {
        let (status, body) = Request::new(&university, true, CARD, &[]).without(name).send().await;
        assert_eq!(
            (status, &body["error"], &body["param_name"]),
            (400, &"param_missing".into(), &name.into())
        );
    }
    let unsigned = client().get(format!("{}{CARD}", university.access().usos.base_url)).send().await.unwrap();
    assert_eq!(error(json(unsigned).await), refusal(400, "param_missing"));
    let old = Request::new(&university, true, CARD, &[]).set("oauth_version", "2.0").send().await;
    assert_eq!(error(old), refusal(400, "param_invalid"));
    let rsa =
        Request::new(&university, true, CARD, &[]).set("oauth_signature_method", "RSA-SHA1").send().await;
    assert_eq!(error(rsa), refusal(400, "param_invalid"));
}

#[tokio::test]
async fn a_wrong_signature_consumer_or_token_is_401() {
    let university = university().await;
    let mut wrong = Request::new(&university, true, CARD, &[]);
    wrong.secrets.0.push('x');
    assert_eq!(wrong.send().await.0, 401);
    assert_eq!(
        Request::new(&university, true, CARD, &[]).set("oauth_consumer_key", "who").send().await.0,
        401
    );
    assert_eq!(Request::as_owner(&university, USER, &[]).set("oauth_token", "what").send().await.0, 401);
    // The token was given to the other consumer.
    let access = university.access().usos.clone();
    let mut stolen = Request::new(&university, true, USER, &[]).set("oauth_token", &access.user_token);
    stolen.secrets.1 = access.user_token_secret;
    assert_eq!(stolen.send().await.0, 401);
    // A parameter that was added after signing.
    let mut bent = Request::as_owner(&university, USER, &[]);
    bent.sign();
    bent.params.push(("as_user_id".into(), "1".into()));
    assert_eq!(bent.send().await.0, 401);
}

#[tokio::test]
async fn a_nonce_is_taken_once_and_a_timestamp_within_300_seconds() {
    let university = university().await;
    let again = || Request::as_owner(&university, USER, &[]).set("oauth_nonce", "same");
    assert_eq!(again().send().await.0, 200);
    assert_eq!(again().send().await.0, 401);
    let now = university.clock().now().as_second();
    for (off, status) in [(-300, 200), (300, 200), (-301, 401), (301, 401)] {
        let request =
            Request::as_owner(&university, USER, &[]).set("oauth_timestamp", &(now + off).to_string());
        assert_eq!(request.send().await.0, status, "{off}");
    }
}

#[tokio::test]
async fn plaintext_is_accepted() {
    let university = university().await;
    let mut request = Request::as_owner(&university, USER, &[]).set("oauth_signature_method", "PLAINTEXT");
    let signature = format!("{}&{}", enc(&request.secrets.0), enc(&request.secrets.1));
    request.oauth.push(("oauth_signature".into(), signature));
    assert_eq!(request.send().await.0, 200);
    let wrong = Request::as_owner(&university, USER, &[])
        .set("oauth_signature_method", "PLAINTEXT")
        .set("oauth_signature", "wrong&wrong");
    assert_eq!(wrong.send().await.0, 401);
}

#[tokio::test]
async fn user_lists_the_tokens_owners_cards() {
    let university = university().await;
    let (status, cards) = Request::as_owner(&university, USER, &[("fields", "id")]).send().await;
    assert_eq!(status, 200);
    assert_eq!(cards.as_array().unwrap().len(), 1);
    assert_eq!(cards[0]["id"], object!(university.access().usos.sample.card_id));
    // There's no `fields` here: all of them come.
    assert_eq!(cards[0].as_object().unwrap().len(), 9);
    let without = Request::new(&university, false, USER, &[]).send().await;
    assert_eq!(error(without), refusal(400, "param_missing"));
}

#[tokio::test]
async fn an_administrative_consumer_acts_for_a_user_by_as_user_id() {
    let university = university().await;
    let id = university.access().usos.sample.user_id.clone();
    let (status, cards) = Request::new(&university, true, USER, &[("as_user_id", &id)]).send().await;
    assert_eq!((status, &cards[0]["user"]["id"]), (200, &object!(id)));
    let ordinary = Request::new(&university, false, USER, &[("as_user_id", &id)]).send().await;
    assert_eq!(error(ordinary), refusal(403, "method_forbidden"));
    let nobody = Request::new(&university, true, USER, &[("as_user_id", "1")]).send().await;
    assert_eq!(error(nobody), refusal(400, "object_not_found"));
    let text = Request::new(&university, true, USER, &[("as_user_id", "me")]).send().await;
    assert_eq!(error(text), refusal(400, "param_invalid"));
}

#[tokio::test]
async fn user_keeps_expired_student_cards_but_not_expired_staff_cards() {
    let university = university().await;
    let (_, before) = sample_with(&university, &[]).await;
    let staff = troubled(&university, Trouble::SupExpired).barcodes.usos_barcode.unwrap();
    let (_, staff) = card(&university, &[("barcode_number", &staff)]).await;
    assert_eq!(staff["type"], "staff");
    let of = async |user: &Value| {
        let id = user["user"]["id"].as_str().unwrap();
        Request::new(&university, true, USER, &[("as_user_id", id)]).send().await.1
    };
    assert_eq!(of(&staff).await.as_array().unwrap().len(), 1);
    university.clock().forward(jiff::SignedDuration::from_hours(24 * 800));
    assert_eq!(of(&before).await.as_array().unwrap().len(), 1);
    assert_eq!(of(&staff).await, object!([]));
}

#[tokio::test]
async fn a_double_slash_in_the_path_is_401() {
    let university = university().await;
    assert_eq!(Request::as_owner(&university, "/services/cards/user", &[]).send().await.0, 401);
}

#[tokio::test]
async fn an_unknown_method_is_404_and_another_verb_405() {
    let university = university().await;
    assert_eq!(Request::as_owner(&university, "services/cards/burn", &[]).send().await.0, 404);
    let url = format!("{}{USER}", university.access().usos.base_url);
    assert_eq!(client().delete(url).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn now_is_the_universitys_time_and_needs_no_signature() {
    let university = university().await;
    let url = format!("{}services/apisrv/now", university.access().usos.base_url);
    let (status, now) = json(client().get(url).send().await.unwrap()).await;
    assert_eq!((status, now), (200, "2026-02-10 10:00:00.000000".into()));
}

/// The record that the chip of a card on the tray leads to.
async fn by_chip(university: &University, tapped: &TrayCard) -> (u16, Value) {
    let name = match tapped.interface {
        Interface::Contact => "contact_chip_uid",
        Interface::Contactless => "contactless_chip_uid",
    };
    card(university, &[(name, &tapped.uid().unwrap())]).await
}

fn owner(record: &Value) -> String {
    let part = |name: &str| record["user"][name].as_str().unwrap().to_owned();
    format!("{} {}", part("first_name"), part("last_name"))
}

#[tokio::test]
async fn troubles_stand_in_usos_as_named() {
    let university = university().await;
    let tapped = async |trouble| by_chip(&university, &troubled(&university, trouble)).await;
    for unlisted in [
        Trouble::ExpiredInUsosValidInAlive,
        Trouble::NoUsosRecord,
        Trouble::UnknownChip,
        Trouble::ClonedUid,
        Trouble::RandomUid,
    ] {
        assert_eq!(error(tapped(unlisted).await), refusal(400, "object_not_found"), "{unlisted:?}");
    }
    for listed in
        [Trouble::ExpiredInAliveValidInUsos, Trouble::Cancelled, Trouble::NoAliveRecord, Trouble::FourByteUid]
    {
        assert_eq!(tapped(listed).await.0, 200, "{listed:?}");
    }
    assert_eq!(tapped(Trouble::DatesApart).await.1["expiration_date"], "2027-03-31");
    assert_eq!(tapped(Trouble::Alumni).await.1["type"], "graduate");
    let married = owner(&tapped(Trouble::NameChanged).await.1);
    let printed = troubled(&university, Trouble::NameChanged).holder.unwrap();
    assert_eq!(married.split(' ').next(), printed.split(' ').next());
    assert_ne!(married, printed);
}

#[tokio::test]
async fn two_cards_have_their_contactless_chips_exchanged_in_usos() {
    let university = university().await;
    let of = |interface| {
        let two = |card: &&TrayCard| card.trouble == Some(Trouble::TwoCards) && card.interface == interface;
        university.tray().iter().filter(two).collect::<Vec<_>>()
    };
    let (contactless, contact) = (of(Interface::Contactless), of(Interface::Contact));
    assert_eq!((contactless.len(), contact.len()), (2, 2));
    for n in [0, 1] {
        let other = contactless[1 - n].holder.clone().unwrap();
        assert_eq!(owner(&by_chip(&university, contactless[n]).await.1), other);
        assert_eq!(owner(&by_chip(&university, contact[n]).await.1), contact[n].holder.clone().unwrap());
    }
}

#[tokio::test]
async fn two_chips_lead_to_two_records_of_one_user() {
    let university = university().await;
    let mut records = Vec::new();
    for side in university.tray().iter().filter(|card| card.trouble == Some(Trouble::TwoChips)) {
        records.push(by_chip(&university, side).await.1);
    }
    assert_eq!(records[0]["user"], records[1]["user"]);
    assert_ne!(records[0]["id"], records[1]["id"]);
}
