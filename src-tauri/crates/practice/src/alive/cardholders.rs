//! `GET /cardholders.list`, `/cardholders.get`, `/cardholders.getPhoto` (manual, Cardholders).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::Alive;
use super::authentication::Caller;
use super::envelope::{self, Refusal};
use super::query::{Query, compact};

const NOT_FOUND: &str = "Cardholder not found.";

/// E5: filters joined by AND, last modified first.
pub(super) async fn list(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut query: Query,
) -> Result<Response, Refusal> {
    let external_id = query.text("external_id");
    let first_name = query.text("first_name");
    let last_name = query.text("last_name");
    let date_of_birth = query.date("date_of_birth");
    let email = query.text("email");
    let phone_number = query.compact("phone_number");
    let modified_from = query.moment("modified_from");
    let page = query.page();
    query.finish()?;

    let same = |wanted: &Option<String>, value: Option<&str>| {
        wanted.as_ref().is_none_or(|wanted| value.is_some_and(|value| value.to_lowercase() == *wanted))
    };
    let records = alive.records.read().await;
    let found: Vec<_> = records
        .cardholders
        .newest_first(modified_from)
        .filter(|holder| {
            same(&external_id, holder.external_id.as_deref())
                && same(&first_name, Some(&holder.first_name))
                && same(&last_name, Some(&holder.last_name))
                && same(&email, Some(&holder.email))
                && date_of_birth.is_none_or(|date| holder.date_of_birth == date)
                && phone_number.as_ref().is_none_or(|wanted| {
                    holder.phone_number.as_deref().is_some_and(|n| compact(n) == *wanted)
                })
        })
        .skip(page.offset)
        .take(page.limit)
        .collect();
    Ok(envelope::ok(found))
}

/// E6: an array of one (decision N40).
pub(super) async fn get(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut query: Query,
) -> Result<Response, Refusal> {
    let id = query.mandatory_id("cardholder_id");
    query.finish()?;
    let records = alive.records.read().await;
    let holder =
        id.and_then(|id| records.cardholders.get(id)).ok_or_else(|| Refusal::not_found(NOT_FOUND))?;
    Ok(envelope::ok([holder]))
}

/// E7: the file itself, no envelope; without a photo 404 and 3001 (decision N33).
pub(super) async fn get_photo(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut query: Query,
) -> Result<Response, Refusal> {
    let id = query.mandatory_id("cardholder_id");
    query.finish()?;
    let photo = {
        let records = alive.records.read().await;
        let holder = id.filter(|id| records.cardholders.get(*id).is_some());
        let id = holder.ok_or_else(|| Refusal::not_found(NOT_FOUND))?;
        records.photos.get(&id).cloned()
    };
    let photo = photo.ok_or_else(|| Refusal::not_found("Photo not found."))?;
    let media_type = photo.media_type();
    // Drawing takes the processor for a while: not on the threads that serve.
    let file = tokio::task::spawn_blocking(move || photo.file()).await.ok().flatten();
    let file = file.ok_or_else(|| Refusal::not_found("Photo not found."))?;
    Ok(([(CONTENT_TYPE, media_type)], file).into_response())
}
