//! The work of the desk: what a tap, a scan or a typed line sets in motion. The only room that combines the
//! three registers, the readers and the ledger; it knows no window, so every journey runs in a test without one.
//!
//! [`Desk`] is told what happens on the readers ([`Desk::on_reader`]) and what the clerk types ([`Desk::ask`]); it
//! asks the registers side by side and tells its listener, as [`view::Notice`]s, what it knows so far.

mod answers;
mod audit;
mod checkup;
mod enquiry;
mod health;
mod index;
mod line;
mod links;
mod names;
mod photos;
mod readers;
mod records;
mod search;
mod stock;
mod student_chip;
mod verdict;
pub mod view;
mod work;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::{Ean, Ledger, LedgerError};
use secrecy::SecretString;
use uuid::Uuid;
use wire::{Clock, Dice};

pub use checkup::check_register;
pub use photos::Portrait;
pub use readers::{Origin, refusal_code};
pub use search::NoSuchPerson;
pub use verdict::{Answers, verdict};

use enquiry::Running;
use view::{Enquiry, IndexState, Instant, Notice, Readers, RegisterState};

/// The registers that this desk may ask; one that isn't set up is absent.
#[derive(Debug, Default)]
pub struct Registers {
    pub alive: Option<alive::Client>,
    pub usos: Option<usos::Client>,
    /// The university lets the desk's USOS consumer act for a student (`as_user_id`).
    pub usos_acts_for_students: bool,
    pub sup: Option<sup::Client>,
    /// What the institution has agreed with ALIVE; an empty one leaves it to ALIVE to refuse.
    pub profile: alive::Profile,
}

/// What the desk takes from outside.
#[derive(Debug)]
pub struct Surroundings {
    pub clock: Arc<dyn Clock>,
    pub dice: Arc<dyn Dice>,
    /// Tells this desk from the others at one ledger.
    pub desk: String,
    /// The institution's zone: "today" and the validity of cards go by it.
    pub zone: TimeZone,
    /// The supervisor's PIN, if one is set.
    pub pin: Option<SecretString>,
    /// How long after a change without an answer the register is read back: [`LOOK_AGAIN`] at the counter.
    pub look_again: [Duration; 3],
}

