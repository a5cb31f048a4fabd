//! What SUP keeps of payment cards.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Kind {
    #[serde(rename = "MLZ")]
    VirtualMir,
    #[serde(rename = "MP4")]
    Mir,
    #[serde(rename = "P04")]
    Visa,
    #[serde(rename = "CP4")]
    Mastercard,
}

/// `statusCard`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Main,
    Additional,
    TemporarilyBlocked,
}

/// `period`, spelt as in the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Period {
    #[serde(rename = "CDAY")]
    Day,
    #[serde(rename = "CWEEK")]
    Week,
    #[serde(rename = "CMONTH")]
    Month,
    #[serde(rename = "CQUARTET")]
    Quarter,
}

/// The limits of a card that has some.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    /// Kopecks.
    pub(crate) amount: u64,
    pub(crate) period: Period,
    /// 1 is Monday.
    pub(crate) days: Vec<u8>,
    /// `HH:MM`; the second may be before the first: over midnight (decision SUP N8).
    pub(crate) times: Vec<(&'static str, &'static str)>,
}

/// A payment card. Amounts are kopecks.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    /// An integer in the API: leading zeros are lost.
    pub(crate) ean: u64,
    pub(crate) employee: Uuid,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) until: Date,
    pub(crate) account: u64,
    pub(crate) account_updated: DateTime,
    /// The documentation spells it `updatedAt` in its table and `updateAt` in its example: both occur.
    pub(crate) table_spelling: bool,
    pub(crate) balance: u64,
    pub(crate) can_to_up: u64,
    /// None: unlimited.
    pub(crate) limit: Option<Limit>,
    /// None: not activated.
    pub(crate) activated: Option<Date>,
}

impl Card {
    /// The card as the API has it. `success` stays absent (decision SUP N6).
    pub(crate) fn describe(&self, id: Uuid) -> Value {
        let updated = if self.table_spelling { "updatedAt" } else { "updateAt" };
        let limit = match &self.limit {
            None => json!({ "unlimited": true, "amount": null, "period": null, "days": [], "times": [] }),
            Some(limit) => json!({
                "unlimited": false,
                "amount": limit.amount,
                "period": limit.period,
                "days": limit.days,
                "times": limit.times.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect::<Value>(),
            }),
        };
        json!({
            "idCard": id,
            "customCardId": self.ean,
            "type": self.kind,
            "statusCard": self.status,
            "dateUntil": russian(self.until),
            "balanceAccount": {
                updated: self.account_updated.strftime("%d.%m.%Y %H:%M").to_string(),
                "value": self.account,
            },
            "balance": self.balance,
            "canToUp": self.can_to_up,
            "limit": limit,
            "activated": self.activated.is_some(),
            "activatedAt": self.activated.map(russian),
            "idEmployee": self.employee,
        })
    }
}

fn russian(date: Date) -> String {
    date.strftime("%d.%m.%Y").to_string()
}

/// Everything that SUP keeps.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) cards: BTreeMap<Uuid, Card>,
}
