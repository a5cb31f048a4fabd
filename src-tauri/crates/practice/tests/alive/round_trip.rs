//! What the server answers it takes back: read, change nothing, write.

use serde_json::{Value, json as object};

use crate::common::{Alive, university};

/// Sends every record of a list back by an endpoint; nothing may change.
async fn unchanged(alive: &Alive<'_>, list: &str, endpoint: &str, body: impl Fn(&Value) -> Value) {
    let records = alive.data(list, &[("limit", "1000")]).await;
    assert!(!records.is_empty());
    for record in records.iter().filter(|record| record.get("status").is_none_or(|s| s == "ACTIVE")) {
        assert_eq!(&alive.done(endpoint, &body(record)).await, record, "{endpoint}");
    }
}

#[tokio::test]
async fn every_record_of_the_world_obeys_the_rules_itself() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    unchanged(&alive, "cardholders.list", "cardholders.set", Value::clone).await;
    unchanged(&alive, "graduations.list", "graduations.set", Value::clone).await;
    unchanged(&alive, "cards.list", "cards.update", Value::clone).await;
    let status = |card: &Value| object!({ "card_id": card["card_id"], "status": card["status"] });
    unchanged(&alive, "cards.list", "cards.changeStatus", status).await;
}
