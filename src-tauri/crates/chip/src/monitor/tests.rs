//! The order of events, on a source that plays a script.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    time::Instant,
};

use super::*;
use crate::{Atr, Link, Role};

mod els;

const DESFIRE: [u8; 6] = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80];
const LONG: Duration = Duration::from_secs(10);

type Seen = Result<Vec<Slot>, SourceDown>;
type Talk = dyn Fn(&ReaderName, &mut dyn FnMut(&mut dyn Link)) -> Result<(), CardFault> + Send + Sync;

/// Gives out what the test puts in, and waits as a real source does while there's nothing.
struct Script {
    looks: Receiver<Seen>,
    last: Seen,
    talk: Arc<Talk>,
}

struct Talker(Arc<Talk>);

impl Connector for Talker {
    fn session(&self, reader: &ReaderName, work: &mut dyn FnMut(&mut dyn Link)) -> Result<(), CardFault> {
        (self.0)(reader, work)
    }
}

impl Source for Script {
    fn wait(&mut self, patience: Duration) -> Seen {
        match self.looks.recv_timeout(patience.min(Duration::from_millis(200))) {
            Ok(look) => self.last = look,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(20)),
        }
        self.last.clone()
    }

    fn connector(&self) -> Arc<dyn Connector> {
        Arc::new(Talker(Arc::clone(&self.talk)))
    }

    fn waker(&self) -> Waker {
        Arc::new(|| {})
    }
}

struct UidCard(Atr, Vec<u8>);

impl Link for UidCard {
    fn atr(&self) -> &Atr {
        &self.0
    }

    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, CardFault> {
        Ok(self.1.clone())
    }
}

fn answers_uid() -> Arc<Talk> {
    Arc::new(|_, work| {
        work(&mut UidCard(Atr::new(DESFIRE), hex::decode("041122334455669000").unwrap()));
        Ok(())
    })
}

struct Desk {
    looks: Sender<Seen>,
    events: Receiver<Event>,
    monitor: Option<Monitor>,
    roles: Roles,
}

impl Desk {
    fn open(talk: Arc<Talk>) -> Self {
        let (looks, script) = mpsc::channel();
        let (told, events) = mpsc::channel();
        let source = Script { looks: script, last: Ok(vec![]), talk };
        let clock = Mutex::new(0.0);
        let now = Box::new(move || {
            let mut clock = clock.lock().unwrap();
            *clock += 1.0;
            *clock
        });
        let on = Box::new(move |event| drop(told.send(event)));
        let roles = Roles::default();
        let monitor = Monitor::start_with(source, roles.clone(), now, on).unwrap();
        Self { looks, events, monitor: Some(monitor), roles }
    }

    fn look(&self, slots: &[(&str, SlotState)]) {
        let slot =
            |(name, state): &(&str, SlotState)| Slot { reader: ReaderName::new(*name), state: state.clone() };
        self.looks.send(Ok(slots.iter().map(slot).collect())).unwrap();
    }

    /// The next events, each as one word and its reader.
    fn expect(&self, words: &[&str]) -> Vec<Event> {
        let events: Vec<Event> =
            words.iter().map(|word| self.events.recv_timeout(LONG).expect(word)).collect();
        assert_eq!(events.iter().map(|event| spoken(&event.what)).collect::<Vec<_>>(), words);
        events
    }

    fn expect_nothing_more(&self) {
        assert_eq!(self.events.recv_timeout(Duration::from_millis(400)), Err(RecvTimeoutError::Timeout));
    }
}

fn spoken(what: &What) -> String {
    match what {
        What::ServiceDown(_) => "down".into(),
        What::ServiceUp => "up".into(),
        What::Readers(readers) => format!("readers {}", readers.len()),
        What::CardArrived { reader } => format!("arrived {}", reader.name.as_str()),
        What::Read { reader, reading: Ok(_) } => format!("read {}", reader.name.as_str()),
        What::Read { reader, reading: Err(refusal) } => format!("{refusal:?} {}", reader.name.as_str()),
        What::Els { reader, els } => format!("els {} {}", spoken_els(els), reader.name.as_str()),
        What::CardGone { reader } => format!("gone {}", reader.name.as_str()),
    }
}

