//! The response envelope and the error model (manual, \[MODEL\] API Response and Errors; decisions N1, N2).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

/// A success: `data` as it is given.
pub(super) fn ok(data: impl Serialize) -> Response {
    #[derive(Serialize)]
    struct Envelope<T> {
        message: &'static str,
        data: T,
    }
    Json(Envelope { message: "OK", data }).into_response()
}

/// 201 with the word "OK": `graduations.set` alone (M:1878).
pub(super) fn created(data: impl Serialize) -> Response {
    (StatusCode::CREATED, ok(data)).into_response()
}

/// What is wrong with an attribute: the codes of decision N2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Blank,
    Required,
    Format,
    Choice,
    Range,
    NotUnique,
    InFuture,
    NotAllowed,
}

impl Wrong {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Blank => ("IS_BLANK_ERROR", "This value should not be blank."),
            Self::Required => ("REQUIRED_ERROR", "This parameter is required."),
            Self::Format => ("INVALID_FORMAT_ERROR", "This value is not valid."),
            Self::Choice => ("INVALID_CHOICE_ERROR", "The value you selected is not a valid choice."),
            Self::Range => ("OUT_OF_RANGE_ERROR", "This value is out of range."),
            Self::NotUnique => ("NOT_UNIQUE_ERROR", "This value is already used."),
            Self::InFuture => ("IN_FUTURE_ERROR", "This value should not be in the future."),
            Self::NotAllowed => ("NOT_ALLOWED_ERROR", "This operation is not allowed."),
        }
    }
}

/// One record, as an array of one (decision N40); 3001 where there's none.
pub(super) fn one(record: Option<impl Serialize>, missing: &'static str) -> Result<Response, Refusal> {
    record.map(|record| ok([record])).ok_or_else(|| Refusal::not_found(missing))
}

/// An entry of `errors`. Nested attributes are named dotted with their index, `addresses[0].city` (decision N3).
#[derive(Debug, Serialize)]
pub(super) struct FieldError {
    property_name: String,
    message: &'static str,
    code: &'static str,
}

impl FieldError {
    pub(super) fn new(property_name: impl Into<String>, wrong: Wrong) -> Self {
        let (code, message) = wrong.words();
        Self { property_name: property_name.into(), message, code }
    }
}

/// A refusal by one of the general numeric error codes.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: u16,
    message: &'static str,
    errors: Vec<FieldError>,
}

impl Refusal {
    fn new(status: StatusCode, code: u16, message: &'static str) -> Self {
        Self { status, code, message, errors: Vec::new() }
    }

    pub(super) fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, 1001, "Invalid data.") }
    }

    pub(super) fn malformed_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            1002,
            "Given JWT token is malformed and does not contain required attributes.",
        )
    }

    pub(super) fn media_type() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, 1003, "Given media type is not supported.")
    }

    pub(super) fn credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 2001, "Invalid credentials.")
    }

    pub(super) fn authentication() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 2002, "Authentication required.")
    }

    pub(super) fn not_found(message: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, 3001, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message, "data": [], "code": self.code });
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        (self.status, Json(body)).into_response()
    }
}

/// 405: the manual has no code for it; 1001 is the nearest.
pub(super) fn wrong_method() -> Response {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, 1001, "Method not allowed.").into_response()
}
