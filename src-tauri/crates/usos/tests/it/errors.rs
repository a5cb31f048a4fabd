//! What the desk learns when USOS refuses, is slow or isn't USOS, and what nobody may learn.

use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use jiff::SignedDuration;
use usos::{ActAs, Card, CardQuery, Consumer, Error, Reason, UserToken};
use wire::Fault;

use crate::server::{SECRET, answering, client_of};

fn barcode() -> CardQuery {
    CardQuery::Barcode("000123456789".parse().unwrap())
}

async fn error(status: u16, body: &'static str) -> Error {
    answering(status, body).await.card(&barcode()).await.unwrap_err()
}

async fn asking(router: Router) -> Error {
    client_of(router).await.card(&barcode()).await.unwrap_err()
}

#[tokio::test]
async fn a_refusal_keeps_all_that_usos_says() {
    let Error::Refused(refusal) = error(400, include_str!("../samples/error.param_missing.json")).await
    else {
        panic!()
    };
    assert_eq!((refusal.status, refusal.error.as_deref()), (400, Some("param_missing")));
    assert_eq!(refusal.param_name.as_deref(), Some("date_prolonged"));
    assert!(refusal.message.is_some() && refusal.reason.is_none() && refusal.user_messages.is_none());

    let body = r#"{"message":"no","error":"param_invalid","reason":{"pl":"Nie","en":null},
        "user_messages":{"generic_message":{"pl":"Niedobrze","en":"Bad"},"fields":{"a":{"pl":"b"}}}}"#;
    let Error::Refused(refusal) = error(400, body).await else { panic!() };
    let Some(Reason::Text(reason)) = refusal.reason else { panic!() };
    assert_eq!(reason.get("cs"), Some("Nie"));
    let messages = refusal.user_messages.unwrap();
    assert_eq!((messages.get("pl"), messages.get("cs")), (Some("Niedobrze"), Some("Bad")));

    let Error::Refused(refusal) = error(400, r#"{"reason":"too_old","user_messages":{"en":"Old"}}"#).await
    else {
        panic!()
    };
    assert_eq!(refusal.reason, Some(Reason::Code("too_old".into())));
    assert_eq!(refusal.user_messages.unwrap().get("en"), Some("Old"));
}

#[tokio::test]
async fn missing_rights_are_told_by_code_and_by_status() {
    for (status, body) in
        [(403, r#"{"message":"no"}"#), (400, r#"{"message":"no","error":"method_forbidden"}"#)]
    {
        let error = error(status, body).await;
        assert!(matches!(&error, Error::Forbidden(refusal) if refusal.status == status));
        assert!(!error.outcome_unknown());
    }
}

#[tokio::test]
async fn a_refused_signature_comes_with_the_clocks_difference() {
    let answer =
        (StatusCode::UNAUTHORIZED, [(header::DATE, "Wed, 01 May 2024 08:10:00 GMT")], "Invalid signature");
    let error = asking(Router::new().fallback(get(answer))).await;
    assert_eq!(error, Error::Signature { skew: Some(SignedDuration::from_mins(10)) });
    assert!(!error.outcome_unknown());
    let body = r#"{"message":"Invalid signature"}"#;
    assert!(matches!(
        answering(401, body).await.cards_of_user(&ActAs::Token).await,
        Err(Error::Signature { .. })
    ));
}

#[tokio::test]
async fn an_unknown_person_is_a_refusal_and_not_an_empty_list() {
    let client = answering(400, include_str!("../samples/error.object_not_found.json")).await;
    let error = client.cards_of_user(&ActAs::Token).await.unwrap_err();
    assert!(matches!(error, Error::Refused(refusal) if refusal.error.as_deref() == Some("object_not_found")));
}

#[tokio::test]
async fn what_is_not_usos_is_nonsense_and_of_unknown_outcome() {
    let answers = [
        (200, "<html>portal</html>"),
        (200, r#"{"id":"1","user":{"#),
        (200, "{}"),
        (200, r#"{"id":"1","expiration_date":"Anna"}"#),
        (403, "<html>firewall</html>"),
        (404, "<html>not found</html>"),
        (500, "Internal Server Error"),
        (400, "{oops"),
    ];
    for (status, body) in answers {
        let error = error(status, body).await;
        assert!(matches!(error, Error::Nonsense { status: s, .. } if s == status), "{body}: {error}");
        assert!(error.outcome_unknown());
        assert!(!format!("{error} {error:?}").contains("Anna"));
    }
    let error = error(500, r#"{"message":"Anna"}"#).await;
    assert!(matches!(error, Error::Refused(_)) && error.outcome_unknown());
}

#[tokio::test]
async fn slow_moved_and_flooding_servers_are_told_apart() {
    let nap = || tokio::time::sleep(Duration::from_secs(9));
    let slow = asking(Router::new().fallback(get(nap))).await;
    assert_eq!(slow, Error::Wire(Fault::Timeout { sent: true }));
    let away = (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "/elsewhere")]);
    assert_eq!(asking(Router::new().fallback(get(away))).await, Error::Wire(Fault::Redirected));
    let flood = || async { "x".repeat(8_000_001) };
    assert_eq!(asking(Router::new().fallback(get(flood))).await, Error::Wire(Fault::TooLarge));
}

#[tokio::test]
async fn nothing_secret_or_personal_is_seen_in_debug() {
    let card: Card = serde_json::from_str(include_str!("../samples/card.json")).unwrap();
    let secret = || SECRET.to_owned().into();
    let consumer = Consumer { key: "key-of-the-test".into(), secret: secret(), administrative: true };
    let token = UserToken { token: secret(), secret: secret() };
    let client = answering(400, r#"{"message":"Anna","error":"x","reason":{"pl":"Anna"}}"#).await;
    let error = client.card(&barcode()).await.unwrap_err();
    let Error::Refused(refusal) = &error else { panic!() };
    let seen = format!(
        "{card:?} {:?} {:?} {:?} {consumer:?} {token:?} {client:?} {error:?} {error} {refusal:?} {:?}",
        card.user,
        card.contact_chip_uid,
        barcode(),
        refusal.reason,
    );
    for hidden in ["Anna", "Przy", "104512", "58231", "4D5A", "04A1", "000123", SECRET, "key-of-the-test"] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}
