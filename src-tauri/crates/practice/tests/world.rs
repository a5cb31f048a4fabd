//! The troubles as a desk sees them in the registers, the printed access, and cards over vpcd.

#![allow(clippy::unwrap_used, reason = "a test may fail by it")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{Alive, troubled, university};
use practice::vpcd::{self, Behaviour};
use practice::{Clock, Interface, Options, TrayCard, Trouble, University};
use serde_json::{Value, json as object};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn access_has_the_promised_members_and_the_seed_repeats_it() {
    let (one, other) = (university().await, university().await);
    let mut access = serde_json::to_value(one.access()).unwrap();
    let mut again = serde_json::to_value(other.access()).unwrap();
    let names = |value: &Value| {
        let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(&access), ["alive", "sup", "usos"]);
    assert_eq!(
        names(&access["alive"]),
        ["access_key_id", "base_url", "profile", "report_sample", "secret_access_key"]
    );
    assert_eq!(names(&access["alive"]["report_sample"][0]), ["number", "type", "valid_from", "valid_to"]);
    assert_eq!(names(&access["sup"]), ["base_url", "codec", "id_card", "token"]);
    let codec = ["algorithm", "ciphertext_encoding", "key_base64", "nonce_encoding"];
    assert_eq!(names(&access["sup"]["codec"]), codec);
    let usos = [
        "admin_consumer_key",
        "admin_consumer_secret",
        "base_url",
        "consumer_key",
        "consumer_secret",
        "sample",
        "user_token",
        "user_token_secret",
    ];
    assert_eq!(names(&access["usos"]), usos);
    let sample = ["barcode_number", "card_id", "contact_chip_uid", "contactless_chip_uid", "user_id"];
    assert_eq!(names(&access["usos"]["sample"]), sample);
    assert!(access["alive"]["base_url"].as_str().unwrap().ends_with("/v1"));
    for register in ["alive", "usos", "sup"] {
        let url = access[register]["base_url"].take();
        assert!(url.as_str().unwrap().starts_with("http://127.0.0.1:"));
        again[register]["base_url"].take();
    }
    assert_eq!(access, again);
    let clock = one.clock().clone();
    let third = University::start(Options::new(2, clock)).await.unwrap();
    assert_ne!(third.access().alive.secret_access_key, one.access().alive.secret_access_key);
}

#[tokio::test]
async fn sample_numbers_are_free_and_of_each_reported_type() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let samples = &university.access().alive.report_sample;
    let kinds: Vec<_> = samples.iter().take(4).map(|sample| sample.kind.as_str()).collect();
    assert_eq!(kinds, ["ISIC", "ITIC", "ALIVE_STUDENT", "ALIVE_STAFF"]);
    for sample in samples {
        let found = alive.data("cards.list", &[("limit", "1"), ("number", &sample.number)]).await;
        assert!(found.is_empty());
        assert!(
            sample.valid_from <= university.clock().today() && sample.valid_to > university.clock().today()
        );
    }
}

#[tokio::test]
async fn a_good_card_is_one_persons_in_alive_by_both_chips() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (contactless, contact) = (&university.tray()[0], &university.tray()[1]);
    assert_eq!((contactless.interface, contact.interface), (Interface::Contactless, Interface::Contact));
    assert_eq!((contactless.physical, contactless.trouble), (contact.physical, None));
    let (card, holder) = alive.of(contactless).await;
    let chips = object!([
        { "type": "CONTACTLESS_MIFARE", "value": contactless.uid().unwrap() },
        { "type": "CONTACT_CHIP", "value": contact.uid().unwrap() },
    ]);
    assert_eq!(card["smart_technologies"], chips);
    let name =
        format!("{} {}", holder["first_name"].as_str().unwrap(), holder["last_name"].as_str().unwrap());
    assert_eq!(contactless.holder.as_ref(), Some(&name));
    assert_eq!(contact.uid().unwrap(), university.access().usos.sample.contact_chip_uid);
}

#[tokio::test]
async fn troubles_stand_in_alive_as_named() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let card = async |trouble| alive.of(&troubled(&university, trouble)).await.0;
    assert_eq!(card(Trouble::ExpiredInAliveValidInUsos).await["valid_to"], "2025-10-31");
    assert_eq!(card(Trouble::ExpiredInUsosValidInAlive).await["valid_to"], "2026-10-31");
    assert_eq!(card(Trouble::FourByteUid).await["smart_technologies"][0]["value"].as_str().unwrap().len(), 8);
    let nobody = troubled(&university, Trouble::NoAliveRecord);
    assert_eq!(nobody.barcodes.alive_number, None);
    let name = nobody.holder.unwrap();
    let (first, last) = name.split_once(' ').unwrap();
    let query = [("limit", "1"), ("first_name", first), ("last_name", last)];
    assert!(alive.data("cardholders.list", &query).await.is_empty());
}

#[tokio::test]
async fn two_chips_lead_to_two_cards_of_one_person() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let (card, _) = alive.of(&troubled(&university, Trouble::TwoChips)).await;
    let id = card["cardholder_id"].to_string();
    let cards = alive.data("cards.list", &[("limit", "9"), ("cardholder_id", &id)]).await;
    let bearing = |uid: &str| {
        let bears = |card: &&Value| card["smart_technologies"].to_string().contains(uid);
        cards.iter().find(bears).unwrap()["card_id"].clone()
    };
    let sides: Vec<&TrayCard> =
        university.tray().iter().filter(|card| card.trouble == Some(Trouble::TwoChips)).collect();
    assert_eq!((sides.len(), sides[0].physical), (2, sides[1].physical));
    assert_ne!(bearing(&sides[0].uid().unwrap()), bearing(&sides[1].uid().unwrap()));
}

