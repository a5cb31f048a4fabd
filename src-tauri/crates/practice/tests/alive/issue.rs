//! `cards.report` and `cards.request`.

use practice::{CardTerms, CardType, Clock, Contract, Options, University};
use serde_json::{Value, json as object};

use crate::common::{Alive, refused, troubled, university};
use crate::{chip, fault, isic, names, new_person, person, with};

const REPORT: &str = "cards.report";
const REQUEST: &str = "cards.request";

#[tokio::test]
async fn a_reported_card_is_active_with_the_default_design() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let body = with(
        isic(&holder, 1),
        object!({
            "smart_technologies": [chip("A14E5D5F"), { "type": "MAGNETIC_STRIPE", "value": "8100A7BC5D" }],
            "custom_fields": [{ "name": "esc_number", "value": "abc123" }],
        }),
    );
    let card = alive.done(REPORT, &body).await;
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&card[name], value, "{name}");
    }
    assert_eq!((&card["status"], &card["design"]), (&"ACTIVE".into(), &"SA-420-101".into()));
    assert!(card.get("valid_to_plastic").is_none() && card.get("design_plastic").is_none());
    let id = card["card_id"].to_string();
    assert_eq!(alive.data("cards.get", &[("card_id", &id)]).await, std::slice::from_ref(&card));
    assert_eq!(alive.data("cards.list", &[("limit", "1")]).await, [card]);
}

#[tokio::test]
async fn plastic_issued_together_has_the_default_design_and_the_whole_validity() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let card = alive.done(REPORT, &with(isic(&holder, 1), object!({ "form": "DIGITAL_PLASTIC" }))).await;
    assert_eq!(card["form"], "DIGITAL_PLASTIC");
    assert_eq!((&card["design_plastic"], &card["valid_to_plastic"]), (&card["design"], &card["valid_to"]));
}

#[tokio::test]
async fn every_fault_of_a_report_is_named() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let faults = alive.faults(REPORT, &object!({})).await;
    let all = ["cardholder_id", "type", "number", "form", "valid_from", "valid_to", "smart_technologies"];
    assert_eq!(names(&faults), all);
    assert_eq!(faults[6].1, "REQUIRED_ERROR");
    refused(alive.post(REPORT, &isic(&1.into(), 1)).await, 404, 3001);
    let chips = object!([{ "type": "RFID", "value": "1" }, {}, 7, { "type": "CONTACT_CHIP", "value": 7 }]);
    let holder = new_person(&alive, "a@x.example").await;
    let faults =
        alive.faults(REPORT, &with(isic(&holder, 1), object!({ "smart_technologies": chips }))).await;
    let wanted = ["[0].type", "[1].type", "[1].value", "[2]", "[3].value"];
    assert_eq!(names(&faults), wanted.map(|name| format!("smart_technologies{name}")));
}

#[tokio::test]
async fn only_the_types_of_the_contract_are_reported_and_the_alumni_card_is_not() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    for kind in ["ALIVE_ID_ALUMNI", "ISIC_SCHOLAR", "IYTC", "ALIVE", "ALIVE_ALUMNI"] {
        let faults = alive.faults(REPORT, &with(isic(&holder, 1), object!({ "type": kind }))).await;
        assert_eq!(faults, fault("type", "NOT_ALLOWED_ERROR"), "{kind}");
    }
    let faults = alive.faults(REPORT, &with(isic(&holder, 1), object!({ "type": "LIBRARY" }))).await;
    assert_eq!(faults, fault("type", "INVALID_CHOICE_ERROR"));
    for sample in &university.access().alive.report_sample {
        let sample = serde_json::to_value(sample).unwrap();
        let card = alive.done(REPORT, &with(isic(&holder, 1), sample.clone())).await;
        assert_eq!(card["type"], sample["type"]);
    }
}

