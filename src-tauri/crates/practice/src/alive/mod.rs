//! The practice ALIVE: External Card Issuing API, manual 1.3 CZ Uni. One file an endpoint group.

mod authentication;
mod cardholders;
mod cards;
mod envelope;
pub(crate) mod model;
mod query;
pub(crate) mod records;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::RwLock;

use self::authentication::Authority;
use self::envelope::Refusal;
use self::records::Records;
use crate::clock::Clock;

pub(crate) use self::authentication::Keys;

/// What the handlers share.
struct Alive {
    records: RwLock<Records>,
    authority: Authority,
    clock: Clock,
}

/// The service under `/v1`.
pub(crate) fn router(records: Records, keys: Keys, clock: Clock) -> Router {
    let alive = Alive { records: RwLock::new(records), authority: Authority::new(keys), clock };
    Router::new()
        .route("/v1/authentication.authenticate", post(authentication::authenticate))
        .route("/v1/cardholders.list", get(cardholders::list))
        .route("/v1/cardholders.get", get(cardholders::get))
        .route("/v1/cardholders.getPhoto", get(cardholders::get_photo))
        .route("/v1/cards.list", get(cards::list))
        .route("/v1/cards.get", get(cards::get))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::new(alive))
}

async fn unknown_path() -> Refusal {
    Refusal::not_found("Endpoint not found.")
}

async fn wrong_method() -> Response {
    envelope::wrong_method()
}
