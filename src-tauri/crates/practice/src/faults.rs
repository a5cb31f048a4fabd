//! How a practice server is told to misbehave, in-process or over HTTP.
//!
//! `POST /practice/faults` on any of the three servers, with a JSON body, adds a fault; it answers 204.
//! `GET /practice/faults` lists the ones that are set, `DELETE /practice/faults` takes all back.
//!
//! | `kind` | further members | what happens |
//! |---|---|---|
//! | `delay` | `ms` | the request is done and answered later, done also where the client has hung up meanwhile; goes together with the others |
//! | `refuse` | | the connection is closed without an answer, nothing is done |
//! | `drop_reply` | | the request is done, then the connection is closed without an answer |
//! | `error` | `done`: false | 500 with a body that isn't JSON; with `done` true after doing the request |
//! | `garbage` | | 200 with HTML, nothing is done |
//! | `truncated` | | the first half of the answer's body |
//! | `slow_body` | `ms` | the answer's body a byte at a time, `ms` apart |
//! | `too_large` | `bytes` | the answer with `bytes` of white space before it |
//! | `expired_token` | | tokens given so far are refused: ALIVE's until the client authenticates anew, those of USOS and SUP (which aren't renewed here) until the fault is taken back |
//! | `token_refused` | | every token is refused |
//! | `credentials_refused` | | ALIVE's authentication, every USOS consumer, every SUP token is refused |
//!
//! Each takes `times` (how many requests it strikes; null or absent: until it's taken back) and `path` (only
//! requests whose path contains it): `{"kind":"delay","ms":200,"times":3,"path":"cards.list"}`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One fault and how often, and where, it strikes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many requests it strikes; none: until it's taken back.
    #[serde(default)]
    pub times: Option<u32>,
    /// Only requests whose path contains this.
    #[serde(default)]
    pub path: Option<String>,
}

/// What happens to a request; see the table at the head of this module's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// Answered later.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Closed without an answer, not done.
    Refuse,
    /// Done, then closed without an answer.
    DropReply,
    /// 500 with a body that isn't JSON.
    Error {
        /// Whether the request is done first.
        #[serde(default)]
        done: bool,
    },
    /// 200 with HTML, not done.
    Garbage,
    /// Half of the answer's body.
    Truncated,
    /// The body a byte at a time.
    SlowBody {
        /// Milliseconds between two bytes.
        ms: u64,
    },
    /// White space before the answer's body.
    TooLarge {
        /// How much of it.
        bytes: u64,
    },
    /// Tokens given so far are refused.
    ExpiredToken,
    /// Every token is refused.
    TokenRefused,
    /// Keys are refused.
    CredentialsRefused,
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, times: None, path: None }
    }
}

impl Fault {
    /// A delay of every request.
    pub fn delay(ms: u64) -> Self {
        FaultKind::Delay { ms }.into()
    }

    /// The same fault for `times` requests only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The same fault only where the request's path contains `path`.
    #[must_use]
    pub fn only(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }
}

/// The faults that are set on one server. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    set: Vec<Fault>,
    /// How often `expired_token` was set: a token of an earlier epoch is spent.
    epoch: u64,
}

/// What strikes one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    /// Refuse, DropReply, Error, Garbage, Truncated, SlowBody or TooLarge: the first one that's set.
    pub(crate) kind: Option<FaultKind>,
    pub(crate) token_expired: bool,
    pub(crate) token_refused: bool,
    pub(crate) credentials_refused: bool,
    pub(crate) epoch: u64,
}

impl Faults {
    /// Adds a fault.
    pub fn set(&self, fault: impl Into<Fault>) {
        let fault = fault.into();
        self.with(|state| {
            if fault.kind == FaultKind::ExpiredToken {
                state.epoch += 1;
            }
            state.set.push(fault);
        });
    }

    /// Takes all faults back.
    pub fn clear(&self) {
        self.with(|state| state.set.clear());
    }

    /// The faults that are set and not yet used up.
    pub fn list(&self) -> Vec<Fault> {
        self.with(|state| state.set.clone())
    }

    /// What strikes a request for `path`; counts it.
    pub(crate) fn strike(&self, path: &str) -> Plan {
        self.with(|state| {
            let mut plan = Plan { epoch: state.epoch, ..Plan::default() };
            for fault in &mut state.set {
                if fault.path.as_ref().is_some_and(|part| !path.contains(part.as_str())) {
                    continue;
                }
                match fault.kind {
                    FaultKind::Delay { ms } => plan.delay += Duration::from_millis(ms),
                    FaultKind::ExpiredToken => plan.token_expired = true,
                    FaultKind::TokenRefused => plan.token_refused = true,
                    FaultKind::CredentialsRefused => plan.credentials_refused = true,
                    _ if plan.kind.is_some() => continue,
                    kind => plan.kind = Some(kind),
                }
                fault.times = fault.times.map(|times| times.saturating_sub(1));
            }
            state.set.retain(|fault| fault.times != Some(0));
            plan
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_and_where_it_was_told_to() {
        let faults = Faults::default();
        faults.set(Fault::from(FaultKind::Refuse).times(1).only("cards.list"));
        faults.set(Fault::delay(5));
        assert_eq!(faults.strike("/v1/cards.get").kind, None);
        let struck = faults.strike("/v1/cards.list");
        assert_eq!((struck.kind, struck.delay), (Some(FaultKind::Refuse), Duration::from_millis(5)));
        assert_eq!(faults.strike("/v1/cards.list").kind, None);
        assert_eq!(faults.list(), [Fault::delay(5)]);
        faults.clear();
        assert_eq!(faults.strike("/v1/cards.list").delay, Duration::ZERO);
    }

    #[test]
    fn faults_read_as_the_documented_json() {
        let fault: Fault = serde_json::from_str(r#"{"kind":"delay","ms":200,"times":null}"#).unwrap();
        assert_eq!(fault, Fault::delay(200));
        let fault: Fault = serde_json::from_str(r#"{"kind":"error","times":2,"path":"cards"}"#).unwrap();
        assert_eq!(fault, Fault::from(FaultKind::Error { done: false }).times(2).only("cards"));
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"nonsense"}"#).is_err());
    }
}