#[tokio::test]
async fn a_number_is_one_of_the_types_ranges() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let report = |number: &str| with(isic(&holder, 1), object!({ "number": number }));
    for bad in [
        "S420510000000A",
        "S420499999999A",
        "S420509000001B",
        "T420519999999C",
        "S42050900001A",
        "S4205090000011A",
    ] {
        assert_eq!(alive.faults(REPORT, &report(bad)).await, fault("number", "OUT_OF_RANGE_ERROR"), "{bad}");
    }
    // It's compared without spaces and case, and kept as it was sent.
    let card = alive.done(REPORT, &report("s420 509 999 999 a")).await;
    assert_eq!(card["number"], "s420 509 999 999 a");
}

#[tokio::test]
async fn a_number_is_used_once_until_its_card_is_returned() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let card = alive.done(REPORT, &isic(&holder, 1)).await;
    let again = with(isic(&holder, 1), object!({ "number": "s420 509 000 001 A" }));
    let change = |status: &str| object!({ "card_id": card["card_id"], "status": status });
    assert_eq!(alive.faults(REPORT, &again).await, fault("number", "NOT_UNIQUE_ERROR"));
    alive.done("cards.changeStatus", &change("CANCELLED")).await;
    assert_eq!(alive.faults(REPORT, &again).await, fault("number", "NOT_UNIQUE_ERROR"));
    alive.done("cards.changeStatus", &change("RETURNED")).await;
    let other = new_person(&alive, "b@x.example").await;
    alive.done(REPORT, &isic(&other, 1)).await;
    // So a number isn't a key: two cards have it now (T37).
    let number = card["number"].as_str().unwrap();
    assert_eq!(alive.data("cards.list", &[("limit", "9"), ("number", number)]).await.len(), 2);
}

#[tokio::test]
async fn validity_is_a_cycle_on_offer() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let from_to =
        |from: &str, to: &str| with(isic(&holder, 1), object!({ "valid_from": from, "valid_to": to }));
    let range = |name: &str| fault(name, "OUT_OF_RANGE_ERROR");
    assert_eq!(alive.faults(REPORT, &from_to("2025-09-01", "2026-12-31")).await, range("valid_to"));
    assert_eq!(alive.faults(REPORT, &from_to("2026-02-10", "2026-10-31")).await, range("valid_from"));
    let both = [range("valid_from"), range("valid_to")].concat();
    assert_eq!(alive.faults(REPORT, &from_to("2026-09-01", "2027-10-31")).await, both);
    alive.done(REPORT, &from_to("2025-09-01", "2026-03-31")).await;
}

#[tokio::test]
async fn a_chips_value_is_unique_per_type_without_spaces_and_case() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let report = |n: u64, chips: Value| with(isic(&holder, n), object!({ "smart_technologies": chips }));
    alive.done(REPORT, &report(1, object!([chip("A14E5D5F")]))).await;
    let faults = alive.faults(REPORT, &report(2, object!([chip("FF"), chip("a1 4e 5d 5f")]))).await;
    assert_eq!(faults, fault("smart_technologies[1].value", "NOT_UNIQUE_ERROR"));
    // The same value of another type is another chip.
    let other = object!([{ "type": "CONTACT_CHIP", "value": "A14E5D5F" }]);
    alive.done(REPORT, &report(2, other)).await;
    // Twice on one card.
    let faults = alive.faults(REPORT, &report(3, object!([chip("B0"), chip("b 0")]))).await;
    assert_eq!(faults, fault("smart_technologies[1].value", "NOT_UNIQUE_ERROR"));
    // Several values of one type are accepted.
    let two = object!([chip("B0"), chip("B1")]);
    assert_eq!(alive.done(REPORT, &report(3, two.clone())).await["smart_technologies"], two);
}

