//! Three ways to one draft: what the file said when it was opened, what ALIVE says now, what the clerk has made of it.
//! What only one side has changed is taken from that side; what both have changed is the clerk's, and is named.
//!
//! Drafts are compared as JSON, so that every attribute is, without a list of them that could forget one. Items of
//! lists are known by what they are (an address by its type, a custom field by its name, a chip by technology and
//! value), not by where they stand.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::view::work::Difference;

/// What came of it.
pub(super) struct Merged<T> {
    pub draft: T,
    /// What will be different in ALIVE.
    pub differences: Vec<Difference>,
    /// Somebody else has changed something that is kept.
    pub others: bool,
}

/// Merges three versions of a draft. `card`: the number of the card that it's of.
pub(super) fn merge<T: Serialize + DeserializeOwned + Clone>(
    base: &T,
    theirs: &T,
    mine: &T,
    card: Option<&str>,
) -> Merged<T> {
    let typed = mine;
    let [base, theirs, mine] = [base, theirs, mine].map(|draft| trimmed(json(draft)));
    let mut work = Merging::default();
    let merged = work.merge("", &base, &theirs, &mine);
    let mut differences = Vec::new();
    differ("", &theirs, &merged, &mut differences);
    for difference in &mut differences {
        difference.contested = work.contested.contains(&difference.property);
        difference.card = card.map(str::to_owned);
    }
    // A draft's own JSON always reads as one.
    let draft = serde_json::from_value(merged).unwrap_or_else(|_| typed.clone());
    Merged { draft, differences, others: work.others }
}

/// What is different between two versions of a draft.
pub(super) fn differences<T: Serialize>(from: &T, to: &T, card: Option<&str>) -> Vec<Difference> {
    let mut found = Vec::new();
    differ("", &trimmed(json(from)), &trimmed(json(to)), &mut found);
    for difference in &mut found {
        difference.card = card.map(str::to_owned);
    }
    found
}

fn json<T: Serialize>(draft: &T) -> Value {
    serde_json::to_value(draft).unwrap_or_default()
}

/// White space around a value says nothing.
fn trimmed(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.trim().to_owned()),
        Value::Array(items) => items.into_iter().map(trimmed).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, trimmed(value))).collect(),
        other => other,
    }
}

#[derive(Default)]
struct Merging {
    contested: BTreeSet<String>,
    others: bool,
}

impl Merging {
    fn merge(&mut self, at: &str, base: &Value, theirs: &Value, mine: &Value) -> Value {
        match (base, theirs, mine) {
            (_, Value::Object(_), Value::Object(mine_map)) => {
                let keys = keys(&[base, theirs, mine]);
                let merged = keys.into_iter().map(|key| {
                    let none = Value::Null;
                    let of = |value: &Value| value.get(&key).cloned().unwrap_or(none.clone());
                    let value = self.merge(&below(at, &key), &of(base), &of(theirs), &of(mine));
                    (key, value)
                });
                let merged: Map<String, Value> = merged.collect();
                // The clerk's version has every attribute of the draft; what it lacks is none.
                merged
                    .into_iter()
                    .filter(|(key, value)| !value.is_null() || mine_map.contains_key(key))
                    .collect()
            }
            (_, Value::Array(_), Value::Array(_)) => self.merge_lists(at, base, theirs, mine),
            _ if mine == base || empty(mine) && empty(base) => {
                self.others |= theirs != base;
                theirs.clone()
            }
            _ => {
                if theirs != base && theirs != mine {
                    self.contested.insert(at.to_owned());
                }
                mine.clone()
            }
        }
    }

    fn merge_lists(&mut self, at: &str, base: &Value, theirs: &Value, mine: &Value) -> Value {
        let [base, theirs, mine] = [base, theirs, mine].map(|list| named(at, list));
        let find = |list: &[(String, Value)], name: &str| {
            list.iter().find(|(other, _)| other == name).map(|(_, item)| item.clone())
        };
        // In the clerk's order, then what only ALIVE has.
        let rest = theirs.iter().filter(|(name, _)| find(&mine, name).is_none());
        let mut merged = Vec::new();
        for (name, _) in mine.iter().chain(rest) {
            let path = format!("{at}[{name}]");
            let (was, now, wanted) = (find(&base, name), find(&theirs, name), find(&mine, name));
            let item = match (was, now, wanted) {
                (Some(was), Some(now), Some(wanted)) => Some(self.merge(&path, &was, &now, &wanted)),
                (None, Some(now), Some(wanted)) => Some(self.merge(&path, &Value::Null, &now, &wanted)),
                // Gone from ALIVE, and the clerk has left it as it was: it stays gone.
                (Some(was), None, Some(wanted)) if was == wanted => {
                    self.others = true;
                    None
                }
                (_, None, wanted) => wanted,
                // Taken out by the clerk.
                (Some(was), Some(now), None) => {
                    if was != now {
                        self.contested.insert(path);
                    }
                    None
                }
                // Put in by somebody else.
                (None, Some(now), None) => {
                    self.others = true;
                    Some(now)
                }
            };
            merged.extend(item);
        }
        Value::Array(merged)
    }
}

