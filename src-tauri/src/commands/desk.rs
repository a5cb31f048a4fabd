//! The desk screen: the line at the top, the enquiry, the SUP link.

use desk::view::work::Task;
use desk::view::{
    Answer, Enquiry, Hit, IndexState, LedgerTrouble, LinkRefusal, Readers, Register, RegisterState, SupRecord,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;

use super::CommandError;
use super::settings::Preferences;
use crate::session::Session;

/// Everything the page needs when it opens.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct DeskState {
    /// Invented people on servers of the program's own.
    pub practice: bool,
    /// Why the desk could not open, if it could not.
    pub not_open: Option<NotOpen>,
    pub version: String,
    pub readers: Readers,
    pub registers: Vec<RegisterState>,
    pub index: IndexState,
    pub enquiry: Option<Enquiry>,
    /// What waits for the desk.
    pub tasks: Vec<Task>,
    /// The supervisor has a PIN.
    pub supervisor: bool,
    pub preferences: Preferences,
}

/// Why the desk could not open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NotOpen {
    /// The operating system offers no keyring, or it is locked.
    Keyring,
    /// The desk's own database.
    Ledger { why: LedgerTrouble },
    /// The practice servers could not start.
    Practice,
    /// The settings file can't be read.
    Settings,
}

#[tauri::command]
#[specta::specta]
pub async fn desk_state(session: State<'_, Session>) -> Result<DeskState, CommandError> {
    Ok(session.state().await)
}

/// Tries once more to open a desk that could not be opened: the keyring may be unlocked by now, the disk freed.
#[tauri::command]
#[specta::specta]
pub async fn reopen(session: State<'_, Session>) -> Result<DeskState, CommandError> {
    session.reopen().await;
    Ok(session.state().await)
}

/// A line typed or scanned. `anyway`: ask although the check digit is wrong.
#[tauri::command]
#[specta::specta]
pub async fn ask(session: State<'_, Session>, line: String, anyway: bool) -> Result<Answer, CommandError> {
    session.desk().await?.ask(&line, anyway).await.map_err(|_| CommandError::Index)
}

/// People whose name, number or chip fits what has been typed so far.
#[tauri::command]
#[specta::specta]
pub async fn search(session: State<'_, Session>, text: String) -> Result<Vec<Hit>, CommandError> {
    session.desk().await?.search(&text).await.map_err(|_| CommandError::Index)
}

/// Opens a person from a list; returns the enquiry's id.
#[tauri::command]
#[specta::specta]
pub async fn open_person(session: State<'_, Session>, key: String) -> Result<u32, CommandError> {
    session.desk().await?.open_person(&key).await.map_err(|_| CommandError::PersonGone)
}

/// Asks one register once more for the enquiry on the screen.
#[tauri::command]
#[specta::specta]
pub async fn ask_again(session: State<'_, Session>, register: Register) -> Result<(), CommandError> {
    session.desk().await?.ask_again(register);
    Ok(())
}

/// Clears the screen for the next person.
#[tauri::command]
#[specta::specta]
pub async fn clear(session: State<'_, Session>) -> Result<(), CommandError> {
    session.desk().await?.clear();
    Ok(())
}

/// Asks SUP for the card that a uuid (or an EAN seen before) names, so that the clerk can compare it with the one
/// in hand. Nothing is kept yet.
#[tauri::command]
#[specta::specta]
pub async fn look_up_sup(
    session: State<'_, Session>,
    text: String,
    anyway: bool,
) -> Result<SupRecord, LinkRefusal> {
    session.desk().await.map_err(|_| LinkRefusal::NotSetUp)?.look_up_sup(&text, anyway).await
}

/// Keeps the link between a person and a SUP card.
#[tauri::command]
#[specta::specta]
pub async fn link_sup(
    session: State<'_, Session>,
    person: String,
    id_card: String,
) -> Result<(), LinkRefusal> {
    session.desk().await.map_err(|_| LinkRefusal::NotSetUp)?.link_sup(&person, &id_card).await
}

/// Takes the link back.
#[tauri::command]
#[specta::specta]
pub async fn unlink_sup(session: State<'_, Session>, person: String) -> Result<(), LinkRefusal> {
    session.desk().await.map_err(|_| LinkRefusal::NotSetUp)?.unlink_sup(&person).await
}
