//! The smart-card service and its readers, and the live test with a card.

use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use chip::{Event, Monitor, PcscSource, Roles, Slot, SlotState, Source, SourceDown, What};
use desk::view::checkup::{Check, CheckFinding, CheckSubject, GivenRole};
use tokio::task::spawn_blocking;
use wire::Clock;

use super::{Patient, milliseconds};

/// Beyond this somebody at the counter waits for a card to be read.
const SLOW: Duration = Duration::from_secs(1);
/// The service answers at once; only where there is no reader does it wait for one.
const LOOK: Duration = Duration::from_millis(300);

/// Looks with a connection of its own, whatever the desk's monitor is at.
pub async fn look(patient: &Patient) -> Vec<CheckFinding> {
    let given = patient.settings.as_ref().map(|settings| settings.readers.clone()).unwrap_or_default();
    let seen = spawn_blocking(|| PcscSource::new().wait(LOOK)).await;
    found(seen.unwrap_or(Err(SourceDown::NotRunning)), &given)
}

fn found(seen: Result<Vec<Slot>, SourceDown>, given: &BTreeMap<String, GivenRole>) -> Vec<CheckFinding> {
    let service = |what| CheckFinding::new(CheckSubject::SmartCards, what);
    let reader = |what| CheckFinding::new(CheckSubject::Readers, what);
    let slots = match seen {
        Ok(slots) => slots,
        Err(down) => {
            return vec![service(match down {
                SourceDown::NotRunning => Check::ServiceNotRunning,
                SourceDown::NotAllowed => Check::ServiceNotAllowed,
                SourceDown::Failed(code) => Check::ServiceFailed { pcsc: format!("{code:#010X}") },
            })];
        }
    };
    let mut found = vec![service(Check::ServiceRuns)];
    if slots.is_empty() {
        found.push(reader(Check::NoReader));
    }
    let roles = Roles::default();
    roles.set(given.iter().map(|(name, role)| (name.clone(), (*role).into())));
    let mut alike: BTreeMap<String, u32> = BTreeMap::new();
    for slot in slots {
        let card = slot.state != SlotState::Empty;
        let chip::Reader { name, role } = roles.reader(slot.reader);
        let name = name.pinned();
        *alike.entry(name.clone()).or_default() += 1;
        let given = given.get(&name).copied();
        found.push(reader(Check::Reader { name, role: role.into(), given, card }));
    }
    let alike = alike.into_iter().filter(|(_, readers)| *readers > 1);
    found.extend(alike.map(|(name, readers)| reader(Check::ReadersAlike { name, readers })));
    found
}

/// Waits for a card and tells how long its reading took. One that lies there already counts as put on.
pub async fn tap(patient: &Patient, time: Duration) -> Vec<CheckFinding> {
    let roles = Roles::default();
    roles.set(patient.settings.iter().flat_map(|settings| settings.roles()));
    let clock = Arc::clone(&patient.clock);
    let what = spawn_blocking(move || tapped(roles, clock, time)).await;
    what.ok().flatten().map(|what| CheckFinding::new(CheckSubject::Tap, what)).into_iter().collect()
}

/// None: no thread to be had.
fn tapped(roles: Roles, clock: Arc<dyn Clock>, time: Duration) -> Option<Check> {
    let (tell, hear) = mpsc::channel();
    let now = move || clock.now().as_duration().as_secs_f64() * 1000.0;
    let began = now();
    let (arrival, heard) = (now.clone(), now.clone());
    let on = move |event: Event| drop(tell.send((heard(), event)));
    let _monitor = Monitor::start_with(PcscSource::new(), roles, Box::new(arrival), Box::new(on)).ok()?;
    loop {
        let left = time.saturating_sub(between(began, now()));
        let Ok((known, Event { at_ms, what })) = hear.recv_timeout(left) else {
            return Some(Check::TapNone { seconds: u32::try_from(time.as_secs()).unwrap_or(u32::MAX) });
        };
        if let What::Read { reader, reading } = what {
            let (waited, took) = (milliseconds(between(began, at_ms)), between(at_ms, known));
            let (reader, slow, took) = (reader.name.pinned(), took > SLOW, milliseconds(took));
            return Some(match reading {
                Ok(_) if slow => Check::TapSlow { reader, waited, took },
                Ok(_) => Check::TapRead { reader, waited, took },
                Err(refusal) => Check::TapRefused { reader, why: desk::refusal_code(refusal), took },
            });
        }
    }
}

/// From one moment in milliseconds to a later one.
fn between(from: f64, to: f64) -> Duration {
    Duration::try_from_secs_f64((to - from) / 1000.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chip::ReaderName;
    use desk::view::checkup::{CheckLevel, ReaderRole};

    use super::*;

    fn slot(name: &str) -> Slot {
        Slot { reader: ReaderName::new(name), state: SlotState::Empty }
    }

    #[test]
    fn a_service_that_is_down_is_the_only_finding_and_bad() {
        let found = found(Err(SourceDown::NotRunning), &BTreeMap::new());
        assert_eq!(found, [CheckFinding::new(CheckSubject::SmartCards, Check::ServiceNotRunning)]);
        assert_eq!(found[0].level, CheckLevel::Bad);
    }

    #[test]
    fn readers_are_named_with_the_role_that_staff_gave_and_those_alike_are_told() {
        let given = BTreeMap::from([("Twin".to_owned(), GivenRole::Contact)]);
        let found = found(Ok(vec![slot("Twin 00 00"), slot("Twin 01 00"), slot("Tap CL 02 00")]), &given);
        let twin = Check::Reader {
            name: "Twin".to_owned(),
            role: ReaderRole::Contact,
            given: Some(GivenRole::Contact),
            card: false,
        };
        let tap = Check::Reader {
            name: "Tap CL".to_owned(),
            role: ReaderRole::Contactless,
            given: None,
            card: false,
        };
        let alike = Check::ReadersAlike { name: "Twin".to_owned(), readers: 2 };
        let what: Vec<Check> = found.into_iter().map(|finding| finding.what).collect();
        assert_eq!(what, [Check::ServiceRuns, twin.clone(), twin, tap, alike]);
    }
}
