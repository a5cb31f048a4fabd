//! The address of a register: https, except on this very machine.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// An address that a register's paths are joined to.
///
/// It is https (http is let through on 127.0.0.0/8, ::1 and localhost), ends in exactly one slash and has no user,
/// password, query or fragment.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Url);

/// Why an address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Not an address at all, or one without a host.
    #[error("not an address")]
    Unreadable,
    /// Neither https nor http on this machine.
    #[error("not encrypted")]
    Insecure,
    /// A user name or password stands before the host.
    #[error("holds a user name or password")]
    Credentials,
    /// A `?…` or `#…` stands at the end.
    #[error("holds a query or fragment")]
    Trailing,
}

impl BaseUrl {
    /// Reads an address; white space around it and surplus slashes at its end are dropped.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let mut url = Url::parse(text.trim()).map_err(|_| BaseUrlError::Unreadable)?;
        if !url.has_host() {
            return Err(BaseUrlError::Unreadable);
        }
        if !is_safe(&url) {
            return Err(BaseUrlError::Insecure);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Trailing);
        }
        // Exactly one: a doubled slash in the path alone makes some servers refuse a signature.
        let path = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The address of `path` under this base. `path` is relative, without a leading slash; what was percent-encoded
    /// by the caller stays so, and `?` and `#` are encoded, so that a path can never become a query.
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }

    /// The address as text, with its one slash at the end.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.as_str())
    }
}

/// Whether a request there can't be overheard: https, or it never leaves the machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https"
        || url.scheme() == "http"
            && match url.host() {
                Some(Host::Domain(name)) => name == "localhost",
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                None => false,
            }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_refused_off_this_machine() {
        for text in
            ["http://example.org/v1", "http://10.0.0.1/", "http://localhost.example.org", "ftp://localhost/"]
        {
            assert_eq!(BaseUrl::parse(text), Err(BaseUrlError::Insecure), "{text}");
        }
        for text in ["http://127.8.9.1:80/v1", "http://[::1]:9/", "http://LOCALHOST:1", "https://example.org"]
        {
            assert!(BaseUrl::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_address_ends_in_one_slash_and_holds_nothing_else() {
        let ends = |text: &str| BaseUrl::parse(text).unwrap().to_string();
        assert_eq!(ends(" https://example.org "), "https://example.org/");
        assert_eq!(ends("https://example.org/v1"), "https://example.org/v1/");
        assert_eq!(ends("https://example.org/v1//"), "https://example.org/v1/");
        let parse = |text: &str| BaseUrl::parse(text).unwrap_err();
        assert_eq!(parse("https://me:pass@example.org/"), BaseUrlError::Credentials);
        assert_eq!(parse("https://example.org/?a=1"), BaseUrlError::Trailing);
        assert_eq!(parse("https://example.org/#a"), BaseUrlError::Trailing);
        assert_eq!(parse("example.org"), BaseUrlError::Unreadable);
        assert_eq!(parse("mailto:me"), BaseUrlError::Unreadable);
    }

    #[test]
    fn a_joined_path_stays_a_path() {
        let base = BaseUrl::parse("https://example.org/v1").unwrap();
        assert_eq!(base.join("cards.get").as_str(), "https://example.org/v1/cards.get");
        assert_eq!(base.join("card/a%2Fb").as_str(), "https://example.org/v1/card/a%2Fb");
        assert_eq!(base.join("card/a?b#c").as_str(), "https://example.org/v1/card/a%3Fb%23c");
        assert_eq!(base.join("//evil.example.org/").host_str(), Some("example.org"));
    }
}
