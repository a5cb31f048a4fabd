//! What the desk keeps: secrets in the keyring, settings in a file, the ledger.

use desk::view::LedgerTrouble;
use desk::view::checkup::{Check, CheckFinding, CheckSubject};
use ledger::{Condition, Ledger, LedgerError, Place, Stands};
use tokio::time::Instant;

use super::{Patient, milliseconds};
use crate::keys::Name;
use crate::settings::Settings;

/// An entry of its own is written, read and removed.
pub async fn keyring(patient: &Patient) -> Vec<CheckFinding> {
    let began = Instant::now();
    let what = match patient.keys().probe(patient.dice.as_ref()).await {
        Ok(true) => Check::KeyringWorks { took: milliseconds(began.elapsed()) },
        Ok(false) => Check::KeyringForgets,
        Err(_) => Check::KeyringGone,
    };
    vec![CheckFinding::new(CheckSubject::Keyring, what)]
}

pub fn settings(patient: &Patient) -> Vec<CheckFinding> {
    let what = match &patient.settings {
        None => Check::SettingsUnreadable,
        Some(settings) if settings.connections.practice() => Check::SettingsPractice,
        Some(_) => Check::SettingsRead,
    };
    vec![CheckFinding::new(CheckSubject::Settings, what)]
}

/// The ledger that is open; where none is, the one that the settings name is opened for the while. None is made.
pub async fn ledger(patient: &Patient) -> Vec<CheckFinding> {
    let began = Instant::now();
    let what = match (&patient.running, &patient.settings) {
        (Some(running), _) if running.practice => Check::LedgerPractice,
        (Some(running), _) => condition(running.ledger.examine(patient.clock.now()).await, began),
        (None, Some(settings)) if settings.connections.practice() => Check::LedgerPractice,
        (None, Some(settings)) => match place(patient, settings).await {
            Ok(place) => condition(by_hand(patient, place).await, began),
            Err(what) => what,
        },
        // Nobody knows which it is.
        (None, None) => return Vec::new(),
    };
    vec![CheckFinding::new(CheckSubject::Ledger, what)]
}

async fn by_hand(patient: &Patient, place: Place) -> Result<Condition, LedgerError> {
    let ledger = Ledger::open(place).await?;
    let condition = ledger.examine(patient.clock.now()).await;
    ledger.close().await;
    condition
}

async fn place(patient: &Patient, settings: &Settings) -> Result<Place, Check> {
    let keys = patient.keys();
    if let Some(at) = &settings.connections.ledger {
        let url = at.0.parse().map_err(|_| Check::LedgerTrouble { why: LedgerTrouble::Io })?;
        let password = keys.get(Name::LedgerPassword).await.ok().flatten();
        return Ok(Place::Postgres { url, password: password.ok_or(Check::LedgerNoKey)? });
    }
    let path = patient.home.ledger_there().ok_or(Check::LedgerNone)?;
    let key = keys.kept_ledger_key().await.ok().flatten();
    Ok(Place::File { path, key: key.ok_or(Check::LedgerNoKey)? })
}

fn condition(examined: Result<Condition, LedgerError>, began: Instant) -> Check {
    match examined {
        Err(error) => Check::LedgerTrouble { why: (&error).into() },
        Ok(Condition { stands, schema, bytes }) => {
            let schema = u32::try_from(schema).unwrap_or(u32::MAX);
            let kilobytes = u32::try_from(bytes / 1000).unwrap_or(u32::MAX);
            match stands {
                Stands::File => Check::LedgerFile { schema, kilobytes },
                Stands::Server { tls } => {
                    Check::LedgerServer { schema, kilobytes, took: milliseconds(began.elapsed()), tls }
                }
                Stands::Memory => Check::LedgerPractice,
            }
        }
    }
}
