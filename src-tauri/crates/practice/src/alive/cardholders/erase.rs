//! `POST /cardholders.anonymize` (manual, Cardholders): accepted or rejected at once, carried out 48 hours later
//! (decision N32).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::named;
use crate::alive::Alive;
use crate::alive::authentication::Caller;
use crate::alive::envelope::{self, Refusal, Wrong};
use crate::alive::form::Form;

/// E4. Refused while a card is valid, and for somebody who was anonymised or is about to be.
pub(in crate::alive) async fn anonymize(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let holder = named(&mut form, &records)?;
    let today = alive.clock.today();
    if let Some(holder) = &holder
        && records.cards_of(holder.cardholder_id).any(|card| card.is_valid(today))
    {
        form.refuse("cardholder_id", Wrong::NotAllowed);
    }
    let holder = form.finish(holder)?;
    records.erase_later(holder.cardholder_id, alive.clock.now());
    let nothing: [(); 0] = [];
    Ok(envelope::ok(nothing))
}
