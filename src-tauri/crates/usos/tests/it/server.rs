//! A server for one test, and the client of it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use usos::{Client, Consumer, UserToken};
use wire::{BaseUrl, Dice, FixedClock, Http, Limits, OsDice};

/// The secret that must never be seen.
pub const SECRET: &str = "s3cret-of-the-test";

/// 2024-05-01T08:00:00Z
pub const NOW: i64 = 1_714_550_400;

/// Always throws the same.
#[derive(Debug)]
pub struct LoadedDice;

impl Dice for LoadedDice {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0x0a);
    }
}

pub struct Rights {
    pub administrative: bool,
    pub token: bool,
}

pub async fn client_with(router: Router, rights: Rights, dice: Arc<dyn Dice>) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = BaseUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let limits = Limits { total: Duration::from_secs(2), ..Limits::default() };
    let http = Http::new(limits, Arc::new(OsDice)).unwrap();
    let secret = || SECRET.to_owned().into();
    let consumer = Consumer { key: "key".into(), secret: secret(), administrative: rights.administrative };
    let token = rights.token.then(|| UserToken { token: "token".to_owned().into(), secret: secret() });
    let clock = Arc::new(FixedClock::new(jiff::Timestamp::constant(NOW, 0)));
    Client::new(http, base, consumer, token, clock, dice)
}

/// A fully equipped client.
pub async fn client_of(router: Router) -> Client {
    client_with(router, Rights { administrative: true, token: true }, Arc::new(OsDice)).await
}

/// A client of a server that answers everything with this.
pub async fn answering(status: u16, body: &'static str) -> Client {
    let status = StatusCode::from_u16(status).unwrap();
    client_of(Router::new().fallback(get(move || async move { (status, body) }))).await
}
