//! From a client's error to a column's state: not found, not allowed to us, or unreachable.

use std::time::Duration;

use crate::view::{Column, Fault, FaultCode, Instant, LastKnown, NotFound, Register};

/// OAuth signatures hold for five minutes either way at USOS (decision N2); more than half of it is worth a word.
pub(crate) const SKEW: Duration = Duration::from_secs(150);

/// How a call that brought no record ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    NotFound,
    NotAllowed(Fault),
    Unreachable(Fault),
}

impl Failure {
    /// The column that says so. `last` is what is known from before, shown where nothing newer can be had.
    pub fn column<T>(self, at: Instant, why: NotFound, last: Option<LastKnown<T>>) -> Column<T> {
        match self {
            Self::NotFound => Column::NotFound { at, why },
            Self::NotAllowed(fault) => Column::NotAllowed { at, fault },
            Self::Unreachable(fault) => Column::Unreachable { since: at, fault, last },
        }
    }

    /// The fault, unless the register answered properly that it has nothing.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::NotFound => None,
            Self::NotAllowed(fault) | Self::Unreachable(fault) => Some(fault),
        }
    }
}

fn fault(code: FaultCode, detail: impl Into<Option<String>>) -> Fault {
    Fault { code, detail: detail.into() }
}

fn not_allowed(code: FaultCode) -> Failure {
    Failure::NotAllowed(fault(code, None))
}

impl From<wire::Fault> for Fault {
    fn from(error: wire::Fault) -> Self {
        let code = match error {
            wire::Fault::Unreachable => FaultCode::Down,
            wire::Fault::Timeout { .. } => FaultCode::Slow,
            wire::Fault::Broken => FaultCode::Broken,
            wire::Fault::TooLarge => FaultCode::TooLarge,
            wire::Fault::Tls | wire::Fault::Insecure => FaultCode::Tls,
            wire::Fault::Redirected => FaultCode::Nonsense,
            wire::Fault::Unsendable => FaultCode::Refused,
        };
        Self { code, detail: Some(error.code().to_owned()) }
    }
}

impl From<wire::Fault> for Failure {
    fn from(error: wire::Fault) -> Self {
        Self::Unreachable(error.into())
    }
}

/// Refusals by status: a 5xx is the register's own trouble, all else a question that it won't answer.
fn refused(status: u16, code: Option<String>) -> Failure {
    let detail = match code {
        Some(code) => format!("{status} {code}"),
        None => status.to_string(),
    };
    let code = if status >= 500 { FaultCode::ServerError } else { FaultCode::Refused };
    Failure::Unreachable(fault(code, detail))
}

fn nonsense(status: u16) -> Failure {
    let code = if status >= 500 { FaultCode::ServerError } else { FaultCode::Nonsense };
    Failure::Unreachable(fault(code, status.to_string()))
}

impl From<alive::Error> for Failure {
    fn from(error: alive::Error) -> Self {
        match error {
            alive::Error::Wire(error) => error.into(),
            alive::Error::Credentials => not_allowed(FaultCode::Credentials),
            alive::Error::Token => not_allowed(FaultCode::Token),
            alive::Error::NotFound => Self::NotFound,
            alive::Error::Refused { status: 403, .. } => not_allowed(FaultCode::Rights),
            alive::Error::Refused { status, code, .. } => refused(status, code.map(|code| code.to_string())),
            alive::Error::Nonsense { status, .. } => nonsense(status),
        }
    }
}

impl From<usos::Error> for Failure {
    fn from(error: usos::Error) -> Self {
        match error {
            usos::Error::Wire(error) => error.into(),
            // OAuth signatures hold for some minutes only: a clock that is off looks like a wrong key.
            usos::Error::Signature { skew: Some(skew) } if skew.unsigned_abs() > SKEW => {
                not_allowed(FaultCode::ClockSkew)
            }
            usos::Error::Signature { .. } => not_allowed(FaultCode::Credentials),
            usos::Error::Forbidden(_) | usos::Error::NotEquipped(_) => not_allowed(FaultCode::Rights),
            usos::Error::Refused(refusal) => refused(refusal.status, refusal.error),
            usos::Error::Nonsense { status, .. } => nonsense(status),
        }
    }
}

impl From<sup::Error> for Failure {
    fn from(error: sup::Error) -> Self {
        match error {
            sup::Error::Wire(error) => error.into(),
            sup::Error::Token { .. } => not_allowed(FaultCode::Token),
            sup::Error::Refused { status: 403, .. } => not_allowed(FaultCode::Rights),
            sup::Error::Refused { status, .. } => refused(status, None),
            sup::Error::Codec(_) => Self::Unreachable(fault(FaultCode::Tls, Some("codec".to_owned()))),
            sup::Error::Nonsense { status, .. } => nonsense(status),
        }
    }
}

/// The registers in the order of the columns.
pub(crate) const REGISTERS: [Register; 3] = [Register::Alive, Register::Usos, Register::Sup];
