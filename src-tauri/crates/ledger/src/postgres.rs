//! The ledger of several desks: a PostgreSQL server.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use url::Url;

use crate::LedgerError;
use crate::sql::answered;

/// Where the server is: `postgres://user@host:port/database`, with no password in it, so that it may be shown and
/// logged. Beyond this machine the connection is by TLS with the certificate checked against the name; the root
/// of a university's own authority may be given: `?sslrootcert=/path/root.pem`.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    host: String,
    port: u16,
    user: String,
    database: String,
    tls: Tls,
    root: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tls {
    /// On this machine: taken where the server offers it.
    Offered,
    /// On this machine, because the address says so.
    Required,
    Verified,
}

/// Why a text is no address of a database server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPostgresUrl {
    #[error("not postgres://user@host/database")]
    Format,
    #[error("the password belongs into the keyring, not here")]
    Password,
    #[error("beyond this machine the certificate is always checked")]
    Insecure,
}

impl FromStr for PostgresUrl {
    type Err = BadPostgresUrl;

    fn from_str(text: &str) -> Result<Self, BadPostgresUrl> {
        let url = Url::parse(text.trim()).map_err(|_| BadPostgresUrl::Format)?;
        let plain = |part: &str| {
            let marked = part.bytes().any(|b| b == b'%');
            if part.is_empty() || marked { Err(BadPostgresUrl::Format) } else { Ok(part.to_owned()) }
        };
        if url.password().is_some() {
            return Err(BadPostgresUrl::Password);
        }
        if !matches!(url.scheme(), "postgres" | "postgresql") || url.fragment().is_some() {
            return Err(BadPostgresUrl::Format);
        }
        let host = plain(url.host_str().unwrap_or_default())?;
        let here = is_loopback(&host);
        let mut tls = if here { Tls::Offered } else { Tls::Verified };
        let mut root = None;
        for (name, value) in url.query_pairs() {
            match (&*name, &*value) {
                ("password", _) => return Err(BadPostgresUrl::Password),
                ("sslrootcert", path) => root = Some(path.to_owned()),
                ("sslmode", "verify-full") => tls = Tls::Verified,
                ("sslmode", "require") if here => tls = Tls::Required,
                ("sslmode", "prefer") if here => {}
                ("sslmode", _) => return Err(BadPostgresUrl::Insecure),
                _ => return Err(BadPostgresUrl::Format),
            }
        }
        Ok(Self {
            port: url.port().unwrap_or(5432),
            user: plain(url.username())?,
            database: plain(url.path().trim_start_matches('/'))?,
            host,
            tls,
            root,
        })
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{}@{}:{}/{}", self.user, self.host, self.port, self.database)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PostgresUrl {
    /// The `Debug` of what this returns prints the password: it must stay in this file.
    fn options(&self, password: &SecretString) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass()
            .host(&self.host)
            .port(self.port)
            .username(&self.user)
            .password(password.expose_secret())
            .database(&self.database)
            .ssl_mode(match self.tls {
                Tls::Offered => PgSslMode::Prefer,
                Tls::Required => PgSslMode::Require,
                Tls::Verified => PgSslMode::VerifyFull,
            })
            .application_name("carddesk")
            // A lock that nobody gives back and a desk that dies inside a transaction hold the others up only so
            // long. What is acknowledged is on the server's disk, whatever its default is.
            .options([
                ("statement_timeout", "10s"),
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "15s"),
                ("synchronous_commit", "on"),
                ("client_min_messages", "error"),
            ])
            .disable_statement_logging();
        match &self.root {
            Some(path) => options.ssl_root_cert(path),
            None => options,
        }
    }

    /// Connections to the server; those that are lost are made anew when they're next needed.
    pub(crate) async fn connect(&self, password: &SecretString) -> Result<PgPool, LedgerError> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(Duration::from_secs(600));
        answered(pool.connect_with(self.options(password))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_tls_is_verified_whatever_the_address_says() {
        let mode = |text: &str| text.parse::<PostgresUrl>().map(|url| url.tls);
        for here in ["localhost", "127.0.0.1:5433", "[::1]", "127.8.8.8"] {
            assert_eq!(mode(&format!("postgres://desk@{here}/cards")), Ok(Tls::Offered), "{here}");
        }
        for away in ["db.uni.example", "10.0.0.5", "localhost.example", "[2001:db8::1]:5432"] {
            assert_eq!(mode(&format!("postgres://desk@{away}/cards")), Ok(Tls::Verified), "{away}");
            for weaker in ["disable", "allow", "prefer", "require", "verify-ca"] {
                let url = format!("postgres://desk@{away}/cards?sslmode={weaker}");
                assert_eq!(mode(&url), Err(BadPostgresUrl::Insecure), "{url}");
            }
        }
        assert_eq!(mode("postgres://d@localhost/c?sslmode=require"), Ok(Tls::Required));
        assert_eq!(mode("postgres://d@localhost/c?sslmode=disable"), Err(BadPostgresUrl::Insecure));
    }

    #[test]
    fn an_address_with_a_password_or_without_a_part_is_refused() {
        let refused = |text: &str| text.parse::<PostgresUrl>().err();
        for text in ["postgres://desk:hunter2@localhost/cards", "postgres://desk@localhost/c?password=x"] {
            assert_eq!(refused(text), Some(BadPostgresUrl::Password));
        }
        for text in [
            "",
            "ledger.db",
            "mysql://desk@localhost/cards",
            "postgres://localhost/cards",
            "postgres://desk@localhost",
            "postgres://desk@/cards",
            "postgres://desk@localhost/cards?options=-c%20fsync=off",
            "postgres://desk@%2Frun/cards",
        ] {
            assert_eq!(refused(text), Some(BadPostgresUrl::Format), "{text}");
        }
    }

    #[test]
    fn an_address_shows_itself_without_its_query() {
        let url: PostgresUrl =
            "postgresql://desk@db.uni.example/cards?sslrootcert=/etc/ca.pem".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), ["postgres://desk@db.uni.example:5432/cards"; 2].join(" "));
        assert_eq!(url.root.as_deref(), Some("/etc/ca.pem"));
    }
}
