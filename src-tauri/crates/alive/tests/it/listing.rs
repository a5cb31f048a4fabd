//! Listings: pages, the seam between them, filters, and a list that moves meanwhile.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use alive::{CardFilter, CardNumber, CardType, CardholderFilter, CardholderId, Error, Status};
use axum::Router;
use axum::extract::{Query, RawQuery};
use axum::routing::get;
use futures::{StreamExt, TryStreamExt};

use crate::server::{answering, client_of, with_tokens};

/// What happens to the list before the request of this index (0 is the first).
type Meanwhile = fn(usize, &mut Vec<u64>);

/// A client of a list of cardholders, and the offsets that were asked for.
async fn list(ids: Vec<u64>, meanwhile: Meanwhile) -> (alive::Client, Arc<Mutex<Vec<usize>>>) {
    let ids = Arc::new(Mutex::new(ids));
    let offsets = Arc::new(Mutex::new(Vec::new()));
    let asked = offsets.clone();
    let answer = move |Query(query): Query<HashMap<String, usize>>| async move {
        let (mut ids, mut asked) = (ids.lock().unwrap(), asked.lock().unwrap());
        meanwhile(asked.len(), &mut ids);
        asked.push(query["offset"]);
        let page = ids.iter().skip(query["offset"]).take(query["limit"]);
        let data: Vec<_> = page.map(|id| format!(r#"{{"cardholder_id":{id}}}"#)).collect();
        format!(r#"{{"message":"OK","data":[{}]}}"#, data.join(","))
    };
    let (router, _) = with_tokens(Router::new().route("/cardholders.list", get(answer)));
    (client_of(router).await.0, offsets)
}

async fn all(client: &alive::Client) -> BTreeSet<u64> {
    let pages = client.cardholders(&CardholderFilter::default());
    let records: Vec<_> = pages.try_concat().await.unwrap();
    records.into_iter().map(|record| record.cardholder_id.0).collect()
}

#[tokio::test]
async fn a_short_page_is_the_end() {
    let (client, offsets) = list((0..499).collect(), |_, _| {}).await;
    assert_eq!(all(&client).await.len(), 499);
    assert_eq!(*offsets.lock().unwrap(), [0]);
}

#[tokio::test]
async fn an_empty_list_is_one_empty_page() {
    let (client, offsets) = list(Vec::new(), |_, _| {}).await;
    assert!(all(&client).await.is_empty());
    assert_eq!(*offsets.lock().unwrap(), [0]);
}

#[tokio::test]
async fn several_pages_overlap_and_end_with_the_first_once_more() {
    let (client, offsets) = list((0..1200).collect(), |_, _| {}).await;
    assert_eq!(all(&client).await.len(), 1200);
    assert_eq!(*offsets.lock().unwrap(), [0, 490, 980, 0]);
    let (client, offsets) = list((0..500).collect(), |_, _| {}).await;
    assert_eq!(all(&client).await.len(), 500);
    assert_eq!(*offsets.lock().unwrap(), [0, 490, 0]);
}

#[tokio::test]
async fn what_is_modified_meanwhile_is_not_missed() {
    // The last one, not yet read, moves to the front.
    let (client, _) = list((0..1200).collect(), |request, ids| {
        if request == 1 {
            let last = ids.pop().unwrap();
            ids.insert(0, last);
        }
    })
    .await;
    assert_eq!(all(&client).await, (0..1200).collect());
}

#[tokio::test]
async fn what_leaves_the_list_meanwhile_takes_nobody_along() {
    // A few leave: the seam is wide enough. Many leave: the listing steps back.
    fn leave(request: usize, ids: &mut Vec<u64>, count: usize) {
        if request == 1 {
            ids.drain(0..count);
        }
    }
    let few: Meanwhile = |request, ids| leave(request, ids, 4);
    let many: Meanwhile = |request, ids| leave(request, ids, 300);
    for (meanwhile, steps_back) in [(few, false), (many, true)] {
        let (client, offsets) = list((0..1200).collect(), meanwhile).await;
        assert_eq!(all(&client).await, (0..1200).collect());
        assert_eq!(offsets.lock().unwrap()[..3] == [0, 490, 0], steps_back);
    }
}

#[tokio::test]
async fn a_server_that_ignores_the_offset_does_not_hold_us_for_ever() {
    let data: Vec<_> = (0..500).map(|id| format!(r#"{{"cardholder_id":{id}}}"#)).collect();
    let body: &'static str = format!(r#"{{"data":[{}]}}"#, data.join(",")).leak();
    let client = answering("/cardholders.list", 200, body).await;
    assert_eq!(all(&client).await.len(), 500);
}

#[tokio::test]
async fn an_unreadable_record_is_told_by_its_place_and_ends_the_stream() {
    let body = r#"{"data":[{"cardholder_id":1},{"cardholder_id":2,"grade":"seventh"}]}"#;
    let client = answering("/cardholders.list", 200, body).await;
    let mut pages = Box::pin(client.cardholders(&CardholderFilter::default()));
    let Err(Error::Nonsense { status: 200, what }) = pages.next().await.unwrap() else { panic!() };
    assert!(what.contains("data[1].grade") && !what.contains("seventh"));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn filters_are_sent_encoded_and_with_the_local_offset() {
    let (sent, queries) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let (cardholders, cards) = (sent.clone(), queries.clone());
    let router = Router::new()
        .route(
            "/cardholders.list",
            get(move |RawQuery(query): RawQuery| async move {
                cardholders.lock().unwrap().push(query.unwrap());
                r#"{"data":[]}"#
            }),
        )
        .route(
            "/cards.list",
            get(move |RawQuery(query): RawQuery| async move {
                cards.lock().unwrap().push(query.unwrap());
                r#"{"data":[]}"#
            }),
        );
    let (client, _) = client_of(with_tokens(router).0).await;
    let moment: jiff::Zoned = "2024-07-01T12:30:59.9[Europe/Prague]".parse().unwrap();
    let filter = CardholderFilter {
        last_name: Some("Černá & spol.".into()),
        date_of_birth: Some(alive::Date::constant(2001, 2, 3)),
        phone_number: Some("+420 1".into()),
        modified_from: Some(moment),
        ..CardholderFilter::default()
    };
    client.cardholders(&filter).try_concat().await.unwrap();
    assert_eq!(
        sent.lock().unwrap()[0],
        "last_name=%C4%8Cern%C3%A1+%26+spol.&date_of_birth=2001-02-03&phone_number=%2B420+1\
         &modified_from=2024-07-01T12%3A30%3A59%2B02%3A00&limit=500&offset=0"
    );
    let filter = CardFilter {
        cardholder_id: Some(CardholderId(7)),
        number: Some(CardNumber::new("s1").unwrap()),
        status: Some(Status::Cancelled),
        kind: Some(CardType::AliveIdAlumni),
        modified_from: None,
    };
    client.cards(&filter).try_concat().await.unwrap();
    assert_eq!(
        queries.lock().unwrap()[0],
        "cardholder_id=7&number=S1&status=CANCELLED&type=ALIVE_ID_ALUMNI&limit=500&offset=0"
    );
}

#[tokio::test]
async fn the_cards_of_a_person_are_theirs_alone_and_each_once() {
    let body = r#"{"data":[
        {"card_id":1,"cardholder_id":7,"number":"A","type":"ISIC","form":"DIGITAL","status":"ACTIVE","valid_from":"2024-01-01","valid_to":"2024-12-31"},
        {"card_id":2,"cardholder_id":8,"number":"B","type":"ISIC","form":"DIGITAL","status":"ACTIVE","valid_from":"2024-01-01","valid_to":"2024-12-31"},
        {"card_id":1,"cardholder_id":7,"number":"A","type":"ISIC","form":"DIGITAL","status":"CANCELLED","valid_from":"2024-01-01","valid_to":"2024-12-31"}]}"#;
    let cards = answering("/cards.list", 200, body).await.cards_of(CardholderId(7)).await.unwrap();
    assert_eq!(cards.len(), 1);
    assert!(cards[0].card_id.0 == 1 && cards[0].status.is(Status::Cancelled));
}

#[test]
fn every_name_that_is_asked_for_is_the_one_that_is_read() {
    for kind in [
        "ISIC",
        "ISIC_SCHOLAR",
        "ITIC",
        "IYTC",
        "ALIVE",
        "ALIVE_STUDENT",
        "ALIVE_STAFF",
        "ALIVE_ALUMNI",
        "ALIVE_ID_ALUMNI",
    ] {
        assert_eq!(serde_json::from_str::<CardType>(&format!("\"{kind}\"")).unwrap().name(), kind);
    }
    for status in ["ACTIVE", "CANCELLED", "RETURNED"] {
        assert_eq!(serde_json::from_str::<Status>(&format!("\"{status}\"")).unwrap().name(), status);
    }
}
