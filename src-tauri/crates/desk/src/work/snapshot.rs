//! A record as it is compared: to see whether a change was made although no answer said so, and to be put back by
//! hand from the journal's before-image.
//!
//! Everything is JSON in the shape of the register's own models, text for every scalar, without what is empty: so a
//! request's body, a record that was read and a before-image from last week compare with each other.

use alive::{Card, CardUpdateDraft, Cardholder, CardholderDraft, Graduation, GraduationDraft};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What a change meets, read just before it is sent or just after its end wasn't told.
pub(super) enum Snapshot {
    /// The record to be changed.
    Record(Value),
    /// Where something is created: the records of its kind that there are, each with its identifier.
    Others(Vec<(u64, Value)>),
}

impl Snapshot {
    pub fn holder(holder: &Cardholder) -> Value {
        plain(&CardholderDraft::of(holder))
    }

    pub fn graduation(graduation: &Graduation) -> Value {
        plain(&GraduationDraft::of(graduation))
    }

    pub fn card(card: &Card) -> Value {
        let mut record = plain(&CardUpdateDraft::of(card));
        let rest = json!({
            "type": card.kind,
            "form": card.form,
            "status": card.status,
            "number": card.number,
            "valid_from": card.valid_from,
            "valid_to": card.valid_to,
            "valid_to_plastic": card.valid_to_plastic,
            "design_plastic": card.design_plastic,
        });
        if let (Value::Object(record), Value::Object(rest)) = (&mut record, plain(&rest)) {
            record.extend(rest);
        }
        record
    }

    /// For the journal.
    pub fn text(&self) -> String {
        match self {
            Self::Record(record) => record.to_string(),
            Self::Others(others) => {
                let ids: Vec<u64> = others.iter().map(|(id, _)| *id).collect();
                json!({ "ids": ids }).to_string()
            }
        }
    }
}

/// Whether a change was made, as far as the register tells afterwards: `None` where before and after look alike.
/// `before` is the before-image, `body` what was sent.
pub(super) fn was_made(endpoint: &str, body: &Value, before: Option<&Value>, now: &Snapshot) -> Option<bool> {
    let wanted = plain_value(without_ids(body));
    match now {
        Snapshot::Others(others) => {
            let known: Vec<u64> = before
                .and_then(|before| before.get("ids")?.as_array())
                .map(|ids| ids.iter().filter_map(Value::as_u64).collect())
                .unwrap_or_default();
            Some(others.iter().any(|(id, record)| !known.contains(id) && holds(record, &wanted)))
        }
        Snapshot::Record(now) => {
            // What isn't sent is deleted, by these three; the others change what they name.
            let whole = matches!(endpoint, "cardholders.set" | "graduations.set");
            let made = holds(now, &wanted) && (!whole || nothing_beside(now, &wanted));
            let lists_kept = !matches!(endpoint, "cards.update" | "cards.issuePlastic")
                || ["smart_technologies", "custom_fields"]
                    .iter()
                    .all(|list| now.get(list) == wanted.get(list));
            let made = made && lists_kept;
            let unchanged = before.is_some_and(|before| plain_value(before.clone()) == *now);
            match (made, unchanged) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            }
        }
    }
}

/// Every attribute that was wanted is there and as wanted.
fn holds(record: &Value, wanted: &Value) -> bool {
    wanted.as_object().is_some_and(|wanted| {
        wanted.iter().all(|(key, value)| record.get(key).is_some_and(|found| alike(found, value)))
    })
}

fn nothing_beside(record: &Value, wanted: &Value) -> bool {
    record.as_object().is_some_and(|record| record.keys().all(|key| wanted.get(key).is_some()))
}

