//! `POST /cards.update` and `/cards.issuePlastic` (manual, Cards). Not differential: chips and custom fields that
//! aren't sent are deleted.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::{chips, keep, named};
use crate::alive::Alive;
use crate::alive::authentication::Caller;
use crate::alive::custom_fields;
use crate::alive::envelope::{Refusal, Wrong};
use crate::alive::form::Form;
use crate::alive::model::{Card, Form as CardForm, Status};
use crate::contract::REPORTED;

/// E13, of an ACTIVE card of any type.
pub(in crate::alive) async fn update(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let card = named(&mut form, &records, &[Status::Active])?;
    let own = card.as_ref().map(|card| card.card_id);
    let smart_technologies = chips(&mut form, &records, own, alive.clock.today());
    let custom_fields = custom_fields::read(&mut form, &alive.contract.card_fields);
    let read = || Some(Card { smart_technologies: smart_technologies?, custom_fields, ..card? });
    let card = form.finish(read())?;
    Ok(keep(&alive, &mut records, card))
}

/// E16: a plastic card was issued, the first one or another one. What was known of the one before is overwritten;
/// the number stays.
pub(in crate::alive) async fn issue_plastic(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let card = named(&mut form, &records, &[Status::Active])?;
    let terms = card.as_ref().and_then(|card| alive.contract.terms(card.kind));
    if card.as_ref().is_some_and(|card| !REPORTED.contains(&card.kind)) {
        form.refuse("card_id", Wrong::NotAllowed);
    }
    let design_plastic = form.text("design_plastic");
    if let (Some(design), Some(terms)) = (&design_plastic, terms)
        && !terms.designs.contains(design)
    {
        form.refuse("design_plastic", Wrong::Choice);
    }
    let valid_to_plastic = form.date("valid_to_plastic");
    if let (Some(plastic), Some(card)) = (valid_to_plastic, &card)
        && plastic > card.valid_to
    {
        form.refuse("valid_to_plastic", Wrong::Range);
    }
    let own = card.as_ref().map(|card| card.card_id);
    let smart_technologies = chips(&mut form, &records, own, alive.clock.today());
    let custom_fields = custom_fields::read(&mut form, &alive.contract.card_fields);
    let read = || {
        let card = card?;
        Some(Card {
            form: CardForm::DigitalPlastic,
            design_plastic: design_plastic.or_else(|| terms.map(|terms| terms.default_design())),
            valid_to_plastic: Some(valid_to_plastic.unwrap_or(card.valid_to)),
            smart_technologies: smart_technologies?,
            custom_fields,
            ..card
        })
    };
    let card = form.finish(read())?;
    Ok(keep(&alive, &mut records, card))
}
