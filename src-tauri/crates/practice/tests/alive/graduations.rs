//! `graduations.set`, `graduations.list`, `graduations.get`.

use serde_json::{Value, json as object};

use crate::common::{Alive, field, refused, university};
use crate::{fault, names, new_person, with};

const SET: &str = "graduations.set";

fn graduation(holder: &Value) -> Value {
    object!({
        "cardholder_id": holder, "faculty_name": "Fakulta průkazů", "field_of_study": "Teorie karet",
        "graduation_date": "2026-02-10", "academic_degree": "BACHELOR", "pre_nominal_academic_degree": "Bc.",
    })
}

#[tokio::test]
async fn a_new_graduation_and_a_correction_are_both_answered_with_201() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let new = alive.done(SET, &graduation(&holder)).await;
    let id = new["graduation_id"].clone();
    assert_eq!(new, with(graduation(&holder), object!({ "graduation_id": id })));
    // What isn't sent is deleted; the holder may be left out.
    let correction = object!({
        "graduation_id": id, "faculty_name": "Fakulta přepážek", "field_of_study": "Úřední hodiny",
        "graduation_date": "2026-02-01", "academic_degree": "DOCTORATE", "post_nominal_academic_degree": "Ph.D.",
    });
    let corrected = alive.done(SET, &correction).await;
    assert_eq!(corrected, with(correction, object!({ "cardholder_id": holder })));
    let id = id.to_string();
    assert_eq!(alive.data("graduations.get", &[("graduation_id", &id)]).await, [corrected]);
}

#[tokio::test]
async fn each_repetition_is_another_graduation_and_the_list_is_newest_first() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let first = alive.done(SET, &graduation(&holder)).await;
    let second = alive.done(SET, &graduation(&holder)).await;
    assert_ne!(first["graduation_id"], second["graduation_id"]);
    let id = holder.to_string();
    let query = [("cardholder_id", id.as_str()), ("limit", "10")];
    assert_eq!(alive.data("graduations.list", &query).await, [second, first.clone()]);
    university.clock().forward(jiff::SignedDuration::from_secs(1));
    alive.done(SET, &first).await;
    assert_eq!(alive.data("graduations.list", &query).await[0], first);
    assert_eq!(alive.data("graduations.list", &[query[0], ("limit", "1"), ("offset", "1")]).await.len(), 1);
}

#[tokio::test]
async fn every_fault_of_a_graduation_is_named() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let all = [
        "cardholder_id",
        "faculty_name",
        "field_of_study",
        "graduation_date",
        "academic_degree",
        "pre_nominal_academic_degree",
    ];
    assert_eq!(names(&alive.faults(SET, &object!({})).await), all);
    let wrong =
        with(graduation(&holder), object!({ "graduation_date": "2026-02-11", "academic_degree": "Bc." }));
    let wanted =
        [fault("graduation_date", "IN_FUTURE_ERROR"), fault("academic_degree", "INVALID_CHOICE_ERROR")];
    assert_eq!(alive.faults(SET, &wrong).await, wanted.concat());
}

#[tokio::test]
async fn at_least_one_degree_was_obtained() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let degrees = |pre: Value, post: Value| {
        with(
            graduation(&holder),
            object!({ "pre_nominal_academic_degree": pre, "post_nominal_academic_degree": post }),
        )
    };
    let faults = alive.faults(SET, &degrees("".into(), Value::Null)).await;
    assert_eq!(faults, fault("pre_nominal_academic_degree", "REQUIRED_ERROR"));
    for (pre, post) in [("Bc.", ""), ("", "DiS."), ("Bc.", "DiS.")] {
        alive.done(SET, &degrees(pre.into(), post.into())).await;
    }
}

#[tokio::test]
async fn a_graduation_never_changes_its_holder() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (one, other) = (new_person(&alive, "a@x.example").await, new_person(&alive, "b@x.example").await);
    let new = alive.done(SET, &graduation(&one)).await;
    let moved = with(new.clone(), object!({ "cardholder_id": other }));
    assert_eq!(alive.faults(SET, &moved).await, fault("cardholder_id", "NOT_ALLOWED_ERROR"));
    assert_eq!(alive.done(SET, &new).await, new);
}

#[tokio::test]
async fn an_unknown_graduation_or_holder_is_3001() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    refused(alive.get("graduations.get", &[("graduation_id", "1")]).await, 404, 3001);
    refused(alive.post(SET, &with(graduation(&1.into()), object!({ "graduation_id": 1 }))).await, 404, 3001);
    refused(alive.post(SET, &graduation(&1.into())).await, 404, 3001);
    let body = refused(alive.get("graduations.get", &[]).await, 422, 1001);
    assert_eq!(field(&body), ("graduation_id", "REQUIRED_ERROR"));
    let body = refused(alive.get("graduations.list", &[]).await, 422, 1001);
    assert_eq!(field(&body), ("limit", "REQUIRED_ERROR"));
}

#[tokio::test]
async fn a_graduation_leaves_the_holders_degrees_alone() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    alive.done(SET, &graduation(&holder)).await;
    let id = holder.to_string();
    let holder = alive.data("cardholders.get", &[("cardholder_id", &id)]).await.remove(0);
    assert!(holder.get("academic_degree_before_name").is_none());
}

#[tokio::test]
async fn graduates_of_the_world_have_their_graduations_and_somebody_has_two() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let all = alive.data("graduations.list", &[("limit", "1000")]).await;
    let of = |holder: &Value| all.iter().filter(|graduation| &graduation["cardholder_id"] == holder).count();
    let alumni = alive.data("cards.list", &[("limit", "99"), ("type", "ALIVE_ID_ALUMNI")]).await;
    assert!(!alumni.is_empty() && alumni.iter().all(|card| of(&card["cardholder_id"]) >= 1));
    assert!(all.iter().any(|graduation| of(&graduation["cardholder_id"]) == 2));
}
