//! `cards.update`, `cards.changeValidity`, `cards.changeStatus`, `cards.issuePlastic`.

use jiff::SignedDuration;
use practice::Trouble;
use serde_json::{Value, json as object};

use crate::common::{Alive, refused, troubled, university};
use crate::{chip, fault, isic, names, new_person, person, with};

const UPDATE: &str = "cards.update";
const VALIDITY: &str = "cards.changeValidity";
const STATUS: &str = "cards.changeStatus";
const PLASTIC: &str = "cards.issuePlastic";

/// A card with a chip and a custom field.
async fn card(alive: &Alive<'_>, n: u64, uid: &str) -> Value {
    let holder = new_person(alive, &format!("{n}@x.example")).await;
    let extras = object!({
        "smart_technologies": [chip(uid)], "custom_fields": [{ "name": "esc_number", "value": "abc" }],
    });
    alive.done("cards.report", &with(isic(&holder, n), extras)).await
}

async fn status(alive: &Alive<'_>, card: &Value, status: &str) -> Value {
    alive.done(STATUS, &object!({ "card_id": card["card_id"], "status": status })).await
}

/// A good request of each kind for a card.
fn good(card: &Value) -> [(&'static str, Value); 3] {
    let id = &card["card_id"];
    [
        (UPDATE, object!({ "card_id": id, "smart_technologies": [] })),
        (VALIDITY, object!({ "card_id": id, "valid_to": card["valid_to"] })),
        (PLASTIC, object!({ "card_id": id, "smart_technologies": [] })),
    ]
}

#[tokio::test]
async fn an_update_replaces_chips_and_custom_fields_and_deletes_what_is_not_sent() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    let chips = object!([chip("a1"), chip("B2")]);
    let updated =
        alive.done(UPDATE, &object!({ "card_id": card["card_id"], "smart_technologies": chips })).await;
    assert_eq!(updated, with(card.clone(), object!({ "smart_technologies": chips, "custom_fields": [] })));
    let bare = object!({ "card_id": card["card_id"], "smart_technologies": [] });
    assert_eq!(alive.done(UPDATE, &bare).await["smart_technologies"], object!([]));
}

#[tokio::test]
async fn smart_technologies_are_mandatory_and_may_be_empty() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    for endpoint in [UPDATE, PLASTIC] {
        for missing in [object!({}), object!({ "smart_technologies": null })] {
            let body = with(missing, object!({ "card_id": card["card_id"] }));
            assert_eq!(alive.faults(endpoint, &body).await, fault("smart_technologies", "REQUIRED_ERROR"));
        }
    }
}

#[tokio::test]
async fn every_fault_of_a_change_is_named_and_an_unknown_card_is_3001() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let missing = [
        (UPDATE, vec!["card_id", "smart_technologies"]),
        (VALIDITY, vec!["card_id", "valid_to"]),
        (STATUS, vec!["card_id", "status"]),
        (PLASTIC, vec!["card_id", "smart_technologies"]),
    ];
    for (endpoint, wanted) in missing {
        assert_eq!(names(&alive.faults(endpoint, &object!({})).await), wanted);
        refused(alive.post(endpoint, &object!({ "card_id": 1 })).await, 404, 3001);
        let faults = alive.faults(endpoint, &object!({ "card_id": "1" })).await;
        assert_eq!(faults[0], fault("card_id", "INVALID_FORMAT_ERROR")[0]);
    }
}

#[tokio::test]
async fn a_cancelled_or_returned_card_is_not_updated_extended_or_printed() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    for locked in ["CANCELLED", "RETURNED"] {
        let card = status(&alive, &card, locked).await;
        for (endpoint, body) in good(&card) {
            let faults = alive.faults(endpoint, &body).await;
            assert_eq!(faults, fault("card_id", "NOT_ALLOWED_ERROR"), "{endpoint} {locked}");
        }
    }
}

#[tokio::test]
async fn a_chip_that_another_card_holds_is_refused_in_updates_too() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (one, _other) = (card(&alive, 1, "A1").await, card(&alive, 2, "B2").await);
    for endpoint in [UPDATE, PLASTIC] {
        let body = object!({ "card_id": one["card_id"], "smart_technologies": [chip("A1"), chip("b 2")] });
        let faults = alive.faults(endpoint, &body).await;
        assert_eq!(faults, fault("smart_technologies[1].value", "NOT_UNIQUE_ERROR"));
    }
}

