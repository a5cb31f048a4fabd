//! The manual's rules of `POST /cards.report`, `cards.request`, `cards.update`, `cards.changeValidity` and
//! `cards.issuePlastic`, one test each.

use alive::{
    CardDraft, CardRequest, CardUpdate, CardUpdateDraft, Change, Date, PlasticDraft, PlasticIssue, Profile,
    Report, ValidityChange, Wrong,
};
use serde_json::{Value, json};

use crate::drafts::{TODAY, alumni, card, chip, faults, field, on_record, profile};

fn report(edit: impl FnOnce(&mut CardDraft)) -> Result<Report, Vec<Wrong>> {
    let mut draft = card();
    edit(&mut draft);
    Report::parse(&draft, &profile(), TODAY)
}

fn request(edit: impl FnOnce(&mut CardDraft)) -> Result<CardRequest, Vec<Wrong>> {
    let mut draft = alumni();
    edit(&mut draft);
    CardRequest::parse(&draft, &profile(), TODAY)
}

fn update(edit: impl FnOnce(&mut CardUpdateDraft)) -> Result<CardUpdate, Vec<Wrong>> {
    let card = on_record("{}");
    let mut draft = CardUpdateDraft::of(&card);
    edit(&mut draft);
    CardUpdate::parse(&card, &draft, &profile())
}

fn plastic(attributes: &str, edit: impl FnOnce(&mut PlasticDraft)) -> Result<PlasticIssue, Vec<Wrong>> {
    let card = on_record(attributes);
    let mut draft = PlasticDraft::of(&card);
    edit(&mut draft);
    PlasticIssue::parse(&card, &draft, &profile())
}

fn extension(attributes: &str, new: Date) -> Result<ValidityChange, Vec<Wrong>> {
    ValidityChange::parse(&on_record(attributes), new, &profile(), TODAY)
}

fn body(change: Change) -> Value {
    serde_json::from_slice(&change.body()).unwrap()
}

#[test]
fn a_report_is_sent_whole_with_the_number_and_the_chips_in_one_spelling() {
    let sent = body(Change::Report(report(|draft| draft.number = "s420 5000 00007a".into()).unwrap()));
    let expected = json!({
        "cardholder_id": 9, "type": "ISIC", "number": "S420500000007A", "form": "DIGITAL_PLASTIC",
        "valid_from": "2024-09-01", "valid_to": "2025-12-31",
        "smart_technologies": [{"type": "CONTACTLESS_MIFARE", "value": "04A1B2C3"}],
        "custom_fields": [{"name": "library_id", "value": "4415562221"}],
    });
    assert_eq!(sent, expected);
}

#[test]
fn what_is_mandatory_of_a_card_must_not_be_blank() {
    let found = faults(Report::parse(&CardDraft::default(), &Profile::default(), TODAY));
    let blank = ["cardholder_id", "type", "form", "number", "valid_from", "valid_to"];
    assert_eq!(found, blank.map(|property| format!("{property}: IS_BLANK_ERROR")));
    let found = faults(CardRequest::parse(&CardDraft::default(), &Profile::default(), TODAY));
    let blank = ["cardholder_id", "type", "form", "valid_from"];
    assert_eq!(found, blank.map(|property| format!("{property}: IS_BLANK_ERROR")));
}

#[test]
fn a_number_is_of_the_issuers_ranges() {
    for number in ["S420500001000A", "S420500000007B", "H420500000007A"] {
        assert_eq!(faults(report(|draft| draft.number = number.into())), ["number: OUT_OF_RANGE_ERROR"]);
    }
    assert_eq!(faults(report(|draft| draft.number = "S42\u{0}".into())), ["number: INVALID_FORMAT_ERROR"]);
}

