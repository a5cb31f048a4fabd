//! ALIVE by its manual: authentication, envelope, listings, filters, photos.

use crate::common::{Alive, client, field, json, refused, troubled, university};
use jiff::SignedDuration;
use practice::Trouble;
use serde_json::{Value, json as object};

#[tokio::test]
async fn authenticate_gives_a_token_in_an_object_that_lives_for_300_seconds() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (_, body) = alive.authenticate(&alive.keys()).await;
    assert_eq!((&body["message"], &body["data"]["expires_in"]), (&"OK".into(), &300.into()));
    assert_eq!(body["data"]["token"].as_str().unwrap().split('.').count(), 3);
    university.clock().forward(SignedDuration::from_secs(299));
    assert_eq!(alive.get("cards.list", &[("limit", "1")]).await.0, 200);
    university.clock().forward(SignedDuration::from_secs(1));
    refused(alive.get("cards.list", &[("limit", "1")]).await, 401, 2002);
}

#[tokio::test]
async fn several_tokens_live_side_by_side() {
    let university = university().await;
    let (first, second) = (Alive::new(&university).await, Alive::new(&university).await);
    assert_ne!(first.token, second.token);
    for alive in [first, second] {
        assert_eq!(alive.get("cards.list", &[("limit", "1")]).await.0, 200);
    }
}

#[tokio::test]
async fn wrong_keys_are_2001_blank_ones_1001_with_an_error_each() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let wrong = object!({ "access_key_id": "a", "secret_access_key": "b" });
    refused(alive.authenticate(&wrong).await, 401, 2001);
    for blank in [object!({}), object!({ "access_key_id": "", "secret_access_key": null })] {
        let body = refused(alive.authenticate(&blank).await, 422, 1001);
        let errors = body["errors"].as_array().unwrap();
        let names: Vec<_> = errors.iter().map(|error| error["property_name"].as_str().unwrap()).collect();
        assert_eq!(names, ["access_key_id", "secret_access_key"]);
        assert!(errors.iter().all(|error| error["code"] == "IS_BLANK_ERROR"));
    }
}

#[tokio::test]
async fn another_media_type_is_1003() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let url = alive.url("authentication.authenticate");
    let keys = alive.keys().to_string();
    for media in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer =
            client().post(&url).header("content-type", media).body(keys.clone()).send().await.unwrap();
        refused(json(answer).await, 415, 1003);
    }
    let utf8 = client().post(&url).header("content-type", "application/json; charset=utf-8").body(keys);
    assert_eq!(utf8.send().await.unwrap().status(), 200);
    let broken =
        client().post(&url).header("content-type", "application/json").body("{").send().await.unwrap();
    refused(json(broken).await, 422, 1001);
}

#[tokio::test]
async fn a_malformed_token_is_1002_a_missing_spent_or_foreign_one_2002() {
    let university = university().await;
    let mut alive = Alive::new(&university).await;
    let url = alive.url("cards.list?limit=1");
    refused(json(client().get(&url).send().await.unwrap()).await, 401, 2002);
    let foreign = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjQwMDAwMDAwMDB9.c2lnbmF0dXJl";
    for (token, code) in [("nonsense", 1002), ("a.b.c", 1002), (foreign, 2002)] {
        alive.token = token.to_owned();
        refused(alive.get("cards.list", &[("limit", "1")]).await, 401, code);
    }
}

#[tokio::test]
async fn limit_is_mandatory_and_at_least_1_offset_at_least_0() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    for endpoint in ["cards.list", "cardholders.list"] {
        let cases: [(&[(&str, &str)], _, _); 6] = [
            (&[], "limit", "REQUIRED_ERROR"),
            (&[("limit", "")], "limit", "IS_BLANK_ERROR"),
            (&[("limit", "0")], "limit", "OUT_OF_RANGE_ERROR"),
            (&[("limit", "many")], "limit", "INVALID_FORMAT_ERROR"),
            (&[("limit", "1"), ("offset", "-1")], "offset", "OUT_OF_RANGE_ERROR"),
            (&[("limit", "-99999999999999999999")], "limit", "OUT_OF_RANGE_ERROR"),
        ];
        for (query, name, code) in cases {
            let body = refused(alive.get(endpoint, query).await, 422, 1001);
            assert_eq!(field(&body), (name, code));
        }
    }
}

#[tokio::test]
async fn pages_join_to_the_whole_list_and_the_last_one_is_short_or_empty() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let whole = alive.data("cards.list", &[("limit", "999999999999")]).await;
    let mut joined = Vec::new();
    loop {
        let offset = joined.len().to_string();
        let page = alive.data("cards.list", &[("limit", "7"), ("offset", &offset)]).await;
        joined.extend(page.clone());
        if page.len() < 7 {
            break;
        }
    }
    assert_eq!(joined, whole);
    assert!(alive.data("cards.list", &[("limit", "5"), ("offset", "100000")]).await.is_empty());
    // "Its maximal value is not restricted", not even by what fits into an integer.
    let endless = "999999999999999999999999999999";
    assert_eq!(alive.data("cards.list", &[("limit", endless)]).await, whole);
    assert!(alive.data("cards.list", &[("limit", "5"), ("offset", endless)]).await.is_empty());
}

