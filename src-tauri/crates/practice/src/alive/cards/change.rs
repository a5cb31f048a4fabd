//! `POST /cards.changeValidity` and `/cards.changeStatus` (manual, Cards). Both leave chips and custom fields as they
//! are (decision N31) and carry the cardholder's data to the card, as every update does.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::issue::has_active;
use super::{has_lost_a_chip, keep, named};
use crate::alive::Alive;
use crate::alive::authentication::Caller;
use crate::alive::envelope::{self, Refusal, Wrong};
use crate::alive::form::Form;
use crate::alive::model::{Card, CardType, Status};
use crate::contract::REPORTED;

/// E14: to the end of a cycle on offer, or the same day again; never earlier (decision N27). Plastic follows.
pub(in crate::alive) async fn validity(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let today = alive.clock.today();
    let card = named(&mut form, &records, &[Status::Active])?;
    let valid_to = form.mandatory("valid_to", Form::date);
    let changed = card.zip(valid_to).map(|(card, valid_to)| {
        let plastic = card.valid_to_plastic.map(|_| valid_to);
        (card.valid_to, Card { valid_to, valid_to_plastic: plastic, ..card })
    });
    if let Some((before, card)) = &changed {
        let cycles = alive.contract.terms(card.kind).map(|terms| terms.cycles(today)).unwrap_or_default();
        let offered = cycles.iter().any(|cycle| cycle.valid_to == card.valid_to);
        if !REPORTED.contains(&card.kind) {
            form.refuse("card_id", Wrong::NotAllowed);
        } else if card.valid_to != *before && (card.valid_to < *before || !offered) {
            form.refuse("valid_to", Wrong::Range);
        } else if card.is_valid(today) && has_lost_a_chip(card, &records, today) {
            // An expired card comes to life again, but its chip has gone to another one meanwhile.
            form.refuse("valid_to", Wrong::NotUnique);
        }
    }
    let (_, card) = form.finish(changed)?;
    Ok(keep(&alive, &mut records, card))
}

/// E15: between ACTIVE and CANCELLED, and to RETURNED, which is final: it locks the card and frees its number. The
/// same status again changes nothing (decision N25). A cancelled card doesn't become active again where that would
/// take a chip from another card, or be a second ALIVE ID ALUMNI card: nothing is lost by refusing.
pub(in crate::alive) async fn status(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let today = alive.clock.today();
    let card = named(&mut form, &records, &[Status::Active, Status::Cancelled])?;
    let status = form.mandatory("status", Form::choice);
    let changed = card.zip(status).map(|(card, status)| (card.status, Card { status, ..card }));
    if let Some((before, card)) = &changed
        && *before == Status::Cancelled
        && card.status == Status::Active
    {
        let second = card.kind == CardType::AliveIdAlumni
            && has_active(&records, card.cardholder_id, card.kind, Some(card.card_id));
        if second || (card.is_valid(today) && has_lost_a_chip(card, &records, today)) {
            form.refuse("status", Wrong::NotUnique);
        }
    }
    let (before, card) = form.finish(changed)?;
    let answer = envelope::ok([&card]);
    if card.status != before {
        records.put_card(alive.clock.now(), card);
    }
    Ok(answer)
}
