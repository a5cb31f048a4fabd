//! The client: one method an endpoint.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;
use wire::{BaseUrl, Clock, Dice, Http, Reply};

use crate::card::Card;
use crate::codec::Codec;
use crate::error::{Error, nonsense};
use crate::token::Token;

/// What may stand in a path segment as it is; Base64 has three characters more.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The client. Cloning it shares its connections.
#[derive(Clone)]
pub struct Client(Arc<Parts>);

struct Parts {
    http: Http,
    base: BaseUrl,
    token: Token,
    codec: Codec,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
}

impl Client {
    /// A client for one employer. `base` is the address without the version. Nothing is sent yet. `dice` gives the
    /// nonces.
    pub fn new(
        http: Http,
        base: BaseUrl,
        token: Token,
        codec: Codec,
        clock: Arc<dyn Clock>,
        dice: Arc<dyn Dice>,
    ) -> Self {
        Self(Arc::new(Parts { http, base, token, codec, clock, dice }))
    }

    /// Reads a card (`GET /v1/card/{idCard}`). `None` if SUP has none of that identifier.
    pub async fn card(&self, id: Uuid) -> Result<Option<Card>, Error> {
        let Parts { http, base, token, codec, dice, .. } = &*self.0;
        let plain = id.hyphenated().to_string();
        // Encrypted anew at each attempt: a nonce is used once.
        let request = || {
            let sealed = codec.seal(&plain, &**dice)?;
            let url = base.join(&format!("v1/card/{}", utf8_percent_encode(&sealed.text, RESERVED)));
            let request = http.get(url).header("accept", "application/json").header("x-nonce", sealed.nonce);
            Ok::<_, Error>(request.header("authorization", token.header()))
        };
        let reply = http.read(request).await?;
        self.understand(&reply, id)
    }

    fn understand(&self, reply: &Reply, id: Uuid) -> Result<Option<Card>, Error> {
        #[derive(Deserialize)]
        struct Body {
            data: Card,
        }
        if reply.status == 401 {
            let end = self.0.token.expires_at();
            return Err(Error::Token { expired_at: end.filter(|end| *end <= self.0.clock.now()) });
        }
        if !reply.is_json_object() {
            return Err(nonsense(reply, "no JSON object"));
        }
        let body: Value = reply.json().map_err(|unreadable| nonsense(reply, &unreadable.to_string()))?;
        // The document names `success` but not its level.
        let denied = [&body["success"], &body["data"]["success"]].contains(&&Value::Bool(false));
        match reply.status {
            404 => Ok(None),
            200..300 if !denied => {
                let Body { data: card } =
                    reply.json().map_err(|unreadable| nonsense(reply, &unreadable.to_string()))?;
                if card.id_card != id {
                    return Err(nonsense(reply, "another card than asked for"));
                }
                Ok(Some(card))
            }
            status => Err(Error::refused(status, &body)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("sup::Client").field("base", &self.0.base).finish_non_exhaustive()
    }
}
