//! The client, its token and its reading endpoints.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::{BaseUrl, Clock, Fault, Http, Reply};

use crate::answer::{nonsense, records};
use crate::card::{Card, CardId};
use crate::cardholder::{Cardholder, CardholderId};
use crate::error::Error;
use crate::graduation::{Graduation, GraduationId};
use crate::photo::{self, Photo};
use crate::token::{Drawer, Issued, Need, Token};

/// ALIVE's two installations (manual, chapter "Environments").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// For trying out.
    Test,
    /// For real cards.
    Production,
}

impl Environment {
    /// The base address.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Test => "https://api.test.aliveplatform.com/v1",
            Self::Production => "https://api.aliveplatform.com/v1",
        }
    }
}

/// What the ISIC account manager hands out.
#[derive(Clone)]
pub struct Keys {
    /// Access Key ID.
    pub access_key_id: String,
    /// Secret Access Key.
    pub secret: SecretString,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// The client. Cloning it shares its connections and its token.
#[derive(Clone)]
pub struct Client(Arc<Parts>);

struct Parts {
    http: Http,
    base: BaseUrl,
    keys: Keys,
    clock: Arc<dyn Clock>,
    drawer: Drawer,
}

impl Client {
    /// A client for one card issuer. Nothing is sent yet.
    pub fn new(http: Http, base: BaseUrl, keys: Keys, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Parts { http, base, keys, clock, drawer: Drawer::default() }))
    }

    /// Fetches a token unless the one at hand still has half of its life ahead, and returns when to do so again.
    /// Who calls it by then never waits for a token at a tap (manual, `POST /authentication.authenticate`).
    pub async fn authenticate(&self) -> Result<Timestamp, Error> {
        Ok(self.token(Need::Warm).await?.stale())
    }

    /// Asks for a fresh token whatever is at hand, so that it says whether ALIVE still takes the key, and tells how far
    /// ALIVE's clock is ahead of ours by its `Date` header, to the second; `None` if it sends none. The token isn't
    /// kept (manual, `POST /authentication.authenticate`).
    ///
    /// # Errors
    /// [`Error::Credentials`] where the key isn't taken, and whatever keeps ALIVE from answering.
    pub async fn greet(&self) -> Result<Option<SignedDuration>, Error> {
        let (_, date) = self.issue().await?;
        Ok(date.map(|date| date.duration_since(self.0.clock.now())))
    }

    /// Reads a cardholder (manual, `GET /cardholders.get`); [`Error::NotFound`] if there is none of that id.
    pub async fn cardholder(&self, id: CardholderId) -> Result<Cardholder, Error> {
        let asked_for = |cardholder: &Cardholder| cardholder.cardholder_id == id;
        self.read("cardholders.get", &[("cardholder_id", id.0)], |reply| only(&reply, asked_for)).await
    }

    /// Reads a card (manual, `GET /cards.get`); [`Error::NotFound`] if there is none of that id.
    pub async fn card(&self, id: CardId) -> Result<Card, Error> {
        let asked_for = |card: &Card| card.card_id == id;
        self.read("cards.get", &[("card_id", id.0)], |reply| only(&reply, asked_for)).await
    }

    /// Reads a graduation (manual, `GET /graduations.get`); [`Error::NotFound`] if there is none of that id.
    pub async fn graduation(&self, id: GraduationId) -> Result<Graduation, Error> {
        let asked_for = |graduation: &Graduation| graduation.graduation_id == id;
        self.read("graduations.get", &[("graduation_id", id.0)], |reply| only(&reply, asked_for)).await
    }

    /// Reads the photo (manual, `GET /cardholders.getPhoto`). `None` if ALIVE says that it has none; a missing
    /// cardholder sounds the same.
    pub async fn photo(&self, id: CardholderId) -> Result<Option<Photo>, Error> {
        self.read("cardholders.getPhoto", &[("cardholder_id", id.0)], photo::read).await
    }

    /// Reads with the token, and once more with a fresh one if ALIVE refuses it. `understand` tells what the
    /// answer says.
    pub(crate) async fn read<T>(
        &self,
        path: &str,
        query: &(impl Serialize + ?Sized),
        understand: impl Fn(Reply) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Parts { http, base, .. } = &*self.0;
        let once = async |token: &Token| {
            let request = || {
                let request = http.get(base.join(path)).query(query);
                Ok::<_, Fault>(json_wanted(request).bearer_auth(token.bearer.expose_secret()))
            };
            understand(http.read(request).await?)
        };
        let token = self.token(Need::Now).await?;
        match once(&token).await {
            Err(Error::Token) => once(&self.token(Need::Instead(token.serial)).await?).await,
            answer => answer,
        }
    }

    pub(crate) fn http(&self) -> &Http {
        &self.0.http
    }

    pub(crate) fn begin_post(&self, path: &str) -> RequestBuilder {
        self.0.http.post(self.0.base.join(path))
    }

    pub(crate) async fn token(&self, need: Need) -> Result<Token, Error> {
        let issued = async { self.issue().await.map(|(issued, _)| issued) };
        self.0.drawer.token(need, || self.0.clock.now(), issued).await
    }

    /// A token, and ALIVE's own time.
    async fn issue(&self) -> Result<(Issued, Option<Timestamp>), Error> {
        #[derive(Serialize)]
        struct Question<'a> {
            access_key_id: &'a str,
            secret_access_key: &'a str,
        }
        let Parts { http, base, keys, .. } = &*self.0;
        let question =
            Question { access_key_id: &keys.access_key_id, secret_access_key: keys.secret.expose_secret() };
        // Asking for a token changes nothing, so that it may be repeated like a read.
        let request = || {
            let request = json_wanted(http.post(base.join("authentication.authenticate")));
            // Named first: `json` would add a second content type, without the charset, but keeps one that's there.
            let request = request.header("content-type", "application/json; charset=utf-8");
            Ok::<_, Fault>(request.json(&question))
        };
        let reply = http.read(request).await?;
        match records(&reply) {
            Ok(tokens) => match tokens.into_iter().next() {
                Some(issued) => Ok((issued, reply.date)),
                None => Err(nonsense(&reply, "no token".to_owned())),
            },
            // There was no token to refuse: it can only be the key.
            Err(Error::Token) => Err(Error::Credentials),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("alive::Client").field("base", &self.0.base).finish_non_exhaustive()
    }
}

/// "The clients should send Accept: application/json" (manual, Conventions); E7 alone answers with an image.
fn json_wanted(request: RequestBuilder) -> RequestBuilder {
    request.header("accept", "application/json, image/png;q=0.9, image/jpeg;q=0.9")
}

/// The one record of an answer, which has to be the one that was asked for.
fn only<T: DeserializeOwned>(reply: &Reply, asked_for: impl Fn(&T) -> bool) -> Result<T, Error> {
    let mut records = records::<T>(reply)?;
    match records.pop() {
        None => Err(Error::NotFound),
        Some(record) if records.is_empty() && asked_for(&record) => Ok(record),
        Some(_) => Err(nonsense(reply, "another record than asked for".to_owned())),
    }
}
