//! The manual's rules of `POST /cardholders.set` and `POST /graduations.set`, one test each.

use alive::{
    Cardholder, CardholderData, CardholderDraft, Change, Date, GraduationData, GraduationDraft, GraduationId,
    Profile, Roles, WarningCode, Wrong, WrongCode,
};
use serde_json::{Value, json};

use crate::drafts::{TODAY, address, cardholder, faults, field, graduation, profile, representative};

fn parse(edit: impl FnOnce(&mut CardholderDraft)) -> Result<CardholderData, Vec<Wrong>> {
    let mut draft = cardholder();
    edit(&mut draft);
    CardholderData::parse(&draft, &profile(), TODAY, None)
}

fn sent(data: CardholderData) -> Value {
    serde_json::from_slice(&Change::SetCardholder(data).body()).unwrap()
}

#[track_caller]
fn refused(edit: impl FnOnce(&mut CardholderDraft), fault: &str) {
    assert_eq!(faults(parse(edit)), [fault]);
}

#[test]
fn a_right_draft_has_neither_faults_nor_warnings() {
    let data = parse(|_| ()).unwrap();
    assert_eq!(data.warnings(), []);
    assert_eq!(data.email(), "ela.vrbova@example.org");
}

#[test]
fn what_is_mandatory_must_not_be_blank_and_all_faults_come_at_once() {
    let draft = CardholderDraft {
        roles: Roles { student: Some(true), ..Roles::default() },
        addresses: vec![Default::default()],
        legal_representatives: vec![Default::default()],
        first_name: " \u{a0}".into(),
        ..CardholderDraft::default()
    };
    let blank = [
        "first_name",
        "last_name",
        "date_of_birth",
        "email",
        "roles.graduate",
        "student_status",
        "addresses[0].type",
        "addresses[0].address_line_1",
        "addresses[0].city",
        "addresses[0].postal_code",
        "addresses[0].country",
        "legal_representatives[0].type",
        "legal_representatives[0].first_name",
        "legal_representatives[0].last_name",
        "legal_representatives[0].email",
    ];
    let found = faults(CardholderData::parse(&draft, &Profile::default(), TODAY, None));
    assert_eq!(found, blank.map(|property| format!("{property}: IS_BLANK_ERROR")));
    let found = faults(CardholderData::parse(&Default::default(), &Profile::default(), TODAY, None));
    assert!(found.contains(&"roles.student: IS_BLANK_ERROR".to_owned()));
}

#[test]
fn a_date_of_birth_is_not_in_the_future_and_is_written_in_one_way() {
    refused(|draft| draft.date_of_birth = "2024-10-02".into(), "date_of_birth: IN_FUTURE_ERROR");
    for typed in ["17. 5. 2001", "2001-5-17", "20010517", "2001-02-29", "2001-05-17T00:00"] {
        refused(|draft| draft.date_of_birth = typed.into(), "date_of_birth: INVALID_FORMAT_ERROR");
    }
    let today = TODAY.to_string();
    let newborn = parse(|draft| draft.date_of_birth = today.clone()).unwrap();
    assert_eq!(sent(newborn)["date_of_birth"], today);
}

#[test]
fn an_e_mail_address_has_its_format() {
    for typed in [
        "ela",
        "ela@",
        "@example.org",
        "ela@localhost",
        "ela vrbova@example.org",
        "E <e@example.org>",
        "e@[127.0.0.1]",
    ] {
        refused(|draft| draft.email = typed.into(), "email: INVALID_FORMAT_ERROR");
    }
    refused(
        |draft| draft.legal_representatives[0].email = "ota".into(),
        "legal_representatives[0].email: INVALID_FORMAT_ERROR",
    );
}

#[test]
fn a_phone_number_has_digits_brackets_plus_and_minus_and_spaces_are_stripped() {
    assert_eq!(sent(parse(|_| ()).unwrap())["phone_number"], "+420(777)000-222");
    for typed in ["777.000.222", "777/000222", "777,0", "+", "tel. 777"] {
        refused(|draft| draft.phone_number = typed.into(), "phone_number: INVALID_FORMAT_ERROR");
    }
}

