//! `POST /cardholders.setPhoto` and `GET /cardholders.getPhoto` (manual, Cardholders).

use std::sync::Arc;

use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use super::NOT_FOUND;
use super::picture::{self, LARGEST};
use crate::alive::Alive;
use crate::alive::authentication::Caller;
use crate::alive::envelope::{self, FieldError, Refusal, Wrong};
use crate::alive::query::Query;

/// What was sent, as far as it's needed: of a file that's too large no more than tells so.
#[derive(Default)]
struct Sent {
    cardholder_id: Option<String>,
    photo: Option<Vec<u8>>,
}

/// E3: overwrites a photo that's there. It reaches the cards when they're next updated.
pub(in crate::alive) async fn set(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    let body = body.map_err(|_| Refusal::media_type())?;
    let sent = read(body).await.map_err(|_| Refusal::invalid(Vec::new()))?;
    let mut errors = Vec::new();
    let id = match sent.cardholder_id.as_deref().map(str::trim) {
        None | Some("") => {
            errors.push(FieldError::new("cardholder_id", Wrong::Blank));
            None
        }
        Some(id) => {
            let id = id.parse::<i64>().ok();
            if id.is_none() {
                errors.push(FieldError::new("cardholder_id", Wrong::Format));
            }
            id
        }
    };
    if let Some(id) = id
        && alive.read().await.cardholders.get(id).is_none()
    {
        return Err(Refusal::not_found(NOT_FOUND));
    }
    let photo = match sent.photo.filter(|file| !file.is_empty()) {
        None => Err(Wrong::Blank),
        // Reading a picture takes the processor for a while: not on the threads that serve.
        Some(file) => {
            let judged = tokio::task::spawn_blocking(move || picture::accept(file)).await;
            judged.unwrap_or(Err(Wrong::Format))
        }
    };
    if let Err(wrong) = photo {
        errors.push(FieldError::new("photo", wrong));
    }
    let mut records = alive.write().await;
    if id.is_some_and(|id| records.is_erased(id)) {
        errors.push(FieldError::new("cardholder_id", Wrong::NotAllowed));
    }
    let (Some(id), Ok(photo), true) = (id, photo, errors.is_empty()) else {
        return Err(Refusal::invalid(errors));
    };
    records.put_photo(alive.clock.now(), id, photo);
    let nothing: [(); 0] = [];
    Ok(envelope::ok(nothing))
}

async fn read(mut body: Multipart) -> Result<Sent, MultipartError> {
    let mut sent = Sent::default();
    while let Some(field) = body.next_field().await? {
        match field.name() {
            Some("cardholder_id") => sent.cardholder_id = Some(field.text().await?),
            Some("photo") => sent.photo = Some(beginning(field).await?),
            _ => {}
        }
    }
    Ok(sent)
}

/// The whole file, or so much of it that it's too large. The rest is read and thrown away.
async fn beginning(mut field: Field<'_>) -> Result<Vec<u8>, MultipartError> {
    let mut file = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if file.len() <= LARGEST {
            file.extend_from_slice(&chunk);
        }
    }
    Ok(file)
}

/// E7: the file itself, no envelope; without a photo 404 and 3001 (decision N33).
pub(in crate::alive) async fn get(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    query: Query,
) -> Result<Response, Refusal> {
    let id = query.only_id("cardholder_id")?;
    let photo = {
        let records = alive.read().await;
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
