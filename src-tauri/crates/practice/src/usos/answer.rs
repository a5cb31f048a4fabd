//! How USOS answers: `json` and `jsonp`, and refusals as JSON with `error`, `param_name` and the like.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::params::Params;

/// The value of `format`; json unless it's given.
#[derive(Debug)]
pub(super) enum Format {
    Json,
    /// With the callback's name.
    Jsonp(String),
}

impl Format {
    pub(super) fn read(params: &Params) -> Result<Self, Refusal> {
        match params.get("format") {
            None | Some("json") => Ok(Self::Json),
            Some("jsonp") => match params.get("callback") {
                None => Err(Refusal::param("param_missing", "callback")),
                Some(name) if is_identifier(name) => Ok(Self::Jsonp(name.to_owned())),
                Some(_) => Err(Refusal::param("param_invalid", "callback")),
            },
            Some(_) => Err(Refusal::param("param_invalid", "format")),
        }
    }

    pub(super) fn write(&self, value: &Value) -> Response {
        match self {
            Self::Json => Json(value).into_response(),
            Self::Jsonp(callback) => {
                ([(CONTENT_TYPE, "application/javascript; charset=utf-8")], format!("{callback}({value});"))
                    .into_response()
            }
        }
    }
}

/// A callback becomes code in somebody's page: only names, with dots.
fn is_identifier(name: &str) -> bool {
    name.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'))
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'))
    })
}

/// A 4xx answer.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: &'static str,
    error: Option<&'static str>,
    param: Option<&'static str>,
    field: Option<String>,
    method: Option<String>,
}

impl Refusal {
    pub(super) fn of_status(status: StatusCode, message: &'static str) -> Self {
        Self { status, message, error: None, param: None, field: None, method: None }
    }

    pub(super) fn unauthorized(message: &'static str) -> Self {
        Self::of_status(StatusCode::UNAUTHORIZED, message)
    }

    /// `param_missing`, `param_invalid` or `param_forbidden`.
    pub(super) fn param(error: &'static str, name: &'static str) -> Self {
        let message = match error {
            "param_missing" => "A required parameter is missing.",
            "param_forbidden" => "This parameter may not be given here.",
            _ => "The value of a parameter is invalid.",
        };
        Self { error: Some(error), param: Some(name), ..Self::of_status(StatusCode::BAD_REQUEST, message) }
    }

    /// `field_not_found` or `field_invalid`.
    pub(super) fn field(error: &'static str, name: &str) -> Self {
        Self {
            error: Some(error),
            param: Some("fields"),
            field: Some(name.to_owned()),
            ..Self::of_status(StatusCode::BAD_REQUEST, "The field selector is invalid.")
        }
    }

    pub(super) fn not_found(param: &'static str) -> Self {
        Self {
            error: Some("object_not_found"),
            param: Some(param),
            ..Self::of_status(StatusCode::BAD_REQUEST, "Referenced object does not exist.")
        }
    }

    pub(super) fn method_forbidden() -> Self {
        Self {
            error: Some("method_forbidden"),
            ..Self::of_status(StatusCode::FORBIDDEN, "This consumer may not call this method.")
        }
    }

    pub(super) fn of_method(self, path: &str) -> Self {
        Self { method: Some(path.to_owned()), ..self }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message });
        let members = [
            ("error", self.error.map(str::to_owned)),
            ("param_name", self.param.map(str::to_owned)),
            ("field_name", self.field),
            ("method_name", self.method),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                body[name] = value.into();
            }
        }
        (self.status, Json(body)).into_response()
    }
}