/// Lists in any order; text without regard to case and white space where it's a card's number or chip.
fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().all(|item| theirs.iter().any(|it| alike(it, item)))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(key, value)| theirs.get(key).is_some_and(|it| alike(it, value)))
        }
        (Value::String(ours), Value::String(theirs)) => folded(ours) == folded(theirs),
        _ => one == other,
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn without_ids(body: &Value) -> Value {
    let ids = ["cardholder_id", "card_id", "graduation_id"];
    let map = body.as_object().into_iter().flatten();
    map.filter(|(key, _)| !ids.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn plain<T: Serialize>(record: &T) -> Value {
    plain_value(without_ids(&serde_json::to_value(record).unwrap_or_default()))
}

/// Without what is empty, and with text for every number.
fn plain_value(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: Map<String, Value> = map
                .into_iter()
                .map(|(key, value)| (key, plain_value(value)))
                .filter(|(_, value)| !empty(value))
                .collect();
            Value::Object(map)
        }
        Value::Array(items) => items.into_iter().map(plain_value).filter(|item| !empty(item)).collect(),
        Value::Number(number) => Value::String(number.to_string()),
        Value::String(text) => Value::String(text.trim().to_owned()),
        other => other,
    }
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(value: Value) -> Snapshot {
        Snapshot::Record(plain_value(value))
    }

    #[test]
    fn a_change_was_made_if_the_record_is_as_wanted_and_was_not_before() {
        let body = json!({"card_id": 7, "valid_to": "2027-10-31"});
        let before = json!({"valid_to": "2026-10-31", "status": "ACTIVE"});
        let made = |now| was_made("cards.changeValidity", &body, Some(&before), &record(now));
        assert_eq!(made(json!({"valid_to": "2027-10-31", "status": "ACTIVE"})), Some(true));
        assert_eq!(made(json!({"valid_to": "2026-10-31", "status": "ACTIVE"})), Some(false));
        assert_eq!(made(json!({"valid_to": "2028-10-31", "status": "ACTIVE"})), None, "somebody else's");
    }

    #[test]
    fn where_nothing_visible_differs_nobody_can_tell() {
        let body = json!({"card_id": 7, "smart_technologies": [], "custom_fields": []});
        let before = json!({"form": "DIGITAL_PLASTIC"});
        assert_eq!(was_made("cards.update", &body, Some(&before), &record(before.clone())), None);
    }

    #[test]
    fn a_cardholder_with_something_that_was_to_be_deleted_is_not_the_one_wanted() {
        let body = json!({"cardholder_id": 3, "last_name": "Nová", "grade": 7, "addresses": []});
        let before = json!({"last_name": "Nová", "grade": "7", "phone_number": "+420600000000"});
        let made = |now| was_made("cardholders.set", &body, Some(&before), &record(now));
        assert_eq!(made(before.clone()), Some(false));
        assert_eq!(made(json!({"last_name": "Nová", "grade": "7"})), Some(true));
    }

    #[test]
    fn something_created_is_one_that_was_not_there_before() {
        let body = json!({"cardholder_id": 3, "faculty_name": "F", "academic_degree": "MASTER"});
        let before = json!({"ids": [1]});
        let same = plain_value(json!({"faculty_name": "F", "academic_degree": "MASTER"}));
        let made = |ids: &[u64]| {
            let others = ids.iter().map(|id| (*id, same.clone())).collect();
            was_made("graduations.set", &body, Some(&before), &Snapshot::Others(others))
        };
        assert_eq!(made(&[1]), Some(false));
        assert_eq!(made(&[1, 2]), Some(true));
    }

    #[test]
    fn chips_and_numbers_compare_whatever_their_spelling() {
        let body = json!({"number": "S420500000001A",
            "smart_technologies": [{"type": "CONTACT_CHIP", "value": "8100A7BC5D01"}, {"type": "MAGNETIC_STRIPE", "value": "1"}]});
        let now = json!({"number": "s420 500000001a",
            "smart_technologies": [{"type": "MAGNETIC_STRIPE", "value": "1"}, {"type": "CONTACT_CHIP", "value": "8100a7bc5d01"}]});
        let others = Snapshot::Others(vec![(9, plain_value(now))]);
        assert_eq!(was_made("cards.report", &body, Some(&json!({"ids": []})), &others), Some(true));
    }
}
