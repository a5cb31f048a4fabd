//! SUP by its documentation, and the practice codec by its profile alone.

#![allow(clippy::unwrap_used, reason = "a test may fail by it")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use common::{client, json, troubled, university};
use practice::{Trouble, University};
use serde_json::{Value, json as object};

const NONCE: [u8; 24] = [0xAB; 24];

/// By what `access().sup.codec` says.
fn sealed(university: &University, text: &str) -> String {
    let codec = &university.access().sup.codec;
    assert_eq!(codec.algorithm, "XChaCha20-Poly1305");
    assert_eq!(
        (codec.nonce_encoding.as_str(), codec.ciphertext_encoding.as_str()),
        ("base64url-nopad", "base64url-nopad")
    );
    let key = STANDARD.decode(&codec.key_base64).unwrap();
    let cipher = XChaCha20Poly1305::new_from_slice(&key).unwrap();
    URL_SAFE_NO_PAD.encode(cipher.encrypt(XNonce::from_slice(&NONCE), text.as_bytes()).unwrap())
}

async fn ask(university: &University, parameter: &str, authorization: &str, nonce: &str) -> (u16, Value) {
    let url = format!("{}v1/card/{parameter}", university.access().sup.base_url);
    let request = client().get(url).header("Authorization", authorization).header("X-Nonce", nonce);
    json(request.send().await.unwrap()).await
}

async fn card(university: &University, id: &str) -> (u16, Value) {
    let bearer = format!("Bearer {}", university.access().sup.token);
    ask(university, &sealed(university, id), &bearer, &URL_SAFE_NO_PAD.encode(NONCE)).await
}

async fn of(university: &University, trouble: Trouble) -> Value {
    let physical = troubled(university, trouble).physical;
    let link = university.sup_links().iter().find(|link| link.physical == physical).unwrap();
    card(university, &link.id_card).await.1["data"].clone()
}

#[tokio::test]
async fn a_card_is_given_by_its_encrypted_id() {
    let university = university().await;
    let id = university.access().sup.id_card.clone();
    let (status, body) = card(&university, &id).await;
    assert_eq!(status, 200);
    assert!(body.get("success").is_none());
    let data = body["data"].as_object().unwrap();
    assert_eq!(data["idCard"], object!(id));
    for name in ["customCardId", "balance", "canToUp"] {
        assert!(data[name].is_u64(), "{name}");
    }
    let names = [
        "activated",
        "activatedAt",
        "balance",
        "balanceAccount",
        "canToUp",
        "customCardId",
        "dateUntil",
        "idCard",
        "idEmployee",
        "limit",
        "statusCard",
        "type",
    ];
    let mut found: Vec<&String> = data.keys().collect();
    found.sort();
    assert_eq!(found, names);
    assert_eq!(data["dateUntil"], "31.12.2028");
}

#[tokio::test]
async fn the_token_may_stand_bare_or_after_bearer_and_nothing_else_is_taken() {
    let university = university().await;
    let sup = &university.access().sup;
    let (id, nonce) = (sealed(&university, &sup.id_card), URL_SAFE_NO_PAD.encode(NONCE));
    assert_eq!(ask(&university, &id, &sup.token, &nonce).await.0, 200);
    assert_eq!(ask(&university, &id, &format!("bearer {}", sup.token), &nonce).await.0, 200);
    for wrong in ["", "Bearer ", "Bearer x.y.z", &format!("Basic {}", sup.token)] {
        let (status, body) = ask(&university, &id, wrong, &nonce).await;
        assert_eq!(
            (status, body),
            (401, object!({ "message": "Не авторизован. Токен не прошел валидацию" }))
        );
    }
    university.clock().forward(jiff::SignedDuration::from_hours(24 * 365));
    assert_eq!(ask(&university, &id, &sup.token, &nonce).await.0, 401);
}

#[tokio::test]
async fn an_unknown_card_is_404_with_a_message() {
    let university = university().await;
    let answer = card(&university, "00000000-0000-4000-8000-000000000000").await;
    assert_eq!(answer, (404, object!({ "message": "Карта idCard не найдена" })));
}

#[tokio::test]
async fn an_undecryptable_id_or_a_bad_nonce_is_422_with_its_field() {
    let university = university().await;
    let sup = &university.access().sup;
    let (bearer, nonce) = (format!("Bearer {}", sup.token), URL_SAFE_NO_PAD.encode(NONCE));
    let good = sealed(&university, &sup.id_card);
    let other = URL_SAFE_NO_PAD.encode([1; 24]);
    let field = |(status, body): (u16, Value)| {
        assert_eq!(status, 422, "{body}");
        assert!(body["data"][0]["message"].is_string());
        body["data"][0]["field"].as_str().unwrap().to_owned()
    };
    for nonce in ["", "short", &STANDARD.encode([1; 25])] {
        assert_eq!(field(ask(&university, &good, &bearer, nonce).await), "X-Nonce");
    }
    let plain = sup.id_card.clone();
    let no_uuid = sealed(&university, "17");
    let undashed = sealed(&university, &plain.replace('-', ""));
    for id in [&plain, &no_uuid, &undashed, &good[1..].to_owned()] {
        assert_eq!(field(ask(&university, id, &bearer, &nonce).await), "idCard");
    }
    assert_eq!(field(ask(&university, &good, &bearer, &other).await), "idCard");
}

#[tokio::test]
async fn blocked_not_activated_and_expired_cards_say_so() {
    let university = university().await;
    assert_eq!(of(&university, Trouble::SupBlocked).await["statusCard"], "TEMPORARILY_BLOCKED");
    let inactive = of(&university, Trouble::SupNotActivated).await;
    assert_eq!((&inactive["activated"], &inactive["activatedAt"]), (&false.into(), &Value::Null));
    assert_eq!(of(&university, Trouble::SupExpired).await["dateUntil"], "31.12.2025");
}

#[tokio::test]
async fn every_form_of_limit_and_both_spellings_of_the_update_occur() {
    let university = university().await;
    let mut seen = std::collections::BTreeSet::new();
    for link in university.sup_links() {
        let data = card(&university, &link.id_card).await.1["data"].clone();
        let ean = data["customCardId"].as_u64().unwrap();
        assert_eq!(format!("{ean:013}"), link.ean);
        let account = &data["balanceAccount"];
        for name in ["updateAt", "updatedAt"] {
            if let Some(updated) = account[name].as_str() {
                assert_eq!(updated, "10.02.2026 06:01");
                seen.insert(name.to_owned());
            }
        }
        seen.insert(data["limit"]["period"].to_string());
        seen.insert(data["type"].to_string());
        if data["limit"]["unlimited"] == true {
            assert_eq!((&data["limit"]["days"], &data["limit"]["times"]), (&object!([]), &object!([])));
        }
    }
    for wanted in ["updateAt", "updatedAt", "null", "\"CDAY\"", "\"CWEEK\"", "\"CMONTH\"", "\"CQUARTET\""] {
        assert!(seen.contains(wanted), "{wanted} {seen:?}");
    }
    assert!(["\"MLZ\"", "\"MP4\"", "\"P04\"", "\"CP4\""].iter().all(|kind| seen.contains(*kind)), "{seen:?}");
}
