//! What the desk learns when SUP refuses, is slow or isn't SUP, and what nobody may learn.

use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use sup::{Codec, Encoding, Error, FieldError, TestVector, Token, Uuid};
use wire::Fault;

use crate::server::{JWT, KEY, answered, client_of, client_with, profile};

const ID: Uuid = Uuid::from_u128(0x7b0d_6c1e_3f52_4a8e_9b1a_5d2c_4e6f_8a90);
const LIMITED: &str = include_str!("../samples/card.response.limited.json");

async fn error(status: u16, body: &'static str) -> Error {
    answered(ID, status, body).await.unwrap_err()
}

async fn asking(router: Router) -> Error {
    client_of(router).await.card(ID).await.unwrap_err()
}

#[tokio::test]
async fn a_card_that_is_not_there_is_none() {
    assert_eq!(answered(ID, 404, include_str!("../samples/error.404.json")).await.unwrap(), None);
}

#[tokio::test]
async fn a_refused_token_is_told_with_its_end_if_that_has_passed() {
    let ended = Some("2024-05-01T07:00:00Z".parse().unwrap());
    assert_eq!(
        error(401, include_str!("../samples/error.401.json")).await,
        Error::Token { expired_at: ended }
    );
    assert_eq!(error(401, "no").await, Error::Token { expired_at: ended });
    // exp of 2024-05-01T09:00:00Z: not the reason.
    let token = Token::new("e30.eyJleHAiOjE3MTQ1NTQwMDB9.c2ln".to_owned().into());
    let router = Router::new().fallback(get(StatusCode::UNAUTHORIZED));
    let client = client_with(router, token, profile(Encoding::Hex, Encoding::Hex)).await;
    assert_eq!(client.card(ID).await.unwrap_err(), Error::Token { expired_at: None });
}

#[tokio::test]
async fn both_shapes_of_a_refusal_are_read() {
    let Error::Refused { status: 422, message: None, fields } =
        error(422, include_str!("../samples/error.422.json")).await
    else {
        panic!()
    };
    let wanted = FieldError {
        field: "idCard".into(), message: "Переданно некорректное значение".into()
    };
    assert_eq!(fields, [wanted]);
    for status in [400, 403, 409, 422, 429, 500] {
        let Error::Refused { status: told, message, fields } = error(status, r#"{"message":"no"}"#).await
        else {
            panic!()
        };
        assert_eq!((told, message.as_deref(), fields.len()), (status, Some("no"), 0));
    }
}

#[tokio::test]
async fn success_false_is_a_refusal_at_either_level() {
    for body in [r#"{"success":false,"message":"no"}"#, r#"{"data":{"success":false}}"#] {
        assert!(matches!(error(200, body).await, Error::Refused { status: 200, .. }), "{body}");
    }
}

#[tokio::test]
async fn what_is_not_sup_is_nonsense() {
    let answers = [
        (200, "<html>portal</html>"),
        (200, r#"{"data":{"idCard":"7b0d6c1e-3f52-"#),
        (200, r#"{"data":[]}"#),
        (200, "{}"),
        (200, r#"{"data":{"idCard":"00000000-0000-0000-0000-000000000000"}}"#),
        (200, r#"{"data":{"idCard":"7b0d6c1e-3f52-4a8e-9b1a-5d2c4e6f8a90","balance":"Anna"}}"#),
        (404, "<html>not found</html>"),
        (500, "Internal Server Error"),
    ];
    for (status, body) in answers {
        let error = error(status, body).await;
        assert!(matches!(error, Error::Nonsense { status: s, .. } if s == status), "{body}: {error}");
        assert!(!format!("{error} {error:?}").contains("Anna"));
    }
}

#[tokio::test]
async fn slow_moved_and_flooding_servers_are_told_apart() {
    let nap = || tokio::time::sleep(Duration::from_secs(9));
    let slow = asking(Router::new().fallback(get(nap))).await;
    assert_eq!(slow, Error::Wire(Fault::Timeout { sent: true }));
    let away = (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]);
    assert_eq!(asking(Router::new().fallback(get(away))).await, Error::Wire(Fault::Redirected));
    let flood = || async { "x".repeat(8_000_001) };
    assert_eq!(asking(Router::new().fallback(get(flood))).await, Error::Wire(Fault::TooLarge));
}

#[tokio::test]
async fn nothing_secret_or_personal_is_seen_in_debug() {
    let card = answered(ID, 200, LIMITED).await.unwrap().unwrap();
    let error = error(422, r#"{"message":"Anna","data":[{"field":"idCard","message":"Anna"}]}"#).await;
    let token = Token::new(JWT.to_owned().into());
    let codec = Codec::new(profile(Encoding::Hex, Encoding::Hex), KEY.to_vec().into(), None).unwrap();
    let vector = TestVector { plain: "Anna".into(), nonce: "Anna".into(), sealed: "Anna".into() };
    let client = client_of(Router::new()).await;
    let seen = format!(
        "{card:?} {:?} {:?} {:?} {:?} {error:?} {error} {token:?} {codec:?} {vector:?} {client:?}",
        card.ean, card.account, card.limit, card.balance,
    );
    for hidden in
        ["Anna", "7b0d6c1e", "2f9e4b7a", "22000000", "125000000", "350000", "1500000", "c2VjcmV0", "key-of"]
    {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}