fn spoken_els(els: &Result<Option<Els>, ElsFault>) -> String {
    match els {
        Ok(Some(els)) => format!("{:?}", els.signature.verdict),
        Ok(None) => "none".into(),
        Err(fault) => format!("{fault:?}"),
    }
}

fn card(generation: u32) -> SlotState {
    SlotState::Card { atr: Atr::new(DESFIRE), generation }
}

#[test]
fn a_card_arrives_is_read_once_and_goes() {
    let desk = Desk::open(answers_uid());
    desk.look(&[("A", SlotState::Empty)]);
    desk.expect(&["up", "readers 1"]);
    desk.look(&[("A", card(1))]);
    let events = desk.expect(&["arrived A", "read A"]);
    assert_eq!(events[0].at_ms, events[1].at_ms, "the reading bears the time of the arrival");
    // Looks that change nothing (another program connects to the card) are no events.
    desk.look(&[("A", card(1))]);
    desk.look(&[("A", card(1))]);
    desk.look(&[("A", SlotState::Empty)]);
    let gone = desk.expect(&["gone A"]);
    assert!(gone[0].at_ms > events[0].at_ms);
    desk.expect_nothing_more();
}

#[test]
fn a_swap_within_one_look_is_gone_and_arrived() {
    let desk = Desk::open(answers_uid());
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A"]);
    desk.look(&[("A", card(3))]);
    desk.expect(&["gone A", "arrived A", "read A"]);
    // A card that starts to fail, and one that comes to its senses, count as swaps as well.
    desk.look(&[("A", SlotState::Mute { generation: 5 })]);
    desk.expect(&["gone A", "arrived A", "ChipDoesNotAnswer A"]);
    desk.look(&[("A", card(7))]);
    desk.expect(&["gone A", "arrived A", "read A"]);
    // Not counted (macOS): the ATR tells.
    desk.look(&[("A", card(0))]);
    desk.expect(&["gone A", "arrived A", "read A"]);
    desk.look(&[("A", SlotState::Card { atr: Atr::new([0x3B, 0x00]), generation: 0 })]);
    desk.expect(&["gone A", "arrived A", "read A"]);
    // Counted: a reset that changes the ATR is no swap.
    desk.look(&[("A", card(9))]);
    desk.expect(&["gone A", "arrived A", "read A"]);
    desk.look(&[("A", SlotState::Card { atr: Atr::new([0x3B, 0x00]), generation: 9 })]);
    desk.expect_nothing_more();
}

