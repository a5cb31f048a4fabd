//! The servers misbehave as they are told, and come back.

#![allow(clippy::unwrap_used, reason = "a test may fail by it")]

mod common;

use std::time::{Duration, Instant};

use common::{Alive, client, json, refused, university};
use practice::{Fault, FaultKind, Register, University};
use serde_json::json as object;

async fn now(university: &University) -> reqwest::Result<String> {
    let url = format!("{}services/apisrv/now", university.access().usos.base_url);
    client().get(url).timeout(Duration::from_secs(5)).send().await?.text().await
}

fn fault(university: &University, kind: FaultKind) {
    university.faults(Register::Usos).set(Fault::from(kind).times(1));
}

#[tokio::test]
async fn a_delay_delays() {
    let university = university().await;
    university.faults(Register::Usos).set(Fault::delay(150).times(1));
    let begun = Instant::now();
    now(&university).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn refuse_and_drop_reply_close_the_connection_without_an_answer() {
    let university = university().await;
    for kind in [FaultKind::Refuse, FaultKind::DropReply] {
        fault(&university, kind);
        let error = now(&university).await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        assert!(now(&university).await.is_ok());
    }
}

#[tokio::test]
async fn drop_reply_does_the_request_and_refuse_does_not() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let authenticate =
        || alive.http.post(alive.url("authentication.authenticate")).json(&alive.keys()).send();
    // The tokens' serial numbers tell how many were given.
    let serial = async || {
        use base64::Engine as _;
        let token = json(authenticate().await.unwrap()).await.1["data"]["token"].as_str().unwrap().to_owned();
        let claims = token.split('.').nth(1).unwrap();
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
        serde_json::from_slice::<serde_json::Value>(&claims).unwrap()["jti"].as_u64().unwrap()
    };
    let before = serial().await;
    for (kind, given) in [(FaultKind::Refuse, 0), (FaultKind::DropReply, 1)] {
        let start = serial().await;
        university.faults(Register::Alive).set(Fault::from(kind).times(1));
        assert!(authenticate().await.is_err());
        assert_eq!(serial().await, start + 1 + given, "{kind:?}");
    }
    assert!(serial().await > before);
}

#[tokio::test]
async fn an_error_is_500_without_json_and_garbage_is_200_with_html() {
    let university = university().await;
    let url = format!("{}services/apisrv/now", university.access().usos.base_url);
    let cases = [
        (FaultKind::Error { done: false }, 500),
        (FaultKind::Error { done: true }, 500),
        (FaultKind::Garbage, 200),
    ];
    for (kind, status) in cases {
        fault(&university, kind);
        let answer = client().get(&url).send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert!(answer.text().await.unwrap().starts_with("<html>"));
    }
}

#[tokio::test]
async fn truncated_is_half_of_the_body() {
    let university = university().await;
    let whole = now(&university).await.unwrap();
    fault(&university, FaultKind::Truncated);
    assert_eq!(now(&university).await.unwrap(), whole[..whole.len() / 2]);
}

#[tokio::test]
async fn a_slow_body_trickles() {
    let university = university().await;
    fault(&university, FaultKind::SlowBody { ms: 10 });
    let begun = Instant::now();
    let body = now(&university).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(10 * body.len() as u64));
}

#[tokio::test]
async fn a_too_large_body_is_padded() {
    let university = university().await;
    let whole = now(&university).await.unwrap();
    fault(&university, FaultKind::TooLarge { bytes: 100_000 });
    let body = now(&university).await.unwrap();
    assert_eq!(body.len(), 100_000 + whole.len());
    assert_eq!(body.trim_start(), whole);
}

#[tokio::test]
async fn expired_tokens_are_refused_until_the_client_authenticates_anew() {
    let university = university().await;
    let old = Alive::new(&university).await;
    university.faults(Register::Alive).set(FaultKind::ExpiredToken);
    refused(old.get("cards.list", &[("limit", "1")]).await, 401, 2002);
    let new = Alive::new(&university).await;
    assert_eq!(new.get("cards.list", &[("limit", "1")]).await.0, 200);
    refused(old.get("cards.list", &[("limit", "1")]).await, 401, 2002);
    university.faults(Register::Alive).set(FaultKind::TokenRefused);
    refused(new.get("cards.list", &[("limit", "1")]).await, 401, 2002);
    university.faults(Register::Alive).clear();
    assert_eq!(new.get("cards.list", &[("limit", "1")]).await.0, 200);
}

#[tokio::test]
async fn credentials_are_refused() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    university.faults(Register::Alive).set(FaultKind::CredentialsRefused);
    refused(alive.authenticate(&alive.keys()).await, 401, 2001);
    university.faults(Register::Sup).set(FaultKind::CredentialsRefused);
    let sup = &university.access().sup;
    let answer =
        client().get(format!("{}v1/card/x", sup.base_url)).bearer_auth(&sup.token).send().await.unwrap();
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn faults_are_set_over_http_and_not_counted_as_requests() {
    let university = university().await;
    let url = format!("{}practice/faults", university.access().usos.base_url);
    let fault = object!({ "kind": "garbage", "times": 1, "path": "apisrv" });
    assert_eq!(client().post(&url).json(&fault).send().await.unwrap().status(), 204);
    let (_, listed) = json(client().get(&url).send().await.unwrap()).await;
    assert_eq!(listed, object!([fault]));
    assert_eq!(university.requests(Register::Usos), 0);
    assert!(now(&university).await.unwrap().starts_with("<html>"));
    assert!(!now(&university).await.unwrap().starts_with("<html>"));
    assert_eq!(university.requests(Register::Usos), 2);
    let wrong = client().post(&url).json(&object!({ "kind": "earthquake" })).send().await.unwrap();
    assert_eq!(wrong.status(), 422);
    assert_eq!(client().delete(&url).send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_stopped_register_refuses_cuts_what_is_open_and_comes_back_on_the_same_port() {
    let university = university().await;
    university.faults(Register::Usos).set(Fault::delay(60_000).times(1));
    let open = {
        let url = format!("{}services/apisrv/now", university.access().usos.base_url);
        tokio::spawn(client().get(url).send())
    };
    while university.requests(Register::Usos) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    university.stop(Register::Usos).await;
    assert!(open.await.unwrap().is_err());
    assert!(now(&university).await.unwrap_err().is_connect());
    assert_eq!(Alive::new(&university).await.get("cards.list", &[("limit", "1")]).await.0, 200);
    university.restart(Register::Usos).await.unwrap();
    assert!(now(&university).await.is_ok());
}
