//! What each register has of a person and their card: one record a column.

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Day, Instant};

// ---- ALIVE -----------------------------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AliveRecord {
    pub cardholder_id: String,
    pub name: String,
    /// The person's cards, the one in question first, then the valid ones, then by end of validity.
    pub cards: Vec<AliveCard>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AliveCard {
    pub card_id: String,
    pub number: String,
    /// ALIVE's own term, e.g. `ISIC`, `ALIVE_ID_ALUMNI`.
    pub card_type: String,
    pub form: String,
    /// ALIVE's own term: `ACTIVE`, `CANCELLED`, `RETURNED`.
    pub status: String,
    pub standing: Standing,
    pub valid_from: Option<Day>,
    pub valid_to: Option<Day>,
    pub valid_to_plastic: Option<Day>,
    pub chips: Vec<Chip>,
}

/// A card's standing today, by status and dates together (`ACTIVE` says nothing of validity).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Valid,
    NotYetValid,
    Expired,
    Cancelled,
    Returned,
    Blocked,
    /// A status or a date that the desk does not know.
    Unclear,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Chip {
    /// The register's own term, e.g. `CONTACTLESS_MIFARE`; for USOS `contact` or `contactless`.
    pub technology: String,
    pub value: String,
    /// This is the chip on the reader.
    pub here: bool,
}

// ---- USOS ------------------------------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UsosRecord {
    pub user_id: String,
    pub name: String,
    pub card: UsosCard,
    /// The person's other cards, where the university lets the desk ask for them.
    pub others: Vec<UsosCard>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UsosCard {
    pub card_id: String,
    /// USOS's own term: `student`, `phd`, `staff`, `graduate`, `academic_teacher`.
    pub card_type: String,
    pub student_number: Option<String>,
    pub barcode: Option<String>,
    pub issued: Option<Day>,
    pub expires: Option<Day>,
    pub standing: Standing,
    pub chips: Vec<Chip>,
}

// ---- SUP -------------------------------------------------------------------------------------------------------

#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SupRecord {
    pub id_card: String,
    /// 13 digits.
    pub ean: Option<String>,
    /// SUP's own term: `MLZ`, `MP4`, `P04`, `CP4`.
    pub card_type: String,
    /// SUP's own term: `MAIN`, `ADDITIONAL`, `TEMPORARILY_BLOCKED`.
    pub status: String,
    pub standing: Standing,
    pub valid_to: Option<Day>,
    pub activated: Option<bool>,
    pub activated_on: Option<Day>,
    /// Kopecks.
    pub balance: Option<i64>,
    /// Kopecks.
    pub account_balance: Option<i64>,
    /// As SUP writes it, `yyyy-MM-dd HH:MM`, no zone; renewed once a day.
    pub account_as_of: Option<String>,
    /// Kopecks.
    pub can_top_up: Option<i64>,
    pub limit: Option<SupLimit>,
    pub linked_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SupLimit {
    pub unlimited: bool,
    /// Kopecks.
    pub amount: Option<i64>,
    /// SUP's own term: `CDAY`, `CWEEK`, `CMONTH`, `CQUARTET`.
    pub period: Option<String>,
    /// 1 Monday … 7 Sunday; empty: any day.
    pub days: Vec<u8>,
    /// `HH:MM`–`HH:MM`; empty: any time.
    pub times: Vec<SupTimes>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SupTimes {
    pub from: Option<String>,
    pub to: Option<String>,
}

hidden!(AliveRecord, AliveCard, Chip, UsosRecord, UsosCard, SupRecord);
