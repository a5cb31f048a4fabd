//! Watches the readers of a [`Source`] and tells what happens there.
//!
//! One thread waits; every card laid down is read on a thread of its own, so that a slow card holds up neither the
//! waiting nor another reader. Whoever listens can rely on this order:
//!
//! - every [`What::CardArrived`] is followed by exactly one [`What::Read`] and then exactly one [`What::CardGone`] of
//!   the same reader, with no other card of that reader in between. A card that's gone before it could be read gets
//!   its `Read` (a refusal) all the same;
//! - the `Read` of a contact chip may be followed by one [`What::Els`], never after that card's `CardGone`: what a card
//!   that's gone still had to say is not told;
//! - a card swapped for another between two looks is a `CardGone` and a `CardArrived`;
//! - before [`What::ServiceDown`] all cards go and the list of readers empties; after [`What::ServiceUp`] the list
//!   comes anew, even an empty one, and a card that still lies there arrives anew.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    CardFault, ChipId, Connector, Els, ElsFault, Interface, Link, Reader, ReaderName, Reading, Refusal,
    Roles, Slot, SlotState, Source, SourceDown, Unread, Waker,
    els::{Broken, try_els},
    read,
};

/// Something that happened on the readers.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When the source's wait returned with it, in milliseconds since 1970 (UTC). For [`What::Read`] and [`What::Els`]
    /// it's the time of that card's arrival: what has passed since then is what the reading took.
    pub at_ms: f64,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a few a minute: a box would be one more thing to take apart")]
pub enum What {
    /// No reader can be watched. The monitor goes on trying; comes again when the reason changes.
    ServiceDown(SourceDown),
    ServiceUp,
    /// All readers there are now.
    Readers(Vec<Reader>),
    CardArrived {
        reader: Reader,
    },
    Read {
        reader: Reader,
        reading: Result<Reading, Refusal>,
    },
    /// The student's data of a contact chip whose identity has been told; none where it isn't a student card.
    Els {
        reader: Reader,
        els: Result<Option<Els>, ElsFault>,
    },
    CardGone {
        reader: Reader,
    },
}

/// The longest single wait: a cancel that comes before the wait has begun is lost, so stopping may take this long.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Pauses between attempts to reach a service that's down: doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LAST_PAUSE: Duration = Duration::from_millis(800);
/// How often a card is tried before it's refused for not answering.
const ATTEMPTS: u32 = 3;

/// The running threads. Dropping it stops them: no event comes after that, and the drop takes 2 s at most (a thread
/// that hangs in a card's driver for longer is left to end by itself).
pub struct Monitor {
    shared: Arc<Shared>,
    waker: Waker,
    waiting: Option<JoinHandle<()>>,
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").finish_non_exhaustive()
    }
}

impl Monitor {
    /// Starts watching, with the roles that the readers' names suggest; see [`start_with`](Self::start_with).
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        source: impl Source + 'static,
        now: Box<dyn Fn() -> f64 + Send>,
        on: Box<dyn Fn(Event) + Send>,
    ) -> io::Result<Self> {
        Self::start_with(source, Roles::default(), now, on)
    }

    /// Starts watching. A role that's given anew holds from the next look on (within two seconds), for the next
    /// card: one that's being read is read to the end. `now` gives milliseconds since 1970. `on` is called from the monitor's threads, one call at a
    /// time; it must return soon (put the event into a channel) and must not drop the monitor.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start_with(
        source: impl Source + 'static,
        roles: Roles,
        now: Box<dyn Fn() -> f64 + Send>,
        on: Box<dyn Fn(Event) + Send>,
    ) -> io::Result<Self> {
        let desk = Desk { on, stopping: false, visits: BTreeMap::new(), laid_down: 0 };
        let shared = Arc::new(Shared { desk: Mutex::new(desk), changed: Condvar::new() });
        let waker = source.waker();
        let connector = source.connector();
        let watch = Watch {
            source: Box::new(source),
            roles,
            now,
            shared: Arc::clone(&shared),
            connector,
            service: None,
            readers: None,
        };
        let waiting = thread::Builder::new().name("chip-wait".into()).spawn(move || watch.run())?;
        Ok(Self { shared, waker, waiting: Some(waiting) })
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.shared.desk().stopping = true;
        self.shared.changed.notify_all();
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        for _ in 0..200 {
            if waiting.is_finished() {
                // A panic in `on` has been reported by its own thread.
                let _ = waiting.join();
                return;
            }
            (self.waker)();
            thread::sleep(Duration::from_millis(10));
        }
        tracing::warn!("the thread that waits for readers didn't end in time");
    }
}

/// What the waiting thread and the reading threads share.
struct Shared {
    desk: Mutex<Desk>,
    /// Something left, or the monitor stops.
    changed: Condvar,
}

struct Desk {
    on: Box<dyn Fn(Event) + Send>,
    stopping: bool,
    /// The cards that lie on readers now.
    visits: BTreeMap<ReaderName, Visit>,
    /// Cards laid down so far, for telling one visit from the next.
    laid_down: u64,
}

