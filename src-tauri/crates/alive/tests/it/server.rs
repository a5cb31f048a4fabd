//! A server for one test: it counts, and answers what the test says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alive::{Client, Keys};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::{get, post};
use wire::{BaseUrl, FixedClock, Http, Limits, OsDice};

/// The secret that must never be seen.
pub const SECRET: &str = "s3cret-of-the-test";

pub fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::new("2024-05-01T08:00:00Z".parse().unwrap()))
}

/// A client of a server with these routes, and its clock.
pub async fn client_of(router: Router) -> (Client, Arc<FixedClock>) {
    client_with(router, Keys { access_key_id: "desk".into(), secret: SECRET.to_owned().into() }).await
}

/// The same, with these keys.
pub async fn client_with(router: Router, keys: Keys) -> (Client, Arc<FixedClock>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let router = Router::new().nest("/v1", router);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let limits = Limits { total: Duration::from_secs(2), ..Limits::default() };
    let http = Http::new(limits, Arc::new(OsDice)).unwrap();
    let clock = clock();
    (Client::new(http, BaseUrl::parse(&base).unwrap(), keys, clock.clone()), clock)
}

/// Routes with an authentication that always succeeds; tokens are `token-0`, `token-1` …, for 300 s each.
pub fn with_tokens(router: Router) -> (Router, Arc<AtomicUsize>) {
    // Long enough for all the others to be waiting.
    with_tokens_after(Duration::from_millis(50), router)
}

fn with_tokens_after(pause: Duration, router: Router) -> (Router, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let issue = move || async move {
        let serial = counter.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(pause).await;
        format!(r#"{{"message":"OK","data":{{"token":"token-{serial}","expires_in":300}}}}"#)
    };
    (router.route("/authentication.authenticate", post(issue)), count)
}

/// A client of a server that answers a GET of `path` with this, and its tokens' count.
pub async fn answering(path: &str, status: u16, body: &'static str) -> Client {
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    let (router, _) = with_tokens(Router::new().route(path, get(move || async move { (status, body) })));
    client_of(router).await.0
}

/// What came in by a POST.
#[derive(Clone, Debug)]
pub struct Sent {
    pub endpoint: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Sent {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A client of a server that writes down every change and answers it so.
pub async fn recording<A>(answer: A) -> (Client, Arc<Mutex<Vec<Sent>>>)
where
    A: Fn(&Sent) -> (u16, String) + Clone + Send + Sync + 'static,
{
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = log.clone();
    let handler = move |uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let sent = Sent { endpoint: uri.path().trim_start_matches('/').to_owned(), headers, body };
        let (status, answer) = answer(&sent);
        writer.lock().unwrap().push(sent);
        (StatusCode::from_u16(status).unwrap(), answer)
    };
    let (router, _) = with_tokens_after(Duration::ZERO, Router::new().fallback(handler));
    (client_of(router).await.0, log)
}
