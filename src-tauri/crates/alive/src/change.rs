//! The changes: each is sent once, and never again by itself (manual, the ten endpoints that write).

use reqwest::RequestBuilder;
use reqwest::multipart::{Form as Multipart, Part};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::{Fault, Reply};

use crate::answer::{nonsense, outcome};
use crate::card::{Card, CardId, CardNumber, Status};
use crate::cardholder::{Cardholder, CardholderId};
use crate::client::Client;
use crate::error::Error;
use crate::graduation::{Graduation, GraduationData};
use crate::issue::{CardRequest, Report};
use crate::person::CardholderData;
use crate::photo::PhotoFile;
use crate::reissue::{CardUpdate, PlasticIssue, ValidityChange};
use crate::token::{Need, Token};

/// Any of the changes, so that a journal can write down what will be sent before it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "one at a time is at hand")]
pub enum Change {
    /// See [`Client::set_cardholder`].
    SetCardholder(CardholderData),
    /// See [`Client::set_photo`].
    SetPhoto {
        /// Of whom.
        cardholder: CardholderId,
        /// The new photo.
        photo: PhotoFile,
    },
    /// See [`Client::anonymize`].
    Anonymize(CardholderId),
    /// See [`Client::set_graduation`].
    SetGraduation(GraduationData),
    /// See [`Client::report_card`].
    Report(Report),
    /// See [`Client::request_card`].
    Request(CardRequest),
    /// See [`Client::update_card`].
    Update(CardUpdate),
    /// See [`Client::change_validity`].
    Validity(ValidityChange),
    /// See [`Client::change_status`].
    Status {
        /// Which card.
        card: CardId,
        /// Its new status.
        status: Status,
    },
    /// See [`Client::issue_plastic`].
    Plastic(PlasticIssue),
}

/// What ALIVE answered to a change that is made: the record as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// Of [`Change::SetCardholder`].
    Cardholder(Box<Cardholder>),
    /// Of [`Change::SetGraduation`].
    Graduation(Graduation),
    /// Of the changes of cards.
    Card(Box<Card>),
    /// Of the photo, and of an anonymisation, which ALIVE makes within 48 hours: they have no record.
    Accepted,
}

impl Change {
    /// The endpoint that it goes to, such as `cards.report`.
    pub fn endpoint(&self) -> &'static str {
        match self {
            Self::SetCardholder(_) => CardholderData::ENDPOINT,
            Self::SetPhoto { .. } => SET_PHOTO,
            Self::Anonymize(_) => ANONYMIZE,
            Self::SetGraduation(_) => GraduationData::ENDPOINT,
            Self::Report(_) => Report::ENDPOINT,
            Self::Request(_) => CardRequest::ENDPOINT,
            Self::Update(_) => CardUpdate::ENDPOINT,
            Self::Validity(_) => ValidityChange::ENDPOINT,
            Self::Status { .. } => StatusChange::ENDPOINT,
            Self::Plastic(_) => PlasticIssue::ENDPOINT,
        }
    }

    /// The JSON exactly as it is sent; of a photo the file (the cardholder's id goes beside it).
    pub fn body(&self) -> Vec<u8> {
        match self {
            Self::SetCardholder(data) => json(data),
            Self::SetPhoto { photo, .. } => photo.bytes().to_vec(),
            Self::Anonymize(cardholder_id) => json(&Anonymization { cardholder_id: *cardholder_id }),
            Self::SetGraduation(data) => json(data),
            Self::Report(report) => json(report),
            Self::Request(request) => json(request),
            Self::Update(update) => json(update),
            Self::Validity(change) => json(change),
            Self::Status { card, status } => json(&StatusChange { card_id: *card, status: *status }),
            Self::Plastic(issue) => json(issue),
        }
    }

    /// Whom it concerns; `None` where a cardholder is created, and of a status, which names the card alone.
    pub fn cardholder(&self) -> Option<CardholderId> {
        match self {
            Self::SetCardholder(data) => data.cardholder_id(),
            Self::SetPhoto { cardholder, .. } | Self::Anonymize(cardholder) => Some(*cardholder),
            Self::SetGraduation(data) => Some(data.cardholder_id()),
            Self::Report(report) => Some(report.cardholder_id()),
            Self::Request(request) => Some(request.cardholder_id()),
            Self::Update(update) => Some(update.cardholder_id()),
            Self::Validity(change) => Some(change.cardholder_id()),
            Self::Status { .. } => None,
            Self::Plastic(issue) => Some(issue.cardholder_id()),
        }
    }

    /// The number that it puts on a card; `None` of all but a report.
    pub fn number(&self) -> Option<&CardNumber> {
        match self {
            Self::Report(report) => Some(report.number()),
            _ => None,
        }
    }

    /// Which card it concerns; `None` where there is none yet.
    pub fn card(&self) -> Option<CardId> {
        match self {
            Self::Update(update) => Some(update.card_id()),
            Self::Validity(change) => Some(change.card_id()),
            Self::Status { card, .. } => Some(*card),
            Self::Plastic(issue) => Some(issue.card_id()),
            _ => None,
        }
    }
}

