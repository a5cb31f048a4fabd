//! The HTTP client: one pool, limits on time and size, and repetition for reads alone.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use backon::Retryable;
use bytes::{Buf, Bytes, BytesMut};
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, header};
use tokio::time::Instant;
use url::Url;

use crate::Dice;
use crate::base_url::is_safe;
use crate::fault::Fault;

/// How long to wait and how much to take in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// From the beginning until the last byte of the answer.
    pub total: Duration,
    /// The largest answer, in bytes.
    pub body: usize,
}

impl Default for Limits {
    /// 3 s to connect, 8 s in all, 8 MB.
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(8), body: 8_000_000 }
    }
}

/// An answer, whatever its status except a redirect.
#[derive(Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// The whole body, without a byte order mark.
    pub body: Bytes,
    /// The server's own time, from the `Date` header; to the second.
    pub date: Option<Timestamp>,
}

impl Reply {
    /// Whether the status is one of 200–299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body is personal data, the content type is written by a stranger.
        write!(f, "Reply {{ status: {}, {} bytes }}", self.status, self.body.len())
    }
}

/// A read is repeated twice, after at most this long each, and only while it failed quickly: whoever waits at a
/// desk waits at most `SOON + PAUSES + Limits::total`.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
const SOON: Duration = Duration::from_secs(2);

/// The shared HTTP client. Cloning it shares its connections.
///
/// Redirects are not followed; there are no cookies, no referer and no proxy (the environment isn't asked for one);
/// certificates are verified as the operating system does.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    limits: Limits,
    dice: Arc<dyn Dice>,
}

impl Http {
    /// Sets up the client. `dice` spreads the pauses between repeated reads, so that desks which failed together
    /// don't come back together. Fails with [`Fault::Tls`] if no TLS can be set up at all.
    pub fn new(limits: Limits, dice: Arc<dyn Dice>) -> Result<Self, Fault> {
        // Fails only if a provider is installed already, which is then as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .connect_timeout(limits.connect)
                .timeout(limits.total)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                // A desk is quiet for minutes at a time; the next tap shouldn't pay for a handshake.
                .pool_idle_timeout(Duration::from_secs(300))
                .user_agent(concat!("carddesk/", env!("CARGO_PKG_VERSION")))
        };
        // A machine without any certificate store can still talk to itself; elsewhere it trusts nobody.
        let client = builder().build().or_else(|_| builder().tls_certs_only([]).build());
        Ok(Self { client: client.map_err(|_| Fault::Tls)?, limits, dice })
    }

    /// Begins a GET request.
    pub fn get(&self, url: Url) -> RequestBuilder {
        self.client.request(Method::GET, url)
    }

    /// Begins a POST request.
    pub fn post(&self, url: Url) -> RequestBuilder {
        self.client.request(Method::POST, url)
    }

    /// Sends a request once. This is the way for changes: it never repeats anything.
    ///
    /// Any status except 3xx is a [`Reply`]; 3xx is [`Fault::Redirected`].
    pub async fn send(&self, request: RequestBuilder) -> Result<Reply, Fault> {
        let request = request.build()?;
        if !is_safe(request.url()) {
            return Err(Fault::Insecure);
        }
        let mut response = self.client.execute(request).await?;
        if response.status().is_redirection() {
            return Err(Fault::Redirected);
        }
        let limit = self.limits.body;
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(Fault::TooLarge);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > limit {
                return Err(Fault::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut body = body.freeze();
        // Some servers put a byte order mark before UTF-8; no file that is read here begins with one.
        if body.starts_with("\u{feff}".as_bytes()) {
            body.advance("\u{feff}".len());
        }
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Reply {
            status: response.status().as_u16(),
            content_type: text(header::CONTENT_TYPE).map(str::to_owned),
            date: text(header::DATE)
                .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
                .map(|date| date.timestamp()),
            body,
        })
    }

    /// Sends a reading request, up to three times in all; `request` is asked anew for each (a signature, a nonce).
    ///
    /// Repeated are: no connection, a broken one, and the statuses 502, 503 and 504, each only while less than two
    /// seconds have passed since the beginning. A time-out isn't repeated. Between the attempts it waits a random
    /// part of 100 ms and of 400 ms. Never use it for a change.
    pub async fn read<E>(&self, mut request: impl FnMut() -> Result<RequestBuilder, E>) -> Result<Reply, E>
    where
        E: From<Fault>,
    {
        let begin = Instant::now();
        let attempt = || {
            let request = request();
            async {
                match request {
                    Ok(request) => self.send(request).await.map_err(Failed::Sending),
                    Err(error) => Err(Failed::Making(error)),
                }
                .and_then(|reply| match reply.status {
                    502..=504 => Err(Failed::Answer(reply)),
                    _ => Ok(reply),
                })
            }
        };
        let result = attempt
            .retry(PAUSES.map(|longest| part_of(longest, &*self.dice)).into_iter())
            .when(|failed| failed.passes() && begin.elapsed() < SOON)
            .await;
        match result {
            Ok(reply) | Err(Failed::Answer(reply)) => Ok(reply),
            Err(Failed::Sending(fault)) => Err(fault.into()),
            Err(Failed::Making(error)) => Err(error),
        }
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What an attempt at a read may fail with.
enum Failed<E> {
    Making(E),
    Sending(Fault),
    Answer(Reply),
}

impl<E> Failed<E> {
    fn passes(&self) -> bool {
        match self {
            Self::Making(_) => false,
            Self::Sending(fault) => fault.passes(),
            Self::Answer(_) => true,
        }
    }
}

/// A random part of `longest` (full jitter), in steps of 1/256.
fn part_of(longest: Duration, dice: &dyn Dice) -> Duration {
    let mut byte = [0];
    dice.fill(&mut byte);
    longest * u32::from(byte[0]) / 256
}