#[tokio::test]
async fn each_change_carries_the_holders_data_to_the_card_and_moves_it_to_the_front() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    let cancelled = (STATUS, object!({ "card_id": card["card_id"], "status": "CANCELLED" }));
    for (n, (endpoint, body)) in good(&card).into_iter().chain([cancelled]).enumerate() {
        university.clock().forward(SignedDuration::from_secs(1));
        let name = format!("Nová {n}");
        let renamed = object!({ "cardholder_id": card["cardholder_id"], "last_name": name });
        alive.done("cardholders.set", &with(person("1@x.example"), renamed)).await;
        assert_ne!(alive.shown(&card).await["last_name"], name);
        alive.done(endpoint, &body).await;
        assert_eq!(alive.shown(&card).await["last_name"], name, "{endpoint}");
        assert_eq!(alive.data("cards.list", &[("limit", "1")]).await[0]["card_id"], card["card_id"]);
    }
}

#[tokio::test]
async fn validity_cannot_be_shortened() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    let to = |day: &str| object!({ "card_id": card["card_id"], "valid_to": day });
    // A cycle on offer, but earlier.
    assert_eq!(alive.faults(VALIDITY, &to("2026-03-31")).await, fault("valid_to", "OUT_OF_RANGE_ERROR"));
    // The same day is accepted.
    assert_eq!(alive.done(VALIDITY, &to("2026-10-31")).await, card);
    let faults = alive.faults(VALIDITY, &to("31. 10. 2026")).await;
    assert_eq!(faults, fault("valid_to", "INVALID_FORMAT_ERROR"));
}

#[tokio::test]
async fn validity_is_extended_to_a_cycle_on_offer_alone_and_plastic_follows() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let short =
        object!({ "valid_to": "2026-03-31", "form": "DIGITAL_PLASTIC", "smart_technologies": [chip("A1")] });
    let card = alive.done("cards.report", &with(isic(&holder, 1), short)).await;
    let to = |day: &str| object!({ "card_id": card["card_id"], "valid_to": day });
    assert_eq!(alive.faults(VALIDITY, &to("2026-12-31")).await, fault("valid_to", "OUT_OF_RANGE_ERROR"));
    let longer = alive.done(VALIDITY, &to("2026-10-31")).await;
    // Chips and custom fields stay as they are.
    let dates = object!({ "valid_to": "2026-10-31", "valid_to_plastic": "2026-10-31" });
    assert_eq!(longer, with(card, dates));
}

#[tokio::test]
async fn an_expired_card_may_be_extended_unless_its_chip_has_gone() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (expired, _) = alive.of(&troubled(&university, Trouble::ExpiredInAliveValidInUsos)).await;
    let longer = object!({ "card_id": expired["card_id"], "valid_to": "2026-10-31" });
    // Its chip is free, and another card takes it.
    let holder = new_person(&alive, "a@x.example").await;
    let chips = object!({ "smart_technologies": [expired["smart_technologies"][0]] });
    let thief = alive.done("cards.report", &with(isic(&holder, 1), chips)).await;
    assert_eq!(alive.faults(VALIDITY, &longer).await, fault("valid_to", "NOT_UNIQUE_ERROR"));
    status(&alive, &thief, "CANCELLED").await;
    assert_eq!(alive.done(VALIDITY, &longer).await["valid_to"], "2026-10-31");
}

#[tokio::test]
async fn a_digital_card_extended_has_no_plastic_afterwards() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    let same = object!({ "card_id": card["card_id"], "valid_to": card["valid_to"] });
    assert!(alive.done(VALIDITY, &same).await.get("valid_to_plastic").is_none());
}

#[tokio::test]
async fn returned_locks_a_card_for_any_change() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    status(&alive, &card, "RETURNED").await;
    for to in ["ACTIVE", "CANCELLED", "RETURNED"] {
        let body = object!({ "card_id": card["card_id"], "status": to });
        assert_eq!(alive.faults(STATUS, &body).await, fault("card_id", "NOT_ALLOWED_ERROR"), "{to}");
    }
}

