//! `GET /cards.list` and `/cards.get` (manual, Cards); what the changes of a card have in common.

pub(super) mod change;
pub(super) mod issue;
pub(super) mod replace;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;

use super::Alive;
use super::authentication::Caller;
use super::envelope::{self, Refusal, Wrong};
use super::form::Form;
use super::model::{Card, CardType, SmartTechnology, Status};
use super::query::{Query, compact};
use super::records::Records;

const NOT_FOUND: &str = "Card not found.";

/// E17: filters joined by AND, last modified first.
pub(super) async fn list(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut query: Query,
) -> Result<Response, Refusal> {
    let cardholder_id = query.id("cardholder_id");
    let number = query.compact("number");
    let status = query.choice::<Status>("status");
    let kind = query.choice::<CardType>("type");
    let modified_from = query.moment("modified_from");
    let page = query.page();
    query.finish()?;

    let records = alive.read().await;
    let found = records.cards.newest_first(modified_from).filter(|card| {
        cardholder_id.is_none_or(|id| card.cardholder_id == id)
            && status.is_none_or(|wanted| card.status == wanted)
            && kind.is_none_or(|wanted| card.kind == wanted)
            && number.as_ref().is_none_or(|number| compact(&card.number) == *number)
    });
    Ok(page.answer(found))
}

/// E18: an array of one (decision N40).
pub(super) async fn get(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    query: Query,
) -> Result<Response, Refusal> {
    let id = query.only_id("card_id")?;
    let records = alive.read().await;
    envelope::one(id.and_then(|id| records.cards.get(id)), NOT_FOUND)
}

/// The card that a change names; 3001 where there's none, NOT_ALLOWED_ERROR where its status isn't one of `open`
/// or its holder is anonymised.
fn named(form: &mut Form, records: &Records, open: &[Status]) -> Result<Option<Card>, Refusal> {
    let Some(id) = form.mandatory("card_id", Form::integer) else {
        return Ok(None);
    };
    let card = records.cards.get(id).ok_or_else(|| Refusal::not_found(NOT_FOUND))?;
    if !open.contains(&card.status) || records.is_erased(card.cardholder_id) {
        form.refuse("card_id", Wrong::NotAllowed);
    }
    Ok(Some(card.clone()))
}

/// `smart_technologies` of the card `own`: mandatory, may be empty (decision N14). A value is refused that another
/// card holds, or that stands twice here (N23); several values of one type aren't (N24).
fn chips(form: &mut Form, records: &Records, own: Option<i64>, today: Date) -> Option<Vec<SmartTechnology>> {
    const NAME: &str = "smart_technologies";
    if !form.has(NAME) {
        form.refuse(NAME, Wrong::Required);
        return None;
    }
    let mut seen: Vec<SmartTechnology> = Vec::new();
    form.list(NAME, |form| {
        let kind = form.mandatory("type", Form::choice);
        let value = form.mandatory("value", Form::text);
        let chip = SmartTechnology { kind: kind?, value: value? };
        if seen.iter().any(|other| other.is_same(&chip)) || records.is_chip_taken(&chip, own, today) {
            form.refuse("value", Wrong::NotUnique);
        }
        seen.push(chip.clone());
        Some(chip)
    })
}

/// Keeps a card that was issued or changed, and answers with it.
fn keep(alive: &Alive, records: &mut Records, card: Card) -> Response {
    let answer = envelope::ok([&card]);
    records.put_card(alive.clock.now(), card);
    answer
}

/// Whether a card that becomes valid again bears a chip that another card has taken meanwhile.
fn has_lost_a_chip(card: &Card, records: &Records, today: Date) -> bool {
    card.smart_technologies.iter().any(|chip| records.is_chip_taken(chip, Some(card.card_id), today))
}
