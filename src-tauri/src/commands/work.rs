//! Work on a person's file: opened, checked, planned, carried out; and what waits for the desk.

use desk::view::work::{Checked, Intent, PersonFile, Plan, WorkRefusal};
use tauri::State;

use crate::session::Session;

/// Reads a person's file from ALIVE.
#[tauri::command]
#[specta::specta]
pub async fn work_open(session: State<'_, Session>, person: String) -> Result<PersonFile, WorkRefusal> {
    session.desk().await.map_err(|_| WorkRefusal::NotSetUp)?.open_file(&person).await
}

/// An empty file, for a person whom ALIVE doesn't have.
#[tauri::command]
#[specta::specta]
pub async fn work_new(session: State<'_, Session>) -> Result<PersonFile, WorkRefusal> {
    session.desk().await.map_err(|_| WorkRefusal::NotSetUp)?.new_file().await
}

/// What can be said of an intent without asking ALIVE; as the clerk types.
#[tauri::command]
#[specta::specta]
pub async fn work_check(
    session: State<'_, Session>,
    file: u32,
    intent: Intent,
) -> Result<Checked, WorkRefusal> {
    session.desk().await.map_err(|_| WorkRefusal::NotSetUp)?.check(file, &intent)
}

/// Plans what the clerk wants, against what ALIVE says now. Nothing is changed.
#[tauri::command]
#[specta::specta]
pub async fn work_plan(session: State<'_, Session>, file: u32, intent: Intent) -> Result<Plan, WorkRefusal> {
    session.desk().await.map_err(|_| WorkRefusal::NotSetUp)?.plan(file, &intent).await
}

/// Carries a plan out: the clerk's one yes.
#[tauri::command]
#[specta::specta]
pub async fn work_do(session: State<'_, Session>, plan: u32) -> Result<Plan, WorkRefusal> {
    session.desk().await.map_err(|_| WorkRefusal::NotSetUp)?.carry_out(plan).await
}

/// Plans an erasure for the day on which nothing prevents it any more, or takes that back.
#[tauri::command]
#[specta::specta]
pub async fn plan_erasure(session: State<'_, Session>, file: u32, on: bool) -> Result<(), WorkRefusal> {
    session.desk().await.map_err(|_| WorkRefusal::NotSetUp)?.plan_erasure(file, on).await
}

/// Somebody has looked and says whether an open change was made.
#[tauri::command]
#[specta::specta]
pub async fn settle(session: State<'_, Session>, change: String, done: bool) -> Result<(), WorkRefusal> {
    session.desk().await.map_err(|_| WorkRefusal::NotSetUp)?.settle(&change, done).await
}

/// Sets the supervisor's PIN, or another one in its place.
#[tauri::command]
#[specta::specta]
pub async fn set_supervisor_pin(
    session: State<'_, Session>,
    old: Option<String>,
    pin: String,
) -> Result<(), WorkRefusal> {
    session.set_supervisor_pin(old.as_deref(), pin).await
}
