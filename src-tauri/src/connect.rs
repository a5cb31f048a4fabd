//! From settings and secrets to clients of the registers; and the checks of what is typed in the settings.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger::{BadPostgresUrl, LedgerError, PostgresUrl};
use secrecy::{ExposeSecret, SecretString};
use wire::{BaseUrl, BaseUrlError, Clock, Dice, Http, Limits};

use crate::commands::settings::{
    AliveConnection, Connect, ConnectCode, ConnectRefusal, Connections, LedgerConnection, SupConnection,
    UsosConnection,
};
use crate::keys::{KeyringGone, Keys, Name};
use crate::settings::Settings;
use desk::Registers;

pub fn refusal(field: &str, code: ConnectCode) -> ConnectRefusal {
    ConnectRefusal { field: field.to_owned(), code }
}

/// Checks what was typed, before anything is kept.
pub fn check(to: &Connect) -> Result<(), ConnectRefusal> {
    let filled = |field: &str, text: &str| {
        if text.trim().is_empty() { Err(refusal(field, ConnectCode::Empty)) } else { Ok(()) }
    };
    match to {
        Connect::Alive { connection, .. } => {
            address(&connection.base_url)?;
            agreement(connection)?;
            filled("access_key_id", &connection.access_key_id)
        }
        Connect::Usos { connection, .. } => {
            address(&connection.base_url)?;
            filled("consumer_key", &connection.consumer_key)
        }
        Connect::Sup { connection, key, .. } => {
            address(&connection.base_url)?;
            match key.as_deref().filter(|key| !key.trim().is_empty()) {
                Some(key) => codec(connection, key).map(drop),
                None => profile(connection).map(drop),
            }
        }
    }
}

fn address(text: &str) -> Result<BaseUrl, ConnectRefusal> {
    BaseUrl::parse(text.trim()).map_err(|error| {
        let code = match error {
            BaseUrlError::Insecure => ConnectCode::NotEncrypted,
            _ => ConnectCode::NotAnAddress,
        };
        refusal("base_url", code)
    })
}

/// The address of a database server.
pub fn database(to: &LedgerConnection) -> Result<PostgresUrl, ConnectRefusal> {
    to.0.parse().map_err(|error| {
        let code = match error {
            BadPostgresUrl::Format => ConnectCode::NotAnAddress,
            BadPostgresUrl::Password => ConnectCode::PasswordInAddress,
            BadPostgresUrl::Insecure => ConnectCode::NotEncrypted,
        };
        refusal("ledger", code)
    })
}

/// The database did not open.
pub fn database_refused(error: &LedgerError) -> ConnectRefusal {
    match error {
        LedgerError::Denied => refusal("password", ConnectCode::DatabaseDenied),
        LedgerError::Gone | LedgerError::Unsure => refusal("ledger", ConnectCode::DatabaseGone),
        LedgerError::Tls => refusal("ledger", ConnectCode::DatabaseTls),
        LedgerError::NewerSchema { .. } => refusal("ledger", ConnectCode::DatabaseNewer),
        _ => refusal("ledger", ConnectCode::DatabaseFault),
    }
}

/// The database's password: the one that was typed, or for the same address the one in the keyring.
pub async fn password(
    typed: Option<String>,
    same: bool,
    keys: &Keys,
) -> Result<SecretString, ConnectRefusal> {
    if let Some(typed) = typed.filter(|typed| !typed.is_empty()) {
        return Ok(typed.into());
    }
    let kept = keys.get(Name::LedgerPassword).await;
    let kept = kept.map_err(|KeyringGone| refusal("password", ConnectCode::Keyring))?;
    kept.filter(|_| same).ok_or_else(|| refusal("password", ConnectCode::Empty))
}

/// What has been agreed with ALIVE; nothing is known where nothing was loaded.
fn agreement(connection: &AliveConnection) -> Result<alive::Profile, ConnectRefusal> {
    let text = connection.profile.as_deref().filter(|text| !text.trim().is_empty());
    text.map_or_else(|| Ok(alive::Profile::default()), serde_json::from_str)
        .map_err(|_: serde_json::Error| refusal("profile", ConnectCode::BadProfile))
}

