//! The module `services/cards`: `card` and `user`.

use jiff::civil::Date;
use serde_json::Value;

use super::answer::Refusal;
use super::records::{Card, Kind, Records};
use super::{Call, Method, Rights, fields};

pub(super) const METHODS: [Method; 2] = [
    Method { path: "services/cards/card", rights: Rights::Administrative, run: card },
    Method { path: "services/cards/user", rights: Rights::Owner, run: user },
];

/// One of the values that a card is known by.
type Identifier = fn(&Card) -> Option<&str>;

/// The three identifiers of `card`, of which exactly one must be given.
const IDENTIFIERS: [(&str, Identifier); 3] = [
    ("contact_chip_uid", |card| card.contact_chip_uid.as_deref()),
    ("contactless_chip_uid", |card| card.contactless_chip_uid.as_deref()),
    ("barcode_number", |card| Some(&card.barcode_number)),
];

/// "Get information on a given card"; an unknown, expired or cancelled one is `object_not_found` alike
/// (decisions USOS N2, N6). Chip identifiers are opaque: compared as they stand.
fn card(records: &Records, call: &Call) -> Result<Value, Refusal> {
    let mut given =
        IDENTIFIERS.iter().filter_map(|(name, of)| call.params.get(name).map(|value| (*name, value, of)));
    let (name, value, of) = given.next().ok_or_else(|| Refusal::param("param_missing", IDENTIFIERS[0].0))?;
    if let Some((second, ..)) = given.next() {
        return Err(Refusal::param("param_forbidden", second));
    }
    let selector = call.params.get("fields").map(fields::parse).transpose()?;
    let today = call.now.date();
    let card = records.cards.iter().find(|card| card.is_valid(today) && of(card) == Some(value));
    let described = records.describe(card.ok_or_else(|| Refusal::not_found(name))?);
    match selector {
        None => Ok(described),
        Some(selector) => fields::select(&described, &selector),
    }
}

/// "Get information on a user's ID cards"; there's no `fields` here.
fn user(records: &Records, call: &Call) -> Result<Value, Refusal> {
    let today = call.now.date();
    let own = records.cards.iter().filter(|card| Some(card.user) == call.owner);
    Ok(own.filter(|card| is_returned(card, today)).map(|card| records.describe(card)).collect())
}

/// Student and phd cards that aren't cancelled, expired or not; staff cards that are neither. Of graduates' and
/// academic teachers' cards the rule says nothing: the module's "only valid cards are listed" holds for them.
fn is_returned(card: &Card, today: Date) -> bool {
    match card.kind {
        Kind::Student | Kind::Phd => !card.cancelled,
        Kind::Staff | Kind::Graduate | Kind::AcademicTeacher => card.is_valid(today),
    }
}
