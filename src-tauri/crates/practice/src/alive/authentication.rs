//! `POST /authentication.authenticate`, and the Bearer token of every other call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Extension, FromRequestParts, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::json;

use super::Alive;
use super::envelope::{self, Refusal};
use super::form::Form;
use crate::faults::Plan;
use crate::jwt::{Claims, Reason, Signer};

/// How long a token lives, in seconds: the sample's value.
const EXPIRES_IN: i64 = 300;

/// The one client of the practice ALIVE, and the key that signs tokens.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) signing: [u8; 32],
}

/// Gives tokens and knows them again. Any number of them live side by side (decision N10).
pub(super) struct Authority {
    keys: Keys,
    signer: Signer,
    given: AtomicU64,
}

impl Authority {
    pub(super) fn new(keys: Keys) -> Self {
        let signer = Signer::new(keys.signing);
        Self { keys, signer, given: AtomicU64::new(1) }
    }
}

/// Extracted from a request with a good token; refuses otherwise.
pub(super) struct Caller;

impl FromRequestParts<Arc<Alive>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, alive: &Arc<Alive>) -> Result<Self, Refusal> {
        let plan = parts.extensions.get::<Plan>().cloned().unwrap_or_default();
        let header = parts.headers.get(AUTHORIZATION).ok_or_else(Refusal::authentication)?;
        let header = header.to_str().map_err(|_| Refusal::malformed_token())?;
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::authentication());
        }
        let claims =
            alive.authority.signer.open(token.trim(), alive.clock.now()).map_err(|reason| match reason {
                Reason::Malformed => Refusal::malformed_token(),
                Reason::Foreign | Reason::Spent => Refusal::authentication(),
            })?;
        if plan.token_refused || claims.epoch < plan.epoch {
            return Err(Refusal::authentication());
        }
        Ok(Self)
    }
}

/// E1. `data` is an object here, by the manual's sample.
pub(super) async fn authenticate(
    State(alive): State<Arc<Alive>>,
    Extension(plan): Extension<Plan>,
    mut form: Form,
) -> Result<Response, Refusal> {
    let access_key_id = form.mandatory("access_key_id", Form::text);
    let secret_access_key = form.mandatory("secret_access_key", Form::text);
    let (access_key_id, secret_access_key) = form.finish(access_key_id.zip(secret_access_key))?;
    let keys = &alive.authority.keys;
    let known = access_key_id == keys.access_key_id && secret_access_key == keys.secret_access_key;
    if !known || plan.credentials_refused {
        return Err(Refusal::credentials());
    }
    let now = alive.clock.now().as_second();
    let token = alive.authority.signer.sign(&Claims {
        sub: keys.access_key_id.clone(),
        iat: now,
        exp: now + EXPIRES_IN,
        jti: alive.authority.given.fetch_add(1, Ordering::Relaxed),
        epoch: plan.epoch,
    });
    Ok(envelope::ok(json!({ "token": token, "expires_in": EXPIRES_IN })))
}
