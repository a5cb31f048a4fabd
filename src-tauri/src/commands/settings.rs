//! The settings screen: language and look, and the university's own registers.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;

use super::wedge::Scanner;
use crate::session::Session;

/// What one clerk prefers on this computer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Preferences {
    /// None: as the operating system says.
    pub language: Option<Language>,
    pub theme: Theme,
    /// 0 silent … 100.
    pub volume: u8,
    /// The scanner that types chips, once it was set up.
    #[serde(default)]
    pub wedge: Option<Scanner>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { language: None, theme: Theme::System, volume: 60, wedge: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    En,
    Cs,
    Pl,
    Ru,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// The registers that this desk is set up for. Secrets are never among them: they're in the keyring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct Connections {
    pub alive: Option<AliveConnection>,
    pub usos: Option<UsosConnection>,
    pub sup: Option<SupConnection>,
    /// The database server that several desks share; none: the ledger is a file of this computer.
    #[serde(default)]
    pub ledger: Option<LedgerConnection>,
}

impl Connections {
    /// Nothing is set up: the desk opens on the practice university.
    pub fn practice(&self) -> bool {
        self.alive.is_none() && self.usos.is_none() && self.sup.is_none()
    }

    /// Whether `next` is about other people: another installation, another issuer, or none any more.
    pub fn other_people(&self, next: &Self) -> bool {
        let usos = |it: &Self| it.usos.as_ref().map(|usos| usos.base_url.clone());
        let gone = |before: Option<String>, after: Option<String>| before.is_some() && before != after;
        let issuer = |it: &Self| it.alive.as_ref().map(|it| format!("{} {}", it.base_url, it.access_key_id));
        gone(issuer(self), issuer(next)) || gone(usos(self), usos(next))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct AliveConnection {
    pub base_url: String,
    pub access_key_id: String,
    /// What the institution has agreed with ALIVE, as the JSON that it was loaded from.
    #[serde(default)]
    pub profile: Option<String>,
}

/// `postgres://user@host:port/database`; the password stands in the keyring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct LedgerConnection(pub String);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct UsosConnection {
    pub base_url: String,
    pub consumer_key: String,
    /// The university lets the administrative consumer act for a student (`as_user_id`).
    pub act_for_students: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SupConnection {
    pub base_url: String,
    /// What stands before the token in `Authorization`.
    pub token_prefix: String,
    /// E.g. `XChaCha20-Poly1305`.
    pub algorithm: String,
    pub nonce_encoding: String,
    pub ciphertext_encoding: String,
}

/// A register's settings with its secrets, on their way into the keyring.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(tag = "register", rename_all = "snake_case")]
pub enum Connect {
    /// `secret`: the secret access key; none keeps the one in the keyring.
    Alive { connection: AliveConnection, secret: Option<String> },
    /// `secret`: the consumer secret.
    Usos { connection: UsosConnection, secret: Option<String> },
    /// `token`: the JWT; `key`: the encryption key in base64.
    Sup { connection: SupConnection, token: Option<String>, key: Option<String> },
}

impl std::fmt::Debug for Connect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connect(…)")
    }
}

/// Why a register could not be set up; `field` names the input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ConnectRefusal {
    pub field: String,
    pub code: ConnectCode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConnectCode {
    Empty,
    NotAnAddress,
    /// Only https, except on this computer itself.
    NotEncrypted,
    /// The key isn't base64 or hasn't the algorithm's length.
    BadKey,
    UnknownEncoding,
    /// The agreement isn't one: `field` says which part.
    BadProfile,
    /// Changes of this register are open: they have to be settled before it's left.
    OpenChanges,
    /// The password belongs into its own field, not into the address.
    PasswordInAddress,
    /// The database server can't be reached.
    DatabaseGone,
    /// It doesn't let the desk in: name, password, database or rights.
    DatabaseDenied,
    /// It has no TLS, or a certificate that this computer doesn't trust.
    DatabaseTls,
    /// It was written by a newer version of the program.
    DatabaseNewer,
    /// Anything else that a database may say.
    DatabaseFault,
    /// The ledger is shared by several desks and is about the people of another issuer: another database is needed.
    SharedLedger,
    /// The operating system's keyring refused or isn't there.
    Keyring,
    /// The settings file could not be written.
    NotSaved,
}

#[tauri::command]
#[specta::specta]
pub async fn connections(session: State<'_, Session>) -> Result<Connections, ConnectRefusal> {
    Ok(session.connections().await)
}

#[tauri::command]
#[specta::specta]
pub async fn connect(session: State<'_, Session>, to: Connect) -> Result<Connections, ConnectRefusal> {
    session.connect(to).await
}

/// Keeps the ledger on a database server that several desks share, once it has been reached; `password`: none keeps
/// the one in the keyring. What the file of this computer holds stays there.
#[tauri::command]
#[specta::specta]
pub async fn connect_ledger(
    session: State<'_, Session>,
    to: LedgerConnection,
    password: Option<String>,
) -> Result<Connections, ConnectRefusal> {
    session.connect_ledger(to, password).await
}

/// Keeps the ledger in the file of this computer again.
#[tauri::command]
#[specta::specta]
pub async fn disconnect_ledger(session: State<'_, Session>) -> Result<Connections, ConnectRefusal> {
    session.disconnect_ledger().await
}

/// Forgets a register and its secrets. With none left the desk is the practice university again.
#[tauri::command]
#[specta::specta]
pub async fn disconnect(
    session: State<'_, Session>,
    register: desk::view::Register,
) -> Result<Connections, ConnectRefusal> {
    session.disconnect(register).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_preferences(
    session: State<'_, Session>,
    preferences: Preferences,
) -> Result<(), ConnectRefusal> {
    session.save_preferences(preferences).await
}