/// What is still under way has come through by then, mostly.
pub const LOOK_AGAIN: [Duration; 3] =
    [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// The desk. Clones are the same desk.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    registers: Registers,
    ledger: Ledger,
    around: Surroundings,
    tell: Box<dyn Fn(Notice) + Send + Sync>,
    /// Held from a change until it has been told, so that notices never overtake each other. Taken before any other
    /// lock but `lying`.
    telling: Mutex<()>,
    current: Mutex<Option<Arc<Running>>>,
    /// The chips that have been read and still lie on their readers.
    lying: Mutex<enquiry::LyingChips>,
    portraits: photos::Portraits,
    /// SUP cards that a list names by their EAN, linked or not.
    sup_cards: Mutex<HashMap<Ean, Uuid>>,
    readers: Mutex<readers::Board>,
    health: Mutex<Vec<RegisterState>>,
    index: Mutex<IndexState>,
    /// One refresh of the index at a time.
    refresh: tokio::sync::Mutex<()>,
    enquiries: std::sync::atomic::AtomicU32,
    /// The file that is open, and the plan that waits.
    work: Mutex<work::Work>,
    /// One plan is carried out at a time.
    carrying: tokio::sync::Mutex<()>,
    /// One change of an issue at a time.
    issuing: tokio::sync::Mutex<()>,
    tasks: Mutex<Vec<view::work::Task>>,
    /// What an earlier run left open has been read back.
    looked_into: std::sync::atomic::AtomicBool,
    /// Those of the stock, which is counted now and then.
    stock_tasks: Mutex<Vec<view::work::Task>>,
    pin: Mutex<Option<SecretString>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

impl Desk {
    /// Opens the desk. `tell` is called for every notice, in order, from any thread; it must not block.
    ///
    /// # Errors
    /// Where the ledger can't be read.
    pub async fn open(
        registers: Registers,
        ledger: Ledger,
        around: Surroundings,
        tell: impl Fn(Notice) + Send + Sync + 'static,
    ) -> Result<Self, LedgerError> {
        let now = around.clock.now().as_millisecond();
        let health = health::at_start(&registers, now);
        let index = index::at_start(&registers, &ledger).await?;
        let pin = around.pin.clone();
        let desk = Self(Arc::new(Inner {
            registers,
            ledger,
            around,
            tell: Box::new(tell),
            telling: Mutex::default(),
            current: Mutex::new(None),
            lying: Mutex::default(),
            portraits: photos::Portraits::default(),
            sup_cards: Mutex::default(),
            readers: Mutex::default(),
            health: Mutex::new(health),
            index: Mutex::new(index),
            refresh: tokio::sync::Mutex::new(()),
            enquiries: std::sync::atomic::AtomicU32::new(0),
            work: Mutex::default(),
            carrying: tokio::sync::Mutex::new(()),
            issuing: tokio::sync::Mutex::new(()),
            tasks: Mutex::default(),
            looked_into: std::sync::atomic::AtomicBool::new(false),
            stock_tasks: Mutex::default(),
            pin: Mutex::new(pin),
        }));
        work::tasks::look_after(&desk);
        Ok(desk)
    }

    /// What has been told last, for a page that opens later.
    pub fn readers(&self) -> Readers {
        lock(&self.0.readers).readers()
    }

    pub fn registers(&self) -> Vec<RegisterState> {
        lock(&self.0.health).clone()
    }

    pub fn index(&self) -> IndexState {
        lock(&self.0.index).clone()
    }

    pub fn enquiry(&self) -> Option<Enquiry> {
        let current = lock(&self.0.current).clone();
        current.map(|running| running.snapshot())
    }

    /// A portrait by the opaque id that the page was given.
    pub fn portrait(&self, id: &str) -> Option<Portrait> {
        self.0.portraits.get(id)
    }

    /// Clears the desk for the next person: what was asked is dropped, portraits are forgotten.
    pub fn clear(&self) {
        if let Some(running) = lock(&self.0.current).take() {
            running.stop();
        }
        self.0.portraits.forget();
    }

    /// Ends all work under way. Numbers that weren't used are free for the other desks; the ledger is closed, so that
    /// its file is whole for a copy.
    pub async fn close(self) {
        self.clear();
        // A change that is under way ends first.
        let _ended = self.0.carrying.lock().await;
        let now = self.0.around.clock.now();
        if let Err(error) = self.0.ledger.give_back(&self.0.around.desk, now).await {
            tracing::warn!(%error, "the numbers that weren't used could not be given back");
        }
        self.0.ledger.clone().close().await;
    }
}

/// What a desk that could not be opened shows of readers, registers and index.
pub fn closed(now: jiff::Timestamp) -> (Readers, Vec<RegisterState>, IndexState) {
    let registers = health::at_start(&Registers::default(), now.as_millisecond());
    (readers::Board::default().readers(), registers, index::not_set_up())
}

impl Inner {
    fn now(&self) -> Instant {
        self.around.clock.now().as_millisecond()
    }

    fn today(&self) -> Date {
        self.around.clock.now().to_zoned(self.around.zone.clone()).date()
    }

    /// Tells what stands by itself.
    fn tell(&self, notice: Notice) {
        let _in_order = lock(&self.telling);
        (self.tell)(notice);
    }

    /// Changes something and tells how it is now, unless `change` says that there is nothing to tell.
    fn tell_changed(&self, change: impl FnOnce() -> Option<Notice>) {
        let _in_order = lock(&self.telling);
        if let Some(notice) = change() {
            (self.tell)(notice);
        }
    }

    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.around.dice.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// A lock whose holder has panicked still holds a usable value: each is replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