#[test]
fn a_card_removed_in_mid_read_is_refused_then_and_its_late_answer_thrown_away() {
    let (answer, answered) = mpsc::channel::<()>();
    let answered = Mutex::new(answered);
    let uid = answers_uid();
    let desk = Desk::open(Arc::new(move |reader, work| {
        answered.lock().unwrap().recv().unwrap();
        uid(reader, work)
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A"]);
    desk.look(&[("A", SlotState::Empty)]);
    desk.expect(&["RemovedWhileReading A", "gone A"]);
    answer.send(()).unwrap();
    desk.expect_nothing_more();
}

#[test]
fn a_card_that_falls_silent_because_it_is_pulled_out_counts_as_removed() {
    let desk = Desk::open(Arc::new(|_, _| Err(CardFault::Silent)));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A"]);
    thread::sleep(Duration::from_millis(300)); // as late as pcsc-lite notices
    desk.look(&[("A", SlotState::Empty)]);
    desk.expect(&["RemovedWhileReading A", "gone A"]);
}

#[test]
fn a_card_that_stays_silent_is_tried_again_and_then_refused() {
    let tries = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&tries);
    let desk = Desk::open(Arc::new(move |_, _| {
        *counted.lock().unwrap() += 1;
        Err(CardFault::Silent)
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "ChipDoesNotAnswer A"]);
    assert_eq!(*tries.lock().unwrap(), ATTEMPTS);
    desk.expect_nothing_more();
}

#[test]
fn a_card_that_another_program_holds_or_resets_for_a_moment_is_read() {
    for fault in [CardFault::Busy, CardFault::Reset] {
        let tries = Mutex::new(0);
        let uid = answers_uid();
        let desk = Desk::open(Arc::new(move |reader, work| {
            let mut tries = tries.lock().unwrap();
            *tries += 1;
            if *tries < 3 { Err(fault) } else { uid(reader, work) }
        }));
        desk.look(&[("A", card(1))]);
        desk.expect(&["up", "readers 1", "arrived A", "read A"]);
    }
    let desk = Desk::open(Arc::new(|_, _| Err(CardFault::Busy)));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "InUseElsewhere A"]);
}

#[test]
fn a_slow_card_holds_up_no_other_reader() {
    let (answer, answered) = mpsc::channel::<()>();
    let answered = Mutex::new(answered);
    let uid = answers_uid();
    let desk = Desk::open(Arc::new(move |reader, work| {
        if reader.as_str() == "slow" {
            answered.lock().unwrap().recv().unwrap();
        }
        uid(reader, work)
    }));
    desk.look(&[("slow", card(1)), ("quick", SlotState::Empty)]);
    desk.expect(&["up", "readers 2", "arrived slow"]);
    desk.look(&[("slow", card(1)), ("quick", card(1))]);
    desk.expect(&["arrived quick", "read quick"]);
    answer.send(()).unwrap();
    desk.expect(&["read slow"]);
}

#[test]
fn readers_come_and_go_with_their_cards() {
    let desk = Desk::open(answers_uid());
    desk.look(&[]);
    desk.expect(&["up", "readers 0"]);
    desk.look(&[("A", SlotState::Empty), ("B", SlotState::Empty)]);
    desk.expect(&["readers 2"]);
    desk.look(&[("A", SlotState::Empty), ("B", card(1))]);
    desk.expect(&["arrived B", "read B"]);
    desk.look(&[("A", SlotState::Empty)]);
    desk.expect(&["gone B", "readers 1"]);
}

#[test]
fn a_readers_own_module_is_listed_and_not_read() {
    let desk = Desk::open(answers_uid());
    desk.look(&[("ACR1252 Dual Reader SAM", card(1))]);
    desk.expect(&["up", "readers 1"]);
    desk.expect_nothing_more();
}

#[test]
fn when_the_service_dies_everything_goes_and_when_it_is_back_it_comes_anew() {
    let desk = Desk::open(answers_uid());
    desk.looks.send(Err(SourceDown::NotRunning)).unwrap();
    desk.look(&[("A", card(1))]);
    desk.expect(&["down", "up", "readers 1", "arrived A", "read A"]);
    desk.looks.send(Err(SourceDown::Failed(0x8010_002F))).unwrap();
    desk.expect(&["gone A", "readers 0", "down"]);
    desk.looks.send(Err(SourceDown::NotRunning)).unwrap();
    desk.expect(&["down"]);
    // The same reason again and again is told once.
    desk.expect_nothing_more();
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A", "read A"]);
}

#[test]
fn dropping_the_monitor_ends_it_within_2_seconds_even_while_a_card_hangs() {
    let (arrived, hangs) = mpsc::channel::<()>();
    let hangs = Mutex::new(hangs);
    let mut desk = Desk::open(Arc::new(move |_, _| {
        let _ = hangs.lock().unwrap().recv();
        Err(CardFault::Lost)
    }));
    desk.look(&[("A", card(1))]);
    desk.expect(&["up", "readers 1", "arrived A"]);
    let begun = Instant::now();
    desk.monitor.take();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    drop(arrived);
    // The listener may still be held by the hanging thread, but hears nothing any more.
    assert!(desk.events.recv_timeout(Duration::from_millis(300)).is_err());
}

#[test]
fn a_reader_that_is_ignored_is_listed_and_not_read_until_it_is_taken_back() {
    let desk = Desk::open(answers_uid());
    desk.roles.set([("Reader".to_owned(), Role::Ignored)]);
    desk.look(&[("Reader 00 00", card(1))]);
    desk.expect(&["up", "readers 1"]);
    desk.expect_nothing_more();
    desk.roles.set([("Reader".to_owned(), Role::Contactless)]);
    desk.expect(&["readers 1", "arrived Reader 00 00", "read Reader 00 00"]);
}
