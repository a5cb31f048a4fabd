//! What the desk learns when ALIVE is slow, gone or isn't ALIVE, and what nobody may learn.

use std::sync::Arc;
use std::time::Duration;

use alive::{
    Card, CardFilter, CardNumber, Cardholder, CardholderFilter, CardholderId, Error, Photo, PhotoKind,
};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use tokio::io::AsyncWriteExt;
use wire::{BaseUrl, Fault, Http, Limits, OsDice};

use crate::server::{SECRET, answering, client_of, clock, with_tokens};

async fn asking(router: Router) -> Error {
    let (router, _) = with_tokens(router);
    client_of(router).await.0.cardholder(CardholderId(7)).await.unwrap_err()
}

#[tokio::test]
async fn too_slow_is_a_time_out() {
    let nap = || tokio::time::sleep(Duration::from_secs(9));
    let error = asking(Router::new().route("/cardholders.get", get(nap))).await;
    assert_eq!(error, Error::Wire(Fault::Timeout { sent: true }));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let away = (StatusCode::FOUND, [(header::LOCATION, "https://example.org/")]);
    let error = asking(Router::new().route("/cardholders.get", get(away))).await;
    assert_eq!(error, Error::Wire(Fault::Redirected));
}

#[tokio::test]
async fn too_large_an_answer_is_refused() {
    let flood = || async { "x".repeat(8_000_001) };
    let error = asking(Router::new().route("/cardholders.get", get(flood))).await;
    assert_eq!(error, Error::Wire(Fault::TooLarge));
}

#[tokio::test]
async fn nobody_there_and_a_dropped_connection_are_told_apart() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = BaseUrl::parse(&format!("http://{}/v1", listener.local_addr().unwrap())).unwrap();
    let http = Http::new(Limits::default(), Arc::new(OsDice)).unwrap();
    let keys = alive::Keys { access_key_id: "desk".into(), secret: SECRET.to_owned().into() };
    let client = alive::Client::new(http, base, keys, clock());
    let dropping = tokio::spawn(async move {
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"mess").await.unwrap();
        }
    });
    assert_eq!(client.authenticate().await.unwrap_err(), Error::Wire(Fault::Broken));
    dropping.await.unwrap();
    assert_eq!(client.authenticate().await.unwrap_err(), Error::Wire(Fault::Unreachable));
}

#[tokio::test]
async fn what_is_no_envelope_is_nonsense_and_of_unknown_outcome() {
    let answers = [
        (200, "<html><body>Welcome to the Wi-Fi</body></html>"),
        (200, r#"{"message":"OK","data":[{"cardholder_id":7},"#),
        (200, r#"[{"cardholder_id":7}]"#),
        (200, r#"{"status":"ok"}"#),
        (200, r#"{"data":[{"cardholder_id":7,"date_of_birth":"Janik"}]}"#),
        (200, ""),
        (404, "<html>not found</html>"),
        (500, "Internal Server Error"),
    ];
    for (status, body) in answers {
        let error =
            answering("/cardholders.get", status, body).await.cardholder(CardholderId(7)).await.unwrap_err();
        assert!(matches!(error, Error::Nonsense { status: s, .. } if s == status), "{body}: {error}");
        assert!(error.outcome_unknown());
        assert!(!format!("{error} {error:?}").contains("Janik"));
    }
}

#[tokio::test]
async fn a_failure_in_alives_own_words_is_of_unknown_outcome_from_500_on() {
    let body = r#"{"message":"Janik exploded","data":[]}"#;
    let error = answering("/cardholders.get", 500, body).await.cardholder(CardholderId(7)).await.unwrap_err();
    assert!(matches!(error, Error::Refused { status: 500, code: None, .. }));
    assert!(error.outcome_unknown());
    assert!(!format!("{error} {error:?}").contains("Janik"));
}

#[tokio::test]
async fn nothing_secret_or_personal_is_seen_in_debug() {
    #[derive(serde::Deserialize)]
    struct Envelope<T> {
        data: Vec<T>,
    }
    fn first<T: serde::de::DeserializeOwned>(body: &str) -> T {
        serde_json::from_str::<Envelope<T>>(body).unwrap().data.remove(0)
    }
    let holder: Cardholder = first(include_str!("../samples/cardholders.set.response.json"));
    let card: Card = first(include_str!("../samples/cards.report.response.json"));
    let keys = alive::Keys { access_key_id: "desk".into(), secret: SECRET.to_owned().into() };
    let filter = CardholderFilter { last_name: Some("Janík".into()), ..CardholderFilter::default() };
    let cards =
        CardFilter { number: Some(CardNumber::new("S420123456789A").unwrap()), ..CardFilter::default() };
    let photo = Photo { bytes: "portrait".into(), kind: PhotoKind::Png };
    let (client, _) = client_of(with_tokens(Router::new()).0).await;
    client.authenticate().await.unwrap();
    let seen = format!(
        "{holder:?} {:?} {:?} {:?} {card:?} {:?} {:?} {keys:?} {filter:?} {cards:?} {photo:?} {client:?}",
        holder.addresses,
        holder.legal_representatives,
        holder.custom_fields,
        card.smart_technologies,
        card.number,
    );
    for hidden in [
        "Jan", "Petr", "Husova", "940415", "1994", "7110EQ4", "A14E5D5F", "S420", SECRET, "token-0",
        "portrait",
    ] {
        assert!(!seen.contains(hidden), "{hidden} in {seen}");
    }
}
