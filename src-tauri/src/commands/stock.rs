//! The stock of card numbers: taken in, counted, compared with ALIVE, given back.

use desk::Desk;
use desk::view::issue::{Stock, StockRefusal, TakenIn};
use tauri::State;

use crate::session::Session;

async fn desk(session: State<'_, Session>) -> Result<Desk, StockRefusal> {
    session.desk().await.map_err(|_| StockRefusal::NotSetUp)
}

#[tauri::command]
#[specta::specta]
pub async fn stock(session: State<'_, Session>) -> Result<Stock, StockRefusal> {
    desk(session).await?.stock().await
}

/// Takes numbers in, all or none: one number or range a line, as pasted or as a CSV file has it.
#[tauri::command]
#[specta::specta]
pub async fn stock_take_in(
    session: State<'_, Session>,
    card_type: String,
    text: String,
) -> Result<TakenIn, StockRefusal> {
    desk(session).await?.take_in(&card_type, &text).await
}

/// Compares the whole stock with ALIVE's cards: what is there is used. How many weren't known to be.
#[tauri::command]
#[specta::specta]
pub async fn stock_compare(session: State<'_, Session>) -> Result<u32, StockRefusal> {
    desk(session).await?.compare_stock().await
}

/// Gives back what a desk has leased and not begun to use: for one that won't come back.
#[tauri::command]
#[specta::specta]
pub async fn stock_give_back(session: State<'_, Session>, of_desk: String) -> Result<u32, StockRefusal> {
    desk(session).await?.give_back(&of_desk).await
}

/// Gives numbers of returned cards out again. How many.
#[tauri::command]
#[specta::specta]
pub async fn stock_release(session: State<'_, Session>, card_type: String) -> Result<u32, StockRefusal> {
    desk(session).await?.release_numbers(&card_type).await
}
