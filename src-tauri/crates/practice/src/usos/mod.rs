//! The practice USOS: USOS API 7.1, module `services/cards`, and `services/apisrv/now`.
//! One file a module; what may call a method stands in its table.

mod answer;
mod apisrv;
mod cards;
mod fields;
mod oauth;
mod params;
pub(crate) mod records;

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Extension, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method as Verb, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::DateTime;
use serde_json::Value;
use tokio::sync::RwLock;

use self::answer::{Format, Refusal};
use self::oauth::{Identity, Nonces, Signed};
use self::params::Params;
use self::records::Records;
use crate::clock::Clock;
use crate::faults::Plan;

pub(crate) use self::oauth::{Consumer, Credentials, Token};

/// No request of a cards client is larger.
const LARGEST_FORM: usize = 1 << 20;

/// What the methods share.
struct Usos {
    records: RwLock<Records>,
    credentials: Credentials,
    nonces: Nonces,
    clock: Clock,
}

/// Who may call a method (its "Consumer / Token" line in the documentation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    /// Anyone; signing arguments are ignored.
    Anyone,
    /// An administrative consumer; a token is ignored.
    Administrative,
    /// A user's token, or an administrative consumer that names the user by `as_user_id`.
    Owner,
}

/// A method of the API.
struct Method {
    path: &'static str,
    rights: Rights,
    run: fn(&Records, &Call) -> Result<Value, Refusal>,
}

/// A call that has passed the checks of its rights.
struct Call {
    now: DateTime,
    params: Params,
    /// Whose token it is; only with [`Rights::Owner`].
    owner: Option<u32>,
}

fn method(path: &str) -> Option<&'static Method> {
    cards::METHODS.iter().chain(&apisrv::METHODS).find(|method| method.path == path)
}

/// The service; every path is a method.
pub(crate) fn router(records: Records, credentials: Credentials, clock: Clock) -> Router {
    let usos = Usos { records: RwLock::new(records), credentials, nonces: Nonces::default(), clock };
    Router::new().fallback(answer).with_state(Arc::new(usos))
}

async fn answer(
    State(usos): State<Arc<Usos>>,
    Extension(plan): Extension<Plan>,
    request: Request,
) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    match handle(&usos, &plan, &path, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.of_method(&path).into_response(),
    }
}

async fn handle(usos: &Usos, plan: &Plan, path: &str, request: Request) -> Result<Response, Refusal> {
    // Known of real installations: a double slash spoils the signature's base string.
    if request.uri().path().contains("//") {
        return Err(Refusal::unauthorized("Invalid signature."));
    }
    let method =
        method(path).ok_or_else(|| Refusal::of_status(StatusCode::NOT_FOUND, "Method not found."))?;
    let (parts, body) = request.into_parts();
    if parts.method != Verb::GET && parts.method != Verb::POST {
        return Err(Refusal::of_status(StatusCode::METHOD_NOT_ALLOWED, "Use GET or POST."));
    }
    let form = if is_form(&parts.headers) {
        to_bytes(body, LARGEST_FORM)
            .await
            .map_err(|_| Refusal::of_status(StatusCode::PAYLOAD_TOO_LARGE, "Too large."))?
    } else {
        bytes::Bytes::new()
    };
    let authorization = header(&parts.headers, &AUTHORIZATION);
    let params = Params::collect(authorization, parts.uri.query().unwrap_or_default(), &form);
    let format = Format::read(&params)?;

    let owner = if method.rights == Rights::Anyone {
        None
    } else {
        let signed = Signed {
            verb: parts.method.as_str(),
            host: header(&parts.headers, &HOST),
            path: parts.uri.path(),
            params: &params,
        };
        let now = usos.clock.now().as_second();
        let identity = oauth::verify(&signed, &usos.credentials, &usos.nonces, now)?;
        if plan.credentials_refused {
            return Err(Refusal::unauthorized("Invalid consumer."));
        }
        if identity.user.is_some() && (plan.token_refused || plan.token_expired) {
            return Err(Refusal::unauthorized("Invalid token."));
        }
        owner(method.rights, &identity, &params, &*usos.records.read().await)?
    };
    let call = Call { now: usos.clock.local(), params, owner };
    let value = (method.run)(&*usos.records.read().await, &call)?;
    Ok(format.write(&value))
}

/// Whether the caller has the method's rights, and for whom the call is.
fn owner(
    rights: Rights,
    identity: &Identity,
    params: &Params,
    records: &Records,
) -> Result<Option<u32>, Refusal> {
    let as_user = params.get("as_user_id");
    if (rights == Rights::Administrative || as_user.is_some()) && !identity.administrative {
        return Err(Refusal::method_forbidden());
    }
    if rights != Rights::Owner {
        return Ok(None);
    }
    match (as_user, identity.user) {
        (Some(_), Some(_)) => Err(Refusal::param("param_forbidden", "as_user_id")),
        (Some(id), None) => {
            let id = id.parse().map_err(|_| Refusal::param("param_invalid", "as_user_id"))?;
            records
                .users
                .contains_key(&id)
                .then_some(Some(id))
                .ok_or_else(|| Refusal::not_found("as_user_id"))
        }
        (None, Some(user)) => Ok(Some(user)),
        (None, None) => Err(Refusal::param("param_missing", "oauth_token")),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &axum::http::HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_form(headers: &HeaderMap) -> bool {
    let media = header(headers, &CONTENT_TYPE).split(';').next().unwrap_or_default();
    media.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
