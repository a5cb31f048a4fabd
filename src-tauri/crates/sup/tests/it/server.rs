//! A server for one test, and the client of it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use sup::{Algorithm, Card, Client, Codec, CodecProfile, Encoding, Error, Token, Uuid};
use wire::{BaseUrl, FixedClock, Http, Limits, OsDice};

/// A token that has ended an hour before the tests' clock, with the claim `exp` of 2024-05-01T07:00:00Z.
pub const JWT: &str = "e30.eyJleHAiOjE3MTQ1NDY4MDB9.c2VjcmV0LW9mLXRoZS10ZXN0";
pub const KEY: [u8; 32] = *b"key-of-the-test-key-of-the-test-";

pub fn profile(ciphertext_encoding: Encoding, nonce_encoding: Encoding) -> CodecProfile {
    CodecProfile { algorithm: Algorithm::XChaCha20Poly1305, nonce_encoding, ciphertext_encoding }
}

pub async fn client_with(router: Router, token: Token, profile: CodecProfile) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = BaseUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let limits = Limits { total: Duration::from_secs(2), ..Limits::default() };
    let http = Http::new(limits, Arc::new(OsDice)).unwrap();
    let codec = Codec::new(profile, KEY.to_vec().into(), None).unwrap();
    let clock = Arc::new(FixedClock::new("2024-05-01T08:00:00Z".parse().unwrap()));
    Client::new(http, base, token, codec, clock, Arc::new(OsDice))
}

pub async fn client_of(router: Router) -> Client {
    let token = Token::new(JWT.to_owned().into());
    client_with(router, token, profile(Encoding::Base64Url, Encoding::Base64Url)).await
}

/// What the client makes of this answer.
pub async fn answered(id: Uuid, status: u16, body: &'static str) -> Result<Option<Card>, Error> {
    let status = StatusCode::from_u16(status).unwrap();
    client_of(Router::new().fallback(get(move || async move { (status, body) }))).await.card(id).await
}
