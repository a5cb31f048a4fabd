//! `POST /cards.report` and `/cards.request` (manual, Cards): a card is issued, and with it goes what the
//! cardholder's record and photo are at this moment.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::{Date, date};

use super::{chips, keep};
use crate::alive::Alive;
use crate::alive::authentication::Caller;
use crate::alive::cardholders;
use crate::alive::custom_fields;
use crate::alive::envelope::{Refusal, Wrong};
use crate::alive::form::Form;
use crate::alive::model::{Card, CardType, Form as CardForm, Status};
use crate::alive::records::Records;
use crate::contract::{CardTerms, Contract, INSTITUTION_ID, INSTITUTION_NAME, Mode};

/// E11: the issuer assigned the number (mode REPORT).
pub(in crate::alive) async fn report(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let today = alive.clock.today();
    let holder = cardholders::named(&mut form, &records)?;
    let terms = terms(&mut form, &alive.contract, Mode::Report);
    let number = form.mandatory("number", Form::text);
    if let (Some(number), Some(terms)) = (&number, terms) {
        if !terms.has_number(number) {
            form.refuse("number", Wrong::Range);
        } else if records.is_number_taken(number) {
            form.refuse("number", Wrong::NotUnique);
        }
    }
    let card_form = card_form(&mut form, terms);
    let validity = cycle(&mut form, terms, today);
    let smart_technologies = chips(&mut form, &records, None, today);
    let custom_fields = custom_fields::read(&mut form, &alive.contract.card_fields);
    let read = || {
        let (terms, card_form, (valid_from, valid_to)) = (terms?, card_form?, validity?);
        let mut card = blank(&records, holder?.cardholder_id, terms, (valid_from, valid_to));
        if card_form == CardForm::DigitalPlastic {
            // There's no attribute for these here (T33): the defaults of `cards.issuePlastic`.
            card.valid_to_plastic = Some(valid_to);
            card.design_plastic = Some(card.design.clone());
        }
        Some(Card {
            number: number?,
            form: card_form,
            smart_technologies: smart_technologies?,
            custom_fields,
            ..card
        })
    };
    let read = read();
    let card = form.finish(read)?;
    Ok(keep(&alive, &mut records, card))
}

/// E12: ALIVE assigns the number (mode REQUEST). Only after a graduation, and one card a person, unless the one
/// before was CANCELLED or RETURNED (decision N28).
pub(in crate::alive) async fn request(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let today = alive.clock.today();
    let holder = cardholders::named(&mut form, &records)?.map(|holder| holder.cardholder_id);
    let terms = terms(&mut form, &alive.contract, Mode::Request);
    if let (Some(holder), Some(terms)) = (holder, terms) {
        if !records.graduations.iter().any(|graduation| graduation.cardholder_id == holder) {
            form.refuse("cardholder_id", Wrong::NotAllowed);
        }
        if has_active(&records, holder, terms.kind, None) {
            form.refuse("cardholder_id", Wrong::NotUnique);
        }
    }
    let card_form = card_form(&mut form, terms);
    let valid_from = form.mandatory("valid_from", Form::date);
    if valid_from.is_some_and(|from| from != today) {
        form.refuse("valid_from", Wrong::Range);
    }
    let custom_fields = custom_fields::read(&mut form, &alive.contract.card_fields);
    let number = terms.and_then(|terms| free_number(&records, terms));
    if terms.is_some() && number.is_none() {
        // The stock of numbers is used up.
        form.refuse("type", Wrong::NotAllowed);
    }
    let read = || {
        let validity = (valid_from?, date(today.year(), 12, 31));
        let card = blank(&records, holder?, terms?, validity);
        Some(Card { number: number?, form: card_form?, custom_fields, ..card })
    };
    let read = read();
    let card = form.finish(read)?;
    Ok(keep(&alive, &mut records, card))
}

/// Whether a person has an ACTIVE card of a type, `own` apart.
pub(super) fn has_active(records: &Records, holder: i64, kind: CardType, own: Option<i64>) -> bool {
    let mut cards = records.cards_of(holder).filter(|card| Some(card.card_id) != own);
    cards.any(|card| card.kind == kind && card.status == Status::Active)
}

/// `type`: one that the contract has, in this mode.
fn terms<'a>(form: &mut Form, contract: &'a Contract, mode: Mode) -> Option<&'a CardTerms> {
    let kind = form.mandatory("type", Form::choice)?;
    let terms = contract.terms(kind).filter(|terms| terms.mode == mode);
    if terms.is_none() {
        form.refuse("type", Wrong::NotAllowed);
    }
    terms
}

/// `form`: one that the type has.
fn card_form(form: &mut Form, terms: Option<&CardTerms>) -> Option<CardForm> {
    let card_form = form.mandatory("form", Form::choice)?;
    if terms.is_some_and(|terms| !terms.forms().contains(&card_form)) {
        form.refuse("form", Wrong::NotAllowed);
    }
    Some(card_form)
}

/// `valid_from` and `valid_to`: together a cycle on offer.
fn cycle(form: &mut Form, terms: Option<&CardTerms>, today: Date) -> Option<(Date, Date)> {
    let valid_from = form.mandatory("valid_from", Form::date);
    let valid_to = form.mandatory("valid_to", Form::date);
    let (cycles, valid_from, valid_to) = (terms?.cycles(today), valid_from?, valid_to?);
    let begun = || cycles.iter().filter(|cycle| cycle.valid_from == valid_from);
    if begun().next().is_none() {
        form.refuse("valid_from", Wrong::Range);
        if !cycles.iter().any(|cycle| cycle.valid_to == valid_to) {
            form.refuse("valid_to", Wrong::Range);
        }
    } else if !begun().any(|cycle| cycle.valid_to == valid_to) {
        form.refuse("valid_to", Wrong::Range);
    }
    Some((valid_from, valid_to))
}

/// The first number of the type's ranges that no card has.
fn free_number(records: &Records, terms: &CardTerms) -> Option<String> {
    let mut all = terms.ranges.iter().flat_map(|range| (range.first..=range.last).map(|n| range.spelt(n)));
    all.find(|number| !records.is_number_taken(number))
}

/// A new digital card of a type.
fn blank(records: &Records, holder: i64, terms: &CardTerms, (valid_from, valid_to): (Date, Date)) -> Card {
    Card {
        card_id: records.cards.next_id(),
        cardholder_id: holder,
        number: String::new(),
        kind: terms.kind,
        form: CardForm::Digital,
        status: Status::Active,
        valid_from,
        valid_to,
        valid_to_plastic: None,
        design: terms.default_design(),
        design_plastic: None,
        institution_id: INSTITUTION_ID,
        institution_name_line_1: INSTITUTION_NAME[0].to_owned(),
        institution_name_line_2: INSTITUTION_NAME[1].to_owned(),
        smart_technologies: Vec::new(),
        custom_fields: Vec::new(),
    }
}
