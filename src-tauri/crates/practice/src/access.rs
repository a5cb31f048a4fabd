//! What a client has to be told to use the practice university: the one line of `cargo xtask practice --json`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::contract::{CardTerms, Contract, CustomField, Cycle, DISTRICTS, Mode, NumberRange, TIME_ZONE};

/// Addresses, keys and samples of the three servers. Everything in it is invented and worth nothing outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// ALIVE.
    pub alive: AliveAccess,
    /// USOS.
    pub usos: UsosAccess,
    /// SUP.
    pub sup: SupAccess,
}

/// ALIVE: `http://127.0.0.1:P/v1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliveAccess {
    /// Without a slash at the end; an endpoint is `{base_url}/cards.list`.
    pub base_url: String,
    /// For `authentication.authenticate`.
    pub access_key_id: String,
    /// For `authentication.authenticate`.
    pub secret_access_key: String,
    /// Numbers that the practice issuer may report now.
    pub report_sample: Vec<ReportSample>,
    /// The contract, as far as a client has to know it.
    pub profile: Profile,
}

/// The issuer's contract with ALIVE: what the manual leaves "by agreement" and the API can't be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Below this age, in years, a cardholder needs a legal representative.
    pub legal_age: i16,
    /// Whose days count.
    pub time_zone: String,
    /// \[ENUM\] District.
    pub districts: Vec<String>,
    /// Custom fields of cardholders.
    pub cardholder_fields: Vec<FieldProfile>,
    /// Custom fields of cards.
    pub card_fields: Vec<FieldProfile>,
    /// The types that may be issued.
    pub cards: Vec<TermsProfile>,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProfile {
    /// The field's key.
    pub name: String,
    /// Whether every record must have it.
    pub mandatory: bool,
    /// Shortest value, in characters.
    pub min: usize,
    /// Longest value, in characters.
    pub max: usize,
}

/// A card type of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsProfile {
    /// \[ENUM\] Card Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// `REPORT` or `REQUEST`.
    pub mode: String,
    /// \[ENUM\] Form.
    pub forms: Vec<String>,
    /// Number ranges.
    pub ranges: Vec<RangeProfile>,
    /// The validity cycles on offer today; empty in mode `REQUEST`, where ALIVE sets the validity.
    pub cycles: Vec<CycleProfile>,
    /// Enabled designs.
    pub designs: Vec<String>,
    /// The one that's taken unless another one is named.
    pub default_design: String,
}

/// Card numbers from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeProfile {
    /// The first number.
    pub first: String,
    /// The last number; it differs from the first one in digits alone.
    pub last: String,
}

/// A validity cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleProfile {
    /// `yyyy-MM-dd`.
    pub valid_from: Date,
    /// `yyyy-MM-dd`.
    pub valid_to: Date,
}

impl Profile {
    /// The contract as it stands on a day.
    pub(crate) fn of(contract: &Contract, today: Date) -> Self {
        let fields = |fields: &[CustomField]| -> Vec<FieldProfile> {
            fields
                .iter()
                .map(|CustomField { name, mandatory, min, max }| FieldProfile {
                    name: name.clone(),
                    mandatory: *mandatory,
                    min: *min,
                    max: *max,
                })
                .collect()
        };
        Self {
            legal_age: contract.legal_age,
            time_zone: TIME_ZONE.to_owned(),
            districts: DISTRICTS.map(str::to_owned).to_vec(),
            cardholder_fields: fields(&contract.cardholder_fields),
            card_fields: fields(&contract.card_fields),
            cards: contract.cards.iter().map(|terms| TermsProfile::of(terms, today)).collect(),
        }
    }
}

impl TermsProfile {
    fn of(terms: &CardTerms, today: Date) -> Self {
        let (mode, cycles) = match terms.mode {
            Mode::Report => ("REPORT", terms.cycles(today)),
            Mode::Request => ("REQUEST", Vec::new()),
        };
        let range = |range: &NumberRange| RangeProfile {
            first: range.spelt(range.first),
            last: range.spelt(range.last),
        };
        let cycle = |Cycle { valid_from, valid_to }| CycleProfile { valid_from, valid_to };
        Self {
            kind: terms.kind.code().to_owned(),
            mode: mode.to_owned(),
            forms: terms.forms().iter().map(|form| form.code().to_owned()).collect(),
            ranges: terms.ranges.iter().map(range).collect(),
            cycles: cycles.into_iter().map(cycle).collect(),
            designs: terms.designs.clone(),
            default_design: terms.default_design(),
        }
    }
}

/// A card that may be reported now: the number is free, the validity is a cycle on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSample {
    /// \[ENUM\] Card Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// A number of the issuer's range for that type.
    pub number: String,
    /// `yyyy-MM-dd`.
    pub valid_from: Date,
    /// `yyyy-MM-dd`.
    pub valid_to: Date,
}

/// USOS: `http://127.0.0.1:P/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsosAccess {
    /// With a slash at the end; a method is `{base_url}services/cards/card`.
    pub base_url: String,
    /// An ordinary consumer.
    pub consumer_key: String,
    /// Its secret.
    pub consumer_secret: String,
    /// An administrative consumer.
    pub admin_consumer_key: String,
    /// Its secret.
    pub admin_consumer_secret: String,
    /// An access token of the sample's owner, given to the ordinary consumer, with the scope `cards`.
    pub user_token: String,
    /// Its secret.
    pub user_token_secret: String,
    /// A valid card and its owner.
    pub sample: UsosSample,
}

/// A valid USOS card with both chips.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsosSample {
    /// The card's `id`.
    pub card_id: String,
    /// Twelve hexadecimal digits.
    pub contact_chip_uid: String,
    /// Hexadecimal digits of the UID as read.
    pub contactless_chip_uid: String,
    /// With leading zeros.
    pub barcode_number: String,
    /// The owner's `id`.
    pub user_id: String,
}

/// SUP: `http://127.0.0.1:P/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupAccess {
    /// With a slash at the end; the endpoint is `{base_url}v1/card/{idCard}`.
    pub base_url: String,
    /// A JWT that lives for a year of the practice clock.
    pub token: String,
    /// The uuid of a card, not encrypted.
    pub id_card: String,
    /// How `idCard` is encrypted.
    pub codec: Codec,
}

/// The codec profile of the practice SUP. A practice choice, not the vendor's (decisions SUP N1, N2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codec {
    /// `XChaCha20-Poly1305`: 24 bytes of nonce, the tag (16 bytes) at the ciphertext's end, no associated data.
    pub algorithm: String,
    /// 32 bytes in standard base64.
    pub key_base64: String,
    /// How the nonce stands in `X-Nonce`: `base64url-nopad`.
    pub nonce_encoding: String,
    /// How ciphertext and tag stand in the path: `base64url-nopad`.
    pub ciphertext_encoding: String,
}