#[tokio::test]
async fn loose_cards_are_unknown_random_and_cloned() {
    let university = university().await;
    let phone = troubled(&university, Trouble::RandomUid);
    let uid = |card: &TrayCard| {
        card.tap();
        hex::encode_upper(&card.transmit(&[0xFF, 0xCA, 0, 0, 0])[..4])
    };
    let (first, second) = (uid(&phone), uid(&phone));
    assert!(first.starts_with("08") && second.starts_with("08") && first != second);
    let copy = troubled(&university, Trouble::ClonedUid);
    assert_eq!(copy.uid().unwrap(), "01020304");
    assert_eq!(hex::encode_upper(copy.atr().unwrap()), "3B8F8001804F0CA000000306030001000000006A");
    let unknown = troubled(&university, Trouble::UnknownChip);
    assert_eq!((unknown.holder, unknown.kind), (None, None));
    let dead = university.tray().iter().filter(|card| card.trouble == Some(Trouble::DeadContactChip));
    assert!(dead.clone().any(|card| card.atr().is_none()) && dead.clone().any(|card| card.atr().is_some()));
}

/// The host's side of vpcd.
struct Host(TcpListener);

impl Host {
    async fn new() -> (Self, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (Self(listener), address)
    }

    async fn card(&self) -> TcpStream {
        self.0.accept().await.unwrap().0
    }
}

async fn say(stream: &mut TcpStream, message: &[u8]) {
    let length = u16::try_from(message.len()).unwrap().to_be_bytes();
    stream.write_all(&[&length, message].concat()).await.unwrap();
}

async fn hear(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

const GET_UID: [u8; 5] = [0xFF, 0xCA, 0, 0, 0];

#[tokio::test]
async fn a_card_speaks_over_vpcd_and_is_taken_out() {
    let university = university().await;
    let card = &university.tray()[0];
    let (host, address) = Host::new().await;
    let inserted = vpcd::insert(card, address).await.unwrap();
    let mut stream = host.card().await;
    say(&mut stream, &[1]).await;
    say(&mut stream, &[4]).await;
    assert_eq!(hear(&mut stream).await.unwrap(), card.atr().unwrap());
    say(&mut stream, &[2]).await;
    say(&mut stream, &GET_UID).await;
    let answer = hear(&mut stream).await.unwrap();
    assert_eq!(hex::encode_upper(&answer[..answer.len() - 2]), card.uid().unwrap());
    assert!(!inserted.is_gone());
    inserted.remove();
    assert!(hear(&mut stream).await.is_err());
}

#[tokio::test]
async fn a_dead_chip_has_no_possible_atr_over_vpcd() {
    let university = university().await;
    let dead = university.tray().iter().find(|card| card.atr().is_none()).unwrap();
    let (host, address) = Host::new().await;
    let _inserted = vpcd::insert(dead, address).await.unwrap();
    let mut stream = host.card().await;
    say(&mut stream, &[4]).await;
    // Empty would be "no card" to vpcd; more than 33 bytes are a card that can't be powered.
    assert!(hear(&mut stream).await.unwrap().len() > 33);
}

#[tokio::test]
async fn a_card_may_be_pulled_while_it_is_read_be_slow_or_silent() {
    let university = university().await;
    let card = &university.tray()[0];
    let (host, address) = Host::new().await;
    let pulled = Behaviour { pull_after: Some(1), ..Behaviour::default() };
    let inserted = vpcd::insert_with(card, address, pulled).await.unwrap();
    let mut stream = host.card().await;
    say(&mut stream, &GET_UID).await;
    assert!(hear(&mut stream).await.is_ok());
    say(&mut stream, &GET_UID).await;
    assert!(hear(&mut stream).await.is_err());
    assert!(inserted.is_gone());

    let slow = Behaviour { delay: Duration::from_millis(60), ..Behaviour::default() };
    let _slow = vpcd::insert_with(card, address, slow).await.unwrap();
    let mut stream = host.card().await;
    let begun = std::time::Instant::now();
    say(&mut stream, &GET_UID).await;
    hear(&mut stream).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(60));

    let silent = Behaviour { silent: true, ..Behaviour::default() };
    let _silent = vpcd::insert_with(card, address, silent).await.unwrap();
    let mut stream = host.card().await;
    say(&mut stream, &GET_UID).await;
    assert!(tokio::time::timeout(Duration::from_millis(100), hear(&mut stream)).await.is_err());
}

#[tokio::test]
async fn the_binary_prints_the_access_first_and_serves() {
    use tokio::io::{AsyncBufReadExt as _, BufReader};
    let mut practice = tokio::process::Command::new(env!("CARGO_BIN_EXE_practice"))
        .args(["--json", "--seed", "5"])
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(practice.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    let access: practice::Access = serde_json::from_str(&line).unwrap();
    let now =
        common::client().get(format!("{}services/apisrv/now", access.usos.base_url)).send().await.unwrap();
    assert_eq!(now.status(), 200);
    let clock = Clock::fixed("2026-02-10T09:00:00Z".parse().unwrap());
    let same = University::start(Options::new(5, clock)).await.unwrap();
    assert_eq!(same.access().usos.sample.contactless_chip_uid, access.usos.sample.contactless_chip_uid);
}
