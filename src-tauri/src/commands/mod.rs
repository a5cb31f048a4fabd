//! What the window may ask: one file a screen, a few lines each. The work is done in `desk` and `session`.

pub mod desk;
pub mod doctor;
pub mod issue;
pub mod settings;
pub mod stock;
pub mod tray;
pub mod wedge;
pub mod work;

use serde::{Deserialize, Serialize};
use specta::Type;

/// Why a command could not be carried out, as a code that the window turns into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CommandError {
    /// The desk is still opening, or changing from one university to another.
    NotOpen,
    /// The desk's own index could not be read.
    Index,
    /// No such person in the index any more.
    PersonGone,
    /// The practice tray is there in practice mode only.
    NoTray,
    /// No such card in the practice tray, or no such practice reader.
    NoSuchCard,
}
