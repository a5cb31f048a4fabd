//! Issuing a card: begun, filled in step by step, reported last; each answer is the issue as it now stands.

use desk::Desk;
use desk::view::issue::{Issue, IssueDraft, IssueRefusal, SpoilReason};
use desk::view::work::{Plan, WorkRefusal};
use tauri::State;

use crate::session::Session;

async fn desk(session: State<'_, Session>) -> Result<Desk, IssueRefusal> {
    session.desk().await.map_err(|_| IssueRefusal::Work { refusal: WorkRefusal::NotSetUp })
}

/// Begins a card for the person of this file, or takes up the one that this desk has begun.
#[tauri::command]
#[specta::specta]
pub async fn issue_begin(session: State<'_, Session>, file: u32) -> Result<Issue, IssueRefusal> {
    desk(session).await?.begin_issue(file).await
}

/// Keeps what the clerk has filled in so far.
#[tauri::command]
#[specta::specta]
pub async fn issue_save(
    session: State<'_, Session>,
    issue: String,
    draft: IssueDraft,
) -> Result<Issue, IssueRefusal> {
    desk(session).await?.save_issue(&issue, draft).await
}

/// Draws the next number of this desk's lease.
#[tauri::command]
#[specta::specta]
pub async fn issue_next_number(session: State<'_, Session>, issue: String) -> Result<Issue, IssueRefusal> {
    desk(session).await?.draw_number(&issue).await
}

/// Takes a number that was typed or scanned, such as one that is printed on the blank already.
#[tauri::command]
#[specta::specta]
pub async fn issue_number(
    session: State<'_, Session>,
    issue: String,
    number: String,
) -> Result<Issue, IssueRefusal> {
    desk(session).await?.take_number(&issue, &number).await
}

/// Compares the chips on the readers, or a code that was scanned off the card, with those of the draft.
#[tauri::command]
#[specta::specta]
pub async fn issue_read_back(
    session: State<'_, Session>,
    issue: String,
    code: Option<String>,
) -> Result<Issue, IssueRefusal> {
    desk(session).await?.read_back_issue(&issue, code.as_deref()).await
}

/// Writes down what was spoiled: the blank with its chips, the number, or both.
#[tauri::command]
#[specta::specta]
pub async fn issue_spoil(
    session: State<'_, Session>,
    issue: String,
    blank: bool,
    number: bool,
    reason: SpoilReason,
) -> Result<Issue, IssueRefusal> {
    desk(session).await?.spoil(&issue, blank, number, reason).await
}

/// Plans the report, against what ALIVE says now. Nothing is changed; `work_do` carries it out.
#[tauri::command]
#[specta::specta]
pub async fn issue_plan(session: State<'_, Session>, issue: String) -> Result<Plan, IssueRefusal> {
    desk(session).await?.plan_report(&issue).await
}

/// Gives the issue up. A number that never went out goes back into this desk's lease.
#[tauri::command]
#[specta::specta]
pub async fn issue_drop(session: State<'_, Session>, issue: String) -> Result<(), IssueRefusal> {
    desk(session).await?.drop_issue(&issue).await
}
