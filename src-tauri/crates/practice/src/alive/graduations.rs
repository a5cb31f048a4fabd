//! `POST /graduations.set`, `GET /graduations.list` and `/graduations.get` (manual, Graduations).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::Alive;
use super::authentication::Caller;
use super::cardholders;
use super::envelope::{self, Refusal, Wrong};
use super::form::Form;
use super::model::Graduation;
use super::query::Query;

const NOT_FOUND: &str = "Graduation not found.";

/// E8: 201 for a new report and for a correction. Not differential: what isn't sent is deleted. Each repetition of
/// a new report is a new graduation (decision N26).
pub(super) async fn set(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let (id, holder) = if form.has("graduation_id") {
        let former = match form.integer("graduation_id") {
            Some(id) => Some(records.graduations.get(id).ok_or_else(|| Refusal::not_found(NOT_FOUND))?),
            None => None,
        };
        // It may be given, but must be the same (decision N37).
        let holder = former.map(|former| former.cardholder_id);
        let given = form.integer("cardholder_id");
        if given.is_some() && holder.is_some() && given != holder {
            form.refuse("cardholder_id", Wrong::NotAllowed);
        }
        if holder.is_some_and(|holder| records.is_erased(holder)) {
            form.refuse("graduation_id", Wrong::NotAllowed);
        }
        (former.map(|former| former.graduation_id), holder)
    } else {
        let holder = cardholders::named(&mut form, &records)?;
        (Some(records.graduations.next_id()), holder.map(|holder| holder.cardholder_id))
    };
    let faculty_name = form.mandatory("faculty_name", Form::text);
    let field_of_study = form.mandatory("field_of_study", Form::text);
    let today = alive.clock.today();
    let graduation_date = form.mandatory("graduation_date", |form, name| form.past_date(name, today));
    let academic_degree = form.mandatory("academic_degree", Form::choice);
    const PRE: &str = "pre_nominal_academic_degree";
    const POST: &str = "post_nominal_academic_degree";
    // At least one of the two: the first one is named where both are missing.
    if !form.has(PRE) && !form.has(POST) {
        form.refuse(PRE, Wrong::Required);
    }
    let pre_nominal_academic_degree = form.text(PRE);
    let post_nominal_academic_degree = form.text(POST);
    let read = || {
        Some(Graduation {
            graduation_id: id?,
            cardholder_id: holder?,
            faculty_name: faculty_name?,
            field_of_study: field_of_study?,
            graduation_date: graduation_date?,
            academic_degree: academic_degree?,
            pre_nominal_academic_degree,
            post_nominal_academic_degree,
        })
    };
    let graduation = form.finish(read())?;
    let answer = envelope::created([&graduation]);
    records.graduations.put(graduation.graduation_id, alive.clock.now(), graduation);
    Ok(answer)
}

/// E9: last modified first; there's no `modified_from` (T24).
pub(super) async fn list(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut query: Query,
) -> Result<Response, Refusal> {
    let cardholder_id = query.id("cardholder_id");
    let page = query.page();
    query.finish()?;
    let records = alive.read().await;
    let found = records
        .graduations
        .newest_first(None)
        .filter(|graduation| cardholder_id.is_none_or(|id| graduation.cardholder_id == id));
    Ok(page.answer(found))
}

/// E10: an array of one (decision N40).
pub(super) async fn get(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    query: Query,
) -> Result<Response, Refusal> {
    let id = query.only_id("graduation_id")?;
    let records = alive.read().await;
    envelope::one(id.and_then(|id| records.graduations.get(id)), NOT_FOUND)
}