#[test]
fn a_birth_number_has_the_national_format() {
    refused(|draft| draft.birth_number = "015517/01".into(), "birth_number: INVALID_FORMAT_ERROR");
    refused(
        |draft| draft.legal_representatives[0].birth_number = "x".into(),
        "legal_representatives[0].birth_number: INVALID_FORMAT_ERROR",
    );
}

#[test]
fn a_birth_number_that_doesnt_fit_is_a_warning_only() {
    let codes = |edit: fn(&mut CardholderDraft)| {
        parse(edit)
            .unwrap()
            .warnings()
            .into_iter()
            .map(|warning| (warning.property, warning.code))
            .collect::<Vec<_>>()
    };
    let own = |code| ("birth_number".to_owned(), code);
    assert_eq!(codes(|draft| draft.birth_number = "015517/0127".into()), [own(WarningCode::Checksum)]);
    assert_eq!(codes(|draft| draft.date_of_birth = "2001-05-18".into()), [own(WarningCode::OtherBirthday)]);
    assert_eq!(codes(|draft| draft.gender = "MALE".into()), [own(WarningCode::OtherGender)]);
    assert_eq!(codes(|draft| draft.gender = "OTHER".into()), []);
    assert_eq!(
        codes(|draft| draft.legal_representatives[0].birth_number = "750203/0126".into()),
        [("legal_representatives[0].birth_number".to_owned(), WarningCode::Checksum)]
    );
}

#[test]
fn enums_take_only_their_own_values() {
    refused(|draft| draft.gender = "Female".into(), "gender: INVALID_CHOICE_ERROR");
    refused(|draft| draft.language = "pl".into(), "language: INVALID_CHOICE_ERROR");
    refused(|draft| draft.student_status = "EVENING".into(), "student_status: INVALID_CHOICE_ERROR");
    refused(|draft| draft.addresses[0].kind = "HOME".into(), "addresses[0].type: INVALID_CHOICE_ERROR");
    refused(
        |draft| draft.legal_representatives[0].kind = "NEIGHBOUR".into(),
        "legal_representatives[0].type: INVALID_CHOICE_ERROR",
    );
}

#[test]
fn a_country_is_an_alpha_3_code() {
    for typed in ["CZ", "XYZ", "Czechia"] {
        refused(
            |draft| draft.addresses[0].country = typed.into(),
            "addresses[0].country: INVALID_CHOICE_ERROR",
        );
    }
    for code in ["CZE", "SVK", "UKR", "PSE", "SSD"] {
        let data = parse(|draft| draft.addresses[0].country = code.to_lowercase()).unwrap();
        assert_eq!(sent(data)["addresses"][0]["country"], code);
    }
}

#[test]
fn a_district_is_one_of_the_institutions_list() {
    let fault = "legal_representatives[0].addresses[0].district: INVALID_CHOICE_ERROR";
    refused(|draft| draft.legal_representatives[0].addresses[0].district = "Moravia".into(), fault);
    let mut draft = cardholder();
    draft.addresses[0].district = "Moravia".into();
    assert!(CardholderData::parse(&draft, &Profile::default(), TODAY, None).is_ok(), "no list, no rule");
}

#[test]
fn a_grade_is_1_to_9() {
    for (typed, code) in
        [("0", "OUT_OF_RANGE"), ("10", "OUT_OF_RANGE"), ("-1", "OUT_OF_RANGE"), ("2.", "INVALID_FORMAT")]
    {
        refused(|draft| draft.grade = typed.into(), &format!("grade: {code}_ERROR"));
    }
    assert_eq!(sent(parse(|draft| draft.grade = "9".into()).unwrap())["grade"], 9);
}

#[test]
fn there_is_one_address_a_type() {
    refused(|draft| draft.addresses.push(address()), "addresses[1].type: NOT_UNIQUE_ERROR");
}

#[test]
fn below_the_legal_age_a_representative_is_required_and_on_the_birthday_none() {
    let aged = |born: &str, legal_age: u8| {
        let draft = CardholderDraft {
            date_of_birth: born.into(),
            birth_number: String::new(),
            legal_representatives: Vec::new(),
            ..cardholder()
        };
        CardholderData::parse(&draft, &Profile { legal_age, ..profile() }, TODAY, None)
    };
    assert!(aged("2009-10-01", 15).is_ok(), "fifteen today");
    assert_eq!(faults(aged("2009-10-02", 15)), ["legal_representatives: REQUIRED_ERROR"]);
    assert_eq!(faults(aged("2009-10-01", 16)), ["legal_representatives: REQUIRED_ERROR"]);
}