#[tokio::test]
async fn a_chip_is_free_once_its_card_is_cancelled_returned_or_expired() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let report = |n: u64| with(isic(&holder, n), object!({ "smart_technologies": [chip("A14E5D5F")] }));
    for (n, status) in [(1, "CANCELLED"), (2, "RETURNED")] {
        let card = alive.done(REPORT, &report(n)).await;
        let change = object!({ "card_id": card["card_id"], "status": status });
        alive.done("cards.changeStatus", &change).await;
    }
    let short = with(report(3), object!({ "valid_to": "2026-03-31" }));
    alive.done(REPORT, &short).await;
    // On its last day the card still holds the chip.
    for (hours, taken) in [(49 * 24, true), (24, false)] {
        university.clock().forward(jiff::SignedDuration::from_hours(hours));
        let alive = Alive::new(&university).await;
        let (status, body) = alive.post(REPORT, &report(4)).await;
        assert_eq!(status, if taken { 422 } else { 200 }, "{body} {:?}", university.clock().today());
    }
}

#[tokio::test]
async fn the_holders_data_and_photo_go_to_the_card_when_it_is_issued() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (_, holder) = alive.of(&university.tray()[0]).await;
    let card = alive.done(REPORT, &isic(&holder["cardholder_id"], 1)).await;
    let shown = alive.shown(&card).await;
    assert_eq!(shown["last_name"], holder["last_name"]);
    assert_eq!(shown["photo_sha256"].as_str().unwrap().len(), 64);
    // A change of the holder alone doesn't reach it.
    let renamed = with(holder.clone(), object!({ "last_name": "Nováčková" }));
    alive.done("cardholders.set", &renamed).await;
    assert_eq!(alive.shown(&card).await, shown);
    let other = alive.done(REPORT, &isic(&holder["cardholder_id"], 2)).await;
    assert_eq!(alive.shown(&other).await["last_name"], "Nováčková");
}

#[tokio::test]
async fn a_mandatory_custom_field_is_required_where_the_contract_says_so() {
    let clock = Clock::fixed("2026-02-10T09:00:00Z".parse().unwrap());
    let mut contract = Contract::default();
    contract.card_fields[1].mandatory = true;
    contract.cardholder_fields[0].mandatory = true;
    let university = University::start(Options::new(1, clock).contract(contract)).await.unwrap();
    let alive = Alive::new(&university).await;
    let required = fault("custom_fields", "REQUIRED_ERROR");
    assert_eq!(alive.faults("cardholders.set", &person("a@x.example")).await, required);
    let field = |name: &str| object!([{ "name": name, "value": "7" }]);
    let other = with(person("a@x.example"), object!({ "custom_fields": field("library_id") }));
    assert_eq!(alive.faults("cardholders.set", &other).await, required);
    let whole = with(person("a@x.example"), object!({ "custom_fields": field("membership_code") }));
    let holder = alive.done("cardholders.set", &whole).await["cardholder_id"].clone();
    assert_eq!(alive.faults(REPORT, &isic(&holder, 1)).await, required);
    let fields = object!({ "custom_fields": field("esc_number") });
    let card = alive.done(REPORT, &with(isic(&holder, 1), fields)).await;
    for endpoint in ["cards.update", "cards.issuePlastic"] {
        let bare = object!({ "card_id": card["card_id"], "smart_technologies": [] });
        assert_eq!(alive.faults(endpoint, &bare).await, required, "{endpoint}");
    }
}

#[tokio::test]
async fn another_type_is_reported_where_the_contract_has_it() {
    let clock = Clock::fixed("2026-02-10T09:00:00Z".parse().unwrap());
    let mut contract = Contract::default();
    contract.cards.push(CardTerms::new(CardType::IsicScholar));
    let university = University::start(Options::new(1, clock).contract(contract)).await.unwrap();
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let scholar = object!({ "type": "ISIC_SCHOLAR", "number": "H420550000001A", "valid_to": "2026-12-31" });
    let card = alive.done(REPORT, &with(isic(&holder, 1), scholar)).await;
    // Its validity isn't extended and it gets no plastic by the API: these are for four types alone.
    let longer = object!({ "card_id": card["card_id"], "valid_to": "2026-12-31" });
    assert_eq!(alive.faults("cards.changeValidity", &longer).await, fault("card_id", "NOT_ALLOWED_ERROR"));
    let plastic = object!({ "card_id": card["card_id"], "smart_technologies": [] });
    assert_eq!(alive.faults("cards.issuePlastic", &plastic).await, fault("card_id", "NOT_ALLOWED_ERROR"));
}

