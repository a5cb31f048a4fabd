//! Why there is no answer, and whether the request may have arrived all the same.

use std::error::Error;
use std::io;

/// Why a request brought no answer.
///
/// It holds neither address nor content, so it may be logged as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// The address is neither https nor on this machine; nothing was sent.
    #[error("refused to send over an unencrypted connection")]
    Insecure,
    /// The request could not be made up, for example a header with a line break; nothing was sent.
    #[error("the request could not be made up")]
    Unsendable,
    /// No connection: no network, unknown host, nobody listens; nothing was sent.
    #[error("no connection")]
    Unreachable,
    /// No trusted encrypted connection: certificate, clock or protocol; nothing was sent.
    #[error("no trusted connection")]
    Tls,
    /// Too slow.
    #[error("no answer in time")]
    Timeout {
        /// Whether the request may have been sent by then.
        sent: bool,
    },
    /// The connection ended before the answer was whole.
    #[error("the connection broke")]
    Broken,
    /// The answer is larger than the limit; it was not read.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer sends us elsewhere. A register has no reason to; a captive portal has.
    #[error("the answer points to another address")]
    Redirected,
}

impl Fault {
    /// The stable name of this fault.
    pub fn code(self) -> &'static str {
        match self {
            Self::Insecure => "insecure",
            Self::Unsendable => "unsendable",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout { .. } => "timeout",
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::Redirected => "redirected",
        }
    }

    /// Whether a change may have been made although no answer came. Such a change is read back, never repeated
    /// blindly.
    pub fn outcome_unknown(self) -> bool {
        match self {
            Self::Insecure | Self::Unsendable | Self::Unreachable | Self::Tls => false,
            Self::Timeout { sent } => sent,
            Self::Broken | Self::TooLarge | Self::Redirected => true,
        }
    }

    /// Whether the same read may well succeed a moment later. A time-out is not among them: it has used up the
    /// patience of whoever waits.
    pub(crate) fn passes(self) -> bool {
        matches!(self, Self::Unreachable | Self::Broken)
    }
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        if error.is_builder() {
            Self::Unsendable
        } else if has_tls_cause(&error) {
            Self::Tls
        } else if error.is_timeout() {
            Self::Timeout { sent: !error.is_connect() }
        } else if error.is_connect() {
            Self::Unreachable
        } else {
            Self::Broken
        }
    }
}

/// Whether a TLS error stands anywhere behind `error`.
fn has_tls_cause(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return true;
        }
        // An io::Error's source() leaves out the error that it wraps itself.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}