/// The attributes of all of them, in the order of their first appearance.
fn keys(values: &[&Value]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for value in values {
        for key in value.as_object().into_iter().flat_map(Map::keys) {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
    }
    keys
}

fn below(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// The items of a list, each with what it's known by.
fn named(at: &str, list: &Value) -> Vec<(String, Value)> {
    let list_name = at.rsplit('.').next().unwrap_or(at);
    let mut named: Vec<(String, Value)> = Vec::new();
    for item in list.as_array().into_iter().flatten() {
        let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = match list_name {
            "custom_fields" => text("name"),
            "smart_technologies" => {
                let value = text("value").replace(char::is_whitespace, "").to_uppercase();
                format!("{} {value}", text("type"))
            }
            "legal_representatives" => {
                format!("{} {} {}", text("type"), text("first_name"), text("last_name"))
            }
            _ => text("type"),
        };
        // Two of a kind are told apart by their order.
        let like = named
            .iter()
            .filter(|(other, _)| *other == name || other.starts_with(&format!("{name} #")))
            .count();
        let name = if like == 0 { name } else { format!("{name} #{}", like + 1) };
        named.push((name, item.clone()));
    }
    named
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(empty),
        Value::Object(map) => map.iter().all(|(key, value)| key == "type" || empty(value)),
        _ => false,
    }
}

/// What is known of a value, in a line.
fn line(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null => String::new(),
        Value::Array(items) => items.iter().filter_map(line).collect::<Vec<_>>().join(", "),
        Value::Object(map) => map
            .iter()
            // What an item is known by stands in its path.
            .filter(|(key, _)| *key != "type" && *key != "name")
            .filter_map(|(_, value)| line(value))
            .collect::<Vec<_>>()
            .join(", "),
    };
    (!text.is_empty()).then_some(text)
}

