//! The envelope: `message`, `data`, and `code` and `errors` where something went wrong (manual, model API
//! Response, model Errors, General numeric error codes).

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::Reply;

use crate::error::{Error, PropertyError};

/// The parts beside `data`; any shape is let through, since a broken envelope still is an answer.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    message: Value,
    #[serde(default)]
    code: Value,
    #[serde(default)]
    errors: Value,
}

#[derive(Deserialize)]
struct Body<T> {
    #[serde(default)]
    code: Value,
    // Not `default`: an object without `data` isn't an empty list, it is something else than ALIVE's envelope.
    #[serde(deserialize_with = "wire::json::list", bound(deserialize = "T: Deserialize<'de>"))]
    data: Vec<T>,
}

/// Reads the records out of an answer, one or many, or says what the answer says instead.
pub fn records<T: DeserializeOwned>(reply: &Reply) -> Result<Vec<T>, Error> {
    let mut what = "no data".to_owned();
    if reply.is_success() && reply.is_json_object() {
        // In one go, since a page may be large.
        match reply.json::<Body<T>>() {
            Ok(body) if !tells_error(&body.code) => return Ok(body.data),
            Ok(_) => {}
            Err(unreadable) => what = unreadable.to_string(),
        }
    }
    Err(refusal(reply).unwrap_or_else(|| nonsense(reply, what)))
}

/// Reads the records out of the answer to a change. Only ALIVE's own envelope with a code, or a 401, tells that
/// nothing was done: a bare 404 may come from anybody on the way, and after a 5xx the change may have been made.
pub fn outcome<T: DeserializeOwned>(reply: &Reply) -> Result<Vec<T>, Error> {
    records(reply).map_err(|error| {
        let coded = || reply.json::<Head>().is_ok_and(|head| tells_error(&head.code));
        let refused = reply.status < 500 && (reply.status == 401 || (reply.is_json_object() && coded()));
        match error {
            Error::Credentials | Error::Token | Error::NotFound if !refused => {
                nonsense(reply, "a refusal that isn't ALIVE's own".to_owned())
            }
            error => error,
        }
    })
}

/// The error that an answer tells of; `None` if it says that all went well.
fn refusal(reply: &Reply) -> Option<Error> {
    let head: Head = match reply.is_json_object().then(|| reply.json()) {
        Some(Ok(head)) => head,
        // By the status where there is no code.
        _ if reply.status == 401 => return Some(Error::Token),
        Some(Err(unreadable)) => return Some(nonsense(reply, unreadable.to_string())),
        None => return Some(nonsense(reply, "no JSON object".to_owned())),
    };
    if reply.is_success() && !tells_error(&head.code) {
        return None;
    }
    let code = whole(&head.code);
    Some(match (code, reply.status) {
        (Some(2001), _) => Error::Credentials,
        (Some(2002 | 1002), _) | (None, 401) => Error::Token,
        (Some(3001), _) | (None, 404) => Error::NotFound,
        (code, status) => {
            let errors = match &head.errors {
                Value::Array(errors) => errors.iter().map(property_error).collect(),
                one @ Value::Object(_) => vec![property_error(one)],
                _ => Vec::new(),
            };
            Error::Refused { status, code, message: text(&head.message), errors }
        }
    })
}

/// A code below the manual's ranges on a success is a status repeated, not an error.
fn tells_error(code: &Value) -> bool {
    whole(code).is_some_and(|code| code >= 1000)
}

pub fn nonsense(reply: &Reply, what: String) -> Error {
    Error::Nonsense { status: reply.status, what }
}

fn property_error(value: &Value) -> PropertyError {
    PropertyError {
        property_name: text(&value["property_name"]),
        message: text(&value["message"]).unwrap_or_default(),
        code: text(&value["code"]).unwrap_or_default(),
    }
}

/// Text that isn't empty; a number as its digits.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also one written as text.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
