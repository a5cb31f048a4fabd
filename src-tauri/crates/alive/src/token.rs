//! The token: fetched by one request however many wait for it, and renewed before it ends.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::error::Error;

/// `data` of `POST /authentication.authenticate`: an object in the manual's sample, an array of one by its text.
#[derive(Deserialize)]
pub struct Issued {
    #[serde(deserialize_with = "secret")]
    token: SecretString,
    /// Lifetime in seconds; the manual only says that a client "may find" it.
    #[serde(default)]
    expires_in: Value,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

impl Issued {
    fn life(&self) -> SignedDuration {
        let seconds = self.expires_in.as_i64().or_else(|| self.expires_in.as_str()?.parse().ok());
        // A day is more than any lifetime that the manual would call very short.
        seconds.map_or(UNTOLD, |seconds| SignedDuration::from_secs(seconds.clamp(0, 86_400)))
    }
}

/// How long a token is trusted whose lifetime isn't told; the manual calls it "very short" and shows 300 s.
const UNTOLD: SignedDuration = SignedDuration::from_secs(60);

#[derive(Clone)]
pub struct Token {
    pub bearer: SecretString,
    /// Tells two tokens apart without comparing secrets.
    pub serial: u64,
    /// From here on [`Need::Warm`] renews it.
    stale: Timestamp,
    /// From here on nothing is sent with it.
    ends: Timestamp,
}

/// What a caller needs the token for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To send a request now.
    Now,
    /// To send a request some time later: half of its life shall still be ahead.
    Warm,
    /// To replace the token of this serial, which ALIVE has refused.
    Instead(u64),
}

/// Where the one token lies.
#[derive(Default)]
pub struct Drawer {
    slot: Mutex<Slot>,
    /// How many requests for a token have ended, well or badly.
    ended: AtomicU64,
}

#[derive(Default)]
struct Slot {
    token: Option<Token>,
    failure: Option<Error>,
}

impl Drawer {
    /// The token, fetched by `issue` if the one at hand doesn't do. `now` tells the time.
    pub async fn token(
        &self,
        need: Need,
        now: impl Fn() -> Timestamp,
        issue: impl Future<Output = Result<Issued, Error>>,
    ) -> Result<Token, Error> {
        let ended = self.ended.load(Ordering::SeqCst);
        let mut slot = self.slot.lock().await;
        let begin = now();
        if let Some(token) = slot.token.as_ref().filter(|token| token.does(need, begin)) {
            return Ok(token.clone());
        }
        // Those who waited while a request failed share its failure: else each would try in turn, and the last
        // of them would wait for all the time-outs together.
        if self.ended.load(Ordering::SeqCst) != ended
            && let Some(failure) = &slot.failure
        {
            return Err(failure.clone());
        }
        let issued = issue.await;
        let serial = self.ended.fetch_add(1, Ordering::SeqCst);
        match issued {
            Ok(issued) => {
                let life = issued.life();
                // Counted from before the request, and a tenth (at most 15 s) kept in hand for the way there.
                let margin = (life / 10).min(SignedDuration::from_secs(15));
                let at = |after| begin.checked_add(after).unwrap_or(Timestamp::MAX);
                let token =
                    Token { bearer: issued.token, serial, stale: at(life / 2), ends: at(life - margin) };
                *slot = Slot { token: Some(token.clone()), failure: None };
                Ok(token)
            }
            Err(failure) => {
                // What was only to be warmed is still good for a while.
                let token = slot.token.take().filter(|_| need == Need::Warm);
                *slot = Slot { token, failure: Some(failure.clone()) };
                Err(failure)
            }
        }
    }
}

impl Token {
    /// When [`Need::Warm`] would renew it.
    pub fn stale(&self) -> Timestamp {
        self.stale
    }

    fn does(&self, need: Need, now: Timestamp) -> bool {
        match need {
            Need::Now => now < self.ends,
            Need::Warm => now < self.stale,
            Need::Instead(serial) => self.serial != serial && now < self.ends,
        }
    }
}
