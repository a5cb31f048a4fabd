//! The check-up: looks at everything that the desk stands on and says what it found, as codes
//! ([`desk::view::checkup`]). Each look has its own time; none makes another wait.

mod kept;
mod machine;
mod readers;
mod words;

use std::sync::Arc;
use std::time::Duration;

use desk::Desk;
use desk::view::Register;
use desk::view::checkup::{Check, CheckFinding, CheckSubject, CheckUp};
use ledger::Ledger;
use wire::{Clock, Dice};

use crate::connect;
use crate::keys::Keys;
use crate::settings::{Home, Settings};

/// How long a look may take: longer than the time in which a register has to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is looked at.
pub struct Patient {
    pub home: Home,
    /// None: the file can't be read.
    pub settings: Option<Settings>,
    /// The desk, where one is open in this process.
    pub running: Option<Running>,
    /// There is a display to open a window on.
    pub display: bool,
    pub clock: Arc<dyn Clock>,
    pub dice: Arc<dyn Dice>,
}

/// What is open.
pub struct Running {
    pub desk: Desk,
    pub ledger: Ledger,
    pub practice: bool,
}

impl Patient {
    fn keys(&self) -> Keys {
        Keys::new(self.settings.as_ref().map_or("", |settings| &settings.desk_id))
    }
}

/// Looks at everything, side by side. `tap`: waits so long for a card, and tells how fast it was read.
pub async fn look(patient: &Patient, tap: Option<Duration>) -> CheckUp {
    let (cards, tap, keyring, ledger, registers, printing) = tokio::join!(
        within(PATIENCE, CheckSubject::SmartCards, readers::look(patient)),
        async {
            match tap {
                Some(time) => readers::tap(patient, time).await,
                None => Vec::new(),
            }
        },
        within(PATIENCE, CheckSubject::Keyring, kept::keyring(patient)),
        within(PATIENCE, CheckSubject::Ledger, kept::ledger(patient)),
        registers(patient),
        within(PATIENCE, CheckSubject::Printing, machine::printing()),
    );
    let settings = kept::settings(patient);
    let display = machine::display(patient.display);
    CheckUp::of([cards, tap, keyring, settings, ledger, registers, printing, display].concat())
}

/// The check-up in English, one line a finding.
pub fn said(check_up: &CheckUp) -> String {
    let lines: Vec<String> = check_up.findings.iter().map(words::line).collect();
    lines.join("\n")
}

/// What the look says, or that it did not end in time.
async fn within(
    time: Duration,
    subject: CheckSubject,
    look: impl Future<Output = Vec<CheckFinding>>,
) -> Vec<CheckFinding> {
    tokio::time::timeout(time, look).await.unwrap_or_else(|_| {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        vec![CheckFinding::new(subject, Check::NoAnswer { seconds })]
    })
}

/// The registers: of the desk that is open, or else as settings and keyring name them.
async fn registers(patient: &Patient) -> Vec<CheckFinding> {
    let secrets = async {
        let keys = patient.keys();
        tokio::time::timeout(PATIENCE, connect::Secrets::read(&keys)).await.ok()?.ok()
    };
    let connections = patient.settings.as_ref().map(|settings| &settings.connections);
    let own = match (&patient.running, connections) {
        (None, Some(connections)) => {
            let secrets = secrets.await;
            secrets.map(|secrets| connect::own(connections, secrets, &patient.clock, &patient.dice))
        }
        _ => None,
    };
    let own = own.unwrap_or_default();
    let one = async |register, subject, named: bool| {
        let look = async {
            vec![match &patient.running {
                Some(running) => running.desk.check_register(register).await,
                None => desk::check_register(&own, register).await,
            }]
        };
        let mut found = within(PATIENCE, subject, look).await;
        for finding in &mut found {
            if named && finding.what == Check::RegisterNotSetUp {
                *finding = CheckFinding::new(subject, Check::RegisterIncomplete);
            }
        }
        found
    };
    let (alive, usos, sup) = tokio::join!(
        one(Register::Alive, CheckSubject::Alive, connections.is_some_and(|it| it.alive.is_some())),
        one(Register::Usos, CheckSubject::Usos, connections.is_some_and(|it| it.usos.is_some())),
        one(Register::Sup, CheckSubject::Sup, connections.is_some_and(|it| it.sup.is_some())),
    );
    [alive, usos, sup].concat()
}

/// In milliseconds, for a finding.
fn milliseconds(took: Duration) -> u32 {
    u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_look_that_does_not_end_is_given_up_and_said() {
        let never = std::future::pending();
        let found = within(PATIENCE, CheckSubject::Printing, never).await;
        let expected = CheckFinding::new(CheckSubject::Printing, Check::NoAnswer { seconds: 10 });
        assert_eq!(found, [expected]);
        assert!(!CheckUp::of(found).well);
    }
}
