//! What is sent, and by whom it is signed.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::routing::get;
use usos::{ActAs, CardQuery, Client, Error, Identifier, Needs};

use crate::server::{LoadedDice, NOW, Rights, client_with};

type Seen = Arc<Mutex<Vec<(String, Option<String>)>>>;

/// A client of a server that answers null, and the addresses and signatures that it has seen.
async fn watched(rights: Rights, dice: Arc<dyn wire::Dice>, status: StatusCode) -> (Client, Seen) {
    let seen = Seen::default();
    let notes = seen.clone();
    let note = move |request: Request| async move {
        let header = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        notes.lock().unwrap().push((request.uri().to_string(), header));
        (status, "null")
    };
    (client_with(Router::new().fallback(get(note)), rights, dice).await, seen)
}

fn id(text: &str) -> Identifier {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_card_is_asked_with_all_fields_and_signed_by_the_consumer_alone() {
    let rights = Rights { administrative: true, token: true };
    let (client, seen) = watched(rights, Arc::new(LoadedDice), StatusCode::OK).await;
    client.card(&CardQuery::ContactlessChip(id("04 A1"))).await.unwrap();
    let (address, header) = seen.lock().unwrap()[0].clone();
    assert_eq!(
        address,
        "/services/cards/card?contactless_chip_uid=04%20A1&fields=user%5Bid%7Cfirst_name%7Clast_name%5D%7Cid\
         %7Ccontact_chip_uid%7Ccontactless_chip_uid%7Cbarcode_number%7Ctype%7Cexpiration_date%7Cdate_of_issue\
         %7Cstudent_number"
    );
    let header = header.unwrap();
    assert!(header.starts_with("OAuth oauth_consumer_key=\"key\", "));
    assert!(header.contains("oauth_nonce=\"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a\""));
    assert!(
        header.contains(&format!("oauth_timestamp=\"{NOW}\"")) && header.contains("oauth_version=\"1.0\"")
    );
    assert!(!header.contains("oauth_token"));
}

#[tokio::test]
async fn each_question_has_its_parameter() {
    let rights = Rights { administrative: true, token: false };
    let (client, seen) = watched(rights, Arc::new(LoadedDice), StatusCode::OK).await;
    client.card(&CardQuery::ContactChip(id("1"))).await.unwrap();
    client.card(&CardQuery::Barcode(id("2"))).await.unwrap();
    client.cards_of_user(&ActAs::AsUserId(id("3"))).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen[0].0.contains("card?contact_chip_uid=1&fields="));
    assert!(seen[1].0.contains("card?barcode_number=2&fields="));
    assert_eq!(seen[2].0, "/services/cards/user?as_user_id=3");
    assert!(!seen[2].1.as_ref().unwrap().contains("oauth_token"));
}

#[tokio::test]
async fn a_persons_own_cards_are_signed_with_their_token() {
    let rights = Rights { administrative: false, token: true };
    let (client, seen) = watched(rights, Arc::new(LoadedDice), StatusCode::OK).await;
    assert!(client.cards_of_user(&ActAs::Token).await.unwrap().is_empty());
    let (address, header) = seen.lock().unwrap()[0].clone();
    assert_eq!(address, "/services/cards/user");
    assert!(header.unwrap().contains("oauth_token=\"token\""));
}

#[tokio::test]
async fn what_the_client_is_not_equipped_for_is_not_sent() {
    let rights = Rights { administrative: false, token: false };
    let (client, seen) = watched(rights, Arc::new(LoadedDice), StatusCode::OK).await;
    let key = Error::NotEquipped(Needs::AdministrativeKey);
    assert_eq!(client.card(&CardQuery::Barcode(id("1"))).await.unwrap_err(), key);
    assert_eq!(client.cards_of_user(&ActAs::AsUserId(id("1"))).await.unwrap_err(), key);
    let token = Error::NotEquipped(Needs::UserToken);
    assert_eq!(client.cards_of_user(&ActAs::Token).await.unwrap_err(), token);
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_time_is_asked_without_a_signature() {
    let rights = Rights { administrative: true, token: true };
    let (client, seen) = watched(rights, Arc::new(LoadedDice), StatusCode::OK).await;
    assert!(client.now().await.is_err(), "null is no time");
    assert_eq!(seen.lock().unwrap()[0], ("/services/apisrv/now".to_owned(), None));
}

#[tokio::test]
async fn a_repeated_read_is_signed_anew() {
    let rights = Rights { administrative: true, token: false };
    let (client, seen) = watched(rights, Arc::new(wire::OsDice), StatusCode::BAD_GATEWAY).await;
    client.card(&CardQuery::Barcode(id("1"))).await.unwrap_err();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    assert_eq!(seen.iter().map(|(_, header)| header).collect::<HashSet<_>>().len(), 3);
}
