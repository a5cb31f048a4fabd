//! The check-up: everything that the desk stands on, and what the readers are for.

use desk::view::checkup::{CheckUp, GivenRole};
use tauri::State;

use super::settings::ConnectRefusal;
use crate::session::Session;

/// Looks at everything that the desk stands on; some ten seconds at most.
#[tauri::command]
#[specta::specta]
pub async fn doctor(session: State<'_, Session>) -> Result<CheckUp, ConnectRefusal> {
    Ok(session.check_up().await)
}

/// What the readers of this name (without the shifting index) are for from now on; none: what the name says.
#[tauri::command]
#[specta::specta]
pub async fn give_reader_role(
    session: State<'_, Session>,
    reader: String,
    role: Option<GivenRole>,
) -> Result<(), ConnectRefusal> {
    session.give_reader_role(reader, role).await
}
