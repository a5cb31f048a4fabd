//! `cardholders.set`.

use serde_json::{Value, json as object};

use crate::common::{Alive, client, json, refused, university};
use crate::{fault, names, new_person, person, with};

const SET: &str = "cardholders.set";

fn address(kind: &str) -> Value {
    object!({ "type": kind, "address_line_1": "Cvičná 1", "city": "Brno", "postal_code": "60200", "country": "CZE" })
}

fn mother() -> Value {
    object!({ "type": "MOTHER", "first_name": "Eva", "last_name": "Zkušební", "email": "eva@x.example" })
}

#[tokio::test]
async fn a_cardholder_is_created_without_an_id_and_answered_with_one() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = person("jana@x.example");
    let holder = alive.done(SET, &body).await;
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&holder[name], value, "{name}");
    }
    let id = holder["cardholder_id"].to_string();
    assert_eq!(alive.data("cardholders.get", &[("cardholder_id", &id)]).await, std::slice::from_ref(&holder));
    assert_eq!(alive.data("cardholders.list", &[("limit", "1")]).await, [holder]);
}

#[tokio::test]
async fn every_fault_of_a_request_is_named() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let all = ["first_name", "last_name", "date_of_birth", "email", "roles", "student_status"];
    for empty in [object!({}), object!({ "first_name": "", "last_name": null, "email": " ", "roles": null })]
    {
        let faults = alive.faults(SET, &empty).await;
        assert_eq!(names(&faults), all);
        let code = |name: &str| if name == "roles" { "REQUIRED_ERROR" } else { "IS_BLANK_ERROR" };
        assert!(faults.iter().all(|(name, got)| got == code(name)), "{faults:?}");
    }
}

#[tokio::test]
async fn attributes_have_their_json_types() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let wrong = object!({
        "cardholder_id": null, "external_id": 7, "academic_degree_before_name": [], "first_name": 1,
        "last_name": {}, "academic_degree_after_name": true, "date_of_birth": 20010506, "birth_number": 1,
        "gender": 1, "email": 1, "phone_number": 420, "language": false, "personal_id": 1, "class_name": 1,
        "grade": "7", "roles": [], "student_status": 1, "addresses": {}, "legal_representatives": "none",
        "custom_fields": ["x"],
    });
    let faults = alive.faults(SET, &wrong).await;
    let sent: Vec<_> = wrong.as_object().unwrap().keys().filter(|name| *name != "cardholder_id").collect();
    assert_eq!(faults.len(), sent.len(), "{faults:?}");
    for name in sent {
        let named = if name == "custom_fields" { "custom_fields[0]" } else { name };
        assert!(faults.contains(&fault(named, "INVALID_FORMAT_ERROR")[0]), "{name}: {faults:?}");
    }
    let roles = with(person("a@x.example"), object!({ "roles": { "student": "yes", "teacher": 1 } }));
    let faults = alive.faults(SET, &roles).await;
    assert_eq!(names(&faults), ["roles.graduate", "roles.student", "roles.teacher"]);
    let faults = alive.faults(SET, &object!({ "cardholder_id": "1200000" })).await;
    assert_eq!(faults[0], fault("cardholder_id", "INVALID_FORMAT_ERROR")[0]);
}

#[tokio::test]
async fn a_body_is_a_json_object_of_the_right_media_type() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let send = async |media: &str, body: &str| {
        let request = client().post(alive.url(SET)).bearer_auth(&alive.token);
        json(request.header("content-type", media).body(body.to_owned()).send().await.unwrap()).await
    };
    for body in ["[]", "7", "{", "", "null"] {
        assert!(refused(send("application/json", body).await, 422, 1001).get("errors").is_none());
    }
    refused(send("text/plain", "{}").await, 415, 1003);
    refused(send("multipart/form-data; boundary=x", "{}").await, 415, 1003);
    let nobody = client().post(alive.url(SET)).json(&object!({})).send().await.unwrap();
    refused(json(nobody).await, 401, 2002);
}

#[tokio::test]
async fn birth_number_has_the_national_format() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    for bad in ["010506-1234", "011306/1234", "010532/1234", "990506/123", "Petr"] {
        let faults = alive.faults(SET, &with(person("a@x.example"), object!({ "birth_number": bad }))).await;
        assert_eq!(faults, fault("birth_number", "INVALID_FORMAT_ERROR"), "{bad}");
    }
    // Neither the slash nor the check digit is enforced: the manual's own samples fail the check.
    for good in ["940415/0123", "9404150123", "725109/0123", "530101/123"] {
        let holder = alive
            .done(
                SET,
                &with(
                    person(&format!("{}@x.example", good.replace('/', "-"))),
                    object!({ "birth_number": good }),
                ),
            )
            .await;
        assert_eq!(holder["birth_number"], good);
    }
}