#[tokio::test]
async fn listings_are_ordered_by_last_modification_and_modified_from_is_inclusive() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let whole = alive.data("cardholders.list", &[("limit", "1000")]).await;
    // A later bound always gives a shorter beginning of the same list.
    let mut lengths = Vec::new();
    for from in [
        "2000-01-01T00:00:00+01:00",
        "2025-09-01T00:00:00+02:00",
        "2026-01-15T00:00:00Z",
        "2027-01-01T00:00:00Z",
    ] {
        let part = alive.data("cardholders.list", &[("limit", "1000"), ("modified_from", from)]).await;
        assert_eq!(part, whole[..part.len()]);
        lengths.push(part.len());
    }
    assert!(lengths[0] == whole.len() && lengths[3] == 0, "{lengths:?}");
    assert!(lengths[0] > lengths[1] && lengths[1] > lengths[2] && lengths[2] > 0, "{lengths:?}");
}

#[tokio::test]
async fn modified_from_needs_an_offset_and_an_unencoded_plus_is_refused() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    for from in ["2026-01-15T00:00:00", "2026-01-15", "yesterday"] {
        let body =
            refused(alive.get("cards.list", &[("limit", "1"), ("modified_from", from)]).await, 422, 1001);
        assert_eq!(field(&body), ("modified_from", "INVALID_FORMAT_ERROR"));
    }
    let raw = alive.url("cards.list?limit=1&modified_from=2026-01-15T00:00:00+01:00");
    let answer = client().get(raw).bearer_auth(&alive.token).send().await.unwrap();
    assert_eq!(field(&refused(json(answer).await, 422, 1001)).0, "modified_from");
}

#[tokio::test]
async fn filters_are_joined_by_and_match_whole_values_without_case_but_with_diacritics() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let all = alive.data("cardholders.list", &[("limit", "1000")]).await;
    let holder = all.iter().find(|holder| !holder["last_name"].as_str().unwrap().is_ascii()).unwrap();
    let text = |name: &str| holder[name].as_str().unwrap().to_owned();
    let (first, last) = (text("first_name"), text("last_name"));
    let found = async |query: &[(&str, &str)]| {
        let query: Vec<_> = query.iter().copied().chain([("limit", "1000")]).collect();
        alive.data("cardholders.list", &query).await
    };
    for (name, value) in [
        ("last_name", last.to_uppercase()),
        ("email", text("email").to_uppercase()),
        ("external_id", text("external_id").to_lowercase()),
        ("date_of_birth", text("date_of_birth")),
    ] {
        assert!(found(&[(name, &value)]).await.contains(holder), "{name}");
    }
    assert_eq!(found(&[("first_name", &first), ("last_name", &last)]).await, std::slice::from_ref(holder));
    assert!(
        found(&[("first_name", &first), ("email", "nobody@practice-university.example")]).await.is_empty()
    );
    let beginning: String = last.chars().take(4).collect();
    assert!(found(&[("last_name", &beginning)]).await.is_empty());
    let folded: String = last.chars().map(|c| if c.is_ascii() { c } else { 'a' }).collect();
    assert!(!found(&[("last_name", &folded)]).await.contains(holder));
    // An empty filter is none, an unknown parameter is ignored.
    assert_eq!(found(&[("last_name", ""), ("shoe_size", "47")]).await.len(), all.len());
}

#[tokio::test]
async fn phone_numbers_are_compared_without_spaces() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let all = alive.data("cardholders.list", &[("limit", "1000")]).await;
    let holder = all.iter().find(|holder| holder.get("phone_number").is_some()).unwrap();
    let phone = holder["phone_number"].as_str().unwrap();
    let spaced = format!("{} {}", &phone[..4], &phone[4..]);
    for phone in [phone, &spaced] {
        let found = alive.data("cardholders.list", &[("limit", "9"), ("phone_number", phone)]).await;
        assert_eq!(found, std::slice::from_ref(holder));
    }
}

