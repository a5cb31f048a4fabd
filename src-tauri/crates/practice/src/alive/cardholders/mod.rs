//! `GET /cardholders.list` and `/cardholders.get` (manual, Cardholders).

pub(super) mod erase;
mod formats;
pub(super) mod photo;
mod picture;
pub(super) mod set;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::Alive;
use super::authentication::Caller;
use super::envelope::{self, Refusal, Wrong};
use super::form::Form;
use super::model::Cardholder;
use super::query::{Query, compact};
use super::records::Records;

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
    let records = alive.read().await;
    let found = records.cardholders.newest_first(modified_from).filter(|holder| {
        same(&external_id, holder.external_id.as_deref())
            && same(&first_name, Some(&holder.first_name))
            && same(&last_name, Some(&holder.last_name))
            && same(&email, Some(&holder.email))
            && date_of_birth.is_none_or(|date| holder.date_of_birth == Some(date))
            && phone_number
                .as_ref()
                .is_none_or(|wanted| holder.phone_number.as_deref().is_some_and(|n| compact(n) == *wanted))
    });
    Ok(page.answer(found))
}

/// E6: an array of one (decision N40).
pub(super) async fn get(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    query: Query,
) -> Result<Response, Refusal> {
    let id = query.only_id("cardholder_id")?;
    let records = alive.read().await;
    envelope::one(id.and_then(|id| records.cardholders.get(id)), NOT_FOUND)
}

/// The cardholder that a request names; 3001 where there's none, NOT_ALLOWED_ERROR where they're anonymised.
pub(super) fn named(form: &mut Form, records: &Records) -> Result<Option<Arc<Cardholder>>, Refusal> {
    let Some(id) = form.mandatory("cardholder_id", Form::integer) else {
        return Ok(None);
    };
    let holder = records.cardholders.get(id).ok_or_else(|| Refusal::not_found(NOT_FOUND))?;
    if records.is_erased(id) {
        form.refuse("cardholder_id", Wrong::NotAllowed);
    }
    Ok(Some(holder.clone()))
}