fn differ(at: &str, from: &Value, to: &Value, found: &mut Vec<Difference>) {
    match (from, to) {
        (Value::Object(_), Value::Object(_)) => {
            for key in keys(&[from, to]) {
                let none = Value::Null;
                let (from, to) = (from.get(&key).unwrap_or(&none), to.get(&key).unwrap_or(&none));
                differ(&below(at, &key), from, to, found);
            }
        }
        (Value::Array(_), Value::Array(_)) => {
            let (from, to) = (named(at, from), named(at, to));
            for (name, item) in &from {
                let now = to.iter().find(|(other, _)| other == name).map(|(_, item)| item);
                differ(&format!("{at}[{name}]"), item, now.unwrap_or(&Value::Null), found);
            }
            for (name, item) in to.iter().filter(|(name, _)| from.iter().all(|(other, _)| other != name)) {
                differ(&format!("{at}[{name}]"), &Value::Null, item, found);
            }
        }
        _ => {
            let (from, to) = (line(from), line(to));
            if from != to {
                let property = at.to_owned();
                found.push(Difference { property, card: None, from, to, contested: false });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alive::{AddressDraft, CardUpdateDraft, CardholderDraft, CustomField, SmartTechnologyDraft};

    fn address(kind: &str, city: &str) -> AddressDraft {
        AddressDraft { kind: kind.into(), city: city.into(), ..Default::default() }
    }

    fn field(name: &str, value: &str) -> CustomField {
        CustomField { name: name.into(), value: value.into() }
    }

    fn base() -> CardholderDraft {
        CardholderDraft {
            last_name: "Dřívější".into(),
            email: "one@example.org".into(),
            phone_number: "+420600000000".into(),
            addresses: vec![address("REGISTERED", "Brno"), address("DELIVERY", "Zlín")],
            custom_fields: vec![field("library_id", "L1")],
            ..Default::default()
        }
    }

    /// Sorted: the order of attributes is whatever the JSON library keeps.
    fn told(differences: &[Difference]) -> Vec<(&str, Option<&str>, Option<&str>, bool)> {
        let mut told: Vec<_> = differences
            .iter()
            .map(|it| (it.property.as_str(), it.from.as_deref(), it.to.as_deref(), it.contested))
            .collect();
        told.sort_unstable();
        told
    }

    #[test]
    fn what_one_side_has_changed_is_taken_from_that_side() {
        let mut theirs = base();
        theirs.phone_number = "+420611111111".into();
        theirs.addresses.push(address("BILLING", "Praha"));
        let mut mine = base();
        mine.last_name = "Nová ".into();
        mine.addresses[1].city = "Olomouc".into();
        let merged = merge(&base(), &theirs, &mine, None);
        assert!(merged.others);
        assert_eq!(merged.draft.phone_number, "+420611111111");
        assert_eq!(merged.draft.last_name, "Nová");
        assert_eq!(merged.draft.addresses.len(), 3);
        assert_eq!(
            told(&merged.differences),
            [
                ("addresses[DELIVERY].city", Some("Zlín"), Some("Olomouc"), false),
                ("last_name", Some("Dřívější"), Some("Nová"), false)
            ]
        );
    }

    #[test]
    fn what_both_have_changed_is_the_clerks_and_is_named() {
        let mut theirs = base();
        theirs.email = "theirs@example.org".into();
        let mut mine = base();
        mine.email = "mine@example.org".into();
        let merged = merge(&base(), &theirs, &mine, None);
        assert_eq!(
            told(&merged.differences),
            [("email", Some("theirs@example.org"), Some("mine@example.org"), true)]
        );
    }

    #[test]
    fn what_the_clerk_empties_will_be_deleted_and_is_named() {
        let mut mine = base();
        mine.phone_number.clear();
        mine.addresses.remove(0);
        mine.custom_fields[0].value = "  ".into();
        let merged = merge(&base(), &base(), &mine, None);
        assert_eq!(
            told(&merged.differences),
            [
                ("addresses[REGISTERED]", Some("Brno"), None, false),
                ("custom_fields[library_id].value", Some("L1"), None, false),
                ("phone_number", Some("+420600000000"), None, false)
            ]
        );
    }

    #[test]
    fn what_somebody_else_deleted_stays_deleted_unless_the_clerk_changed_it() {
        let mut theirs = base();
        theirs.addresses.clear();
        let mut mine = base();
        mine.addresses[1].city = "Olomouc".into();
        let merged = merge(&base(), &theirs, &mine, None);
        assert_eq!(merged.draft.addresses.len(), 1);
        assert_eq!(merged.draft.addresses[0].city, "Olomouc");
    }

    #[test]
    fn a_role_left_out_goes_back_to_not_known() {
        let mut base = base();
        base.roles.teacher = Some(true);
        let mine = CardholderDraft { roles: alive::Roles { teacher: None, ..base.roles }, ..base.clone() };
        let merged = merge(&base, &base, &mine, None);
        assert_eq!(told(&merged.differences), [("roles.teacher", Some("true"), None, false)]);
        assert_eq!(merged.draft.roles.teacher, None);
    }

    #[test]
    fn chips_are_known_by_technology_and_value_whatever_the_spelling() {
        let chip = |kind: &str, value: &str| SmartTechnologyDraft { kind: kind.into(), value: value.into() };
        let base = CardUpdateDraft {
            smart_technologies: vec![chip("CONTACT_CHIP", "8100a7bc5d01"), chip("FROM_THE_FUTURE", "1")],
            custom_fields: vec![],
        };
        let mine = CardUpdateDraft {
            smart_technologies: vec![
                chip("CONTACT_CHIP", "8100 A7BC 5D01"),
                chip("CONTACTLESS_MIFARE", "04AA"),
            ],
            custom_fields: vec![],
        };
        let merged = merge(&base, &base, &mine, Some("S1"));
        let paths: Vec<_> = merged
            .differences
            .iter()
            .filter(|it| !(it.property.contains("8100")))
            .map(|it| (it.property.as_str(), it.to.is_some(), it.card.as_deref()))
            .collect();
        assert_eq!(
            paths,
            [
                ("smart_technologies[FROM_THE_FUTURE 1]", false, Some("S1")),
                ("smart_technologies[CONTACTLESS_MIFARE 04AA]", true, Some("S1"))
            ]
        );
    }
}
