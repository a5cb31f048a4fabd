//! Drafts that the tests begin with: all that a form can hold, and all of it right.

use alive::{
    AddressDraft, Card, CardDraft, Cardholder, CardholderDraft, CardholderId, CustomField, Date,
    GraduationDraft, Profile, RepresentativeDraft, Roles, SmartTechnologyDraft, Wrong,
};

pub const TODAY: Date = Date::constant(2024, 10, 1);

pub fn address() -> AddressDraft {
    AddressDraft {
        kind: "DELIVERY".into(),
        address_line_1: "Lipová 12".into(),
        address_line_2: "byt 3".into(),
        city: "Brno".into(),
        district: "Jihomoravský".into(),
        postal_code: "60200".into(),
        country: "CZE".into(),
    }
}

pub fn representative() -> RepresentativeDraft {
    RepresentativeDraft {
        kind: "FATHER".into(),
        academic_degree_before_name: "Ing.".into(),
        first_name: "Ota".into(),
        last_name: "Vrba".into(),
        academic_degree_after_name: "Ph.D.".into(),
        date_of_birth: "1975-02-03".into(),
        birth_number: "750203/0129".into(),
        gender: "MALE".into(),
        email: "ota.vrba@example.org".into(),
        phone_number: "+420 777 000 111".into(),
        language: "cs".into(),
        addresses: vec![address()],
    }
}

pub fn cardholder() -> CardholderDraft {
    CardholderDraft {
        external_id: "U-77".into(),
        academic_degree_before_name: "Bc.".into(),
        first_name: "Ela".into(),
        last_name: "Vrbová".into(),
        academic_degree_after_name: "DiS.".into(),
        date_of_birth: "2001-05-17".into(),
        birth_number: "015517/0125".into(),
        gender: "FEMALE".into(),
        email: "ela.vrbova@example.org".into(),
        phone_number: "+420 (777) 000-222".into(),
        language: "en".into(),
        personal_id: "P-1".into(),
        class_name: "2.A".into(),
        grade: "2".into(),
        roles: Roles { student: Some(true), graduate: Some(false), employee: Some(false), teacher: None },
        student_status: "PART_TIME".into(),
        addresses: vec![address()],
        legal_representatives: vec![representative()],
        custom_fields: vec![field("membership_code", "M-1234")],
    }
}

pub fn graduation() -> GraduationDraft {
    GraduationDraft {
        graduation_id: None,
        cardholder_id: Some(CardholderId(9)),
        faculty_name: "Faculty of Arts".into(),
        field_of_study: "History".into(),
        graduation_date: "2024-06-20".into(),
        academic_degree: "MASTER".into(),
        pre_nominal_academic_degree: "Mgr.".into(),
        post_nominal_academic_degree: "LL.M.".into(),
    }
}

pub fn card() -> CardDraft {
    CardDraft {
        cardholder_id: Some(CardholderId(9)),
        kind: "ISIC".into(),
        number: "S420500000007A".into(),
        form: "DIGITAL_PLASTIC".into(),
        valid_from: "2024-09-01".into(),
        valid_to: "2025-12-31".into(),
        smart_technologies: vec![chip("CONTACTLESS_MIFARE", "04a1b2c3")],
        custom_fields: vec![field("library_id", "4415562221")],
    }
}

pub fn alumni() -> CardDraft {
    CardDraft {
        cardholder_id: Some(CardholderId(9)),
        kind: "ALIVE_ID_ALUMNI".into(),
        form: "DIGITAL".into(),
        valid_from: TODAY.to_string(),
        custom_fields: vec![field("library_id", "4415562221")],
        ..CardDraft::default()
    }
}

pub fn chip(kind: &str, value: &str) -> SmartTechnologyDraft {
    SmartTechnologyDraft { kind: kind.into(), value: value.into() }
}

pub fn field(name: &str, value: &str) -> CustomField {
    CustomField { name: name.into(), value: value.into() }
}

pub fn profile() -> Profile {
    serde_json::from_str(
        r#"{"legal_age":15,"time_zone":"Europe/Prague","districts":["Jihomoravský","Hlavní město Praha"],
        "cardholder_fields":[{"name":"membership_code","mandatory":true,"min":3,"max":8}],
        "card_fields":[{"name":"esc_number","mandatory":false,"min":1,"max":20},
            {"name":"library_id","mandatory":true,"min":5,"max":12}],
        "cards":[{"type":"ISIC","mode":"REPORT","forms":["DIGITAL","DIGITAL_PLASTIC"],
                "ranges":[{"first":"S420500000000A","last":"S420500000999A"}],
                "cycles":[{"valid_from":"2022-09-01","valid_to":"2023-12-31"},
                    {"valid_from":"2023-09-01","valid_to":"2024-12-31"},
                    {"valid_from":"2024-09-01","valid_to":"2025-12-31"}],
                "designs":["SA-420-168","SA-420-200"],"default_design":"SA-420-168"},
            {"type":"ITIC","mode":"REPORT","forms":["DIGITAL"],"ranges":[],"cycles":[],"designs":[]},
            {"type":"ALIVE_ID_ALUMNI","mode":"REQUEST","forms":["DIGITAL"]}]}"#,
    )
    .unwrap()
}

/// A card of the register, with these attributes besides or instead.
pub fn on_record(attributes: &str) -> Card {
    let mut card = serde_json::json!({
        "card_id": 3, "cardholder_id": 9, "number": "S420500000007A", "type": "ISIC", "form": "DIGITAL",
        "status": "ACTIVE", "valid_from": "2023-09-01", "valid_to": "2024-12-31",
        "smart_technologies": [{"type": "CONTACTLESS_MIFARE", "value": "04 a1 b2 c3"}, {"type": "UHF", "value": "e2"}],
        "custom_fields": [{"name": "library_id", "value": "4415562221"}, {"name": "old_field", "value": "x"}],
    });
    let more: serde_json::Map<_, _> = serde_json::from_str(attributes).unwrap();
    card.as_object_mut().unwrap().extend(more);
    serde_json::from_value(card).unwrap()
}

/// A cardholder of the register, read from the answer that a manual's sample is.
pub fn holder(sample: &str) -> Cardholder {
    let answer: serde_json::Value = serde_json::from_str(sample).unwrap();
    serde_json::from_value(answer["data"][0].clone()).unwrap()
}

/// All faults, as `property: CODE`, in the order of the draft.
pub fn faults<T: std::fmt::Debug>(result: Result<T, Vec<Wrong>>) -> Vec<String> {
    result.unwrap_err().iter().map(|wrong| format!("{}: {}", wrong.property, wrong.code.name())).collect()
}
