//! The token: one request for many, ahead of its end, and once more after a refusal.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alive::{CardholderId, Client, Error};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use futures::future::join_all;
use jiff::SignedDuration;
use wire::Fault;

use crate::server::{SECRET, client_of, with_tokens};

const HOLDER: &str = r#"{"message":"OK","data":[{"cardholder_id":7}]}"#;
const REFUSED: (StatusCode, &str) =
    (StatusCode::UNAUTHORIZED, r#"{"message":"Authentication required.","data":[],"code":2002}"#);

/// Answers with a cardholder to whoever bears one of `good`, and counts all who come.
fn guarded(good: &'static [&'static str]) -> (Router, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let answer = move |headers: HeaderMap| async move {
        counter.fetch_add(1, Ordering::SeqCst);
        let bearer = headers.get("authorization").unwrap().to_str().unwrap();
        match good.iter().any(|token| bearer == format!("Bearer {token}")) {
            true => (StatusCode::OK, HOLDER),
            false => REFUSED,
        }
    };
    (Router::new().route("/cardholders.get", get(answer)), count)
}

async fn ask(client: &Client) -> Result<(), Error> {
    client.cardholder(CardholderId(7)).await.map(drop)
}

#[tokio::test]
async fn many_calls_at_once_share_one_authentication() {
    let (router, asked) = guarded(&["token-0"]);
    let (router, issued) = with_tokens(router);
    let (client, _) = client_of(router).await;
    for result in join_all((0..20).map(|_| ask(&client))).await {
        result.unwrap();
    }
    assert_eq!(issued.load(Ordering::SeqCst), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn the_content_type_of_an_authentication_is_named_once_and_with_its_charset() {
    let answer = |headers: HeaderMap| async move {
        let named: Vec<_> = headers.get_all("content-type").iter().collect();
        match named == ["application/json; charset=utf-8"] {
            true => (StatusCode::OK, r#"{"message":"OK","data":{"token":"token-0"}}"#),
            false => (StatusCode::UNSUPPORTED_MEDIA_TYPE, r#"{"message":"","data":[],"code":1003}"#),
        }
    };
    let router = Router::new().route("/authentication.authenticate", post(answer));
    client_of(router).await.0.authenticate().await.unwrap();
}

#[tokio::test]
async fn the_token_is_renewed_before_it_ends() {
    let (router, _) = guarded(&["token-0", "token-1"]);
    let (router, issued) = with_tokens(router);
    let (client, clock) = client_of(router).await;
    ask(&client).await.unwrap();
    clock.advance(SignedDuration::from_secs(284));
    ask(&client).await.unwrap();
    assert_eq!(issued.load(Ordering::SeqCst), 1);
    clock.advance(SignedDuration::from_secs(2));
    ask(&client).await.unwrap();
    assert_eq!(issued.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn warming_renews_at_half_life_and_says_when() {
    let (router, issued) = with_tokens(Router::new());
    let (client, clock) = client_of(router).await;
    let again = client.authenticate().await.unwrap();
    assert_eq!(again, "2024-05-01T08:02:30Z".parse().unwrap());
    client.authenticate().await.unwrap();
    assert_eq!(issued.load(Ordering::SeqCst), 1);
    clock.set(again);
    client.authenticate().await.unwrap();
    assert_eq!(issued.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_by_one_for_all() {
    let (router, asked) = guarded(&["token-1"]);
    let (router, issued) = with_tokens(router);
    let (client, _) = client_of(router).await;
    for result in join_all((0..10).map(|_| ask(&client))).await {
        result.unwrap();
    }
    assert_eq!(issued.load(Ordering::SeqCst), 2);
    assert_eq!(asked.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn a_second_refusal_is_the_end() {
    let (router, asked) = guarded(&[]);
    let (router, issued) = with_tokens(router);
    let (client, _) = client_of(router).await;
    assert_eq!(ask(&client).await.unwrap_err(), Error::Token);
    assert_eq!((issued.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn a_refusal_by_any_sign_renews_the_token() {
    let signs = [
        (StatusCode::UNPROCESSABLE_ENTITY, r#"{"message":"","data":[],"code":1002}"#),
        (StatusCode::OK, r#"{"message":"","data":[],"code":"2002"}"#),
        (StatusCode::UNAUTHORIZED, r#"{"message":"Unauthorized"}"#),
        (StatusCode::UNAUTHORIZED, ""),
    ];
    for sign in signs {
        let answer = move |headers: HeaderMap| async move {
            match headers["authorization"] == "Bearer token-0" {
                true => sign,
                false => (StatusCode::OK, HOLDER),
            }
        };
        let (router, issued) = with_tokens(Router::new().route("/cardholders.get", get(answer)));
        let (client, _) = client_of(router).await;
        ask(&client).await.unwrap();
        assert_eq!(issued.load(Ordering::SeqCst), 2, "{sign:?}");
    }
}

#[tokio::test]
async fn a_refused_key_is_told_and_shared_by_those_who_waited() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let issue = move |body: String| async move {
        counter.fetch_add(1, Ordering::SeqCst);
        assert!(body.contains(SECRET) && body.contains("desk"));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        (StatusCode::UNAUTHORIZED, r#"{"message":"Invalid credentials.","data":[],"code":2001}"#)
    };
    let (client, _) = client_of(Router::new().route("/authentication.authenticate", post(issue))).await;
    for result in join_all((0..10).map(|_| ask(&client))).await {
        assert_eq!(result.unwrap_err(), Error::Credentials);
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(ask(&client).await.unwrap_err(), Error::Credentials);
    assert_eq!(count.load(Ordering::SeqCst), 2, "a later call tries anew");
}

#[tokio::test]
async fn a_slow_authentication_is_waited_for_once_by_all() {
    let nap = || tokio::time::sleep(std::time::Duration::from_secs(9));
    let (client, _) = client_of(Router::new().route("/authentication.authenticate", post(nap))).await;
    let begin = tokio::time::Instant::now();
    for result in join_all((0..5).map(|_| ask(&client))).await {
        assert_eq!(result.unwrap_err(), Error::Wire(Fault::Timeout { sent: true }));
    }
    assert!(begin.elapsed() < std::time::Duration::from_secs(5), "one time-out, not five");
}

#[tokio::test]
async fn the_token_comes_as_an_object_or_an_array_and_with_or_without_lifetime() {
    let sample = include_str!("../samples/authentication.authenticate.response.json");
    for body in [sample, r#"{"message":"OK","data":[{"token":"<Bearer Token>"}]}"#] {
        let issue = post(move || async move { body });
        let (router, _) = guarded(&["<Bearer Token>"]);
        let (client, _) = client_of(router.route("/authentication.authenticate", issue)).await;
        ask(&client).await.unwrap();
    }
}
