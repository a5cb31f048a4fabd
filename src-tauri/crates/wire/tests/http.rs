//! What the client does when a server is slow, broken, too talkative, gone or sends it elsewhere.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;
use wire::{Fault, FixedClock, Http, Limits, OsDice, Reply};

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A server that reads the head of each request, writes `answer` and hangs up; counts the requests.
async fn rude(answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, count)
}

fn http() -> Http {
    let limits = Limits { total: Duration::from_millis(400), body: 1000, ..Limits::default() };
    Http::new(limits, Arc::new(OsDice)).unwrap()
}

fn url(address: SocketAddr, path: &str) -> Url {
    format!("http://{address}{path}").parse().unwrap()
}

async fn ask(http: &Http, url: Url) -> Result<Reply, Fault> {
    http.send(http.get(url)).await
}

#[tokio::test]
async fn an_answer_of_any_status_is_a_reply() {
    let head = [(header::DATE, "Wed, 21 Oct 2015 07:28:00 GMT"), (header::CONTENT_TYPE, "text/plain")];
    let address = serve(Router::new().route("/", get((StatusCode::IM_A_TEAPOT, head, "hello")))).await;
    let reply = ask(&http(), url(address, "/")).await.unwrap();
    assert_eq!(reply.status, 418);
    assert_eq!(reply.body, "hello");
    assert_eq!(reply.content_type.as_deref(), Some("text/plain"));
    assert_eq!(reply.date, Some("2015-10-21T07:28:00Z".parse().unwrap()));
    assert!(!format!("{reply:?}").contains("hello"));
}

#[tokio::test]
async fn the_request_says_nothing_that_it_was_not_told_to_say() {
    let echo = |headers: HeaderMap| async move {
        let mut names: Vec<_> = headers.keys().map(ToString::to_string).collect();
        names.sort();
        names.join(" ")
    };
    let address = serve(Router::new().route("/", get(echo))).await;
    assert_eq!(ask(&http(), url(address, "/")).await.unwrap().body, "accept host user-agent");
}

#[tokio::test]
async fn http_off_this_machine_is_never_sent() {
    let fault = ask(&http(), "http://192.0.2.1/".parse().unwrap()).await.unwrap_err();
    assert_eq!(fault, Fault::Insecure);
    assert!(!fault.outcome_unknown());
}

#[tokio::test]
async fn a_redirect_is_refused() {
    let app = Router::new()
        .route("/", get((StatusCode::FOUND, [(header::LOCATION, "/there")])))
        .route("/there", get(|| async { "portal" }));
    assert_eq!(ask(&http(), url(serve(app).await, "/")).await.unwrap_err(), Fault::Redirected);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_with_and_without_a_stated_length() {
    let drops =
        || futures::stream::iter((0..200).map(|_| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 100]))));
    let app = Router::new()
        .route("/stated", get(|| async { "x".repeat(1001) }))
        .route("/streamed", get(move || async move { Body::from_stream(drops()) }))
        .route("/fits", get(|| async { "x".repeat(1000) }));
    let address = serve(app).await;
    assert_eq!(ask(&http(), url(address, "/stated")).await.unwrap_err(), Fault::TooLarge);
    assert_eq!(ask(&http(), url(address, "/streamed")).await.unwrap_err(), Fault::TooLarge);
    assert_eq!(ask(&http(), url(address, "/fits")).await.unwrap().body.len(), 1000);
}

#[tokio::test]
async fn a_slow_answer_may_have_been_a_change() {
    let nap = || tokio::time::sleep(Duration::from_secs(5));
    let address = serve(Router::new().route("/", post(nap))).await;
    let http = http();
    let fault = http.send(http.post(url(address, "/"))).await.unwrap_err();
    assert_eq!(fault, Fault::Timeout { sent: true });
    assert!(fault.outcome_unknown());
}

#[tokio::test]
async fn nobody_there_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let fault = ask(&http(), url(address, "/")).await.unwrap_err();
    assert_eq!(fault, Fault::Unreachable);
    assert!(!fault.outcome_unknown());
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted() {
    let (address, _) = rude("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let fault = ask(&http(), format!("https://{address}/").parse().unwrap()).await.unwrap_err();
    assert_eq!(fault, Fault::Tls);
    assert!(!fault.outcome_unknown());
}

#[tokio::test]
async fn a_change_over_a_broken_connection_is_sent_once_and_unknown() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"data\":"] {
        let (address, count) = rude(answer).await;
        let http = http();
        let fault = http.send(http.post(url(address, "/"))).await.unwrap_err();
        assert_eq!(fault, Fault::Broken);
        assert!(fault.outcome_unknown());
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_read_is_sent_three_times_at_most() {
    let (address, count) = rude("").await;
    let http = http();
    let fault = http.read(|| Ok::<_, Fault>(http.get(url(address, "/")))).await.unwrap_err();
    assert_eq!(fault, Fault::Broken);
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_read_outlives_a_short_unavailability() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let app = Router::new().route(
        "/",
        get(move || async move {
            match counter.fetch_add(1, Ordering::SeqCst) {
                0 => (StatusCode::SERVICE_UNAVAILABLE, "later"),
                _ => (StatusCode::OK, "now"),
            }
        }),
    );
    let address = serve(app).await;
    let http = http();
    let reply = http.read(|| Ok::<_, Fault>(http.get(url(address, "/")))).await.unwrap();
    assert_eq!(reply.body, "now");
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn neither_a_time_out_nor_a_refusal_is_read_again() {
    let count = Arc::new(AtomicUsize::new(0));
    let (slow, refused) = (count.clone(), count.clone());
    let app = Router::new()
        .route(
            "/slow",
            get(move || async move {
                slow.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(5)).await;
            }),
        )
        .route(
            "/refused",
            get(move || async move {
                refused.fetch_add(1, Ordering::SeqCst);
                StatusCode::INTERNAL_SERVER_ERROR
            }),
        );
    let address = serve(app).await;
    let http = http();
    let slow = http.read(|| Ok::<_, Fault>(http.get(url(address, "/slow")))).await;
    assert_eq!(slow.unwrap_err(), Fault::Timeout { sent: true });
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(http.read(|| Ok::<_, Fault>(http.get(url(address, "/refused")))).await.unwrap().status, 500);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_said_before_sending() {
    let http = http();
    let request = http.get("https://example.org/".parse().unwrap()).header("x-key", "two\nlines");
    assert_eq!(http.send(request).await.unwrap_err(), Fault::Unsendable);
}

#[test]
fn a_fixed_clock_moves_only_when_told() {
    use wire::Clock;
    let clock = FixedClock::new("2024-01-01T00:00:00Z".parse().unwrap());
    clock.advance(jiff::SignedDuration::from_hours(-1));
    assert_eq!(clock.now(), "2023-12-31T23:00:00Z".parse().unwrap());
    assert_eq!(clock.now(), clock.now());
}