#[test]
fn a_type_is_one_agreed_on_and_goes_the_way_of_its_mode() {
    let typed = |kind: &str| faults(report(|draft| draft.kind = kind.into()));
    assert_eq!(typed("EYCA"), ["type: INVALID_CHOICE_ERROR"]);
    assert_eq!(typed("IYTC"), ["type: NOT_ALLOWED_ERROR"]);
    assert!(
        typed("ALIVE_ID_ALUMNI").contains(&"type: NOT_ALLOWED_ERROR".to_owned()),
        "that one is requested"
    );
    assert_eq!(faults(request(|draft| draft.kind = "ISIC".into())), ["type: NOT_ALLOWED_ERROR"]);
    // Without an agreement the manual's division stands.
    assert!(Report::parse(&CardDraft { kind: "IYTC".into(), ..card() }, &Profile::default(), TODAY).is_ok());
    assert!(CardRequest::parse(&card(), &Profile::default(), TODAY).is_err());
}

#[test]
fn a_form_is_one_agreed_on_for_the_type_and_alumni_cards_are_digital() {
    let itic = |draft: &mut CardDraft| draft.kind = "ITIC".into();
    assert_eq!(faults(report(itic)), ["form: NOT_ALLOWED_ERROR"]);
    assert_eq!(faults(request(|draft| draft.form = "DIGITAL_PLASTIC".into())), ["form: NOT_ALLOWED_ERROR"]);
    assert_eq!(faults(report(|draft| draft.form = "WATCH".into())), ["form: INVALID_CHOICE_ERROR"]);
    let draft = CardDraft { form: "DIGITAL_PLASTIC".into(), ..alumni() };
    assert_eq!(faults(CardRequest::parse(&draft, &Profile::default(), TODAY)), ["form: NOT_ALLOWED_ERROR"]);
}

#[test]
fn a_validity_keeps_to_a_cycle_on_offer() {
    let span = |from: &str, to: &str| {
        report(|draft| (draft.valid_from, draft.valid_to) = (from.into(), to.into())).map(drop)
    };
    assert_eq!(span("2023-09-01", "2024-12-31"), Ok(()));
    assert_eq!(span("2024-10-01", "2025-12-31"), Ok(()), "begun within the cycle");
    assert_eq!(faults(span("2022-09-01", "2023-12-31")), ["valid_to: OUT_OF_RANGE_ERROR"], "over");
    assert_eq!(faults(span("2024-09-01", "2025-11-30")), ["valid_to: OUT_OF_RANGE_ERROR"]);
    assert_eq!(faults(span("2024-08-31", "2025-12-31")), ["valid_from: OUT_OF_RANGE_ERROR"]);
    let backwards = CardDraft { valid_to: "2024-08-31".into(), ..card() };
    let found = faults(Report::parse(&backwards, &Profile::default(), TODAY));
    assert_eq!(found, ["valid_to: OUT_OF_RANGE_ERROR"], "even where no cycle is known");
}

#[test]
fn a_requested_card_is_valid_from_today() {
    assert_eq!(
        faults(request(|draft| draft.valid_from = "2024-10-02".into())),
        ["valid_from: OUT_OF_RANGE_ERROR"]
    );
    let sent = body(Change::Request(request(|_| ()).unwrap()));
    let expected = json!({
        "cardholder_id": 9, "type": "ALIVE_ID_ALUMNI", "form": "DIGITAL", "valid_from": "2024-10-01",
        "custom_fields": [{"name": "library_id", "value": "4415562221"}],
    });
    assert_eq!(sent, expected, "neither number nor end nor chips");
}

#[test]
fn a_chip_has_a_type_of_the_list_a_value_and_is_there_once() {
    let with = |chips| faults(report(|draft| draft.smart_technologies = chips));
    assert_eq!(with(vec![chip("UHF", "E2")]), ["smart_technologies[0].type: INVALID_CHOICE_ERROR"]);
    assert_eq!(with(vec![chip("CONTACT_CHIP", " ")]), ["smart_technologies[0].value: IS_BLANK_ERROR"]);
    let twice = vec![chip("CONTACT_CHIP", "04a1"), chip("CONTACT_CHIP", "04 A1")];
    assert_eq!(with(twice), ["smart_technologies[1].value: NOT_UNIQUE_ERROR"]);
    let two =
        vec![chip("CONTACT_CHIP", "04A1"), chip("CONTACT_CHIP", "04A2"), chip("MAGNETIC_STRIPE", "04A1")];
    assert!(report(|draft| draft.smart_technologies = two).is_ok());
}

