//! Requests to USOS, signed by code of the tests, written from RFC 5849.

use base64::Engine as _;
use hmac::{Hmac, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use practice::University;
use serde_json::Value;
use sha1::Sha1;

use super::{client, json};

const RFC3986: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub fn enc(text: &str) -> String {
    utf8_percent_encode(text, RFC3986).to_string()
}

/// A request that can be bent before it's signed, or after.
pub struct Request<'a> {
    university: &'a University,
    method: &'static str,
    path: String,
    pub oauth: Vec<(String, String)>,
    pub params: Vec<(String, String)>,
    pub secrets: (String, String),
}

impl<'a> Request<'a> {
    pub fn new(university: &'a University, admin: bool, path: &str, params: &[(&str, &str)]) -> Self {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NONCE: AtomicU64 = AtomicU64::new(1);
        let access = &university.access().usos;
        let (key, secret) = match admin {
            true => (&access.admin_consumer_key, &access.admin_consumer_secret),
            false => (&access.consumer_key, &access.consumer_secret),
        };
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let oauth = [
            ("oauth_consumer_key", key.as_str()),
            ("oauth_nonce", &format!("n{}", NONCE.fetch_add(1, Ordering::Relaxed))),
            ("oauth_timestamp", &university.clock().now().as_second().to_string()),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_version", "1.0"),
        ];
        Self {
            university,
            method: "GET",
            path: path.to_owned(),
            oauth: oauth.into_iter().map(own).collect(),
            params: params.iter().copied().map(own).collect(),
            secrets: (secret.clone(), String::new()),
        }
    }

    pub fn as_owner(university: &'a University, path: &str, params: &[(&str, &str)]) -> Self {
        let mut request = Self::new(university, false, path, params);
        let access = &university.access().usos;
        request.oauth.push(("oauth_token".into(), access.user_token.clone()));
        request.secrets.1 = access.user_token_secret.clone();
        request
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.oauth.retain(|(key, _)| key != name);
        self.oauth.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.oauth.retain(|(key, _)| key != name);
        self
    }

    fn url(&self) -> String {
        format!("{}{}", self.university.access().usos.base_url, self.path)
    }

    pub fn sign(&mut self) {
        if self.oauth.iter().any(|(name, _)| name == "oauth_signature") {
            return;
        }
        let mut pairs: Vec<_> =
            self.oauth.iter().chain(&self.params).map(|(name, value)| (enc(name), enc(value))).collect();
        pairs.sort();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let base = format!("{}&{}&{}", self.method, enc(&self.url()), enc(&pairs.join("&")));
        let key = format!("{}&{}", enc(&self.secrets.0), enc(&self.secrets.1));
        let mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap().chain_update(base);
        let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        self.oauth.push(("oauth_signature".into(), signature));
    }

    fn header(&self) -> String {
        let pairs: Vec<_> =
            self.oauth.iter().map(|(name, value)| format!("{}=\"{}\"", enc(name), enc(value))).collect();
        format!("OAuth realm=\"practice\", {}", pairs.join(", "))
    }

    /// With the arguments in the header.
    pub async fn send(mut self) -> (u16, Value) {
        self.sign();
        let request = client().get(self.url()).header("authorization", self.header()).query(&self.params);
        json(request.send().await.unwrap()).await
    }

    /// With all in a form body.
    pub async fn post(mut self) -> (u16, Value) {
        self.method = "POST";
        self.sign();
        let form: Vec<_> = self.oauth.iter().chain(&self.params).collect();
        json(client().post(self.url()).form(&form).send().await.unwrap()).await
    }

    /// With all in the query.
    pub async fn query(mut self) -> reqwest::Response {
        self.sign();
        let query: Vec<_> = self.oauth.iter().chain(&self.params).collect();
        client().get(self.url()).query(&query).send().await.unwrap()
    }
}
