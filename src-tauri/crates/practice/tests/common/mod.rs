//! A practice university and an HTTP client that knows nothing of it but its addresses.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod oauth;

use practice::{Clock, Options, TrayCard, Trouble, University};
use reqwest::{Client, Response};
use serde_json::Value;

/// The world of seed 1 on 10 February 2026, 10:00 in Prague.
pub async fn university() -> University {
    let clock = Clock::fixed("2026-02-10T09:00:00Z".parse().unwrap());
    University::start(Options::new(1, clock)).await.unwrap()
}

pub fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

pub async fn json(response: Response) -> (u16, Value) {
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The contactless side of a card with a trouble.
pub fn troubled(university: &University, trouble: Trouble) -> TrayCard {
    university.tray().iter().find(|card| card.trouble == Some(trouble)).unwrap().clone()
}

/// A client of ALIVE that was written from the manual.
pub struct Alive<'a> {
    pub http: Client,
    pub university: &'a University,
    pub token: String,
}

impl<'a> Alive<'a> {
    pub async fn new(university: &'a University) -> Self {
        let mut alive = Self { http: client(), university, token: String::new() };
        let (status, body) = alive.authenticate(&alive.keys()).await;
        assert_eq!(status, 200, "{body}");
        alive.token = body["data"]["token"].as_str().unwrap().to_owned();
        alive
    }

    pub fn keys(&self) -> Value {
        let access = &self.university.access().alive;
        serde_json::json!({
            "access_key_id": access.access_key_id, "secret_access_key": access.secret_access_key
        })
    }

    pub async fn authenticate(&self, body: &Value) -> (u16, Value) {
        json(self.http.post(self.url("authentication.authenticate")).json(body).send().await.unwrap()).await
    }

    pub fn url(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}", self.university.access().alive.base_url)
    }

    pub async fn ask(&self, endpoint: &str, query: &[(&str, &str)]) -> Response {
        self.http.get(self.url(endpoint)).bearer_auth(&self.token).query(query).send().await.unwrap()
    }

    pub async fn get(&self, endpoint: &str, query: &[(&str, &str)]) -> (u16, Value) {
        json(self.ask(endpoint, query).await).await
    }

    /// `data` of a successful call.
    pub async fn data(&self, endpoint: &str, query: &[(&str, &str)]) -> Vec<Value> {
        let (status, body) = self.get(endpoint, query).await;
        assert_eq!((status, &body["message"]), (200, &"OK".into()), "{body}");
        assert!(body.get("code").is_none() && body.get("errors").is_none());
        body["data"].as_array().unwrap().clone()
    }

    pub async fn post(&self, endpoint: &str, body: &Value) -> (u16, Value) {
        json(self.send(endpoint, body).await.unwrap()).await
    }

    pub async fn send(&self, endpoint: &str, body: &Value) -> reqwest::Result<Response> {
        self.http.post(self.url(endpoint)).bearer_auth(&self.token).json(body).send().await
    }

    /// The one object of a change that succeeds.
    pub async fn done(&self, endpoint: &str, body: &Value) -> Value {
        let (status, body) = self.post(endpoint, body).await;
        let wanted = if endpoint == "graduations.set" { 201 } else { 200 };
        assert_eq!((status, &body["message"]), (wanted, &"OK".into()), "{body}");
        assert!(body.get("code").is_none() && body.get("errors").is_none());
        assert_eq!(body["data"].as_array().unwrap().len(), 1);
        body["data"][0].clone()
    }

    /// Property and code of all entries of a change that's refused as invalid.
    pub async fn faults(&self, endpoint: &str, body: &Value) -> Vec<(String, String)> {
        faults(&refused(self.post(endpoint, body).await, 422, 1001))
    }

    /// What the digital card shows.
    pub async fn shown(&self, card: &Value) -> Value {
        let base = self.university.access().alive.base_url.trim_end_matches("/v1");
        let url = format!("{base}/practice/cards/{}", card["card_id"]);
        json(self.http.get(url).send().await.unwrap()).await.1
    }

    pub async fn card(&self, number: &str) -> Value {
        self.data("cards.list", &[("limit", "5"), ("number", number)]).await.remove(0)
    }

    /// The card and the holder of a card on the tray.
    pub async fn of(&self, card: &TrayCard) -> (Value, Value) {
        let card = self.card(card.barcodes.alive_number.as_ref().unwrap()).await;
        let id = card["cardholder_id"].to_string();
        let holder = self.data("cardholders.get", &[("cardholder_id", &id)]).await.remove(0);
        (card, holder)
    }
}

/// A refusal is the manual's error envelope.
pub fn refused(answer: (u16, Value), status: u16, code: u16) -> Value {
    let (got, body) = answer;
    assert_eq!((got, &body["code"], &body["data"]), (status, &code.into(), &serde_json::json!([])), "{body}");
    assert!(body["message"].is_string());
    body
}

/// What was refused: property and code of the only entry in `errors`.
pub fn field(body: &Value) -> (&str, &str) {
    assert_eq!(body["errors"].as_array().unwrap().len(), 1, "{body}");
    let error = &body["errors"][0];
    assert!(error["message"].is_string());
    (error["property_name"].as_str().unwrap(), error["code"].as_str().unwrap())
}

/// Property and code of every entry in `errors`, in their order.
pub fn faults(body: &Value) -> Vec<(String, String)> {
    let errors = body["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["message"].is_string()));
    let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
    errors.iter().map(|error| (text(error, "property_name"), text(error, "code"))).collect()
}