fn profile(connection: &SupConnection) -> Result<sup::CodecProfile, ConnectRefusal> {
    let algorithm = match connection.algorithm.as_str() {
        "XChaCha20-Poly1305" => sup::Algorithm::XChaCha20Poly1305,
        _ => return Err(refusal("algorithm", ConnectCode::UnknownEncoding)),
    };
    let encoding = |field: &str, name: &str| match name {
        "base64url-nopad" => Ok(sup::Encoding::Base64Url),
        "base64" => Ok(sup::Encoding::Base64),
        "hex" => Ok(sup::Encoding::Hex),
        _ => Err(refusal(field, ConnectCode::UnknownEncoding)),
    };
    Ok(sup::CodecProfile {
        algorithm,
        nonce_encoding: encoding("nonce_encoding", &connection.nonce_encoding)?,
        ciphertext_encoding: encoding("ciphertext_encoding", &connection.ciphertext_encoding)?,
    })
}

fn codec(connection: &SupConnection, key: &str) -> Result<sup::Codec, ConnectRefusal> {
    let bad_key = || refusal("key", ConnectCode::BadKey);
    let key = STANDARD.decode(key.trim()).map_err(|_| bad_key())?;
    sup::Codec::new(profile(connection)?, key.into(), None).map_err(|_| bad_key())
}

/// Puts the secrets into the keyring and the rest into the settings. A secret that was not typed stays the one in the
/// keyring, unless the address is another: a secret is never sent to a host that it wasn't typed for.
pub async fn keep(to: Connect, mut settings: Settings, keys: &Keys) -> Result<Settings, ConnectRefusal> {
    let before = &settings.connections;
    match to {
        Connect::Alive { connection, secret } => {
            let same = before.alive.as_ref().is_some_and(|it| it.base_url == connection.base_url);
            keep_secrets(keys, same, vec![("secret", Name::AliveSecret, secret)]).await?;
            settings.connections.alive = Some(connection);
        }
        Connect::Usos { connection, secret } => {
            let same = before.usos.as_ref().is_some_and(|it| it.base_url == connection.base_url);
            keep_secrets(keys, same, vec![("secret", Name::UsosSecret, secret)]).await?;
            settings.connections.usos = Some(connection);
        }
        Connect::Sup { connection, token, key } => {
            let same = before.sup.as_ref().is_some_and(|it| it.base_url == connection.base_url);
            keep_secrets(keys, same, vec![("token", Name::SupToken, token), ("key", Name::SupKey, key)])
                .await?;
            settings.connections.sup = Some(connection);
        }
    }
    Ok(settings)
}

/// All or none: what is missing is found before anything is kept.
async fn keep_secrets(
    keys: &Keys,
    same_host: bool,
    secrets: Vec<(&'static str, Name, Option<String>)>,
) -> Result<(), ConnectRefusal> {
    let mut typed = Vec::new();
    for (field, name, secret) in secrets {
        match secret.map(|secret| secret.trim().to_owned()).filter(|secret| !secret.is_empty()) {
            Some(secret) => typed.push((field, name, secret)),
            None => {
                let kept =
                    keys.get(name).await.map_err(|KeyringGone| refusal(field, ConnectCode::Keyring))?;
                if kept.is_none() || !same_host {
                    return Err(refusal(field, ConnectCode::Empty));
                }
            }
        }
    }
    for (field, name, secret) in typed {
        let kept = keys.set(name, SecretString::from(secret)).await;
        kept.map_err(|KeyringGone| refusal(field, ConnectCode::Keyring))?;
    }
    Ok(())
}

/// One client's worth of what is needed from outside.
struct Means<'a> {
    http: Http,
    clock: &'a Arc<dyn Clock>,
    dice: &'a Arc<dyn Dice>,
}

impl<'a> Means<'a> {
    fn new(clock: &'a Arc<dyn Clock>, dice: &'a Arc<dyn Dice>) -> Option<Self> {
        Some(Self { http: Http::new(Limits::default(), Arc::clone(dice)).ok()?, clock, dice })
    }

    fn alive(&self, connection: &AliveConnection, secret: SecretString) -> Option<alive::Client> {
        let base = address(&connection.base_url).ok()?;
        let keys = alive::Keys { access_key_id: connection.access_key_id.clone(), secret };
        Some(alive::Client::new(self.http.clone(), base, keys, Arc::clone(self.clock)))
    }

