//! The contract as it's printed for clients.

use practice::{Clock, Contract, CustomField, Cycle, NumberRange, Options, University};
use serde_json::{Value, json as object};

use crate::common::university;

fn profile(university: &University) -> Value {
    serde_json::to_value(university.access()).unwrap()["alive"]["profile"].take()
}

#[tokio::test]
async fn the_profile_says_all_that_was_agreed_on() {
    let profile = profile(&university().await);
    assert_eq!((&profile["legal_age"], &profile["time_zone"]), (&15.into(), &"Europe/Prague".into()));
    assert!(profile["districts"].as_array().unwrap().contains(&"Hlavní město Praha".into()));
    let library = object!({ "name": "library_id", "mandatory": false, "min": 1, "max": 20 });
    for fields in ["cardholder_fields", "card_fields"] {
        assert!(profile[fields].as_array().unwrap().contains(&library));
    }
    let isic = object!({
        "type": "ISIC", "mode": "REPORT", "forms": ["DIGITAL", "DIGITAL_PLASTIC"],
        "ranges": [{ "first": "S420500000000A", "last": "S420509999999A" }],
        "cycles": [
            { "valid_from": "2025-09-01", "valid_to": "2026-10-31" },
            { "valid_from": "2025-09-01", "valid_to": "2026-03-31" },
        ],
        "designs": ["SA-420-101", "SA-420-102"], "default_design": "SA-420-101",
    });
    assert_eq!(profile["cards"][0], isic);
    let alumni = object!({
        "type": "ALIVE_ID_ALUMNI", "mode": "REQUEST", "forms": ["DIGITAL"],
        "ranges": [{ "first": "CZA540000000TV", "last": "CZA549999999TV" }], "cycles": [],
        "designs": ["AID-CZ-0101", "AID-CZ-0102"], "default_design": "AID-CZ-0101",
    });
    assert_eq!(profile["cards"][4], alumni);
    assert_eq!(profile["cards"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn another_contract_is_another_profile() {
    let mut contract = Contract { legal_age: 16, ..Contract::default() };
    contract.card_fields.push(CustomField { name: "desk".to_owned(), mandatory: true, min: 2, max: 3 });
    let cycle = |to: &str| Cycle { valid_from: "2020-01-01".parse().unwrap(), valid_to: to.parse().unwrap() };
    contract.cards[0].extra_cycles = vec![cycle("2026-02-09"), cycle("2026-02-10")];
    let range = NumberRange { prefix: "S420".to_owned(), first: 1, last: 9, suffix: "A".to_owned() };
    contract.cards[0].ranges.push(range);
    let clock = Clock::fixed("2026-02-10T09:00:00Z".parse().unwrap());
    let university = University::start(Options::new(1, clock).contract(contract)).await.unwrap();
    let profile = profile(&university);
    assert_eq!(profile["legal_age"], 16);
    let desk = object!({ "name": "desk", "mandatory": true, "min": 2, "max": 3 });
    assert_eq!(profile["card_fields"][3], desk);
    let range = object!({ "first": "S420000000001A", "last": "S420000000009A" });
    assert_eq!(profile["cards"][0]["ranges"][1], range);
    // What ended yesterday isn't on offer.
    let cycles = profile["cards"][0]["cycles"].as_array().unwrap();
    assert_eq!(cycles[2..], [object!({ "valid_from": "2020-01-01", "valid_to": "2026-02-10" })]);
}
