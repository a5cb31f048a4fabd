//! OAuth 1.0a signatures with HMAC-SHA1 (RFC 5849, sections 3.4 and 3.5.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use url::Url;
use wire::Fault;
use zeroize::Zeroizing;

/// Everything but the unreserved characters is encoded (section 3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub type Parameter<'a> = (&'a str, &'a str);

/// A key and its secret, of a consumer or of a person's token.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    pub key: &'a str,
    pub secret: &'a SecretString,
}

/// What makes each signature another one.
pub struct Once {
    pub nonce: String,
    /// Seconds since 1970.
    pub timestamp: i64,
}

pub fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Parameters as a query, in the one encoding that a signature is made over.
pub fn query(parameters: &[Parameter<'_>]) -> String {
    parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// The `Authorization` header of a request to `url`, whose own query is not looked at, with these parameters.
pub fn header(
    method: &str,
    url: &Url,
    parameters: &[Parameter<'_>],
    consumer: Pair<'_>,
    token: Option<Pair<'_>>,
    once: &Once,
) -> Result<String, Fault> {
    let timestamp = once.timestamp.to_string();
    let mut oauth = vec![
        ("oauth_consumer_key", consumer.key),
        ("oauth_nonce", &once.nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &timestamp),
        ("oauth_version", "1.0"),
    ];
    oauth.extend(token.map(|token| ("oauth_token", token.key)));
    let base = base_string(method, url, &[parameters, &oauth].concat());
    let signature = signature(&base, consumer.secret, token.map(|token| token.secret))?;
    oauth.push(("oauth_signature", &signature));
    let oauth: Vec<_> = oauth.iter().map(|(name, value)| format!("{name}=\"{}\"", encode(value))).collect();
    Ok(format!("OAuth {}", oauth.join(", ")))
}

/// Section 3.4.1: method, address and sorted parameters.
fn base_string(method: &str, url: &Url, parameters: &[Parameter<'_>]) -> String {
    let mut encoded: Vec<_> = parameters
        .iter()
        .map(|(name, value)| (encode(name).to_string(), encode(value).to_string()))
        .collect();
    encoded.sort();
    let encoded: Vec<_> = encoded.iter().map(|(name, value)| format!("{name}={value}")).collect();
    // The origin leaves out the default port, as section 3.4.1.2 demands.
    let address = format!("{}{}", url.origin().ascii_serialization(), url.path());
    format!("{method}&{}&{}", encode(&address), encode(&encoded.join("&")))
}

/// Section 3.4.2.
fn signature(base: &str, consumer: &SecretString, token: Option<&SecretString>) -> Result<String, Fault> {
    let token = token.map_or("", |secret| secret.expose_secret());
    let key = Zeroizing::new(format!("{}&{}", encode(consumer.expose_secret()), encode(token)));
    // HMAC takes a key of any length, but its type doesn't say so.
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).map_err(|_| Fault::Unsendable)?;
    mac.update(base.as_bytes());
    Ok(STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[test]
    fn the_base_string_is_that_of_rfc_5849_section_3_4_1_1() {
        let parameters = [
            ("b5", "=%3D"),
            ("a3", "a"),
            ("c@", ""),
            ("a2", "r b"),
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("c2", ""),
            ("a3", "2 q"),
        ];
        let url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b".parse().unwrap();
        assert_eq!(
            base_string("POST", &url, &parameters),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%25\
             40%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m\
             ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn the_signatures_are_those_of_rfc_5849_section_1_2() {
        let consumer = secret("kd94hf93k423kf44");
        let initiate = [
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131200"),
            ("oauth_nonce", "wIjqoS"),
            ("oauth_callback", "http://printer.example.com/ready"),
        ];
        let base = base_string("POST", &"https://photos.example.net/initiate".parse().unwrap(), &initiate);
        assert_eq!(signature(&base, &consumer, None).unwrap(), "74KNZJeDHnMBp0EMJ9ZHt/XKycU=");

        let photos = [
            ("file", "vacation.jpg"),
            ("size", "original"),
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ];
        let base = base_string("GET", &"http://photos.example.net/photos".parse().unwrap(), &photos);
        let token = secret("pfkkdhi9sl3r4s00");
        assert_eq!(signature(&base, &consumer, Some(&token)).unwrap(), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    #[test]
    fn the_header_is_that_of_oauth_core_1_0_appendix_a() {
        let (consumer, token) = (secret("kd94hf93k423kf44"), secret("pfkkdhi9sl3r4s00"));
        let header = header(
            "GET",
            &"http://photos.example.net/photos".parse().unwrap(),
            &[("file", "vacation.jpg"), ("size", "original")],
            Pair { key: "dpf43f3p2l4k3l03", secret: &consumer },
            Some(Pair { key: "nnch734d00sl2jdk", secret: &token }),
            &Once { nonce: "kllo9940pd9333jh".into(), timestamp: 1_191_242_096 },
        );
        assert_eq!(
            header.unwrap(),
            "OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"kllo9940pd9333jh\", \
             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1191242096\", oauth_version=\"1.0\", \
             oauth_token=\"nnch734d00sl2jdk\", oauth_signature=\"tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D\""
        );
    }
}