/// A card from its arrival until it goes.
struct Visit {
    number: u64,
    reader: Reader,
    state: SlotState,
    arrived_ms: f64,
    /// Its `Read` has been told.
    read: bool,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        // A listener that panicked leaves nothing half done in here.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the visit has ended (true), at most for `patience` (false).
    fn gone_within(&self, reader: &ReaderName, number: u64, patience: Duration) -> bool {
        let there = |desk: &mut Desk| !desk.stopping && desk.visit(reader, number).is_some();
        let waited = self.changed.wait_timeout_while(self.desk(), patience, there);
        let (mut desk, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !there(&mut desk)
    }
}

impl Desk {
    fn tell(&self, at_ms: f64, what: What) {
        if !self.stopping {
            (self.on)(Event { at_ms, what });
        }
    }

    fn visit(&mut self, reader: &ReaderName, number: u64) -> Option<&mut Visit> {
        self.visits.get_mut(reader).filter(|visit| visit.number == number)
    }

    /// Tells the reading, unless the visit has ended meanwhile: then it has been told as a refusal.
    fn finish_reading(&mut self, reader: &ReaderName, number: u64, reading: Result<Reading, Refusal>) {
        if let Some(visit) = self.visit(reader, number).filter(|visit| !visit.read) {
            visit.read = true;
            let (at_ms, reader) = (visit.arrived_ms, visit.reader.clone());
            self.tell(at_ms, What::Read { reader, reading });
        }
    }

    /// Tells what the student's data was, unless the visit has ended meanwhile.
    fn finish_els(&mut self, reader: &ReaderName, number: u64, els: Result<Option<Els>, ElsFault>) {
        if let Some(visit) = self.visit(reader, number) {
            let (at_ms, reader) = (visit.arrived_ms, visit.reader.clone());
            self.tell(at_ms, What::Els { reader, els });
        }
    }

    fn end_visit(&mut self, at_ms: f64, name: &ReaderName, unread: Refusal) {
        if let Some(visit) = self.visits.remove(name) {
            if !visit.read {
                let reader = visit.reader.clone();
                self.tell(visit.arrived_ms, What::Read { reader, reading: Err(unread) });
            }
            self.tell(at_ms, What::CardGone { reader: visit.reader });
        }
    }
}

/// The waiting thread.
struct Watch {
    source: Box<dyn Source>,
    roles: Roles,
    now: Box<dyn Fn() -> f64 + Send>,
    shared: Arc<Shared>,
    connector: Arc<dyn Connector>,
    /// What was told last; none before the first look.
    service: Option<Result<(), SourceDown>>,
    readers: Option<Vec<Reader>>,
}

impl Watch {
    fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let seen = self.source.wait(PATIENCE);
            let at_ms = (self.now)();
            if self.shared.desk().stopping {
                return;
            }
            match seen {
                Ok(slots) => {
                    self.up(at_ms, slots);
                    pause = FIRST_PAUSE;
                }
                Err(reason) => {
                    self.down(at_ms, reason);
                    let stopping =
                        self.shared.changed.wait_timeout_while(self.shared.desk(), pause, |d| !d.stopping);
                    drop(stopping);
                    pause = (pause * 2).min(LAST_PAUSE);
                }
            }
        }
    }

    fn down(&mut self, at_ms: f64, reason: SourceDown) {
        if self.service == Some(Err(reason)) {
            return;
        }
        tracing::warn!(%reason, "no reader can be watched");
        let mut desk = self.shared.desk();
        let names: Vec<ReaderName> = desk.visits.keys().cloned().collect();
        for name in &names {
            desk.end_visit(at_ms, name, Refusal::ReaderLost);
        }
        self.shared.changed.notify_all();
        if self.readers.take().is_some_and(|readers| !readers.is_empty()) {
            desk.tell(at_ms, What::Readers(Vec::new()));
        }
        desk.tell(at_ms, What::ServiceDown(reason));
        self.service = Some(Err(reason));
    }

    /// Compares what lies there with what lay there: first what left, then the readers, then what came.
    fn up(&mut self, at_ms: f64, slots: Vec<Slot>) {
        let mut desk = self.shared.desk();
        if self.service != Some(Ok(())) {
            desk.tell(at_ms, What::ServiceUp);
            self.service = Some(Ok(()));
        }

        let left: Vec<(ReaderName, Refusal)> = desk
            .visits
            .iter()
            .filter_map(|(name, visit)| match slots.iter().find(|slot| slot.reader == *name) {
                None => Some((name.clone(), Refusal::ReaderLost)),
                Some(slot) if !same_card(&visit.state, &slot.state) => {
                    Some((name.clone(), Refusal::RemovedWhileReading))
                }
                Some(_) => None,
            })
            .collect();
        for (name, unread) in &left {
            desk.end_visit(at_ms, name, *unread);
        }
        self.shared.changed.notify_all();

        let readers: Vec<Reader> = slots.iter().map(|slot| self.roles.reader(slot.reader.clone())).collect();
        if self.readers.as_ref() != Some(&readers) {
            desk.tell(at_ms, What::Readers(readers.clone()));
        }
        for (slot, reader) in slots.into_iter().zip(&readers) {
            if slot.state != SlotState::Empty
                && reader.role.is_read()
                && !desk.visits.contains_key(&slot.reader)
            {
                self.begin_visit(&mut desk, at_ms, reader, slot.state);
            }
        }
        self.readers = Some(readers);
    }

    fn begin_visit(&self, desk: &mut Desk, at_ms: f64, reader: &Reader, state: SlotState) {
        desk.laid_down += 1;
        let number = desk.laid_down;
        let mute = matches!(state, SlotState::Mute { .. });
        let visit = Visit { number, reader: reader.clone(), state, arrived_ms: at_ms, read: false };
        desk.visits.insert(reader.name.clone(), visit);
        desk.tell(at_ms, What::CardArrived { reader: reader.clone() });
        if mute {
            return desk.finish_reading(&reader.name, number, Err(Refusal::ChipDoesNotAnswer));
        }
        let (shared, connector, card) =
            (Arc::clone(&self.shared), Arc::clone(&self.connector), reader.clone());
        let spawned = thread::Builder::new().name("chip-read".into()).spawn(move || {
            read_patiently(&shared, &*connector, &card, number);
        });
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for reading a card");
            desk.finish_reading(&reader.name, number, Err(Refusal::Unreadable { pcsc: 0 }));
        }
    }
}