#[tokio::test]
async fn a_cancelled_card_may_become_active_again_or_be_returned() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    let cancelled = status(&alive, &card, "CANCELLED").await;
    assert_eq!(cancelled, with(card.clone(), object!({ "status": "CANCELLED" })));
    assert_eq!(status(&alive, &card, "ACTIVE").await, card);
    status(&alive, &card, "CANCELLED").await;
    assert_eq!(status(&alive, &card, "RETURNED").await["status"], "RETURNED");
    let body = object!({ "card_id": card["card_id"], "status": "LOST" });
    assert!(alive.faults(STATUS, &body).await.contains(&fault("status", "INVALID_CHOICE_ERROR")[0]));
}

#[tokio::test]
async fn a_cancelled_card_does_not_take_its_chip_back_from_another_card() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let lost = card(&alive, 1, "A1").await;
    status(&alive, &lost, "CANCELLED").await;
    let found = card(&alive, 2, "A1").await;
    let back = object!({ "card_id": lost["card_id"], "status": "ACTIVE" });
    assert_eq!(alive.faults(STATUS, &back).await, fault("status", "NOT_UNIQUE_ERROR"));
    status(&alive, &found, "RETURNED").await;
    assert_eq!(alive.done(STATUS, &back).await["status"], "ACTIVE");
}

#[tokio::test]
async fn the_same_status_again_is_accepted_and_changes_nothing() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    university.clock().forward(SignedDuration::from_secs(10));
    assert_eq!(status(&alive, &card, "ACTIVE").await, card);
    let since = [("limit", "9"), ("modified_from", "2026-02-10T10:00:05+01:00")];
    assert!(alive.data("cards.list", &since).await.is_empty());
}

#[tokio::test]
async fn a_plastic_card_has_the_defaults_of_design_and_validity() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    let bare = object!({ "card_id": card["card_id"], "smart_technologies": [chip("C3")] });
    let printed = alive.done(PLASTIC, &bare).await;
    let wanted = object!({
        "form": "DIGITAL_PLASTIC", "design_plastic": "SA-420-101", "valid_to_plastic": "2026-10-31",
        "smart_technologies": [chip("C3")], "custom_fields": [],
    });
    // What was reported with the digital card is deleted too; the number stays.
    assert_eq!(printed, with(card.clone(), wanted));
    // Any number of them may be issued; the data of the one before are overwritten.
    let shorter =
        with(bare.clone(), object!({ "design_plastic": "SA-420-102", "valid_to_plastic": "2026-06-30" }));
    let second = alive.done(PLASTIC, &shorter).await;
    assert_eq!(
        (&second["design_plastic"], &second["valid_to_plastic"]),
        (&"SA-420-102".into(), &"2026-06-30".into())
    );
    assert_eq!(alive.done(PLASTIC, &bare).await, printed);
}

#[tokio::test]
async fn a_plastic_cards_design_is_enabled_and_its_validity_no_longer_than_the_digital_one() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = card(&alive, 1, "A1").await;
    let body = object!({
        "card_id": card["card_id"], "design_plastic": "TA-420-101", "valid_to_plastic": "2026-11-01",
        "smart_technologies": [],
    });
    let wanted =
        [fault("design_plastic", "INVALID_CHOICE_ERROR"), fault("valid_to_plastic", "OUT_OF_RANGE_ERROR")];
    assert_eq!(alive.faults(PLASTIC, &body).await, wanted.concat());
}

#[tokio::test]
async fn an_alumni_card_has_no_plastic_and_no_extension() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let alumni = alive.data("cards.list", &[("limit", "1"), ("type", "ALIVE_ID_ALUMNI")]).await.remove(0);
    for (endpoint, body) in good(&alumni).into_iter().skip(1) {
        assert_eq!(alive.faults(endpoint, &body).await, fault("card_id", "NOT_ALLOWED_ERROR"), "{endpoint}");
    }
    alive.done(UPDATE, &good(&alumni)[0].1).await;
}
