//! `GET /v1/card/{idCard}`: what SUP says of a payment card.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use super::{Sup, codec, message};
use crate::faults::Plan;

/// The texts are those of the documentation's table of errors, spelt as there.
const UNAUTHORIZED: &str = "Не авторизован. Токен не прошел валидацию";
const NOT_FOUND: &str = "Карта idCard не найдена";
const INVALID: &str = "Переданно некорректное значение";

pub(super) async fn get(
    State(sup): State<Arc<Sup>>,
    Extension(plan): Extension<Plan>,
    Path(parameter): Path<String>,
    headers: HeaderMap,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // "Bearer <JWT>" and the bare JWT (decision SUP N3).
    let token = header(AUTHORIZATION.as_str()).trim();
    let token = match token.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => token,
    };
    let refused = plan.token_refused || plan.token_expired || plan.credentials_refused;
    if refused || sup.signer.open(token, sup.clock.now()).is_err() {
        return message(StatusCode::UNAUTHORIZED, UNAUTHORIZED);
    }
    let Some(nonce) = codec::nonce(header("x-nonce")) else {
        return invalid("X-Nonce");
    };
    // The plaintext is the uuid's hyphenated text; other spellings of a uuid aren't it.
    let id = codec::open(&sup.codec, &nonce, &parameter).and_then(|text| hyphenated(&text));
    let Some(id) = id else { return invalid("idCard") };
    match sup.records.read().await.cards.get(&id) {
        None => message(StatusCode::NOT_FOUND, NOT_FOUND),
        Some(card) => Json(json!({ "data": card.describe(id) })).into_response(),
    }
}

fn hyphenated(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// 422 has a shape of its own.
fn invalid(field: &str) -> Response {
    let body = json!({ "data": [{ "field": field, "message": INVALID }] });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}