#[test]
fn chips_and_fields_are_sent_even_where_there_are_none() {
    let draft = CardDraft { smart_technologies: Vec::new(), custom_fields: Vec::new(), ..card() };
    let sent = body(Change::Report(Report::parse(&draft, &Profile::default(), TODAY).unwrap()));
    assert_eq!((&sent["smart_technologies"], &sent["custom_fields"]), (&json!([]), &json!([])));
    let alumni = on_record(r#"{"type":"ALIVE_ID_ALUMNI","smart_technologies":[],"custom_fields":null}"#);
    let sent = body(Change::Update(CardUpdate::keeping(&alumni).unwrap()));
    assert_eq!(sent, json!({"card_id": 3, "smart_technologies": [], "custom_fields": []}));
}

#[test]
fn keeping_sends_all_chips_and_fields_as_alive_has_them() {
    let kept = json!({
        "card_id": 3,
        "smart_technologies": [{"type": "CONTACTLESS_MIFARE", "value": "04 a1 b2 c3"}, {"type": "UHF", "value": "e2"}],
        "custom_fields": [{"name": "library_id", "value": "4415562221"}, {"name": "old_field", "value": "x"}],
    });
    assert_eq!(body(Change::Update(CardUpdate::keeping(&on_record("{}")).unwrap())), kept);
    assert_eq!(body(Change::Plastic(PlasticIssue::keeping(&on_record("{}")).unwrap())), kept);
}

#[test]
fn an_edit_is_held_against_the_agreement_and_the_record() {
    let sent =
        body(Change::Update(update(|draft| draft.smart_technologies[0].value = "04ffee".into()).unwrap()));
    assert_eq!(sent["smart_technologies"][0]["value"], "04FFEE");
    assert!(
        update(|draft| draft.smart_technologies[1].value = "e3".into()).is_ok(),
        "a type on record stays one"
    );
    let found = faults(update(|draft| draft.custom_fields[1].value = "y".into()));
    assert_eq!(found, ["custom_fields[1].name: INVALID_CHOICE_ERROR"]);
    let found = faults(update(|draft| draft.custom_fields.remove(0).value.clear()));
    assert_eq!(found, ["custom_fields: REQUIRED_ERROR"]);
    assert!(update(|draft| draft.custom_fields.push(field("esc_number", "abc"))).is_ok());
}

#[test]
fn a_cancelled_or_returned_card_is_neither_updated_nor_extended_nor_printed() {
    for attributes in [r#"{"status":"CANCELLED"}"#, r#"{"status":"RETURNED"}"#] {
        let locked = ["card_id: NOT_ALLOWED_ERROR"];
        assert_eq!(faults(CardUpdate::keeping(&on_record(attributes))), locked);
        assert_eq!(faults(plastic(attributes, |_| ())), locked);
        assert_eq!(faults(extension(attributes, Date::constant(2025, 12, 31))), locked);
    }
}

#[test]
fn only_four_types_are_extended_or_printed() {
    for kind in ["ALIVE_ID_ALUMNI", "ISIC_SCHOLAR", "IYTC", "ALIVE", "ALIVE_ALUMNI", "EYCA"] {
        let card = on_record(&format!(r#"{{"type":"{kind}"}}"#));
        assert_eq!(faults(PlasticIssue::keeping(&card)), ["card_id: NOT_ALLOWED_ERROR"], "{kind}");
        let new = Date::constant(2025, 12, 31);
        let change = ValidityChange::parse(&card, new, &Profile::default(), TODAY);
        assert_eq!(faults(change), ["card_id: NOT_ALLOWED_ERROR"], "{kind}");
        assert!(CardUpdate::keeping(&card).is_ok(), "{kind}");
    }
    for kind in ["ISIC", "ITIC", "ALIVE_STUDENT", "ALIVE_STAFF"] {
        assert!(PlasticIssue::keeping(&on_record(&format!(r#"{{"type":"{kind}"}}"#))).is_ok(), "{kind}");
    }
    assert_eq!(
        faults(plastic(r#"{"type":"ITIC"}"#, |_| ())),
        ["card_id: NOT_ALLOWED_ERROR"],
        "agreed as digital"
    );
}

#[test]
fn a_validity_is_never_shortened_and_extended_to_a_cycle_on_offer() {
    assert_eq!(faults(extension("{}", Date::constant(2024, 12, 30))), ["valid_to: OUT_OF_RANGE_ERROR"]);
    assert!(extension("{}", Date::constant(2024, 12, 31)).is_ok(), "the same");
    assert_eq!(
        faults(extension("{}", Date::constant(2025, 6, 30))),
        ["valid_to: OUT_OF_RANGE_ERROR"],
        "no cycle"
    );
    let sent = body(Change::Validity(extension("{}", Date::constant(2025, 12, 31)).unwrap()));
    assert_eq!(sent, json!({"card_id": 3, "valid_to": "2025-12-31"}));
    let expired = r#"{"valid_from":"2021-09-01","valid_to":"2022-12-31"}"#;
    assert!(extension(expired, Date::constant(2024, 12, 31)).is_ok());
    assert_eq!(
        faults(extension(expired, Date::constant(2023, 12, 31))),
        ["valid_to: OUT_OF_RANGE_ERROR"],
        "over"
    );
}

#[test]
fn only_later_cycles_are_offered_for_extension() {
    let day = Date::constant;
    let offered = |attributes: &str| profile().extensions(&on_record(attributes), TODAY);
    assert_eq!(offered("{}"), [day(2025, 12, 31)]);
    assert_eq!(offered(r#"{"valid_to":"2022-12-31"}"#), [day(2024, 12, 31), day(2025, 12, 31)]);
    assert_eq!(offered(r#"{"valid_to":"2025-12-31"}"#), []);
    assert_eq!(offered(r#"{"status":"CANCELLED"}"#), []);
    assert_eq!(offered(r#"{"type":"ALIVE_ID_ALUMNI"}"#), []);
}

#[test]
fn a_plastic_card_doesnt_outlive_the_digital_one() {
    let until = |date: &str| plastic("{}", |draft| draft.valid_to_plastic = date.into());
    assert!(until("2024-12-31").is_ok() && until("2024-06-30").is_ok() && until("").is_ok());
    assert_eq!(faults(until("2025-01-01")), ["valid_to_plastic: OUT_OF_RANGE_ERROR"]);
    assert_eq!(faults(until("2023-08-31")), ["valid_to_plastic: OUT_OF_RANGE_ERROR"]);
    assert_eq!(faults(until("31.12.2024")), ["valid_to_plastic: INVALID_FORMAT_ERROR"]);
}

#[test]
fn a_plastic_design_is_one_enabled_or_the_present_one() {
    let design = |attributes, part: &str| plastic(attributes, |draft| draft.design_plastic = part.into());
    let sent = body(Change::Plastic(design("{}", "SA-420-200").unwrap()));
    assert_eq!(sent["design_plastic"], "SA-420-200");
    assert_eq!(faults(design("{}", "XX-1")), ["design_plastic: INVALID_CHOICE_ERROR"]);
    assert!(design(r#"{"design_plastic":"XX-1"}"#, "XX-1").is_ok());
    assert_eq!(
        body(Change::Plastic(design("{}", "").unwrap())).get("design_plastic"),
        None,
        "ALIVE's default"
    );
}
