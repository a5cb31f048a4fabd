//! The JWT access token. How it is obtained the document doesn't say; it comes from the profile.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// The access token and how it stands in the `Authorization` header.
#[derive(Clone)]
pub struct Token {
    jwt: SecretString,
    prefix: String,
}

impl Token {
    /// A token sent as `Bearer <jwt>`.
    pub fn new(jwt: SecretString) -> Self {
        Self::with_prefix(jwt, "Bearer ")
    }

    /// A token sent after `prefix`, which holds its own space; the document names none, so that it may be empty.
    pub fn with_prefix(jwt: SecretString, prefix: &str) -> Self {
        Self { jwt, prefix: prefix.to_owned() }
    }

    /// The end of the token's life by its own claim `exp`, which nobody has verified. `None` if it states none.
    pub fn expires_at(&self) -> Option<Timestamp> {
        #[derive(Deserialize)]
        struct Claims {
            /// Seconds since 1970, possibly with a fraction (RFC 7519, section 2).
            exp: f64,
        }
        let claims = self.jwt.expose_secret().split('.').nth(1)?;
        let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
        let claims: Claims = serde_json::from_slice(&claims).ok()?;
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the fraction doesn't matter, and too large saturates"
        )]
        Timestamp::from_second(claims.exp as i64).ok()
    }

    pub(crate) fn header(&self) -> String {
        format!("{}{}", self.prefix, self.jwt.expose_secret())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at", &self.expires_at()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expires(claims: &str) -> Option<Timestamp> {
        let jwt = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        Token::new(jwt.into()).expires_at()
    }

    #[test]
    fn the_end_of_a_token_is_its_own_claim() {
        assert_eq!(
            expires(r#"{"sub":"desk","exp":1714550400}"#),
            Some("2024-05-01T08:00:00Z".parse().unwrap())
        );
        assert_eq!(expires(r#"{"exp":1714550400.5}"#), Some("2024-05-01T08:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_token_that_states_no_end_is_taken_without() {
        for claims in [r#"{"sub":"desk"}"#, r#"{"exp":"soon"}"#, "no json", r#"{"exp":1e300}"#] {
            assert_eq!(expires(claims), None, "{claims}");
        }
        assert_eq!(Token::new("opaque".to_owned().into()).expires_at(), None);
    }
}
