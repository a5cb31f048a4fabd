//! The practice tray: cards of invented people to put on practice readers.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;

use super::CommandError;
use crate::session::Session;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Tray {
    pub readers: Vec<TrayReader>,
    pub cards: Vec<TrayCard>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct TrayReader {
    pub name: String,
    pub interface: desk::view::Interface,
    /// The id of the card that lies on it.
    pub card: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct TrayCard {
    pub id: String,
    /// Cards of one physical piece of plastic share this.
    pub physical: String,
    pub holder: String,
    pub kind: String,
    pub interface: desk::view::Interface,
    /// What is the matter with it, e.g. `cancelled`, `two_cards`; none: nothing.
    pub trouble: Option<String>,
    /// Numbers printed on it, to scan: card number, barcode, EAN.
    pub codes: Vec<String>,
}

#[tauri::command]
#[specta::specta]
pub async fn tray(session: State<'_, Session>) -> Result<Tray, CommandError> {
    session.tray().await
}

#[tauri::command]
#[specta::specta]
pub async fn place_card(
    session: State<'_, Session>,
    card: String,
    reader: String,
) -> Result<Tray, CommandError> {
    session.place_card(&card, &reader).await
}

#[tauri::command]
#[specta::specta]
pub async fn take_card(session: State<'_, Session>, reader: String) -> Result<Tray, CommandError> {
    session.take_card(&reader).await
}