#[test]
fn a_representative_is_older_than_the_legal_age() {
    let fault = "legal_representatives[0].date_of_birth: OUT_OF_RANGE_ERROR";
    refused(|draft| draft.legal_representatives[0].date_of_birth = "2009-10-01".into(), fault);
    assert!(parse(|draft| draft.legal_representatives[0].date_of_birth = "2009-09-30".into()).is_ok());
    let future = "legal_representatives[0].date_of_birth: IN_FUTURE_ERROR";
    refused(|draft| draft.legal_representatives[0].date_of_birth = "2025-01-01".into(), future);
    assert!(
        parse(|draft| draft.legal_representatives[0].date_of_birth.clear()).is_ok(),
        "it isn't mandatory"
    );
}

#[test]
fn custom_fields_are_those_agreed_on_with_their_lengths() {
    refused(|draft| draft.custom_fields.clear(), "custom_fields: REQUIRED_ERROR");
    refused(|draft| draft.custom_fields[0].value.clear(), "custom_fields[0].value: IS_BLANK_ERROR");
    refused(|draft| draft.custom_fields[0].value = "M1".into(), "custom_fields[0].value: OUT_OF_RANGE_ERROR");
    refused(
        |draft| draft.custom_fields[0].value = "M23456789".into(),
        "custom_fields[0].value: OUT_OF_RANGE_ERROR",
    );
    assert!(
        parse(|draft| draft.custom_fields[0].value = "ěščřžýáí".into()).is_ok(),
        "characters count, not bytes"
    );
    refused(
        |draft| draft.custom_fields.push(field("shoe_size", "42")),
        "custom_fields[1].name: INVALID_CHOICE_ERROR",
    );
    refused(
        |draft| draft.custom_fields.push(field(" membership_code", "M-9")),
        "custom_fields[1].name: NOT_UNIQUE_ERROR",
    );
}

#[test]
fn a_student_status_is_asked_for_of_students_and_else_kept_or_assumed() {
    refused(|draft| draft.student_status.clear(), "student_status: IS_BLANK_ERROR");
    let staff = |draft: &mut CardholderDraft| {
        draft.student_status.clear();
        draft.roles = Roles { student: Some(false), graduate: Some(false), ..Roles::default() };
    };
    let data = parse(staff).unwrap();
    assert_eq!(data.warnings()[0].code, WarningCode::Assumed);
    assert_eq!(sent(data)["student_status"], "FULL_TIME");

    let record: Cardholder =
        serde_json::from_value(json!({"cardholder_id": 9, "student_status": "PART_TIME"})).unwrap();
    let mut draft = cardholder();
    staff(&mut draft);
    let data = CardholderData::parse(&draft, &profile(), TODAY, Some(&record)).unwrap();
    assert_eq!(data.warnings(), []);
    assert_eq!(sent(data)["student_status"], "PART_TIME");
}

#[test]
fn an_update_names_the_cardholder_and_a_creation_doesnt() {
    assert_eq!(sent(parse(|_| ()).unwrap()).get("cardholder_id"), None);
    let record: Cardholder = serde_json::from_value(json!({"cardholder_id": 9})).unwrap();
    let data = CardholderData::parse(&cardholder(), &profile(), TODAY, Some(&record)).unwrap();
    assert_eq!(sent(data)["cardholder_id"], 9);
}