#[tokio::test]
async fn date_of_birth_is_not_in_the_future() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = |date: &str| {
        with(person("a@x.example"), object!({ "date_of_birth": date, "legal_representatives": [mother()] }))
    };
    assert_eq!(alive.faults(SET, &body("2026-02-11")).await, fault("date_of_birth", "IN_FUTURE_ERROR"));
    for bad in ["6. 5. 2001", "2001-02-29", "2001-5-6", "20010506"] {
        assert_eq!(
            alive.faults(SET, &body(bad)).await,
            fault("date_of_birth", "INVALID_FORMAT_ERROR"),
            "{bad}"
        );
    }
    assert_eq!(alive.done(SET, &body("2026-02-10")).await["date_of_birth"], "2026-02-10");
}

#[tokio::test]
async fn email_has_a_valid_format_and_is_unique_without_case() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    for bad in ["petr", "petr@", "@x.example", "petr@example", "a b@x.example"] {
        assert_eq!(alive.faults(SET, &person(bad)).await, fault("email", "INVALID_FORMAT_ERROR"), "{bad}");
    }
    let id = new_person(&alive, "jana@x.example").await;
    assert_eq!(alive.faults(SET, &person("JANA@x.example")).await, fault("email", "NOT_UNIQUE_ERROR"));
    // One's own isn't somebody else's.
    let own = with(person("Jana@x.example"), object!({ "cardholder_id": id }));
    assert_eq!(alive.done(SET, &own).await["email"], "Jana@x.example");
}

#[tokio::test]
async fn external_id_is_unique_per_issuer() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = |email: &str| with(person(email), object!({ "external_id": "ST1" }));
    let id = alive.done(SET, &body("a@x.example")).await["cardholder_id"].clone();
    assert_eq!(alive.faults(SET, &body("b@x.example")).await, fault("external_id", "NOT_UNIQUE_ERROR"));
    alive.done(SET, &with(body("a@x.example"), object!({ "cardholder_id": id }))).await;
    // Taken off one, it's free for another.
    alive.done(SET, &with(person("a@x.example"), object!({ "cardholder_id": id }))).await;
    alive.done(SET, &body("b@x.example")).await;
}

#[tokio::test]
async fn phone_number_has_the_manuals_characters_and_is_kept_without_spaces() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    for bad in ["+420 601x", "601.234.567", "601,234", "tel. 601"] {
        let faults = alive.faults(SET, &with(person("a@x.example"), object!({ "phone_number": bad }))).await;
        assert_eq!(faults, fault("phone_number", "INVALID_FORMAT_ERROR"), "{bad}");
    }
    let body = with(person("a@x.example"), object!({ "phone_number": "+420 (601) 234-567" }));
    assert_eq!(alive.done(SET, &body).await["phone_number"], "+420(601)234-567");
}

#[tokio::test]
async fn enums_are_spelt_as_in_the_manual() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let wrong = object!({
        "gender": "male", "language": "CS", "student_status": "EVENING",
        "addresses": [with(address("HOME"), object!({ "district": "Slezsko", "country": "CZ" })), with(address("BILLING"), object!({ "country": "cze" }))],
        "legal_representatives": [with(mother(), object!({ "type": "STEPAUNT", "gender": "X", "language": "de" }))],
    });
    let faults = alive.faults(SET, &with(person("a@x.example"), wrong)).await;
    assert!(faults.iter().all(|(_, code)| code == "INVALID_CHOICE_ERROR"));
    let wanted = [
        "gender",
        "language",
        "student_status",
        "addresses[0].type",
        "addresses[0].district",
        "addresses[0].country",
        "addresses[1].country",
        "legal_representatives[0].type",
        "legal_representatives[0].gender",
        "legal_representatives[0].language",
    ];
    assert_eq!(names(&faults), wanted);
    for gender in ["FEMALE", "MALE", "OTHER"] {
        let body = with(person(&format!("{gender}@x.example")), object!({ "gender": gender }));
        assert_eq!(alive.done(SET, &body).await["gender"], gender);
    }
}