    fn usos(&self, connection: &UsosConnection, secret: SecretString) -> Option<usos::Client> {
        let base = address(&connection.base_url).ok()?;
        let consumer = usos::Consumer { key: connection.consumer_key.clone(), secret, administrative: true };
        let (clock, dice) = (Arc::clone(self.clock), Arc::clone(self.dice));
        Some(usos::Client::new(self.http.clone(), base, consumer, None, clock, dice))
    }

    fn sup(
        &self,
        connection: &SupConnection,
        token: SecretString,
        key: &SecretString,
    ) -> Option<sup::Client> {
        let base = address(&connection.base_url).ok()?;
        let codec = codec(connection, key.expose_secret()).ok()?;
        let token = sup::Token::with_prefix(token, &connection.token_prefix);
        let (clock, dice) = (Arc::clone(self.clock), Arc::clone(self.dice));
        Some(sup::Client::new(self.http.clone(), base, token, codec, clock, dice))
    }
}

/// The registers' secrets, as far as the keyring has them.
#[derive(Debug)]
pub struct Secrets {
    alive: Option<SecretString>,
    usos: Option<SecretString>,
    sup_token: Option<SecretString>,
    sup_key: Option<SecretString>,
}

impl Secrets {
    pub async fn read(keys: &Keys) -> Result<Self, KeyringGone> {
        Ok(Self {
            alive: keys.get(Name::AliveSecret).await?,
            usos: keys.get(Name::UsosSecret).await?,
            sup_token: keys.get(Name::SupToken).await?,
            sup_key: keys.get(Name::SupKey).await?,
        })
    }
}

/// The university's own registers. A register whose settings or secrets are missing or bad is absent, which its
/// column says.
pub fn own(
    connections: &Connections,
    secrets: Secrets,
    clock: &Arc<dyn Clock>,
    dice: &Arc<dyn Dice>,
) -> Registers {
    let Some(means) = Means::new(clock, dice) else {
        return Registers::default();
    };
    let Connections { alive, usos, sup, ledger: _ } = connections;
    Registers {
        profile: alive.as_ref().and_then(|to| agreement(to).ok()).unwrap_or_default(),
        alive: alive.as_ref().zip(secrets.alive).and_then(|(to, secret)| means.alive(to, secret)),
        usos: usos.as_ref().zip(secrets.usos).and_then(|(to, secret)| means.usos(to, secret)),
        usos_acts_for_students: usos.as_ref().is_some_and(|to| to.act_for_students),
        sup: sup
            .as_ref()
            .zip(secrets.sup_token.zip(secrets.sup_key))
            .and_then(|(to, (token, key))| means.sup(to, token, &key)),
    }
}

/// The practice university's registers, by the access that it hands out.
pub fn practice(
    university: &practice::University,
    clock: &Arc<dyn Clock>,
    dice: &Arc<dyn Dice>,
) -> Option<Registers> {
    let access = university.access().clone();
    let means = Means::new(clock, dice)?;
    let alive = AliveConnection {
        base_url: access.alive.base_url,
        access_key_id: access.alive.access_key_id,
        profile: Some(serde_json::to_string(&access.alive.profile).ok()?),
    };
    let usos = UsosConnection {
        base_url: access.usos.base_url,
        consumer_key: access.usos.admin_consumer_key,
        act_for_students: true,
    };
    let sup = SupConnection {
        base_url: access.sup.base_url,
        token_prefix: "Bearer ".to_owned(),
        algorithm: access.sup.codec.algorithm,
        nonce_encoding: access.sup.codec.nonce_encoding,
        ciphertext_encoding: access.sup.codec.ciphertext_encoding,
    };
    Some(Registers {
        profile: agreement(&alive).ok()?,
        alive: Some(means.alive(&alive, access.alive.secret_access_key.into())?),
        usos: Some(means.usos(&usos, access.usos.admin_consumer_secret.into())?),
        usos_acts_for_students: usos.act_for_students,
        sup: Some(means.sup(&sup, access.sup.token.into(), &access.sup.codec.key_base64.into())?),
    })
}
