//! OAuth 1.0a as RFC 5849 has it, verified by this server's own code: HMAC-SHA1, and PLAINTEXT on loopback.
//!
//! Missing, doubled or unsupported arguments are 400 (RFC 5849, 3.2); an unknown consumer or token, a wrong
//! signature, a nonce that was used and a timestamp more than 300 s off are 401 (decision USOS N2).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

use super::answer::Refusal;
use super::params::Params;

/// How far a timestamp may be off, in seconds.
const WINDOW: i64 = 300;
/// RFC 5849, 3.6: all but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// All are required by the documentation, `oauth_version` too.
const REQUIRED: [&str; 6] = [
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_version",
];

/// A program that may call.
#[derive(Debug, Clone)]
pub(crate) struct Consumer {
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) administrative: bool,
}

/// A user's consent for one consumer.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) key: String,
    pub(crate) secret: String,
    /// The consumer that it was given to.
    pub(crate) consumer: String,
    pub(crate) user: u32,
}

/// The consumers and tokens that the server knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) consumers: Vec<Consumer>,
    pub(crate) tokens: Vec<Token>,
}

/// What a signature covers.
pub(super) struct Signed<'a> {
    pub(super) verb: &'a str,
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) params: &'a Params,
}

/// Who signed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) administrative: bool,
    /// The token's user, if there was a token.
    pub(super) user: Option<u32>,
}

/// The nonces of the last minutes. A nonce is used up for its consumer, token and timestamp (RFC 5849, 3.3).
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<HashMap<(i64, String), ()>>);

impl Nonces {
    /// Uses a nonce; false if it was used before.
    fn fresh(&self, timestamp: i64, key: String, now: i64) -> bool {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Older ones are refused by their timestamp.
        used.retain(|(timestamp, _), ()| (now - timestamp).abs() <= WINDOW);
        used.insert((timestamp, key), ()).is_none()
    }
}

