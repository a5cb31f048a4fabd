//! Access tokens that look as JWTs do: HS256 over `sub`, `iat`, `exp`, `jti` and an epoch of our own.
//! ALIVE's tokens are JWTs by implication (manual, code 1002), SUP's by its documentation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    /// Unix seconds.
    pub(crate) iat: i64,
    /// Unix seconds; at this second the token is spent.
    pub(crate) exp: i64,
    pub(crate) jti: u64,
    /// Which generation of tokens it belongs to: the fault `expired_token` ends a generation.
    pub(crate) epoch: u64,
}

/// Why a token isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Not three parts, not base64url, not JSON, or without the required attributes.
    Malformed,
    /// A well-formed token of somebody else.
    Foreign,
    /// Past its `exp`.
    Spent,
}

/// The key that signs one server's tokens.
pub(crate) struct Signer([u8; 32]);

impl Signer {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    pub(crate) fn sign(&self, claims: &Claims) -> String {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
        let claims = serde_json::to_vec(claims).unwrap_or_default();
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.mac(&signed).map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(crate) fn open(&self, token: &str, now: Timestamp) -> Result<Claims, Reason> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Reason::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Reason::Malformed)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Reason::Malformed);
        let signature = decode(signature)?;
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&decode(header)?)
            .map_err(|_| Reason::Malformed)?;
        let claims = decode(claims)?;
        // A foreign JWT needn't have our epoch; the registered claims are what "required attributes" means.
        let registered: Registered = serde_json::from_slice(&claims).map_err(|_| Reason::Malformed)?;
        self.mac(signed).ok_or(Reason::Foreign)?.verify_slice(&signature).map_err(|_| Reason::Foreign)?;
        if registered.exp <= now.as_second() {
            return Err(Reason::Spent);
        }
        serde_json::from_slice(&claims).map_err(|_| Reason::Foreign)
    }

    fn mac(&self, signed: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(signed.as_bytes());
        Some(mac)
    }
}

#[derive(Deserialize)]
struct Registered {
    exp: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(exp: i64) -> Claims {
        Claims { sub: "s".into(), iat: 0, exp, jti: 1, epoch: 0 }
    }

    #[test]
    fn a_token_is_malformed_foreign_spent_or_good() {
        let (ours, theirs) = (Signer::new([1; 32]), Signer::new([2; 32]));
        let now = Timestamp::from_second(100).unwrap();
        assert_eq!(ours.open(&ours.sign(&claims(101)), now), Ok(claims(101)));
        assert_eq!(ours.open(&ours.sign(&claims(100)), now), Err(Reason::Spent));
        assert_eq!(ours.open(&theirs.sign(&claims(101)), now), Err(Reason::Foreign));
        for malformed in ["", "abc", "a.b", "a.b.c", "e30.e30.e30", "!!.!!.!!"] {
            assert_eq!(ours.open(malformed, now), Err(Reason::Malformed), "{malformed}");
        }
    }
}