async fn graduate(alive: &Alive<'_>, email: &str) -> Value {
    let holder = new_person(alive, email).await;
    let graduation = object!({
        "cardholder_id": holder, "faculty_name": "Fakulta", "field_of_study": "Obor",
        "graduation_date": "2026-02-01", "academic_degree": "MASTER", "pre_nominal_academic_degree": "Mgr.",
    });
    alive.done("graduations.set", &graduation).await;
    holder
}

fn alumni(holder: &Value) -> Value {
    object!({ "cardholder_id": holder, "type": "ALIVE_ID_ALUMNI", "form": "DIGITAL", "valid_from": "2026-02-10" })
}

#[tokio::test]
async fn an_alumni_card_is_given_a_number_of_its_range_and_lasts_to_the_end_of_the_year() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = graduate(&alive, "a@x.example").await;
    let card = alive.done(REQUEST, &alumni(&holder)).await;
    for (name, value) in alumni(&holder).as_object().unwrap() {
        assert_eq!(&card[name], value, "{name}");
    }
    let number = card["number"].as_str().unwrap().to_owned();
    assert!(number.starts_with("CZA54") && number.ends_with("TV") && number.len() == 14, "{number}");
    assert_eq!((&card["valid_to"], &card["status"]), (&"2026-12-31".into(), &"ACTIVE".into()));
    assert_eq!((&card["smart_technologies"], &card["custom_fields"]), (&object!([]), &object!([])));
    let other = graduate(&alive, "b@x.example").await;
    assert_ne!(alive.done(REQUEST, &alumni(&other)).await["number"], number);
    assert_eq!(alive.data("cards.list", &[("limit", "9"), ("number", &number)]).await.len(), 1);
    assert_eq!(alive.shown(&card).await["last_name"], "Zkušební");
}

#[tokio::test]
async fn every_fault_of_a_request_for_a_card_is_named() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let all = ["cardholder_id", "type", "form", "valid_from"];
    assert_eq!(names(&alive.faults(REQUEST, &object!({})).await), all);
    let holder = graduate(&alive, "a@x.example").await;
    let wrong = object!({ "form": "DIGITAL_PLASTIC", "valid_from": "2026-02-11", "custom_fields": [{ "name": " library_id", "value": "1" }] });
    let wanted = [
        fault("form", "NOT_ALLOWED_ERROR"),
        fault("valid_from", "OUT_OF_RANGE_ERROR"),
        fault("custom_fields[0].name", "INVALID_CHOICE_ERROR"),
    ];
    assert_eq!(alive.faults(REQUEST, &with(alumni(&holder), wrong)).await, wanted.concat());
    for kind in ["ISIC", "ALIVE_ALUMNI"] {
        let faults = alive.faults(REQUEST, &with(alumni(&holder), object!({ "type": kind }))).await;
        assert_eq!(faults, fault("type", "NOT_ALLOWED_ERROR"));
    }
}

#[tokio::test]
async fn an_alumni_card_needs_a_graduation() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    assert_eq!(alive.faults(REQUEST, &alumni(&holder)).await, fault("cardholder_id", "NOT_ALLOWED_ERROR"));
}

