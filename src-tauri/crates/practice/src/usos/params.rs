//! A request's parameters, from wherever RFC 5849 (3.4.1.3) lets them stand: query, form body, Authorization.

use percent_encoding::percent_decode_str;

/// Name and value of every parameter, decoded, in no particular order.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn collect(authorization: &str, query: &str, form: &[u8]) -> Self {
        let mut all = of_header(authorization);
        all.extend(url::form_urlencoded::parse(query.as_bytes()).into_owned());
        all.extend(url::form_urlencoded::parse(form).into_owned());
        Self(all)
    }

    /// A parameter's value; an empty one equals none (defaults are "(empty string)").
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|v| !v.is_empty())
    }

    pub(super) fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(key, _)| key == name).count()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// `OAuth realm="…", oauth_nonce="…"`; the realm takes no part (3.4.1.3.1).
fn of_header(authorization: &str) -> Vec<(String, String)> {
    let Some((scheme, mut rest)) = authorization.split_once(' ') else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !scheme.eq_ignore_ascii_case("oauth") {
        return found;
    }
    while let Some((name, after)) = rest.split_once('=') {
        let Some((value, after)) =
            after.trim_start().strip_prefix('"').and_then(|after| after.split_once('"'))
        else {
            break;
        };
        let name = name.trim_start_matches([',', ' ', '\t']).trim_end();
        if !name.eq_ignore_ascii_case("realm") {
            found.push((decoded(name), decoded(value)));
        }
        rest = after;
    }
    found
}

fn decoded(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}