const SET_PHOTO: &str = "cardholders.setPhoto";
const ANONYMIZE: &str = "cardholders.anonymize";

#[derive(Serialize)]
struct Anonymization {
    cardholder_id: CardholderId,
}

#[derive(Serialize)]
struct StatusChange {
    card_id: CardId,
    status: Status,
}

/// A change that is sent as JSON and answered with the record changed.
trait Posted: Serialize {
    const ENDPOINT: &'static str;
    type Record: DeserializeOwned;

    /// Whether the record is the one that was to be changed.
    fn is_of(&self, record: &Self::Record) -> bool;
}

impl Posted for CardholderData {
    const ENDPOINT: &'static str = "cardholders.set";
    type Record = Cardholder;

    fn is_of(&self, record: &Cardholder) -> bool {
        self.cardholder_id().is_none_or(|id| record.cardholder_id == id)
    }
}

impl Posted for GraduationData {
    const ENDPOINT: &'static str = "graduations.set";
    type Record = Graduation;

    fn is_of(&self, record: &Graduation) -> bool {
        self.graduation_id().is_none_or(|id| record.graduation_id == id)
            && record.cardholder_id == self.cardholder_id()
    }
}

impl Posted for Report {
    const ENDPOINT: &'static str = "cards.report";
    type Record = Card;

    fn is_of(&self, record: &Card) -> bool {
        record.cardholder_id == self.cardholder_id()
            && record.kind.is(self.kind())
            && record.number.as_ref() == Some(self.number())
    }
}

impl Posted for CardRequest {
    const ENDPOINT: &'static str = "cards.request";
    type Record = Card;

    fn is_of(&self, record: &Card) -> bool {
        record.cardholder_id == self.cardholder_id() && record.kind.is(self.kind())
    }
}

impl Posted for StatusChange {
    const ENDPOINT: &'static str = "cards.changeStatus";
    type Record = Card;

    fn is_of(&self, record: &Card) -> bool {
        record.card_id == self.card_id
    }
}

macro_rules! posted_for_a_card {
    ($($name:ident: $endpoint:literal),*) => {$(
        impl Posted for $name {
            const ENDPOINT: &'static str = $endpoint;
            type Record = Card;

            fn is_of(&self, record: &Card) -> bool {
                record.card_id == self.card_id() && record.cardholder_id == self.cardholder_id()
            }
        }
    )*};
}
posted_for_a_card!(
    CardUpdate: "cards.update",
    ValidityChange: "cards.changeValidity",
    PlasticIssue: "cards.issuePlastic"
);

impl Client {
    /// Makes a change, once. If it fails, [`Error::outcome_unknown`] tells whether it has to be read back.
    ///
    /// Only after ALIVE has refused the token, so that nothing was done, it is sent once more with a fresh one. No
    /// change is protected from being made twice (the manual names no idempotency key).
    pub async fn make(&self, change: &Change) -> Result<Made, Error> {
        let card = |card| Made::Card(Box::new(card));
        match change {
            Change::SetCardholder(data) => {
                self.set_cardholder(data).await.map(|holder| Made::Cardholder(Box::new(holder)))
            }
            Change::SetPhoto { cardholder, photo } => {
                self.set_photo(*cardholder, photo.clone()).await.map(|()| Made::Accepted)
            }
            Change::Anonymize(cardholder) => self.anonymize(*cardholder).await.map(|()| Made::Accepted),
            Change::SetGraduation(data) => self.set_graduation(data).await.map(Made::Graduation),
            Change::Report(report) => self.report_card(report).await.map(card),
            Change::Request(request) => self.request_card(request).await.map(card),
            Change::Update(update) => self.update_card(update).await.map(card),
            Change::Validity(change) => self.change_validity(change).await.map(card),
            Change::Status { card: id, status } => self.change_status(*id, *status).await.map(card),
            Change::Plastic(issue) => self.issue_plastic(issue).await.map(card),
        }
    }

    /// Creates or updates a cardholder (manual, `POST /cardholders.set`). **What isn't sent is deleted.** The
    /// person's cards stay as they are until they are updated themselves.
    pub async fn set_cardholder(&self, data: &CardholderData) -> Result<Cardholder, Error> {
        self.post(data).await
    }

    /// Replaces the photo (manual, `POST /cardholders.setPhoto`). **The one before can't be recovered.** It reaches
    /// a card that is there with its next update.
    pub async fn set_photo(&self, cardholder: CardholderId, photo: PhotoFile) -> Result<(), Error> {
        let body = |request: RequestBuilder| {
            let file = photo.bytes().clone();
            let length = file.len() as u64;
            let part = Part::stream_with_length(file, length)
                .file_name(photo.kind().file_name())
                .mime_str(photo.kind().media_type())?;
            let form = Multipart::new().text("cardholder_id", cardholder.0.to_string()).part("photo", part);
            Ok(request.multipart(form))
        };
        self.change(SET_PHOTO, body, accepted).await
    }

