//! `GET /practice/cards/{card_id}`: what a digital card shows of its holder. No part of the API, which has no
//! attribute for it (T41); it's there to see that a change has reached the card. No token is needed.
//!
//! ```json
//! {"card_id":4300000,"academic_degree_before_name":"Ing.","first_name":"Jana","last_name":"Cvičná",
//!  "academic_degree_after_name":null,"photo_sha256":"9f86d081…"}
//! ```
//!
//! `photo_sha256` is the SHA-256 of the photo's file in lower-case hexadecimal, null without a photo.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Alive;
use super::envelope::Refusal;

pub(super) async fn get(
    State(alive): State<Arc<Alive>>,
    Path(card_id): Path<i64>,
) -> Result<Response, Refusal> {
    let shown = alive.read().await.shown(card_id).cloned();
    let shown = shown.ok_or_else(|| Refusal::not_found("Card not found."))?;
    let photo = shown.photo;
    // Drawing takes the processor for a while: not on the threads that serve.
    let file = tokio::task::spawn_blocking(move || photo.and_then(|photo| photo.file())).await.ok().flatten();
    let holder = shown.holder;
    Ok(Json(json!({
        "card_id": card_id,
        "academic_degree_before_name": holder.academic_degree_before_name,
        "first_name": holder.first_name,
        "last_name": holder.last_name,
        "academic_degree_after_name": holder.academic_degree_after_name,
        "photo_sha256": file.map(|file| hex::encode(Sha256::digest(file))),
    }))
    .into_response())
}
