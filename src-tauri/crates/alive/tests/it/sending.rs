//! Whatever is typed: a change that can be sent at all has every mandatory attribute, and never says null.

use alive::{
    CardDraft, CardRequest, CardUpdate, CardUpdateDraft, CardholderData, CardholderDraft, Change,
    GraduationData, GraduationDraft, PlasticDraft, PlasticIssue, Profile, Report,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::drafts::{TODAY, alumni, card, cardholder, graduation, on_record, profile};

/// What a clerk, a scanner or an older version of the desk may leave in an attribute.
const TYPED: [&str; 8] = ["", " ", "null", "0", "Ela", "2001-05-17", "CZE", "e@example.org"];

/// All places of text, truth and lists within a draft, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(attributes) => {
            attributes.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            found.push(at.to_owned());
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

/// The draft with one place after the other, and two and two of them, changed to something else.
fn variants<D: DeserializeOwned>(draft: impl serde::Serialize) -> Vec<D> {
    let draft = serde_json::to_value(draft).unwrap();
    let mut found = Vec::new();
    places(&draft, "", &mut found);
    let mut drafts = vec![draft.clone()];
    for (step, first) in found.iter().enumerate() {
        for typed in TYPED {
            let mut one = draft.clone();
            change(&mut one, first, typed);
            let mut two = one.clone();
            change(&mut two, &found[(step * 7 + typed.len()) % found.len()], TYPED[step % TYPED.len()]);
            drafts.extend([one, two]);
        }
    }
    drafts.into_iter().map(|draft| serde_json::from_value(draft).unwrap()).collect()
}

fn change(draft: &mut Value, at: &str, typed: &str) {
    let Some(place) = draft.pointer_mut(at) else { return };
    *place = match place {
        Value::Array(_) => json!([]),
        Value::String(_) => typed.into(),
        // An identifier or a role.
        _ => Value::Null,
    };
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(attributes) => attributes.values().any(has_null),
        Value::Array(items) => items.iter().any(has_null),
        _ => false,
    }
}

/// Counts the drafts that can be sent; all of them have what is mandatory, in text that isn't blank.
#[track_caller]
fn sendable(changes: impl Iterator<Item = Option<Change>>, mandatory: &[&str]) -> (usize, usize) {
    let (mut sent, mut refused) = (0, 0);
    for change in changes {
        let Some(change) = change else {
            refused += 1;
            continue;
        };
        sent += 1;
        let body: Value = serde_json::from_slice(&change.body()).unwrap();
        assert!(!has_null(&body), "{body}");
        for attribute in mandatory {
            for value in all(&body, attribute) {
                let value = value.unwrap_or_else(|| panic!("{attribute} is missing in {body}"));
                assert!(value.as_str().is_none_or(|text| !text.trim().is_empty()), "{attribute} in {body}");
            }
        }
    }
    (sent, refused)
}

/// The values of `a.b` or of each `a[].b`.
fn all<'v>(value: &'v Value, path: &str) -> Vec<Option<&'v Value>> {
    match path.split_once('.') {
        None => vec![value.get(path)],
        Some((first, rest)) => match (first.strip_suffix("[]"), value.get(first.trim_end_matches("[]"))) {
            (Some(_), items) => items
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .flat_map(|item| all(item, rest))
                .collect(),
            (None, Some(inner)) => all(inner, rest),
            (None, None) => vec![None],
        },
    }
}

#[test]
fn a_cardholder_is_sent_whole_or_not_at_all() {
    let mandatory = [
        "first_name",
        "last_name",
        "date_of_birth",
        "email",
        "roles.student",
        "roles.graduate",
        "student_status",
        "custom_fields",
        "custom_fields[].name",
        "custom_fields[].value",
        "addresses[].type",
        "addresses[].address_line_1",
        "addresses[].city",
        "addresses[].postal_code",
        "addresses[].country",
        "legal_representatives[].type",
        "legal_representatives[].first_name",
        "legal_representatives[].last_name",
        "legal_representatives[].email",
        "legal_representatives[].addresses[].city",
    ];
    for profile in [profile(), Profile::default()] {
        let parse = |draft: CardholderDraft| CardholderData::parse(&draft, &profile, TODAY, None).ok();
        let changes = variants(cardholder()).into_iter().map(|draft| parse(draft).map(Change::SetCardholder));
        let (sent, refused) = sendable(changes, &mandatory);
        assert!(sent > 100 && refused > 100, "{sent} {refused}");
    }
}

#[test]
fn a_graduation_is_sent_whole_or_not_at_all() {
    let mandatory = ["cardholder_id", "faculty_name", "field_of_study", "graduation_date", "academic_degree"];
    let parse = |draft: GraduationDraft| GraduationData::parse(&draft, TODAY).ok().map(Change::SetGraduation);
    let (sent, refused) = sendable(variants(graduation()).into_iter().map(parse), &mandatory);
    assert!(sent > 10 && refused > 10, "{sent} {refused}");
}

#[test]
fn a_card_is_sent_whole_or_not_at_all() {
    let both = [
        "cardholder_id",
        "type",
        "form",
        "valid_from",
        "custom_fields",
        "custom_fields[].name",
        "custom_fields[].value",
    ];
    let chips = ["smart_technologies", "smart_technologies[].type", "smart_technologies[].value"];
    for profile in [profile(), Profile::default()] {
        let parse = |draft: CardDraft| Report::parse(&draft, &profile, TODAY).ok().map(Change::Report);
        let mandatory = [&both[..], &chips, &["number", "valid_to"]].concat();
        let (sent, refused) = sendable(variants(card()).into_iter().map(parse), &mandatory);
        assert!(sent > 10 && refused > 10, "{sent} {refused}");
        let parse = |draft: CardDraft| CardRequest::parse(&draft, &profile, TODAY).ok().map(Change::Request);
        let (sent, refused) = sendable(variants(alumni()).into_iter().map(parse), &both);
        assert!(sent > 10 && refused > 10, "{sent} {refused}");
    }
    let record = on_record("{}");
    let mandatory = [&chips[..], &["card_id", "custom_fields", "custom_fields[].name"]].concat();
    let parse =
        |draft: CardUpdateDraft| CardUpdate::parse(&record, &draft, &profile()).ok().map(Change::Update);
    let (sent, refused) = sendable(variants(CardUpdateDraft::of(&record)).into_iter().map(parse), &mandatory);
    assert!(sent > 10 && refused > 10, "{sent} {refused}");
    let parse =
        |draft: PlasticDraft| PlasticIssue::parse(&record, &draft, &profile()).ok().map(Change::Plastic);
    let (sent, refused) = sendable(variants(PlasticDraft::of(&record)).into_iter().map(parse), &mandatory);
    assert!(sent > 10 && refused > 10, "{sent} {refused}");
}
