//! A card as `GET /v1/card/{idCard}` describes it.

use std::fmt;

use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;
use wire::Open;
use wire::json::{list, maybe, text_or_number};

use crate::moment;

/// A card. All but the identifier may be missing.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// Identifier of the card in SUP.
    pub id_card: Uuid,
    /// Identifier in SUP of the employee that the card is linked to.
    #[serde(default, deserialize_with = "maybe")]
    pub id_employee: Option<Uuid>,
    /// EAN of the card (`customCardId`, sent as an integer).
    #[serde(rename = "customCardId", default, deserialize_with = "maybe")]
    pub ean: Option<Ean>,
    /// Type.
    #[serde(rename = "type", default, deserialize_with = "maybe")]
    pub kind: Option<Open<CardType>>,
    /// Role or blocking: of a blocked card the role isn't known.
    #[serde(rename = "statusCard", default, deserialize_with = "maybe")]
    pub status: Option<Open<CardStatus>>,
    /// Last day of validity.
    #[serde(default, deserialize_with = "moment::date")]
    pub date_until: Option<Open<Date>>,
    /// The account; up to a day old.
    #[serde(rename = "balanceAccount", default, deserialize_with = "maybe")]
    pub account: Option<Account>,
    /// Balance of the card itself.
    #[serde(default, deserialize_with = "maybe")]
    pub balance: Option<Kopecks>,
    /// How much can be topped up.
    #[serde(rename = "canToUp", default, deserialize_with = "maybe")]
    pub can_top_up: Option<Kopecks>,
    /// Limits of spending.
    #[serde(default, deserialize_with = "maybe")]
    pub limit: Option<Limit>,
    /// Whether the card is activated.
    #[serde(default, deserialize_with = "maybe")]
    pub activated: Option<bool>,
    /// Day of activation.
    #[serde(default, deserialize_with = "moment::date")]
    pub activated_at: Option<Open<Date>>,
}

/// An amount in kopecks, of which a hundred are a rouble.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kopecks(pub i64);

/// The number in a card's barcode: 13 digits, the zeros restored that an integer loses.
///
/// The check digit isn't enforced, since the document's own example fails it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Ean(String);

impl Ean {
    /// At least 13 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Ean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text_or_number(deserializer)?;
        let digits = text.trim();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(serde::de::Error::custom("not an EAN"));
        }
        Ok(Self(format!("{digits:0>13}")))
    }
}

/// Type of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CardType {
    /// Virtual MIR card.
    #[serde(rename = "MLZ")]
    VirtualMir,
    /// Plastic MIR card.
    #[serde(rename = "MP4")]
    PlasticMir,
    /// Plastic Visa card (a zero, not an O).
    #[serde(rename = "P04")]
    PlasticVisa,
    /// Plastic Mastercard card.
    #[serde(rename = "CP4")]
    PlasticMastercard,
}

/// Status of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardStatus {
    /// Main card.
    Main,
    /// Additional card.
    Additional,
    /// Temporarily blocked.
    TemporarilyBlocked,
}

/// The account behind the card.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "RawAccount")]
pub struct Account {
    /// Balance.
    pub value: Option<Kopecks>,
    /// When the balance was updated; no time zone is stated.
    pub updated_at: Option<Open<DateTime>>,
}

/// What may be spent, when.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "RawLimit")]
pub enum Limit {
    /// No limit but the balance. If SUP sends this together with limits, this prevails.
    Unlimited,
    /// Limits are set.
    Limited {
        /// How much in the period (the document doesn't say whether in all or still).
        amount: Option<Kopecks>,
        /// The period.
        period: Option<Open<Period>>,
        /// On which days; any if empty.
        days: Vec<Open<Weekday>>,
        /// In which hours; any if empty.
        times: Vec<Hours>,
    },
}

/// Period of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Period {
    /// Day.
    #[serde(rename = "CDAY")]
    Day,
    /// Week.
    #[serde(rename = "CWEEK")]
    Week,
    /// Month.
    #[serde(rename = "CMONTH")]
    Month,
    /// Quarter; the first spelling is the document's.
    #[serde(rename = "CQUARTET", alias = "CQUARTER")]
    Quarter,
}

/// An interval of hours; where `from` is later than `to` it runs over midnight.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Hours {
    /// Beginning.
    #[serde(default, deserialize_with = "moment::time")]
    pub from: Option<Open<Time>>,
    /// End.
    #[serde(default, deserialize_with = "moment::time")]
    pub to: Option<Open<Time>>,
}

/// Both spellings of the one attribute, since both may be there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawAccount {
    #[serde(default, deserialize_with = "maybe")]
    value: Option<Kopecks>,
    #[serde(default, deserialize_with = "moment::date_time")]
    updated_at: Option<Open<DateTime>>,
    #[serde(default, deserialize_with = "moment::date_time")]
    update_at: Option<Open<DateTime>>,
}

impl From<RawAccount> for Account {
    fn from(raw: RawAccount) -> Self {
        Self { value: raw.value, updated_at: raw.updated_at.or(raw.update_at) }
    }
}

#[derive(Deserialize)]
struct RawLimit {
    #[serde(default, deserialize_with = "maybe")]
    unlimited: Option<bool>,
    #[serde(default, deserialize_with = "maybe")]
    amount: Option<Kopecks>,
    #[serde(default, deserialize_with = "maybe")]
    period: Option<Open<Period>>,
    #[serde(default, deserialize_with = "list")]
    days: Vec<RawDay>,
    #[serde(default, deserialize_with = "list")]
    times: Vec<Hours>,
}

/// Number of a week day, 1 for Monday.
#[derive(Deserialize)]
#[serde(transparent)]
struct RawDay(#[serde(deserialize_with = "text_or_number")] String);

impl From<RawDay> for Open<Weekday> {
    fn from(RawDay(number): RawDay) -> Self {
        // One that is none is kept: left out, it might leave a list empty, which would mean any day.
        match number.parse().ok().and_then(|number| Weekday::from_monday_one_offset(number).ok()) {
            Some(day) => Self::Known(day),
            None => Self::Other(number),
        }
    }
}

impl From<RawLimit> for Limit {
    fn from(raw: RawLimit) -> Self {
        if raw.unlimited == Some(true) {
            return Self::Unlimited;
        }
        let days = raw.days.into_iter().map(Open::from).collect();
        Self::Limited { amount: raw.amount, period: raw.period, days, times: raw.times }
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card").field("kind", &self.kind).field("status", &self.status).finish_non_exhaustive()
    }
}

impl fmt::Debug for Kopecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kopecks(…)")
    }
}

impl fmt::Debug for Ean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ean(…)")
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Unlimited { "Unlimited" } else { "Limited { .. }" })
    }
}

impl fmt::Debug for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hours").finish_non_exhaustive()
    }
}
