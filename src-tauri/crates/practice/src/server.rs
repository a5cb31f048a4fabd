//! One register's HTTP server on loopback: counts requests, misbehaves as told, goes down and comes back on
//! the same port. "Down" closes every open connection at once, as a crash does.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::{Fault, FaultKind, Faults, Plan};

/// A photo may have 3 MB; one of many times that is still answered, by the endpoint's own refusal.
const LARGEST_REQUEST: usize = 64 << 20;
/// How much white space `too_large` sends at a time.
const SPACES: Bytes = Bytes::from_static(&[b' '; 16 * 1024]);

/// A server that can be stopped and started again. It stops when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    shared: Shared,
    running: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Clone)]
struct Shared {
    router: Router,
    faults: Faults,
    requests: Arc<AtomicU64>,
}

/// The connection is to be closed without an answer. hyper does so when a service fails.
#[derive(Debug, thiserror::Error)]
#[error("closed without an answer")]
struct Cut;

impl Server {
    /// Serves `router` on a free loopback port.
    pub(crate) async fn start(router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Shared { router, faults: Faults::default(), requests: Arc::default() };
        let running = Mutex::new(Some(tokio::spawn(serve(listener, shared.clone()))));
        Ok(Self { address, shared, running })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// How many requests came in, those to `/practice/faults` not counted.
    pub(crate) fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::SeqCst)
    }

    /// Closes the port and all connections. Nothing happens if it's down already.
    pub(crate) async fn stop(&self) {
        if let Some(task) = self.running.lock().await.take() {
            task.abort();
            // Wait for the listener to be gone, so that a client is refused from now on.
            let _ = task.await;
        }
    }

    /// Opens the same port again. Nothing happens if it's up already.
    pub(crate) async fn restart(&self) -> io::Result<()> {
        let mut running = self.running.lock().await;
        if running.is_none() {
            let listener = TcpListener::bind(self.address).await?;
            *running = Some(tokio::spawn(serve(listener, self.shared.clone())));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(task) = self.running.get_mut().take() {
            task.abort();
        }
    }
}

/// Accepts until aborted; the connections belong to it and end with it.
async fn serve(listener: TcpListener, shared: Shared) {
    let mut connections = JoinSet::new();
    // Closed when this ends: whatever is still being done ends with it.
    let (_up, up) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file handles: give the connections a moment to end.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without this a small answer waits for the delayed ACK of the one before.
        let _ = stream.set_nodelay(true);
        let (shared, up) = (shared.clone(), up.clone());
        connections.spawn(async move {
            let service = service_fn(move |request| answer(shared.clone(), up.clone(), request));
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    shared: Shared,
    mut up: watch::Receiver<()>,
    request: hyper::Request<Incoming>,
) -> Result<Response, Cut> {
    let request = request.map(Body::new);
    if request.uri().path() == "/practice/faults" {
        return Ok(set_fault(&shared.faults, request).await);
    }
    shared.requests.fetch_add(1, Ordering::SeqCst);
    let plan = shared.faults.strike(request.uri().path());
    let (kind, delay) = (plan.kind, plan.delay);
    let unheard = match kind {
        Some(FaultKind::Refuse) => Some(Err(Cut)),
        Some(FaultKind::Error { done: false }) => Some(Ok(error())),
        Some(FaultKind::Garbage) => Some(Ok(garbage())),
        _ => None,
    };
    if let Some(answer) = unheard {
        tokio::time::sleep(delay).await;
        return answer;
    }
    // What has come in whole is done once, also where the client doesn't wait for the answer: as a task of its
    // own it doesn't end with the connection. Only the server's end ends it.
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    };
    parts.extensions.insert::<Plan>(plan);
    let request = Request::from_parts(parts, Body::from(body));
    let router = TowerToHyperService::new(shared.router.clone());
    let work = tokio::spawn(async move {
        tokio::select! {
            _ = up.changed() => Err(Cut),
            Ok(response) = async { tokio::time::sleep(delay).await; router.call(request).await } => Ok(response),
        }
    });
    let response: Response = work.await.map_err(|_| Cut)??;
    match kind {
        Some(FaultKind::DropReply) => Err(Cut),
        Some(FaultKind::Error { done: true }) => Ok(error()),
        Some(FaultKind::Truncated) => {
            rebuilt(response, |whole| Body::from(whole.slice(..whole.len() / 2))).await
        }
        Some(FaultKind::SlowBody { ms }) => rebuilt(response, |whole| trickle(whole, ms)).await,
        Some(FaultKind::TooLarge { bytes }) => rebuilt(response, |whole| padded(whole, bytes)).await,
        _ => Ok(response),
    }
}

async fn rebuilt(response: Response, body: impl FnOnce(Bytes) -> Body) -> Result<Response, Cut> {
    let (mut parts, old) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    let whole = to_bytes(old, usize::MAX).await.map_err(|_| Cut)?;
    Ok(Response::from_parts(parts, body(whole)))
}

fn trickle(whole: Bytes, ms: u64) -> Body {
    Body::from_stream(stream::iter(0..whole.len()).then(move |at| {
        let byte = whole.slice(at..=at);
        async move {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok::<_, Infallible>(byte)
        }
    }))
}

fn padded(whole: Bytes, bytes: u64) -> Body {
    let step = SPACES.len() as u64;
    let spaces = (0..bytes.div_ceil(step)).map(move |n| {
        let left = usize::try_from(bytes - n * step).unwrap_or(usize::MAX);
        SPACES.slice(..left.min(SPACES.len()))
    });
    Body::from_stream(stream::iter(spaces.chain([whole]).map(Ok::<_, Infallible>)))
}

fn html(status: StatusCode, body: &'static str) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], body).into_response()
}

fn error() -> Response {
    html(StatusCode::INTERNAL_SERVER_ERROR, "<html><body><h1>Internal Server Error</h1></body></html>")
}

fn garbage() -> Response {
    html(StatusCode::OK, "<html><body><h1>Welcome to nginx!</h1></body></html>")
}

async fn set_fault(faults: &Faults, request: Request) -> Response {
    match *request.method() {
        Method::GET => axum::Json(faults.list()).into_response(),
        Method::DELETE => {
            faults.clear();
            StatusCode::NO_CONTENT.into_response()
        }
        Method::POST => {
            let body = to_bytes(request.into_body(), LARGEST_REQUEST).await.unwrap_or_default();
            match serde_json::from_slice::<Fault>(&body) {
                Ok(fault) => {
                    faults.set(fault);
                    StatusCode::NO_CONTENT.into_response()
                }
                Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
            }
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}
