//! The practice ALIVE: External Card Issuing API, manual 1.3 CZ Uni. One folder or file an endpoint group:
//!
//! | endpoint | file |
//! |---|---|
//! | `POST authentication.authenticate` | `authentication.rs` |
//! | `GET cardholders.list`, `cardholders.get` | `cardholders/mod.rs` |
//! | `POST cardholders.set` | `cardholders/set.rs`, its formats in `cardholders/formats.rs` |
//! | `POST cardholders.setPhoto`, `GET cardholders.getPhoto` | `cardholders/photo.rs`, the rules in `cardholders/picture.rs` |
//! | `POST cardholders.anonymize` | `cardholders/erase.rs` |
//! | `POST graduations.set`, `GET graduations.list`, `graduations.get` | `graduations.rs` |
//! | `GET cards.list`, `cards.get` | `cards/mod.rs` |
//! | `POST cards.report`, `cards.request` | `cards/issue.rs` |
//! | `POST cards.update`, `cards.issuePlastic` | `cards/replace.rs` |
//! | `POST cards.changeValidity`, `cards.changeStatus` | `cards/change.rs` |
//!
//! Query parameters are read by `query.rs`, request bodies by `form.rs`, refusals made in `envelope.rs`. What comes
//! due by itself (the yearly extension of ALIVE ID ALUMNI cards, accepted anonymisations) is done in `records.rs`
//! before anything is read or changed.
//!
//! One route is no part of the API, stands outside `/v1` and needs no token: `GET /practice/cards/{card_id}`
//! (`shown.rs`) tells what the digital card shows, which the API can't be asked (T41): the holder's name, degrees and
//! photo as they were when the card was issued or last updated.

mod authentication;
mod cardholders;
mod cards;
mod custom_fields;
mod envelope;
mod form;
mod graduations;
pub(crate) mod model;
mod query;
pub(crate) mod records;
mod shown;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::authentication::Authority;
use self::envelope::Refusal;
use self::records::Records;
use crate::clock::Clock;
use crate::contract::Contract;

pub(crate) use self::authentication::Keys;

/// What the handlers share.
struct Alive {
    records: RwLock<Records>,
    authority: Authority,
    clock: Clock,
    contract: Contract,
}

impl Alive {
    /// The records as they are now.
    async fn read(&self) -> RwLockReadGuard<'_, Records> {
        let records = self.records.read().await;
        if !records.is_behind(self.clock.now()) {
            return records;
        }
        drop(records);
        self.write().await.downgrade()
    }

    /// The records as they are now, to be changed. A change is made whole under one guard, without waiting for
    /// anything, so that it's done once or not at all.
    async fn write(&self) -> RwLockWriteGuard<'_, Records> {
        let mut records = self.records.write().await;
        records.catch_up(self.clock.now());
        records
    }
}

/// The service under `/v1`, and `/practice/cards/{card_id}`.
pub(crate) fn router(records: Records, keys: Keys, clock: Clock, contract: Contract) -> Router {
    let alive = Alive { records: RwLock::new(records), authority: Authority::new(keys), clock, contract };
    // The server has a limit of its own; within it a photo that's too large is refused by name.
    let set_photo = post(cardholders::photo::set).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/v1/authentication.authenticate", post(authentication::authenticate))
        .route("/v1/cardholders.set", post(cardholders::set::set))
        .route("/v1/cardholders.setPhoto", set_photo)
        .route("/v1/cardholders.anonymize", post(cardholders::erase::anonymize))
        .route("/v1/cardholders.list", get(cardholders::list))
        .route("/v1/cardholders.get", get(cardholders::get))
        .route("/v1/cardholders.getPhoto", get(cardholders::photo::get))
        .route("/v1/graduations.set", post(graduations::set))
        .route("/v1/graduations.list", get(graduations::list))
        .route("/v1/graduations.get", get(graduations::get))
        .route("/v1/cards.report", post(cards::issue::report))
        .route("/v1/cards.request", post(cards::issue::request))
        .route("/v1/cards.update", post(cards::replace::update))
        .route("/v1/cards.changeValidity", post(cards::change::validity))
        .route("/v1/cards.changeStatus", post(cards::change::status))
        .route("/v1/cards.issuePlastic", post(cards::replace::issue_plastic))
        .route("/v1/cards.list", get(cards::list))
        .route("/v1/cards.get", get(cards::get))
        .route("/practice/cards/{card_id}", get(shown::get))
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
