//! `GET /cards.list` and `/cards.get` (manual, Cards).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::Alive;
use super::authentication::Caller;
use super::envelope::{self, Refusal};
use super::model::{CARD_TYPE_CODES, STATUS_CODES};
use super::query::{Query, compact};

/// E17: filters joined by AND, last modified first.
pub(super) async fn list(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut query: Query,
) -> Result<Response, Refusal> {
    let cardholder_id = query.id("cardholder_id");
    let number = query.compact("number");
    let status = query.choice("status", &STATUS_CODES);
    let kind = query.choice("type", &CARD_TYPE_CODES);
    let modified_from = query.moment("modified_from");
    let page = query.page();
    query.finish()?;

    let records = alive.records.read().await;
    let found: Vec<_> = records
        .cards
        .newest_first(modified_from)
        .filter(|card| {
            cardholder_id.is_none_or(|id| card.cardholder_id == id)
                && status.is_none_or(|code| card.status.code() == code)
                && kind.is_none_or(|code| card.kind.code() == code)
                && number.as_ref().is_none_or(|number| compact(&card.number) == *number)
        })
        .skip(page.offset)
        .take(page.limit)
        .collect();
    Ok(envelope::ok(found))
}

/// E18: an array of one (decision N40).
pub(super) async fn get(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut query: Query,
) -> Result<Response, Refusal> {
    let id = query.mandatory_id("card_id");
    query.finish()?;
    let records = alive.records.read().await;
    let card =
        id.and_then(|id| records.cards.get(id)).ok_or_else(|| Refusal::not_found("Card not found."))?;
    Ok(envelope::ok([card]))
}