#[tokio::test]
async fn a_person_has_one_alumni_card_unless_it_was_cancelled_or_returned() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = graduate(&alive, "a@x.example").await;
    for status in ["CANCELLED", "RETURNED"] {
        let card = alive.done(REQUEST, &alumni(&holder)).await;
        assert_eq!(alive.faults(REQUEST, &alumni(&holder)).await, fault("cardholder_id", "NOT_UNIQUE_ERROR"));
        alive.done("cards.changeStatus", &object!({ "card_id": card["card_id"], "status": status })).await;
    }
    let third = alive.done(REQUEST, &alumni(&holder)).await;
    // The cancelled one doesn't come back beside it.
    let id = holder.to_string();
    let cancelled =
        alive.data("cards.list", &[("limit", "9"), ("cardholder_id", &id), ("status", "CANCELLED")]).await;
    let back = object!({ "card_id": cancelled[0]["card_id"], "status": "ACTIVE" });
    assert_eq!(alive.faults("cards.changeStatus", &back).await, fault("status", "NOT_UNIQUE_ERROR"));
    alive.done("cards.changeStatus", &object!({ "card_id": third["card_id"], "status": "CANCELLED" })).await;
    alive.done("cards.changeStatus", &back).await;
}

#[tokio::test]
async fn a_second_degree_reaches_the_one_alumni_card_by_an_update() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (card, holder) = alive.of(&troubled(&university, practice::Trouble::Alumni)).await;
    let id = card["cardholder_id"].to_string();
    let alumni = alive
        .data("cards.list", &[("limit", "9"), ("cardholder_id", &id), ("type", "ALIVE_ID_ALUMNI")])
        .await
        .remove(0);
    let graduation = object!({
        "cardholder_id": holder["cardholder_id"], "faculty_name": "Fakulta", "field_of_study": "Obor",
        "graduation_date": "2026-02-09", "academic_degree": "DOCTORATE", "post_nominal_academic_degree": "Ph.D.",
    });
    alive.done("graduations.set", &graduation).await;
    let titled = with(holder, object!({ "academic_degree_after_name": "Ph.D." }));
    alive.done("cardholders.set", &titled).await;
    assert_eq!(alive.shown(&alumni).await["academic_degree_after_name"], Value::Null);
    alive.done("cards.update", &object!({ "card_id": alumni["card_id"], "smart_technologies": [] })).await;
    assert_eq!(alive.shown(&alumni).await["academic_degree_after_name"], "Ph.D.");
}

#[tokio::test]
async fn an_alumni_card_is_extended_by_a_year_8_days_before_its_end_and_that_is_a_modification() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = graduate(&alive, "a@x.example").await;
    let card = alive.done(REQUEST, &alumni(&holder)).await;
    let id = card["card_id"].to_string();
    let valid_to = async |day: &str| {
        let moment: jiff::Timestamp = format!("{day}T11:00:00Z").parse().unwrap();
        university.clock().forward(moment.duration_since(university.clock().now()));
        let alive = Alive::new(&university).await;
        alive.data("cards.get", &[("card_id", &id)]).await.remove(0)["valid_to"].clone()
    };
    assert_eq!(valid_to("2026-12-22").await, "2026-12-31");
    assert_eq!(valid_to("2026-12-23").await, "2027-12-31");
    assert_eq!(valid_to("2028-12-24").await, "2029-12-31");
    let alive = Alive::new(&university).await;
    let since =
        [("limit", "99"), ("type", "ALIVE_ID_ALUMNI"), ("modified_from", "2028-12-23T00:00:00+01:00")];
    let modified = alive.data("cards.list", &since).await;
    assert!(modified.iter().any(|card| card["card_id"] == id.parse::<i64>().unwrap()));
    let later = [since[0], since[1], ("modified_from", "2028-12-23T00:00:01+01:00")];
    assert!(alive.data("cards.list", &later).await.is_empty());
    // It's never extended by hand.
    let longer = object!({ "card_id": card["card_id"], "valid_to": "2030-12-31" });
    assert_eq!(alive.faults("cards.changeValidity", &longer).await, fault("card_id", "NOT_ALLOWED_ERROR"));
}
