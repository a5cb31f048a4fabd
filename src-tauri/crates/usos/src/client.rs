//! The client: one method a USOS API method.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use wire::{BaseUrl, Clock, Dice, Fault, Http, Reply};

use crate::card::{Card, FIELDS};
use crate::error::{Error, Needs, nonsense};
use crate::identifier::Identifier;
use crate::server_time::ServerNow;
use crate::sign::{self, Once, Pair, Parameter};

/// The key that an installation has given to this institution's programs.
#[derive(Clone)]
pub struct Consumer {
    /// Consumer key.
    pub key: String,
    /// Consumer secret.
    pub secret: SecretString,
    /// Whether it is an administrative one, which most of `services/cards` demands.
    pub administrative: bool,
}

/// The access token of a person, with the scope `cards`.
#[derive(Clone)]
pub struct UserToken {
    /// Token.
    pub token: SecretString,
    /// Token secret.
    pub secret: SecretString,
}

/// By what `services/cards/card` is asked: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardQuery {
    /// `contact_chip_uid`
    ContactChip(Identifier),
    /// `contactless_chip_uid`
    ContactlessChip(Identifier),
    /// `barcode_number`
    Barcode(Identifier),
}

/// Whose cards are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActAs {
    /// Those of any person, by id (`as_user_id`). It needs an administrative key, and not every installation admits
    /// it for every method.
    AsUserId(Identifier),
    /// Those of the person who has given the token.
    Token,
}

/// Who signs a request.
#[derive(Clone, Copy)]
enum Signer<'a> {
    Nobody,
    Consumer,
    Person(&'a UserToken),
}

/// The client. Cloning it shares its connections.
#[derive(Clone)]
pub struct Client(Arc<Parts>);

struct Parts {
    http: Http,
    base: BaseUrl,
    consumer: Consumer,
    token: Option<UserToken>,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
}

impl Client {
    /// A client of one installation. Nothing is sent yet. `clock` and `dice` give the time and the nonce of each
    /// signature.
    pub fn new(
        http: Http,
        base: BaseUrl,
        consumer: Consumer,
        token: Option<UserToken>,
        clock: Arc<dyn Clock>,
        dice: Arc<dyn Dice>,
    ) -> Self {
        Self(Arc::new(Parts { http, base, consumer, token, clock, dice }))
    }

    /// The time at USOS (`services/apisrv/now`). It is asked without a signature, which a wrong clock would spoil.
    pub async fn now(&self) -> Result<ServerNow, Error> {
        let asked = self.0.clock.now();
        let reply = self.get("services/apisrv/now", &[], Signer::Nobody).await?;
        let text: String = read(&reply)?;
        ServerNow::read(&text, asked, self.0.clock.now()).ok_or_else(|| nonsense(&reply, "not a time"))
    }

    /// The card with this chip or barcode (`services/cards/card`, administrative). `None` if USOS lists none; it
    /// lists valid cards only.
    pub async fn card(&self, query: &CardQuery) -> Result<Option<Card>, Error> {
        self.need_administrative_key()?;
        let parameter = match query {
            CardQuery::ContactChip(uid) => ("contact_chip_uid", uid.as_str()),
            CardQuery::ContactlessChip(uid) => ("contactless_chip_uid", uid.as_str()),
            CardQuery::Barcode(number) => ("barcode_number", number.as_str()),
        };
        // A token would be ignored if it is good, and be a reason to refuse if it isn't.
        match self.get("services/cards/card", &[parameter, ("fields", FIELDS)], Signer::Consumer).await {
            Ok(reply) => read(&reply),
            Err(error) if error.is_object_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The cards of a person (`services/cards/user`): student and PhD cards that aren't cancelled, staff cards that
    /// are neither cancelled nor expired.
    pub async fn cards_of_user(&self, act_as: &ActAs) -> Result<Vec<Card>, Error> {
        let path = "services/cards/user";
        let reply = match (act_as, &self.0.token) {
            (ActAs::AsUserId(id), _) => {
                self.need_administrative_key()?;
                self.get(path, &[("as_user_id", id.as_str())], Signer::Consumer).await?
            }
            (ActAs::Token, Some(token)) => self.get(path, &[], Signer::Person(token)).await?,
            (ActAs::Token, None) => return Err(Error::NotEquipped(Needs::UserToken)),
        };
        Ok(read::<Option<Vec<Card>>>(&reply)?.unwrap_or_default())
    }

    fn need_administrative_key(&self) -> Result<(), Error> {
        match self.0.consumer.administrative {
            true => Ok(()),
            false => Err(Error::NotEquipped(Needs::AdministrativeKey)),
        }
    }

    /// Reads, signed anew at each attempt.
    async fn get(
        &self,
        path: &str,
        parameters: &[Parameter<'_>],
        signer: Signer<'_>,
    ) -> Result<Reply, Error> {
        let Parts { http, base, clock, .. } = &*self.0;
        let request = || {
            let mut url = base.join(path);
            let header = self.authorization(&url, parameters, signer)?;
            if !parameters.is_empty() {
                url.set_query(Some(&sign::query(parameters)));
            }
            let request = http.get(url).header("accept", "application/json");
            Ok::<_, Fault>(match header {
                Some(header) => request.header("authorization", header),
                None => request,
            })
        };
        let reply = http.read(request).await?;
        match Error::told_by(&reply, clock.now()) {
            Some(error) => Err(error),
            None => Ok(reply),
        }
    }

    fn authorization(
        &self,
        url: &url::Url,
        parameters: &[Parameter<'_>],
        signer: Signer<'_>,
    ) -> Result<Option<String>, Fault> {
        let Parts { consumer, clock, dice, .. } = &*self.0;
        let token = match signer {
            Signer::Nobody => return Ok(None),
            Signer::Consumer => None,
            Signer::Person(token) => Some(Pair { key: token.token.expose_secret(), secret: &token.secret }),
        };
        let mut nonce = [0; 16];
        dice.fill(&mut nonce);
        let once = Once {
            nonce: format!("{:032x}", u128::from_be_bytes(nonce)),
            timestamp: clock.now().as_second(),
        };
        let consumer = Pair { key: &consumer.key, secret: &consumer.secret };
        sign::header("GET", url, parameters, consumer, token, &once).map(Some)
    }
}

fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Error> {
    reply.json().map_err(|unreadable| nonsense(reply, &unreadable.to_string()))
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("usos::Client").field("base", &self.0.base).finish_non_exhaustive()
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("administrative", &self.administrative).finish_non_exhaustive()
    }
}

impl fmt::Debug for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserToken").finish_non_exhaustive()
    }
}