#[tokio::test]
async fn every_relation_of_a_legal_representative_is_known() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let all = [
        "MOTHER",
        "FATHER",
        "SISTER",
        "BROTHER",
        "GRANDMOTHER",
        "GRANDFATHER",
        "AUNT",
        "UNCLE",
        "GUARDIAN",
        "STEPMOTHER",
        "STEPFATHER",
        "FOSTER_MOTHER",
        "FOSTER_FATHER",
        "GOVERNESS",
        "OTHER",
    ];
    let representatives: Vec<_> = all.iter().map(|kind| with(mother(), object!({ "type": kind }))).collect();
    let body = with(person("a@x.example"), object!({ "legal_representatives": representatives }));
    assert_eq!(alive.done(SET, &body).await["legal_representatives"], object!(representatives));
}

#[tokio::test]
async fn grade_is_from_1_to_9() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = |grade: Value| with(person("a@x.example"), object!({ "grade": grade, "class_name": "7.B" }));
    for bad in [0, 10, -1] {
        assert_eq!(alive.faults(SET, &body(bad.into())).await, fault("grade", "OUT_OF_RANGE_ERROR"));
    }
    assert_eq!(alive.faults(SET, &body(object!(7.5))).await, fault("grade", "INVALID_FORMAT_ERROR"));
    let holder = alive.done(SET, &body(9.into())).await;
    assert_eq!((&holder["grade"], &holder["class_name"]), (&9.into(), &"7.B".into()));
}

#[tokio::test]
async fn student_and_graduate_are_mandatory_roles_and_the_others_may_be_unknown() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = |roles: Value| with(person("a@x.example"), object!({ "roles": roles }));
    let faults = alive.faults(SET, &body(object!({ "employee": true }))).await;
    assert_eq!(names(&faults), ["roles.graduate", "roles.student"]);
    let all = object!({ "employee": true, "graduate": false, "student": false, "teacher": true });
    let holder = alive.done(SET, &body(all.clone())).await;
    assert_eq!(holder["roles"], all);
    // Left out in an update, a role is unknown again.
    let less = object!({ "graduate": false, "student": false });
    let body = with(body(less.clone()), object!({ "cardholder_id": holder["cardholder_id"] }));
    assert_eq!(alive.done(SET, &body).await["roles"], less);
}

#[tokio::test]
async fn an_address_has_all_its_mandatory_attributes_and_each_type_stands_once() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = |addresses: Value| with(person("a@x.example"), object!({ "addresses": addresses }));
    let faults = alive.faults(SET, &body(object!([address("BILLING"), {}, address("BILLING")]))).await;
    let wanted = [
        "addresses[1].type",
        "addresses[1].address_line_1",
        "addresses[1].city",
        "addresses[1].postal_code",
        "addresses[1].country",
        "addresses[2].type",
    ];
    assert_eq!(names(&faults), wanted);
    assert_eq!(faults[5].1, "NOT_UNIQUE_ERROR");
    let three = object!([address("BILLING"), address("DELIVERY"), address("REGISTERED")]);
    assert_eq!(alive.done(SET, &body(three.clone())).await["addresses"], three);
}

#[tokio::test]
async fn below_the_legal_age_a_legal_representative_is_required() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let born = |date: &str| with(person("child@x.example"), object!({ "date_of_birth": date }));
    for none in [object!(null), object!([])] {
        let faults =
            alive.faults(SET, &with(born("2011-02-11"), object!({ "legal_representatives": none }))).await;
        assert_eq!(faults, fault("legal_representatives", "REQUIRED_ERROR"));
    }
    let child = with(born("2011-02-11"), object!({ "legal_representatives": [mother()] }));
    let holder = alive.done(SET, &child).await;
    assert_eq!(holder["legal_representatives"], object!([mother()]));
    // Fifteen today: none is needed.
    alive.done(SET, &with(born("2011-02-10"), object!({ "cardholder_id": holder["cardholder_id"] }))).await;
}

#[tokio::test]
async fn a_legal_representative_is_older_than_the_legal_age_and_has_all_mandatory_attributes() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = |representative: Value| {
        with(person("a@x.example"), object!({ "legal_representatives": [representative] }))
    };
    let born = |date: &str| body(with(mother(), object!({ "date_of_birth": date })));
    for young in ["2011-02-10", "2020-01-01"] {
        let faults = alive.faults(SET, &born(young)).await;
        assert_eq!(faults, fault("legal_representatives[0].date_of_birth", "OUT_OF_RANGE_ERROR"), "{young}");
    }
    let faults = alive.faults(SET, &born("2027-01-01")).await;
    assert_eq!(faults, fault("legal_representatives[0].date_of_birth", "IN_FUTURE_ERROR"));
    let faults = alive.faults(SET, &body(object!({ "addresses": [{ "type": "BILLING" }] }))).await;
    let wanted = [
        "type",
        "first_name",
        "last_name",
        "email",
        "addresses[0].address_line_1",
        "addresses[0].city",
        "addresses[0].postal_code",
        "addresses[0].country",
    ];
    assert_eq!(names(&faults), wanted.map(|name| format!("legal_representatives[0].{name}")));
    // The e-mail needn't be unique: it may be the child's own.
    let old = with(mother(), object!({ "date_of_birth": "2011-02-09", "email": "a@x.example" }));
    alive.done(SET, &body(old)).await;
}