#[tokio::test]
async fn cards_are_filtered_by_holder_number_status_and_type() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (card, _) = alive.of(&troubled(&university, Trouble::Cancelled)).await;
    assert_eq!(card["status"], "CANCELLED");
    let id = card["cardholder_id"].to_string();
    let number = card["number"].as_str().unwrap().to_lowercase();
    let query = [
        ("limit", "9"),
        ("cardholder_id", &id),
        ("number", &number),
        ("status", "cancelled"),
        ("type", "isic"),
    ];
    assert_eq!(alive.data("cards.list", &query).await, [card]);
    for status in ["ACTIVE", "CANCELLED", "RETURNED"] {
        let cards = alive.data("cards.list", &[("limit", "999"), ("status", status)]).await;
        assert!(!cards.is_empty() && cards.iter().all(|card| card["status"] == status));
    }
    for kind in ["ISIC", "ITIC", "ALIVE_STUDENT", "ALIVE_STAFF", "ALIVE_ID_ALUMNI"] {
        let cards = alive.data("cards.list", &[("limit", "999"), ("type", kind)]).await;
        assert!(!cards.is_empty() && cards.iter().all(|card| card["type"] == kind));
    }
    for (name, value) in [("status", "LOST"), ("type", "LIBRARY")] {
        let body = refused(alive.get("cards.list", &[("limit", "1"), (name, value)]).await, 422, 1001);
        assert_eq!(field(&body), (name, "INVALID_CHOICE_ERROR"));
    }
    assert!(alive.data("cards.list", &[("limit", "1"), ("type", "IYTC")]).await.is_empty());
}

#[tokio::test]
async fn a_wrong_date_or_identifier_is_refused_at_its_name() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    for (endpoint, name, value) in [
        ("cardholders.list", "date_of_birth", "1. 2. 1999"),
        ("cardholders.list", "date_of_birth", "1999-02-30"),
        ("cards.list", "cardholder_id", "S42"),
    ] {
        let body = refused(alive.get(endpoint, &[("limit", "1"), (name, value)]).await, 422, 1001);
        assert_eq!(field(&body), (name, "INVALID_FORMAT_ERROR"));
    }
}

#[tokio::test]
async fn a_single_object_is_an_array_of_one_and_an_unknown_one_3001() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (card, holder) = alive.of(&university.tray()[0]).await;
    let (card_id, holder_id) = (card["card_id"].to_string(), holder["cardholder_id"].to_string());
    assert_eq!(alive.data("cards.get", &[("card_id", &card_id)]).await, [card]);
    assert_eq!(alive.data("cardholders.get", &[("cardholder_id", &holder_id)]).await, [holder]);
    for (endpoint, name) in [
        ("cards.get", "card_id"),
        ("cardholders.get", "cardholder_id"),
        ("cardholders.getPhoto", "cardholder_id"),
    ] {
        refused(alive.get(endpoint, &[(name, "1")]).await, 404, 3001);
        let body = refused(alive.get(endpoint, &[]).await, 422, 1001);
        assert_eq!(field(&body), (name, "REQUIRED_ERROR"));
    }
}

#[tokio::test]
async fn unset_attributes_are_omitted_and_empty_lists_are_there() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (_, body) = alive.get("cardholders.list", &[("limit", "1000")]).await;
    assert!(!body.to_string().contains("null"));
    let holders = body["data"].as_array().unwrap();
    for name in ["addresses", "legal_representatives", "custom_fields"] {
        assert!(holders.iter().all(|holder| holder[name].is_array()));
    }
    assert!(holders.iter().any(|holder| holder.get("birth_number").is_none()));
    assert!(holders.iter().any(|holder| holder["addresses"] == object!([])));
    let alumni = alive.data("cards.list", &[("limit", "9"), ("type", "ALIVE_ID_ALUMNI")]).await;
    assert!(alumni.iter().all(|card| {
        card["smart_technologies"] == object!([])
            && card["form"] == "DIGITAL"
            && card.get("valid_to_plastic").is_none()
    }));
}

#[tokio::test]
async fn a_photo_comes_as_a_file_without_an_envelope_and_its_lack_is_3001() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let mut types = std::collections::BTreeSet::new();
    let mut holders = alive.data("cardholders.list", &[("limit", "1000")]).await;
    holders.sort_by_key(|holder| holder["cardholder_id"].as_i64());
    for holder in &holders[..6] {
        let id = holder["cardholder_id"].to_string();
        let answer = alive.ask("cardholders.getPhoto", &[("cardholder_id", &id)]).await;
        assert_eq!(answer.status(), 200);
        let media = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let file = answer.bytes().await.unwrap();
        let magic: &[u8] = if media == "image/png" { b"\x89PNG" } else { b"\xFF\xD8\xFF" };
        assert!(file.starts_with(magic), "{media}");
        types.insert(media);
    }
    assert_eq!(types.into_iter().collect::<Vec<_>>(), ["image/jpg", "image/png"]);
    let (_, holder) = alive.of(&troubled(&university, Trouble::NoPhoto)).await;
    let id = holder["cardholder_id"].to_string();
    refused(alive.get("cardholders.getPhoto", &[("cardholder_id", &id)]).await, 404, 3001);
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405_in_the_envelope() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (status, body) = alive.get("cards.burn", &[]).await;
    assert_eq!((status, &body["data"]), (404, &object!([])));
    assert!(body["message"].is_string());
    let answer = alive.http.post(alive.url("cards.list")).bearer_auth(&alive.token).send().await.unwrap();
    let (status, body): (u16, Value) = json(answer).await;
    assert_eq!((status, &body["data"]), (405, &object!([])));
}
