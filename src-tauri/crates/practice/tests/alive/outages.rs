//! Changes under faults: done once, or not at all.

use std::time::Duration;

use practice::{Fault, FaultKind, Register, University};
use serde_json::{Value, json as object};

use crate::common::{Alive, university};
use crate::{isic, new_person};

async fn graduations(alive: &Alive<'_>, holder: &Value) -> usize {
    let id = holder.to_string();
    alive.data("graduations.list", &[("limit", "99"), ("cardholder_id", &id)]).await.len()
}

fn graduation(holder: &Value) -> Value {
    object!({
        "cardholder_id": holder, "faculty_name": "F", "field_of_study": "O", "graduation_date": "2026-02-01",
        "academic_degree": "BACHELOR", "pre_nominal_academic_degree": "Bc.",
    })
}

fn strike(university: &University, fault: FaultKind) {
    university.faults(Register::Alive).set(Fault::from(fault).times(1).only("graduations.set"));
}

#[tokio::test]
async fn a_change_is_done_once_or_not_at_all_under_every_fault() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let cases = [
        (FaultKind::Refuse, 0),
        (FaultKind::DropReply, 1),
        (FaultKind::Error { done: false }, 0),
        (FaultKind::Error { done: true }, 1),
        (FaultKind::Garbage, 0),
        (FaultKind::Truncated, 1),
        (FaultKind::SlowBody { ms: 1 }, 1),
        (FaultKind::TooLarge { bytes: 100_000 }, 1),
        (FaultKind::TokenRefused, 0),
        (FaultKind::Delay { ms: 20 }, 1),
    ];
    for (fault, times) in cases {
        let before = graduations(&alive, &holder).await;
        strike(&university, fault);
        if let Ok(answer) = alive.send("graduations.set", &graduation(&holder)).await {
            let _ = answer.text().await;
        }
        assert_eq!(graduations(&alive, &holder).await, before + times, "{fault:?}");
    }
}

#[tokio::test]
async fn a_change_is_done_also_when_the_client_has_hung_up() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    strike(&university, FaultKind::Delay { ms: 300 });
    let request = alive.http.post(alive.url("graduations.set")).bearer_auth(&alive.token);
    let request = request.json(&graduation(&holder)).timeout(Duration::from_millis(100));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(graduations(&alive, &holder).await, 0);
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if graduations(&alive, &holder).await == 1 {
            return;
        }
    }
    panic!("not done");
}

#[tokio::test]
async fn a_change_that_waits_is_not_done_when_the_server_goes_down() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    strike(&university, FaultKind::Delay { ms: 200 });
    let before = university.requests(Register::Alive);
    let request = alive.http.post(alive.url("graduations.set")).bearer_auth(&alive.token);
    let request = tokio::spawn(request.json(&graduation(&holder)).send());
    while university.requests(Register::Alive) == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Give the body time to come in.
    tokio::time::sleep(Duration::from_millis(50)).await;
    university.stop(Register::Alive).await;
    assert!(request.await.unwrap().is_err());
    tokio::time::sleep(Duration::from_millis(300)).await;
    university.restart(Register::Alive).await.unwrap();
    assert_eq!(graduations(&alive, &holder).await, 0);
}

#[tokio::test]
async fn a_report_repeated_after_a_lost_reply_finds_its_number_used() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    university.faults(Register::Alive).set(Fault::from(FaultKind::DropReply).times(1).only("cards.report"));
    assert!(alive.send("cards.report", &isic(&holder, 1)).await.is_err());
    let faults = alive.faults("cards.report", &isic(&holder, 1)).await;
    assert_eq!(faults, crate::fault("number", "NOT_UNIQUE_ERROR"));
    assert_eq!(alive.card("S420509000001A").await["cardholder_id"], holder);
}