#[tokio::test]
async fn custom_fields_are_those_of_the_contract_with_its_lengths_each_once() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let field = |name: &str, value: &str| object!({ "name": name, "value": value });
    let body = |fields: Value| with(person("a@x.example"), object!({ "custom_fields": fields }));
    let long = "x".repeat(21);
    let wrong = object!([
        field("shoe_size", "47"),
        field("membership_code", &long),
        {},
        field("membership_code", "7")
    ]);
    let wanted = [
        ("custom_fields[0].name", "INVALID_CHOICE_ERROR"),
        ("custom_fields[1].value", "OUT_OF_RANGE_ERROR"),
        ("custom_fields[2].name", "IS_BLANK_ERROR"),
        ("custom_fields[2].value", "IS_BLANK_ERROR"),
        ("custom_fields[3].name", "NOT_UNIQUE_ERROR"),
    ];
    let wanted: Vec<_> = wanted.into_iter().flat_map(|(name, code)| fault(name, code)).collect();
    assert_eq!(alive.faults(SET, &body(wrong)).await, wanted);
    // Characters are counted, not bytes.
    let good = object!([field("membership_code", &"ž".repeat(20))]);
    assert_eq!(alive.done(SET, &body(good.clone())).await["custom_fields"], good);
}

#[tokio::test]
async fn an_update_deletes_what_is_not_sent() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let full = with(
        person("a@x.example"),
        object!({
            "external_id": "ST9", "academic_degree_before_name": "Mgr.", "academic_degree_after_name": "Ph.D.",
            "birth_number": "015506/1234", "gender": "FEMALE", "phone_number": "+420601", "language": "cs",
            "personal_id": "77", "class_name": "A", "grade": 1, "addresses": [address("BILLING")],
            "legal_representatives": [mother()], "custom_fields": [{ "name": "library_id", "value": "1" }],
        }),
    );
    let holder = alive.done(SET, &full).await;
    for (name, value) in full.as_object().unwrap() {
        assert_eq!(&holder[name], value, "{name}");
    }
    let bare = with(person("a@x.example"), object!({ "cardholder_id": holder["cardholder_id"] }));
    let updated = alive.done(SET, &bare).await;
    let empty = object!({
        "addresses": [], "legal_representatives": [], "custom_fields": [], "institution_id": holder["institution_id"],
    });
    assert_eq!(updated, with(bare, empty));
    let id = holder["cardholder_id"].to_string();
    assert_eq!(alive.data("cardholders.get", &[("cardholder_id", &id)]).await, [updated]);
}

#[tokio::test]
async fn null_missing_and_empty_are_the_same() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let id = new_person(&alive, "a@x.example").await;
    let body = with(person("a@x.example"), object!({ "cardholder_id": id }));
    let empty = object!({ "external_id": "", "gender": null, "phone_number": "", "grade": null, "addresses": null, "custom_fields": "" });
    assert_eq!(alive.done(SET, &with(body.clone(), empty)).await, alive.done(SET, &body).await);
    // An empty identifier is none: somebody new.
    let new = with(person("b@x.example"), object!({ "cardholder_id": null }));
    assert_ne!(alive.done(SET, &new).await["cardholder_id"], id);
}

#[tokio::test]
async fn institution_id_and_unknown_attributes_are_ignored() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = with(person("a@x.example"), object!({ "institution_id": 7, "shoe_size": 47 }));
    let holder = alive.done(SET, &body).await;
    assert_ne!(holder["institution_id"], 7);
    assert!(holder.get("shoe_size").is_none());
}

#[tokio::test]
async fn an_unknown_cardholder_is_3001() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let body = with(person("a@x.example"), object!({ "cardholder_id": 1 }));
    assert_eq!(refused(alive.post(SET, &body).await, 404, 3001)["message"], "Cardholder not found.");
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let before = alive.data("cardholders.list", &[("limit", "1000")]).await;
    let id = &before[0]["cardholder_id"];
    alive.faults(SET, &with(person("not an address"), object!({ "cardholder_id": id }))).await;
    alive.faults(SET, &person("not an address")).await;
    assert_eq!(alive.data("cardholders.list", &[("limit", "1000")]).await, before);
}