/// Whether it's still the card that lay there. The generation tells, not the ATR: another program's reset may
/// change the ATR of the same card. Where nothing is counted (0), the ATR must do.
fn same_card(before: &SlotState, now: &SlotState) -> bool {
    match (before, now) {
        (SlotState::Card { atr: a, generation: m }, SlotState::Card { atr: b, generation: n }) => {
            m == n && (*n != 0 || a == b)
        }
        (SlotState::Mute { generation: m }, SlotState::Mute { generation: n }) => m == n,
        _ => false,
    }
}

/// What one conversation left to do.
enum Progress {
    Done,
    /// It broke: another one may do. What has been told by then stays told.
    Broke(CardFault),
}

/// Reads the card and tells what it says, trying again after a fault, until its visit has ended.
///
/// A card that's being pulled out looks like one that doesn't answer until the service notices (pcsc-lite looks
/// every 400 ms). So after a fault the visit's end is waited for a little, before the card is tried again.
fn read_patiently(shared: &Shared, connector: &dyn Connector, reader: &Reader, number: u64) {
    let mut last = CardFault::Silent;
    let mut identified = None;
    for _ in 0..ATTEMPTS {
        let mut progress = None;
        let session = connector.session(&reader.name, &mut |link| {
            progress = Some(converse(shared, link, reader, number, &mut identified));
        });
        last = match (progress, session) {
            (Some(Progress::Done), _) => return,
            (Some(Progress::Broke(fault)), _) | (None, Err(fault)) => fault,
            // A connector that doesn't call back has no card to talk to.
            (None, Ok(())) => CardFault::Silent,
        };
        let patience = match last {
            CardFault::Reset => Duration::ZERO,
            CardFault::Busy => Duration::from_millis(200),
            CardFault::Silent | CardFault::Other(_) => Duration::from_millis(500),
            CardFault::Removed | CardFault::Lost => Duration::from_secs(1),
        };
        if shared.gone_within(&reader.name, number, patience) {
            return;
        }
    }
    let mut desk = shared.desk();
    if identified.is_some() {
        desk.finish_els(&reader.name, number, Err(last.into()));
    } else {
        desk.finish_reading(&reader.name, number, Err(last.into()));
    }
}

/// One conversation: the identity, told as soon as it's known, then a contact chip's student data.
fn converse(
    shared: &Shared,
    link: &mut dyn Link,
    reader: &Reader,
    number: u64,
    identified: &mut Option<ChipId>,
) -> Progress {
    let reading = match read(link, reader.role) {
        Ok(reading) => Ok(reading),
        Err(Unread::Refused(refusal)) => Err(refusal),
        Err(Unread::Fault(fault)) => return Progress::Broke(fault),
    };
    let contact = reading.as_ref().ok().filter(|reading| reading.interface == Interface::Contact);
    let contact = contact.map(|reading| reading.identity);
    if let Some(told) = *identified
        && contact != Some(told)
    {
        // Another card already lies where this one lay: what it says is not this one's.
        return Progress::Broke(CardFault::Removed);
    }
    shared.desk().finish_reading(&reader.name, number, reading);
    if contact.is_none() {
        return Progress::Done;
    }
    *identified = contact;
    let els = match try_els(link) {
        Ok(els) => Ok(els),
        Err(Broken::Els(fault)) => Err(fault),
        Err(Broken::Card(fault)) => return Progress::Broke(fault),
    };
    shared.desk().finish_els(&reader.name, number, els);
    Progress::Done
}

#[cfg(test)]
mod tests;
