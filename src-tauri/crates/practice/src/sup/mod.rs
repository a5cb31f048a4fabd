//! The practice SUP: `GET /v1/card/{idCard}`.

mod card;
mod codec;
pub(crate) mod records;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::RwLock;

use self::records::Records;
use crate::clock::Clock;
use crate::jwt::{Claims, Signer};

/// The tokens' and the identifiers' keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) signing: [u8; 32],
    pub(crate) codec: [u8; 32],
}

impl Keys {
    /// An access token that lives for a year. How a real one is obtained isn't documented.
    pub(crate) fn token(&self, clock: &Clock) -> String {
        let iat = clock.now().as_second();
        let exp = iat + 365 * 24 * 3600;
        Signer::new(self.signing).sign(&Claims {
            sub: "carddesk-practice".into(),
            iat,
            exp,
            jti: 1,
            epoch: 0,
        })
    }
}

struct Sup {
    records: RwLock<Records>,
    signer: Signer,
    codec: [u8; 32],
    clock: Clock,
}

/// The service.
pub(crate) fn router(records: Records, keys: &Keys, clock: Clock) -> Router {
    let signer = Signer::new(keys.signing);
    let sup = Sup { records: RwLock::new(records), signer, codec: keys.codec, clock };
    Router::new()
        .route("/v1/card/{id_card}", get(card::get))
        .fallback(|| async { message(StatusCode::NOT_FOUND, "Not Found") })
        .method_not_allowed_fallback(|| async {
            message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
        })
        .with_state(Arc::new(sup))
}

/// The error shape of all 4xx but 422.
fn message(status: StatusCode, text: &str) -> Response {
    (status, axum::Json(serde_json::json!({ "message": text }))).into_response()
}
