//! What a card carries and what custom fields say: the parts that are deleted wherever they aren't sent (manual,
//! model Smart Technology, model Custom Field).

use serde::Serialize;

use crate::card::{Card, SmartTechnology};
use crate::cardholder::CustomField;
use crate::draft::SmartTechnologyDraft;
use crate::profile::FieldRule;
use crate::value::{ChipValue, choice, kept, written};
use crate::wrong::{Checks, WrongCode};

/// Chips and fields of a card. Both are always sent, empty ones as empty arrays.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Contents {
    pub smart_technologies: Vec<SmartTechnology>,
    pub custom_fields: Vec<CustomField>,
}

impl Contents {
    /// Checks what is to be on a card; what is on `on_record` already may stay as it is.
    pub fn check(
        checks: &mut Checks,
        chips: &[SmartTechnologyDraft],
        fields: &[CustomField],
        rules: &[FieldRule],
        on_record: Option<&Card>,
    ) -> Self {
        let recorded_chips = on_record.map_or(&[][..], |card| &card.smart_technologies);
        let recorded_fields = on_record.map_or(&[][..], |card| &card.custom_fields);
        Self {
            smart_technologies: check_chips(checks, chips, recorded_chips),
            custom_fields: check_fields(checks, fields, rules, recorded_fields),
        }
    }
}

/// A type may come several times with different values, a value only once a type.
fn check_chips(
    checks: &mut Checks,
    drafts: &[SmartTechnologyDraft],
    on_record: &[SmartTechnology],
) -> Vec<SmartTechnology> {
    let mut chips: Vec<SmartTechnology> = Vec::new();
    let kinds = || on_record.iter().map(|chip| written(&chip.kind));
    for (index, draft) in drafts.iter().enumerate() {
        let at = |attribute| format!("smart_technologies[{index}].{attribute}");
        let recorded = on_record
            .iter()
            .find(|chip| written(&chip.kind) == draft.kind.trim() && same_value(&chip.value, &draft.value));
        let chip = match recorded {
            // In ALIVE's own spelling, so that nothing changes.
            Some(chip) if !chip.value.trim().is_empty() => Some(chip.clone()),
            _ => {
                let kind = checks.required(at("type"), &draft.kind, kept(kinds(), choice));
                let value = checks.required(at("value"), &draft.value, ChipValue::parse);
                kind.zip(value)
                    .map(|(kind, value)| SmartTechnology { kind, value: value.as_str().to_owned() })
            }
        };
        let Some(chip) = chip else { continue };
        let twice =
            chips.iter().any(|other| other.kind == chip.kind && same_value(&other.value, &chip.value));
        checks.hold(!twice, at("value"), WrongCode::NotUnique);
        chips.push(chip);
    }
    chips
}

/// Chip values are told apart without regard to case and white space.
fn same_value(one: &str, other: &str) -> bool {
    ChipValue::parse(one) == ChipValue::parse(other)
}

/// Names, lengths and completeness as agreed. Without any rule nothing is known of them. A field without a value is
/// not given.
pub fn check_fields(
    checks: &mut Checks,
    drafts: &[CustomField],
    rules: &[FieldRule],
    on_record: &[CustomField],
) -> Vec<CustomField> {
    let mut fields: Vec<CustomField> = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let at = |attribute| format!("custom_fields[{index}].{attribute}");
        let (name, value) = (draft.name.trim(), draft.value.trim());
        let rule = rules.iter().find(|rule| rule.name == name);
        if value.is_empty() {
            checks.hold(rule.is_none_or(|rule| !rule.mandatory), at("value"), WrongCode::Blank);
            continue;
        }
        checks.hold(fields.iter().all(|field| field.name.trim() != name), at("name"), WrongCode::NotUnique);
        let recorded =
            on_record.iter().find(|field| field.name.trim() == name && field.value.trim() == value);
        if let Some(field) = recorded {
            fields.push(field.clone());
            continue;
        }
        if name.is_empty() {
            checks.wrong(at("name"), WrongCode::Blank);
        } else {
            checks.hold(rule.is_some() || rules.is_empty(), at("name"), WrongCode::Choice);
        }
        let length = value.chars().count();
        let fits = rule.is_none_or(|rule| (rule.min..=rule.max).contains(&length));
        checks.hold(fits, at("value"), WrongCode::Range);
        fields.push(CustomField { name: name.to_owned(), value: value.to_owned() });
    }
    for rule in rules.iter().filter(|rule| rule.mandatory) {
        let given = drafts.iter().any(|draft| draft.name.trim() == rule.name);
        checks.hold(given, "custom_fields", WrongCode::Required);
    }
    fields
}
