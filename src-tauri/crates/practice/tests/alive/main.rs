//! ALIVE by its manual, over real HTTP. One module a subject; one binary, so that it's linked once.

#![allow(clippy::unwrap_used, reason = "a test may fail by it")]

#[path = "../common/mod.rs"]
mod common;

mod cardholders;
mod changes;
mod erasure;
mod graduations;
mod issue;
mod outages;
mod photos;
mod profile;
mod reading;
mod round_trip;
mod samples;

use common::Alive;
use serde_json::{Value, json as object};

/// A cardholder with every mandatory attribute and no other.
fn person(email: &str) -> Value {
    object!({
        "first_name": "Jana", "last_name": "Zkušební", "date_of_birth": "2001-05-06", "email": email,
        "roles": { "student": true, "graduate": false }, "student_status": "FULL_TIME",
    })
}

async fn new_person(alive: &Alive<'_>, email: &str) -> Value {
    alive.done("cardholders.set", &person(email)).await["cardholder_id"].clone()
}

/// The `n`-th free ISIC number with the longest cycle on 10 February 2026, without chips.
fn isic(holder: &Value, n: u64) -> Value {
    object!({
        "cardholder_id": holder, "type": "ISIC", "number": format!("S42050900{n:04}A"), "form": "DIGITAL",
        "valid_from": "2025-09-01", "valid_to": "2026-10-31", "smart_technologies": [],
    })
}

fn chip(value: &str) -> Value {
    object!({ "type": "CONTACTLESS_MIFARE", "value": value })
}

/// A body with other attributes; null takes one out, since null is the same as missing (decision N13).
fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// One fault.
fn fault(name: &str, code: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), code.to_owned())]
}

fn names(faults: &[(String, String)]) -> Vec<&str> {
    faults.iter().map(|(name, _)| name.as_str()).collect()
}
