//! What may be done to a card that is there: its chips and fields, its validity, a plastic card of it (manual,
//! `POST /cards.update`, `POST /cards.changeValidity`, `POST /cards.issuePlastic`).

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use crate::card::{Card, CardId, Form};
use crate::cardholder::CardholderId;
use crate::contents::Contents;
use crate::draft::{CardUpdateDraft, PlasticDraft};
use crate::profile::Profile;
use crate::value::{Text, date};
use crate::wrong::{Checks, Wrong, WrongCode};

/// All chips and custom fields of a card; what isn't in it ALIVE deletes. The cardholder's data go over to the digital
/// card.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CardUpdate {
    card_id: CardId,
    #[serde(skip)]
    cardholder_id: CardholderId,
    #[serde(flatten)]
    contents: Contents,
}

/// A plastic card that was made, with all chips and custom fields of the card; what isn't in it ALIVE deletes. The
/// data of the plastic card before are overwritten.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PlasticIssue {
    card_id: CardId,
    #[serde(skip)]
    cardholder_id: CardholderId,
    design_plastic: Option<Text>,
    valid_to_plastic: Option<Date>,
    #[serde(flatten)]
    contents: Contents,
}

/// A later end of validity, of the plastic card too where there is one.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ValidityChange {
    card_id: CardId,
    #[serde(skip)]
    cardholder_id: CardholderId,
    valid_to: Date,
}

impl CardUpdate {
    /// Changes nothing on the card: all its chips and fields are kept, those newer than the manual too. This is how
    /// a cardholder's new data get onto the digital card.
    pub fn keeping(card: &Card) -> Result<Self, Vec<Wrong>> {
        Self::parse(card, &CardUpdateDraft::of(card), &Profile::default())
    }

    /// Checks an edit of the card on record; all faults at once.
    pub fn parse(card: &Card, draft: &CardUpdateDraft, profile: &Profile) -> Result<Self, Vec<Wrong>> {
        let mut checks = Checks::default();
        checks.open(card);
        let (chips, fields) = (&draft.smart_technologies, &draft.custom_fields);
        let contents = Contents::check(&mut checks, chips, fields, &profile.card_fields, Some(card));
        checks.end(Some(Self { card_id: card.card_id, cardholder_id: card.cardholder_id, contents }))
    }
}

impl PlasticIssue {
    /// A plastic card that carries all that the card has on record, and has the design and end of the one before.
    pub fn keeping(card: &Card) -> Result<Self, Vec<Wrong>> {
        Self::parse(card, &PlasticDraft::of(card), &Profile::default())
    }

    /// Checks a draft for the card on record; all faults at once.
    ///
    /// The end of validity must not be later than the digital card's. A design has to be one of the profile's, or
    /// the card's present one.
    pub fn parse(card: &Card, draft: &PlasticDraft, profile: &Profile) -> Result<Self, Vec<Wrong>> {
        let mut checks = Checks::default();
        checks.open(card);
        checks.reissuable(card);
        let rule = card.kind.known().and_then(|kind| profile.card(*kind));
        let plastic =
            rule.is_none_or(|rule| rule.forms.is_empty() || rule.forms.contains(&Form::DigitalPlastic));
        checks.hold(plastic, "card_id", WrongCode::NotAllowed);
        let design_plastic = checks.optional("design_plastic", &draft.design_plastic, |typed| {
            let enabled = rule.is_none_or(|rule| {
                rule.designs.is_empty() || rule.designs.iter().any(|design| design == typed)
            });
            let present = card.design_plastic.as_deref() == Some(typed);
            if enabled || present { Text::parse(typed) } else { Err(WrongCode::Choice) }
        });
        let valid_to_plastic = checks.optional("valid_to_plastic", &draft.valid_to_plastic, |typed| {
            let end = date(typed)?;
            let in_time = card.valid_to.is_none_or(|digital| end <= digital)
                && card.valid_from.is_none_or(|begin| end >= begin);
            if in_time { Ok(end) } else { Err(WrongCode::Range) }
        });
        let (chips, fields) = (&draft.smart_technologies, &draft.custom_fields);
        let contents = Contents::check(&mut checks, chips, fields, &profile.card_fields, Some(card));
        let Card { card_id, cardholder_id, .. } = *card;
        checks.end(Some(Self { card_id, cardholder_id, design_plastic, valid_to_plastic, contents }))
    }
}

impl ValidityChange {
    /// Checks a new end of validity: never earlier than the present one, and of a cycle on offer where the profile
    /// names cycles. The present end is accepted as well, and an expired card may be extended.
    pub fn parse(card: &Card, new: Date, profile: &Profile, today: Date) -> Result<Self, Vec<Wrong>> {
        let mut checks = Checks::default();
        checks.open(card);
        checks.reissuable(card);
        let rule = card.kind.known().and_then(|kind| profile.card(*kind));
        let on_offer = rule.is_none_or(|rule| {
            rule.cycles.is_empty() || rule.cycles(today).any(|cycle| cycle.valid_to == new)
        });
        let right = match card.valid_to {
            Some(now) => new == now || (new > now && on_offer),
            None => on_offer,
        };
        checks.hold(right, "valid_to", WrongCode::Range);
        checks.end(Some(Self { card_id: card.card_id, cardholder_id: card.cardholder_id, valid_to: new }))
    }

    /// The new end.
    pub fn valid_to(&self) -> Date {
        self.valid_to
    }
}

macro_rules! of_a_card {
    ($($name:ident),*) => {$(
        impl $name {
            /// Which card.
            pub fn card_id(&self) -> CardId {
                self.card_id
            }

            /// Whose card.
            pub fn cardholder_id(&self) -> CardholderId {
                self.cardholder_id
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("card_id", &self.card_id).finish_non_exhaustive()
            }
        }
    )*};
}
of_a_card!(CardUpdate, PlasticIssue, ValidityChange);
