//! What a client has to be told to use the practice university: the one line of `cargo xtask practice --json`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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
