//! What ALIVE has, asked by a client of the rig's own: what the desks say of it counts for nothing here.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use practice::AliveAccess;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::{BaseUrl, Http, Limits, OsDice};

const PAGE: usize = 500;

#[derive(Clone, Deserialize)]
pub struct Holder {
    pub cardholder_id: i64,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub external_id: Option<String>,
}

#[derive(Clone, Deserialize)]
pub struct Card {
    pub card_id: i64,
    pub cardholder_id: i64,
    pub number: String,
    pub status: String,
    pub form: String,
    #[serde(default)]
    pub smart_technologies: Vec<Technology>,
    pub valid_to: jiff::civil::Date,
}

#[derive(Clone, Deserialize)]
pub struct Technology {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

impl Card {
    /// A returned card has freed its number.
    pub fn live(&self) -> bool {
        self.status != "RETURNED"
    }
}

/// Everything of one moment at which nothing is under way.
pub struct Register {
    pub holders: Vec<Holder>,
    pub cards: Vec<Card>,
}

impl Register {
    pub async fn read(access: &AliveAccess) -> Result<Self> {
        let http = Http::new(Limits::default(), Arc::new(OsDice))?;
        let base = BaseUrl::parse(&access.base_url)?;
        let keys = json!({
            "access_key_id": access.access_key_id, "secret_access_key": access.secret_access_key
        });
        let asked = http.post(base.join("authentication.authenticate")).json(&keys);
        let answer: Value = serde_json::from_slice(&http.send(asked).await?.body)?;
        let token = answer["data"]["token"].as_str().context("ALIVE gave no token")?.to_owned();
        Ok(Self {
            holders: all(&http, &base, &token, "cardholders.list").await?,
            cards: all(&http, &base, &token, "cards.list").await?,
        })
    }
}

async fn all<T: DeserializeOwned>(http: &Http, base: &BaseUrl, token: &str, path: &str) -> Result<Vec<T>> {
    let mut found = Vec::new();
    loop {
        let page = [("limit", PAGE), ("offset", found.len())];
        let reply = http.send(http.get(base.join(path)).bearer_auth(token).query(&page)).await?;
        ensure!(reply.is_success(), "ALIVE answers {} to {path}", reply.status);
        let mut body: Value = serde_json::from_slice(&reply.body)?;
        let rows: Vec<T> = serde_json::from_value(body["data"].take())?;
        if rows.is_empty() {
            return Ok(found);
        }
        found.extend(rows);
    }
}