    /// Asks for the cardholder's data, those on cards included, to be made anonymous (manual,
    /// `POST /cardholders.anonymize`). ALIVE refuses while a card is valid, and does it within 48 hours. **It can't
    /// be undone.** No attribute shows afterwards that it was done.
    pub async fn anonymize(&self, cardholder: CardholderId) -> Result<(), Error> {
        let body = json(&Anonymization { cardholder_id: cardholder });
        self.change(ANONYMIZE, as_json(body), accepted).await
    }

    /// Reports a graduation or corrects one (manual, `POST /graduations.set`; answered with 201 either way, by some
    /// servers with 200). **What isn't sent is deleted.** It doesn't touch the cardholder's own degrees.
    pub async fn set_graduation(&self, data: &GraduationData) -> Result<Graduation, Error> {
        self.post(data).await
    }

    /// Reports a card that was issued (manual, `POST /cards.report`).
    pub async fn report_card(&self, report: &Report) -> Result<Card, Error> {
        self.post(report).await
    }

    /// Requests a card, which ALIVE gives a number (manual, `POST /cards.request`).
    pub async fn request_card(&self, request: &CardRequest) -> Result<Card, Error> {
        self.post(request).await
    }

    /// Replaces a card's chips and custom fields, and takes the cardholder's data over to the digital card (manual,
    /// `POST /cards.update`). **What isn't sent is deleted.**
    pub async fn update_card(&self, update: &CardUpdate) -> Result<Card, Error> {
        self.post(update).await
    }

    /// Extends the validity (manual, `POST /cards.changeValidity`). It can't be shortened again.
    pub async fn change_validity(&self, change: &ValidityChange) -> Result<Card, Error> {
        self.post(change).await
    }

    /// Changes a card's status (manual, `POST /cards.changeStatus`). **`RETURNED` is final**: the card is locked
    /// and its number free for somebody else.
    pub async fn change_status(&self, card: CardId, status: Status) -> Result<Card, Error> {
        self.post(&StatusChange { card_id: card, status }).await
    }

    /// Reports a plastic card of a card that is there (manual, `POST /cards.issuePlastic`). **What isn't sent is
    /// deleted**, and the data of the plastic card before are overwritten. A report that was made twice can't be
    /// told from one.
    pub async fn issue_plastic(&self, issue: &PlasticIssue) -> Result<Card, Error> {
        self.post(issue).await
    }

    async fn post<P: Posted>(&self, posted: &P) -> Result<P::Record, Error> {
        self.change(P::ENDPOINT, as_json(json(posted)), |reply| {
            let mut records = outcome::<P::Record>(reply)?;
            match records.pop() {
                Some(record) if records.is_empty() && posted.is_of(&record) => Ok(record),
                _ => Err(nonsense(reply, "not the record that was to be changed".to_owned())),
            }
        })
        .await
    }

    /// Sends a change with the token, and once more with a fresh one if ALIVE refuses it: nothing was done then.
    async fn change<T>(
        &self,
        path: &str,
        body: impl Fn(RequestBuilder) -> Result<RequestBuilder, Fault>,
        understand: impl Fn(&Reply) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let once = async |token: &Token| {
            let request = self.begin_post(path).header("accept", "application/json");
            let request = body(request.bearer_auth(token.bearer.expose_secret()))?;
            understand(&self.http().send(request).await?)
        };
        let token = self.token(Need::Now).await.map_err(unsent)?;
        match once(&token).await {
            Err(Error::Token) => once(&self.token(Need::Instead(token.serial)).await.map_err(unsent)?).await,
            answer => answer,
        }
    }
}

/// No token was to be had, so the change wasn't sent, whatever became of the request for the token.
fn unsent(error: Error) -> Error {
    match error {
        error if !error.outcome_unknown() => error,
        Error::Wire(Fault::Timeout { .. }) => Fault::Timeout { sent: false }.into(),
        _ => Fault::Unreachable.into(),
    }
}

fn as_json(body: Vec<u8>) -> impl Fn(RequestBuilder) -> Result<RequestBuilder, Fault> {
    move |request| Ok(request.header("content-type", "application/json; charset=utf-8").body(body.clone()))
}

fn accepted(reply: &Reply) -> Result<(), Error> {
    outcome::<serde::de::IgnoredAny>(reply).map(drop)
}

/// What isn't known is left out, never sent as null: the manual doesn't say what null would do.
fn json(posted: &impl Serialize) -> Vec<u8> {
    // Writing one of these types can't fail; if it did, ALIVE would refuse null and nothing would be lost.
    without_nulls(serde_json::to_value(posted).unwrap_or_default()).to_string().into_bytes()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(attributes) => attributes
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        value => value,
    }
}
