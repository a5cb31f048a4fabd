//! What is sent: an encrypted identifier, a fresh nonce, the token.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sup::{Encoding, Token, Uuid};

use crate::server::{JWT, KEY, client_of, client_with, profile};

const ID: Uuid = Uuid::from_u128(0x1e8b_7b10_ab55_45fe_8f5e_1317_81ea_54e8);

/// Path segment, nonce and authorization of each request.
type Seen = Arc<Mutex<Vec<[String; 3]>>>;

type Decode = fn(&str) -> Vec<u8>;

fn watching(status: StatusCode) -> (Router, Seen) {
    let seen = Seen::default();
    let notes = seen.clone();
    let note = move |Path(id): Path<String>, request: Request| async move {
        let header = |name| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
        notes.lock().unwrap().push([id, header("X-Nonce"), header("Authorization")]);
        (status, "{}")
    };
    (Router::new().route("/v1/card/{id}", get(note)), seen)
}

fn open(nonce: Vec<u8>, sealed: Vec<u8>) -> String {
    let cipher = XChaCha20Poly1305::new(&KEY.into());
    let nonce: [u8; 24] = nonce.try_into().unwrap();
    String::from_utf8(cipher.decrypt(&XNonce::from(nonce), &sealed[..]).unwrap()).unwrap()
}

#[tokio::test]
async fn the_identifier_is_encrypted_in_each_encoding() {
    let decoders: [(Encoding, Decode); 3] = [
        (Encoding::Base64Url, |text| URL_SAFE_NO_PAD.decode(text).unwrap()),
        (Encoding::Base64, |text| STANDARD.decode(text).unwrap()),
        (Encoding::Hex, |text| hex::decode(text).unwrap()),
    ];
    for (encoding, decode) in decoders {
        let (router, seen) = watching(StatusCode::NOT_FOUND);
        let client =
            client_with(router, Token::new(JWT.to_owned().into()), profile(encoding, encoding)).await;
        // Several, so that the characters of Base64 that a path can't bear are sure to come.
        for _ in 0..20 {
            assert_eq!(client.card(ID).await.unwrap(), None);
        }
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), 20, "a path that broke would not have come here");
        for [id, nonce, _] in &*seen {
            assert_eq!(open(decode(nonce), decode(id)), "1e8b7b10-ab55-45fe-8f5e-131781ea54e8");
        }
    }
}

#[tokio::test]
async fn each_attempt_has_its_own_nonce() {
    let (router, seen) = watching(StatusCode::SERVICE_UNAVAILABLE);
    client_of(router).await.card(ID).await.unwrap_err();
    let nonces: HashSet<_> = seen.lock().unwrap().iter().map(|[_, nonce, _]| nonce.clone()).collect();
    assert_eq!((seen.lock().unwrap().len(), nonces.len()), (3, 3));
}

#[tokio::test]
async fn the_token_stands_behind_the_prefix_of_the_profile() {
    let plain = profile(Encoding::Hex, Encoding::Hex);
    let tokens = [
        (Token::new(JWT.to_owned().into()), format!("Bearer {JWT}")),
        (Token::with_prefix(JWT.to_owned().into(), ""), JWT.to_owned()),
    ];
    for (token, header) in tokens {
        let (router, seen) = watching(StatusCode::NOT_FOUND);
        client_with(router, token, plain).await.card(ID).await.unwrap();
        assert_eq!(seen.lock().unwrap()[0][2], header);
    }
}