/// Checks a request's arguments and signature. `now` is in Unix seconds.
pub(super) fn verify(
    request: &Signed,
    known: &Credentials,
    nonces: &Nonces,
    now: i64,
) -> Result<Identity, Refusal> {
    let params = request.params;
    for name in REQUIRED {
        match params.count(name) {
            0 => return Err(Refusal::param("param_missing", name)),
            1 => {}
            _ => return Err(Refusal::param("param_invalid", name)),
        }
    }
    if params.count("oauth_token") > 1 {
        return Err(Refusal::param("param_invalid", "oauth_token"));
    }
    let argument = |name: &'static str| params.get(name).ok_or_else(|| Refusal::param("param_missing", name));
    if argument("oauth_version")? != "1.0" {
        return Err(Refusal::param("param_invalid", "oauth_version"));
    }
    let timestamp: i64 = argument("oauth_timestamp")?
        .parse()
        .map_err(|_| Refusal::param("param_invalid", "oauth_timestamp"))?;
    let nonce = argument("oauth_nonce")?;
    let signature = argument("oauth_signature")?;

    let consumer_key = argument("oauth_consumer_key")?;
    let consumer = known.consumers.iter().find(|consumer| consumer.key == consumer_key);
    let consumer = consumer.ok_or_else(|| Refusal::unauthorized("Invalid consumer."))?;
    let token = match params.get("oauth_token") {
        None => None,
        Some(key) => {
            let token = known.tokens.iter().find(|token| token.key == key && token.consumer == consumer.key);
            Some(token.ok_or_else(|| Refusal::unauthorized("Invalid token."))?)
        }
    };
    let key = signing_key(&consumer.secret, token.map_or("", |token| token.secret.as_str()));
    let right = match argument("oauth_signature_method")? {
        "HMAC-SHA1" => {
            let base = base_string(request.verb, request.host, request.path, params);
            STANDARD.decode(signature).is_ok_and(|signature| is_hmac_sha1(&key, &base, &signature))
        }
        "PLAINTEXT" => signature == key,
        _ => return Err(Refusal::param("param_invalid", "oauth_signature_method")),
    };
    if !right {
        return Err(Refusal::unauthorized("Invalid signature."));
    }
    if (now - timestamp).abs() > WINDOW {
        return Err(Refusal::unauthorized("Invalid timestamp."));
    }
    // Only now: a forged request mustn't use up somebody's nonce.
    let used_by = format!("{consumer_key} {} {nonce}", params.get("oauth_token").unwrap_or_default());
    if !nonces.fresh(timestamp, used_by, now) {
        return Err(Refusal::unauthorized("Nonce already used."));
    }
    Ok(Identity { administrative: consumer.administrative, user: token.map(|token| token.user) })
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

/// RFC 5849, 3.4.2; also the signature of PLAINTEXT (3.4.4).
fn signing_key(consumer_secret: &str, token_secret: &str) -> String {
    format!("{}&{}", encoded(consumer_secret), encoded(token_secret))
}

/// RFC 5849, 3.4.1. The scheme is http: these servers speak nothing else.
fn base_string(verb: &str, host: &str, path: &str, params: &Params) -> String {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix(":80").unwrap_or(&host);
    let mut pairs: Vec<_> = params
        .iter()
        .filter(|(name, _)| *name != "oauth_signature")
        .map(|(name, value)| (encoded(name), encoded(value)))
        .collect();
    pairs.sort();
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let uri = format!("http://{host}{path}");
    format!("{}&{}&{}", verb.to_ascii_uppercase(), encoded(&uri), encoded(&pairs.join("&")))
}

fn is_hmac_sha1(key: &str, text: &str, signature: &[u8]) -> bool {
    Hmac::<Sha1>::new_from_slice(key.as_bytes())
        .is_ok_and(|mac| mac.chain_update(text.as_bytes()).verify_slice(signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_string_is_that_of_rfc_5849_3_4_1() {
        let params = Params::collect(
            "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", \
             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
             oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"",
            "b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            b"c2&a3=2+q",
        );
        assert_eq!(
            base_string("POST", "EXAMPLE.COM:80", "/request", &params),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26\
             c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26\
             oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    fn photos(signature: &str) -> Params {
        Params::collect(
            &format!(
                "OAuth realm=\"http://photos.example.net/\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", \
                 oauth_token=\"nnch734d00sl2jdk\", oauth_signature_method=\"HMAC-SHA1\", \
                 oauth_signature=\"{signature}\", oauth_timestamp=\"1191242096\", \
                 oauth_nonce=\"kllo9940pd9333jh\", oauth_version=\"1.0\""
            ),
            "file=vacation.jpg&size=original",
            b"",
        )
    }

    fn known() -> Credentials {
        Credentials {
            consumers: vec![Consumer {
                key: "dpf43f3p2l4k3l03".into(),
                secret: "kd94hf93k423kf44".into(),
                administrative: false,
            }],
            tokens: vec![Token {
                key: "nnch734d00sl2jdk".into(),
                secret: "pfkkdhi9sl3r4s00".into(),
                consumer: "dpf43f3p2l4k3l03".into(),
                user: 7,
            }],
        }
    }

    fn check(signature: &str, nonces: &Nonces, now: i64) -> Result<Identity, Refusal> {
        let params = photos(signature);
        let request = Signed { verb: "GET", host: "photos.example.net", path: "/photos", params: &params };
        verify(&request, &known(), nonces, now)
    }

    #[test]
    fn the_published_hmac_sha1_vector_is_taken() {
        let identity = check("tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D", &Nonces::default(), 1_191_242_096);
        assert_eq!(identity.unwrap(), Identity { administrative: false, user: Some(7) });
    }

    #[test]
    fn a_wrong_signature_is_refused_and_uses_no_nonce() {
        let nonces = Nonces::default();
        assert!(check("tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWN%3D", &nonces, 1_191_242_096).is_err());
        assert!(check("tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D", &nonces, 1_191_242_096).is_ok());
    }

    #[test]
    fn a_nonce_is_taken_once() {
        let nonces = Nonces::default();
        assert!(check("tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D", &nonces, 1_191_242_096).is_ok());
        assert!(check("tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D", &nonces, 1_191_242_097).is_err());
    }

    #[test]
    fn a_timestamp_may_be_300_seconds_off() {
        let signature = "tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D";
        for (off, taken) in [(300, true), (-300, true), (301, false), (-301, false)] {
            assert_eq!(check(signature, &Nonces::default(), 1_191_242_096 + off).is_ok(), taken, "{off}");
        }
    }
}
