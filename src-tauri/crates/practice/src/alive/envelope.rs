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

/// An entry of `errors`.
#[derive(Debug, Serialize)]
pub(super) struct FieldError {
    pub(super) property_name: &'static str,
    pub(super) message: &'static str,
    pub(super) code: &'static str,
}

impl FieldError {
    pub(super) fn blank(property_name: &'static str) -> Self {
        Self { property_name, message: "This value should not be blank.", code: "IS_BLANK_ERROR" }
    }

    pub(super) fn required(property_name: &'static str) -> Self {
        Self { property_name, message: "This parameter is required.", code: "REQUIRED_ERROR" }
    }

    pub(super) fn format(property_name: &'static str) -> Self {
        Self { property_name, message: "This value is not valid.", code: "INVALID_FORMAT_ERROR" }
    }

    pub(super) fn choice(property_name: &'static str) -> Self {
        Self {
            property_name,
            message: "The value you selected is not a valid choice.",
            code: "INVALID_CHOICE_ERROR",
        }
    }

    pub(super) fn range(property_name: &'static str) -> Self {
        Self { property_name, message: "This value is out of range.", code: "OUT_OF_RANGE_ERROR" }
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