#[test]
fn what_alive_has_on_record_may_go_back_as_it_is() {
    let record = json!({
        "cardholder_id": 9, "institution_id": 5, "first_name": "Ela", "last_name": "Vrbová", "new_attribute": "?",
        "date_of_birth": "2001-05-17", "birth_number": "old form", "gender": "DIVERSE", "email": "ela@local",
        "phone_number": "ext. 7", "language": "sk", "roles": {"student": false, "graduate": true},
        "student_status": "DISTANCE",
        "addresses": [{"type": "HOME", "address_line_1": "Lipová 12", "city": "Brno", "district": "Moravia",
            "postal_code": "60200", "country": "XKX"}],
        "legal_representatives": [{"type": "NEIGHBOUR", "first_name": "Ota", "last_name": "Vrba", "email": "ota",
            "gender": "DIVERSE", "birth_number": "?", "phone_number": "none", "language": "sk"}],
        "custom_fields": [{"name": "membership_code", "value": "M1"}, {"name": "legacy", "value": "1"}],
    });
    let holder: Cardholder = serde_json::from_value(record.clone()).unwrap();
    let draft = CardholderDraft::of(&holder);
    let data = CardholderData::parse(&draft, &profile(), TODAY, Some(&holder)).unwrap();
    let mut expected = record;
    for never_sent in ["institution_id", "new_attribute"] {
        expected.as_object_mut().unwrap().remove(never_sent);
    }
    assert_eq!(sent(data), expected);

    let changed = CardholderDraft { language: "sl".into(), gender: "FLUID".into(), ..draft };
    let result = CardholderData::parse(&changed, &profile(), TODAY, Some(&holder));
    assert_eq!(faults(result), ["gender: INVALID_CHOICE_ERROR", "language: INVALID_CHOICE_ERROR"]);
}

#[test]
fn a_fault_is_written_as_alive_would_write_it() {
    let wrong = parse(|draft| draft.addresses[0].city.clear()).unwrap_err().remove(0);
    assert_eq!(wrong, Wrong { property: "addresses[0].city".into(), code: WrongCode::Blank });
    let written = serde_json::to_value(&wrong).unwrap();
    assert_eq!(written, json!({"property": "addresses[0].city", "code": "IS_BLANK_ERROR"}));
    for code in [
        WrongCode::Blank,
        WrongCode::Format,
        WrongCode::Choice,
        WrongCode::NotUnique,
        WrongCode::Range,
        WrongCode::Future,
        WrongCode::NotAllowed,
        WrongCode::Required,
    ] {
        assert_eq!(serde_json::to_value(code).unwrap(), code.name());
    }
}

#[test]
fn a_draft_is_written_as_it_is_read_and_may_leave_out_anything() {
    let written = serde_json::to_string(&cardholder()).unwrap();
    assert_eq!(serde_json::from_str::<CardholderDraft>(&written).unwrap(), cardholder());
    assert_eq!(serde_json::from_str::<CardholderDraft>("{}").unwrap(), CardholderDraft::default());
    assert_eq!(representative().addresses.len(), 1);
}

fn graduate(edit: impl FnOnce(&mut GraduationDraft)) -> Result<GraduationData, Vec<Wrong>> {
    let mut draft = graduation();
    edit(&mut draft);
    GraduationData::parse(&draft, TODAY)
}

#[test]
fn a_graduation_has_one_degree_at_least() {
    let none = |draft: &mut GraduationDraft| {
        draft.pre_nominal_academic_degree = " ".into();
        draft.post_nominal_academic_degree.clear();
    };
    assert_eq!(faults(graduate(none)), ["pre_nominal_academic_degree: REQUIRED_ERROR"]);
    assert!(graduate(|draft| draft.pre_nominal_academic_degree.clear()).is_ok());
    assert!(graduate(|draft| draft.post_nominal_academic_degree.clear()).is_ok());
}

#[test]
fn a_graduation_is_whole_and_not_in_the_future() {
    let found = faults(GraduationData::parse(&GraduationDraft::default(), Date::constant(2024, 1, 1)));
    let blank = ["cardholder_id", "faculty_name", "field_of_study", "graduation_date", "academic_degree"];
    assert_eq!(found[..5], blank.map(|property| format!("{property}: IS_BLANK_ERROR")));
    let found = faults(graduate(|draft| draft.graduation_date = "2024-10-02".into()));
    assert_eq!(found, ["graduation_date: IN_FUTURE_ERROR"]);
    let found = faults(graduate(|draft| draft.academic_degree = "RIGOROSUM".into()));
    assert_eq!(found, ["academic_degree: INVALID_CHOICE_ERROR"]);
}

#[test]
fn a_correction_of_a_graduation_names_it() {
    let body = |data| serde_json::from_slice::<Value>(&Change::SetGraduation(data).body()).unwrap();
    assert_eq!(body(graduate(|_| ()).unwrap()).get("graduation_id"), None);
    let correction = body(graduate(|draft| draft.graduation_id = Some(GraduationId(4))).unwrap());
    assert_eq!((&correction["graduation_id"], &correction["cardholder_id"]), (&json!(4), &json!(9)));
}
