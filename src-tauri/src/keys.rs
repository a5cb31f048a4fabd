//! Secrets: in the operating system's keyring alone. Without one the desk says so; there is no second place.

use std::pin::Pin;
use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretBox, SecretString};

/// The keyring's name for this program.
const SERVICE: &str = "Carddesk";
/// A keyring may ask its owner to unlock it; after this it counts as absent.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    AliveSecret,
    UsosSecret,
    SupToken,
    SupKey,
    LedgerKey,
    LedgerPassword,
    SupervisorPin,
}

impl Name {
    fn text(self) -> &'static str {
        match self {
            Self::AliveSecret => "alive.secret_access_key",
            Self::UsosSecret => "usos.consumer_secret",
            Self::SupToken => "sup.token",
            Self::SupKey => "sup.key",
            Self::LedgerKey => "ledger.key",
            Self::LedgerPassword => "ledger.password",
            Self::SupervisorPin => "supervisor.pin",
        }
    }
}

/// The keyring can't be used: none is there, it stays locked, or it refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keyring can't be used")]
pub struct KeyringGone;

/// The secrets of one desk; `desk` keeps several desks of one user apart.
#[derive(Clone, Debug)]
pub struct Keys {
    desk: String,
}

impl Keys {
    pub fn new(desk: impl Into<String>) -> Self {
        Self { desk: desk.into() }
    }

    pub async fn get(&self, name: Name) -> Result<Option<SecretString>, KeyringGone> {
        self.with(name, |entry| match entry.get_password() {
            Ok(secret) => Ok(Some(SecretString::from(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(_) => Err(KeyringGone),
        })
        .await
    }

    pub async fn set(&self, name: Name, secret: SecretString) -> Result<(), KeyringGone> {
        self.with(name, move |entry| entry.set_password(secret.expose_secret()).map_err(|_| KeyringGone))
            .await
    }

    pub async fn forget(&self, name: Name) -> Result<(), KeyringGone> {
        self.with(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(_) => Err(KeyringGone),
        })
        .await
    }

    /// The ledger's key; made on the first day.
    pub async fn ledger_key(&self, dice: &dyn wire::Dice) -> Result<SecretBox<[u8; 32]>, KeyringGone> {
        if let Some(kept) = self.kept_ledger_key().await? {
            return Ok(kept);
        }
        let mut key = [0; 32];
        dice.fill(&mut key);
        self.set(Name::LedgerKey, SecretString::from(hex::encode(key))).await?;
        Ok(SecretBox::new(Box::new(key)))
    }

    /// The ledger's key, if it has been made.
    pub async fn kept_ledger_key(&self) -> Result<Option<SecretBox<[u8; 32]>>, KeyringGone> {
        let Some(kept) = self.get(Name::LedgerKey).await? else { return Ok(None) };
        let mut key = [0; 32];
        hex::decode_to_slice(kept.expose_secret(), &mut key).map_err(|_| KeyringGone)?;
        Ok(Some(SecretBox::new(Box::new(key))))
    }

    /// Whether what is written can be read and removed again; false: it could not be read. It leaves nothing behind.
    pub async fn probe(&self, dice: &dyn wire::Dice) -> Result<bool, KeyringGone> {
        let mut value = [0; 16];
        dice.fill(&mut value);
        let value = hex::encode(value);
        // Two that look at the same time don't meet.
        let user = format!("{}/probe.{value}", self.desk);
        self.with_user(user, move |entry| {
            entry.set_password(&value).map_err(|_| KeyringGone)?;
            let read = entry.get_password();
            entry.delete_credential().map_err(|_| KeyringGone)?;
            Ok(read.is_ok_and(|read| read == value))
        })
        .await
    }

    fn with<T: Send + 'static>(
        &self,
        name: Name,
        work: impl FnOnce(&Entry) -> Result<T, KeyringGone> + Send + 'static,
    ) -> Pin<Box<dyn Future<Output = Result<T, KeyringGone>> + Send>> {
        self.with_user(format!("{}/{}", self.desk, name.text()), work)
    }

    /// The keyring's library blocks and runs an executor of its own, which may not run inside tokio's.
    ///
    /// Boxed, since behind the generic `work` the compiler loses sight of the future being `Send`.
    fn with_user<T: Send + 'static>(
        &self,
        user: String,
        work: impl FnOnce(&Entry) -> Result<T, KeyringGone> + Send + 'static,
    ) -> Pin<Box<dyn Future<Output = Result<T, KeyringGone>> + Send>> {
        Box::pin(async move {
            let task = tokio::task::spawn_blocking(move || {
                let entry = Entry::new(SERVICE, &user).map_err(|_| KeyringGone)?;
                work(&entry)
            });
            match tokio::time::timeout(PATIENCE, task).await {
                Ok(Ok(done)) => done,
                _ => Err(KeyringGone),
            }
        })
    }
}
