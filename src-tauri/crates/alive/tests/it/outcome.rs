//! Whether a change that failed may have been made all the same: for every way to fail, and none is repeated.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alive::{CardId, Client, Error, Keys, Status};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::post;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wire::{BaseUrl, Fault, Http, Limits, OsDice};

use crate::server::{client_of, clock, recording, with_tokens};

async fn cancel(client: &Client) -> Error {
    client.change_status(CardId(3), Status::Cancelled).await.unwrap_err()
}

#[tokio::test]
async fn only_alives_own_refusal_is_sure() {
    let refused = r#"{"message":"Invalid data.","data":[],"code":1001,"errors":[]}"#;
    let missing = r#"{"message":"Card not found.","data":[],"code":3001}"#;
    let token = r#"{"message":"Authentication required.","data":[],"code":2002}"#;
    let key = r#"{"message":"Invalid credentials.","data":[],"code":2001}"#;
    for (status, body, unknown) in [
        (422, refused, false),
        (400, refused, false),
        (200, refused, false),
        (404, missing, false),
        (422, missing, false),
        (200, missing, false),
        (404, "\u{feff}{\"data\":[],\"code\":3001}", false),
        (403, key, false),
        (500, refused, true),
        (500, missing, true),
        (502, token, true),
        (503, key, true),
        (500, "Internal Server Error", true),
        (504, "", true),
        (404, "<html>not found</html>", true),
        (404, "{}", true),
        (403, r#"{"message":"Forbidden"}"#, true),
        (429, r#"{"message":"Too many requests","code":429}"#, true),
        (413, "<html>too large</html>", true),
        (200, "<html>Welcome to the Wi-Fi</html>", true),
        (200, "{}", true),
        (200, r#"{"message":"OK","data":[]}"#, true),
        (200, r#"{"message":"OK","data":[{"card_id":3,"cardholder_id":9,"#, true),
        (200, "", true),
        (204, "", true),
    ] {
        let (client, log) = recording(move |_| (status, body.to_owned())).await;
        let error = cancel(&client).await;
        assert_eq!(error.outcome_unknown(), unknown, "{status} {body}: {error}");
        assert_eq!(log.lock().unwrap().len(), 1, "{status} {body}");
    }
}

#[tokio::test]
async fn a_token_refused_twice_is_the_end_and_nothing_was_done() {
    for body in [r#"{"data":[],"code":2002}"#, r#"{"data":[],"code":1002}"#, ""] {
        let (client, log) = recording(move |_| (401, body.to_owned())).await;
        let error = cancel(&client).await;
        assert_eq!((error.outcome_unknown(), &error), (false, &Error::Token));
        assert_eq!(log.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_change_without_an_answer_is_of_unknown_outcome_and_not_repeated() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let nap = post(move || async move {
        counter.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(9)).await;
    });
    let away = (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "https://example.org/")]);
    let flood = post(|| async { "x".repeat(8_000_001) });
    for (route, fault) in [
        (nap, Fault::Timeout { sent: true }),
        (post(move || async move { away }), Fault::Redirected),
        (flood, Fault::TooLarge),
    ] {
        let (router, _) = with_tokens(Router::new().route("/cards.changeStatus", route));
        let error = cancel(&client_of(router).await.0).await;
        assert_eq!(error, Error::Wire(fault));
        assert!(error.outcome_unknown());
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

/// Answers each connection's first request: those for a token with one, the others as told, and hangs up.
async fn rude(answer: &'static str) -> (Client, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = BaseUrl::parse(&format!("http://{}/v1", listener.local_addr().unwrap())).unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let token = String::from_utf8_lossy(&request[..length]).contains("authenticate");
            let body = r#"{"data":{"token":"t","expires_in":300}}"#;
            let issued = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            if !token {
                counter.fetch_add(1, Ordering::SeqCst);
            }
            let _ = stream.write_all(if token { issued.as_bytes() } else { answer.as_bytes() }).await;
        }
    });
    let http = Http::new(Limits::default(), Arc::new(OsDice)).unwrap();
    let keys = Keys { access_key_id: "desk".into(), secret: "s".to_owned().into() };
    (Client::new(http, base, keys, clock()), count)
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_change_was_sent_is_of_unknown_outcome() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"mess"] {
        let (client, count) = rude(answer).await;
        let error = cancel(&client).await;
        assert_eq!(error, Error::Wire(Fault::Broken), "{answer}");
        assert!(error.outcome_unknown());
        assert_eq!(count.load(Ordering::SeqCst), 1, "{answer}");
    }
}

#[tokio::test]
async fn without_a_token_nothing_was_sent_whatever_became_of_the_request_for_it() {
    let nap = post(|| tokio::time::sleep(Duration::from_secs(9)));
    let portal = post(|| async { "<html>Welcome to the Wi-Fi</html>" });
    let failing =
        post(|| async { (StatusCode::INTERNAL_SERVER_ERROR, r#"{"message":"","data":[],"code":1001}"#) });
    let key = post(|| async { (StatusCode::UNAUTHORIZED, r#"{"message":"","data":[],"code":2001}"#) });
    for (issue, expected) in [
        (nap, Error::Wire(Fault::Timeout { sent: false })),
        (portal, Error::Wire(Fault::Unreachable)),
        (failing, Error::Wire(Fault::Unreachable)),
        (key, Error::Credentials),
    ] {
        let router = Router::new().route("/authentication.authenticate", issue);
        let error = cancel(&client_of(router).await.0).await;
        assert_eq!((error.outcome_unknown(), error), (false, expected));
    }
}
