//! One question at the desk and its answers: the registers are asked side by side, each column arrives by itself,
//! and the verdict is weighed anew each time. A newer question ends an older one; only reads are made here, so that
//! any of them may be dropped half-way.

mod asking;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chip::ChipId;
use futures::future::{AbortHandle, Abortable};
use jiff::civil::Date;
use ledger::PersonKey;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::names::{self, Likeness};
use crate::readers::{all_spellings, spellings};
use crate::records::{self, Wanted};
use crate::student_chip;
use crate::verdict::{Answers, verdict};
use crate::view::{
    Asked, ChipInHand, Column, Enquiry, Instant, Interface, Level, NotAsked, Notice, Photo, Register, Tap,
    Verdict,
};
use crate::{Desk, Inner, Origin, lock};

/// Answers that come this close together are told at once: each telling is a new picture of the whole verdict, and
/// the last one would wait for those before it to be painted.
const TOGETHER: Duration = Duration::from_millis(10);

/// Longer than the slowest register is waited for.
const BESIDE_PATIENCE: Duration = Duration::from_secs(12);

/// What is known to ask with.
#[derive(Clone, Default)]
pub(crate) struct Leads {
    /// The person in ALIVE.
    pub cardholder: Option<i64>,
    /// The card in question, where a card was asked for.
    pub card: Option<i64>,
    /// How many people the chip or code leads to.
    pub people: u32,
    /// The chip on the reader, or the one typed.
    pub wanted: Wanted,
    /// Spellings to look the chip up by, should the index learn of it.
    pub chip_keys: Vec<String>,
    /// What to ask USOS, one after another until it knows one.
    pub usos: Vec<usos::CardQuery>,
    /// The person in USOS.
    pub usos_user: Option<String>,
    /// The card in SUP, and since when it's linked.
    pub sup: Option<(Uuid, Instant)>,
}

/// A chip that has been read and still lies on its reader.
pub(crate) struct Lying {
    interface: Interface,
    identity: ChipId,
    running: Arc<Running>,
}

impl Lying {
    /// The chip's bytes, hexadecimal.
    pub fn uid(&self) -> Option<String> {
        match self.running.snapshot().asked {
            Asked::Chip { chip } => Some(chip.uid),
            Asked::Code { .. } | Asked::Person { .. } => None,
        }
    }
}

/// The chips that lie on the readers, by where the reader stands and what it's called in full.
pub(crate) type LyingChips = BTreeMap<(Origin, String), Lying>;

/// A running enquiry.
pub(crate) struct Running {
    /// The enquiry of the chip that lies on the other side, if one does: one plastic should lead to one card.
    beside: Option<Arc<Running>>,
    /// It's whole, or it was dropped before: whoever waits for it need not go on.
    ended: watch::Sender<bool>,
    /// Something has changed that the window isn't told yet.
    news: Notify,
    leads: Mutex<Leads>,
    /// What ALIVE said of the person, for the index to keep when the verdict stands.
    said: Mutex<Option<(alive::Cardholder, Vec<alive::Card>)>>,
    state: Mutex<State>,
    tasks: Mutex<Vec<AbortHandle>>,
}

struct State {
    enquiry: Enquiry,
    /// The portrait in ALIVE, which may arrive before the person does.
    photo: Photo,
    people: u32,
    /// The cards that the contact and the contactless chip lead to, where these are two.
    apart: Option<(String, String)>,
    /// Registers still at work; the enquiry is whole when none is.
    open: usize,
    /// Holds what the window isn't told yet.
    untold: bool,
}

impl Running {
    pub fn snapshot(&self) -> Enquiry {
        lock(&self.state).enquiry.clone()
    }

    pub fn stop(&self) {
        for task in lock(&self.tasks).drain(..) {
            task.abort();
        }
        self.ended.send_replace(true);
    }

    /// Takes up what has been learnt. Only single leads are written, never a copy that was read before a wait.
    fn learn(&self, learn: impl FnOnce(&mut Leads)) {
        learn(&mut lock(&self.leads));
    }

    fn leads(&self) -> Leads {
        lock(&self.leads).clone()
    }
}

impl Desk {
    /// A chip has been read: says so at once, then asks.
    pub(crate) fn tapped(&self, on: (Origin, String), at: Instant, chip: ChipInHand, identity: &ChipId) {
        let usos = usos_query(&chip.uid, |uid| match chip.interface {
            Interface::Contactless => usos::CardQuery::ContactlessChip(uid),
            Interface::Contact => usos::CardQuery::ContactChip(uid),
        });
        let leads = Leads {
            wanted: vec![identity.bytes().to_vec()],
            chip_keys: spellings(identity),
            usos: usos.into_iter().collect(),
            ..Leads::default()
        };
        let interface = chip.interface;
        let asked = Asked::Chip { chip: chip.clone() };
        let mut lying = lock(&self.0.lying);
        let beside = lying.values().find(|other| other.interface != interface);
        let beside = beside.map(|other| Arc::clone(&other.running));
        let read = |enquiry| Notice::Tap(Tap::Read { at, chip, enquiry });
        let running = self.start_beside(asked, leads, beside, Some(Box::new(read)));
        lying.insert(on, Lying { interface, identity: *identity, running });
    }

    /// What the contact chip on this reader says of itself; none: it isn't a student card.
    pub(crate) fn student_chip(&self, on: &(Origin, String), els: Result<Option<chip::Els>, chip::ElsFault>) {
        let lies = lock(&self.0.lying).get(on).map(|lying| (lying.identity, Arc::clone(&lying.running)));
        let Some((identity, running)) = lies else { return };
        if let Some(said) = student_chip::said(els, &identity) {
            self.0.change(&running, |state| state.enquiry.student_chip = Some(said));
        }
    }

    /// The card has been taken off this reader.
    pub(crate) fn forget_lying(&self, on: &(Origin, String)) {
        lock(&self.0.lying).remove(on);
    }

    /// Starts an enquiry in place of the one on the desk; gives its id.
    pub(crate) fn start(&self, asked: Asked, leads: Leads) -> u32 {
        self.start_beside(asked, leads, None, None).snapshot().id
    }

    fn start_beside(
        &self,
        asked: Asked,
        leads: Leads,
        beside: Option<Arc<Running>>,
        announce: Option<Box<dyn FnOnce(u32) -> Notice + '_>>,
    ) -> Arc<Running> {
        let telling = lock(&self.0.telling);
        let mut current = lock(&self.0.current);
        // Drawn under the lock: what is on the desk is always the enquiry with the highest id.
        let id = self.0.next_id();
        let enquiry = Enquiry {
            id,
            asked,
            asked_at: self.0.now(),
            whole: false,
            person: None,
            alive: Column::Waiting,
            usos: Column::Waiting,
            sup: Column::Waiting,
            student_chip: None,
            verdict: Verdict { level: Level::Waiting, findings: Vec::new() },
        };
        let running = Arc::new(Running {
            state: Mutex::new(State {
                enquiry,
                photo: Photo::Waiting,
                people: leads.people,
                apart: None,
                open: 1,
                untold: false,
            }),
            beside: beside.clone(),
            ended: watch::Sender::new(false),
            news: Notify::new(),
            leads: Mutex::new(leads),
            said: Mutex::default(),
            tasks: Mutex::default(),
        });
        let before = current.replace(Arc::clone(&running));
        drop(current);
        if let Some(announce) = announce {
            (self.0.tell)(announce(id));
        }
        drop(telling);
        // What lies beside is still being asked about, to be compared.
        let kept = |before: &Arc<Running>| beside.as_ref().is_some_and(|beside| Arc::ptr_eq(beside, before));
        if let Some(before) = before.filter(|before| !kept(before)) {
            before.stop();
        }
        let inner = Arc::clone(&self.0);
        let task = Arc::clone(&running);
        spawn(&running, async move { inner.run(&task).await });
        running
    }

    /// The link of `person` to SUP is another now, or gone: asks SUP anew, if that person is still on the desk.
    pub(crate) fn relink(&self, person: &PersonKey, sup: Option<(Uuid, Instant)>) {
        let Some(running) = lock(&self.0.current).clone() else { return };
        let key = person.to_string();
        if running.snapshot().person.is_some_and(|on_desk| on_desk.key == key) {
            running.learn(|leads| leads.sup = sup);
            self.ask_again_on(&running, Register::Sup);
        }
    }

    /// Asks one register once more for the enquiry on the desk.
    pub fn ask_again(&self, register: Register) {
        if let Some(running) = lock(&self.0.current).clone() {
            self.ask_again_on(&running, register);
        }
    }

    fn ask_again_on(&self, running: &Arc<Running>, register: Register) {
        let inner = Arc::clone(&self.0);
        let task = Arc::clone(running);
        spawn(running, async move {
            inner.change(&task, |state| {
                state.open += 1;
                match register {
                    Register::Alive => state.enquiry.alive = Column::Waiting,
                    Register::Usos => state.enquiry.usos = Column::Waiting,
                    Register::Sup => state.enquiry.sup = Column::Waiting,
                }
            });
            let asking = async {
                match register {
                    Register::Alive => inner.ask_alive(&task).await,
                    Register::Usos => inner.ask_usos(&task).await,
                    Register::Sup => inner.ask_sup(&task).await,
                }
                inner.ask_with_what_is_known_now(&task).await;
            };
            inner.round(&task, asking).await;
        });
    }
}

fn spawn(running: &Running, work: impl Future<Output = ()> + Send + 'static) {
    let (handle, registration) = AbortHandle::new_pair();
    let mut tasks = lock(&running.tasks);
    tasks.retain(|task| !task.is_aborted());
    tasks.push(handle);
    tokio::spawn(Abortable::new(work, registration));
}

impl Inner {
    pub(crate) fn next_id(&self) -> u32 {
        self.enquiries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1
    }

    /// Changes a running enquiry, weighs it and tells the window, unless a newer one has taken its place.
    fn change(&self, running: &Arc<Running>, change: impl FnOnce(&mut State)) {
        let today = self.today().to_string();
        let _in_order = lock(&self.telling);
        let enquiry = {
            let mut state = lock(&running.state);
            change(&mut state);
            let State { enquiry, photo, people, apart, open, untold } = &mut *state;
            *untold = false;
            enquiry.whole = *open == 0;
            if enquiry.whole {
                running.ended.send_replace(true);
            }
            if let Some(person) = &mut enquiry.person
                && person.known_from == Register::Alive
            {
                person.photo = photo.clone();
            }
            let photo = enquiry.person.as_ref().map_or(&Photo::NotAsked, |person| &person.photo);
            enquiry.verdict = verdict(Answers {
                asked: &enquiry.asked,
                alive: &enquiry.alive,
                usos: &enquiry.usos,
                sup: &enquiry.sup,
                photo,
                today: &today,
                people: *people,
                apart: apart.as_ref(),
                student_chip: enquiry.student_chip.as_ref(),
            });
            enquiry.clone()
        };
        let current = lock(&self.current).as_ref().is_some_and(|current| Arc::ptr_eq(current, running));
        if current {
            (self.tell)(Notice::Enquiry(Box::new(enquiry)));
        }
    }

    /// An answer of a register, told with those that come within [`TOGETHER`].
    fn answered(&self, running: &Arc<Running>, answer: impl FnOnce(&mut State)) {
        {
            let mut state = lock(&running.state);
            answer(&mut state);
            state.untold = true;
        }
        running.news.notify_one();
    }

    /// Tells the answers as they come, until the asking has ended.
    async fn round(&self, running: &Arc<Running>, asking: impl Future<Output = ()>) {
        let telling = async {
            loop {
                running.news.notified().await;
                tokio::time::sleep(TOGETHER).await;
                if lock(&running.state).untold {
                    self.change(running, |_| {});
                }
            }
        };
        tokio::select! {
            () = asking => {}
            () = telling => {}
        }
        self.change(running, |state| state.open = state.open.saturating_sub(1));
    }

    async fn run(&self, running: &Arc<Running>) {
        self.look_up(running).await;
        let asking = async {
            tokio::join!(self.ask_alive(running), self.ask_usos(running), self.ask_sup(running));
            self.ask_with_what_is_known_now(running).await;
            self.compare_with_beside(running).await;
        };
        self.round(running, asking).await;
        // What nobody has to wait for.
        self.keep_who_is_who(running).await;
        self.ask_usos_for_others(running).await;
    }

    /// The chips on both sides of one plastic lead to one card in ALIVE and one in USOS. Two different plastics on
    /// two readers don't; that is said as well, for only one of them belongs to the person at the counter.
    async fn compare_with_beside(&self, running: &Arc<Running>) {
        let Some(beside) = &running.beside else { return };
        let ended = async { beside.ended.subscribe().wait_for(|ended| *ended).await.map(drop) };
        if !matches!(tokio::time::timeout(BESIDE_PATIENCE, ended).await, Ok(Ok(()))) {
            return;
        }
        let (this, that) = (running.snapshot(), beside.snapshot());
        let Some((this_card, that_card)) = lead_apart(&this, &that) else {
            return;
        };
        let contact_here =
            matches!(&this.asked, Asked::Chip { chip } if chip.interface == Interface::Contact);
        let apart = if contact_here { (this_card, that_card) } else { (that_card, this_card) };
        self.change(running, |state| state.apart = Some(apart));
    }

    /// What the ledger knows: a matter of a millisecond, so the name is on the screen before any register answers.
    async fn look_up(&self, running: &Arc<Running>) {
        self.look_up_chip(running).await;
        self.look_up_links(running).await;
        let leads = running.leads();
        let person = match leads.cardholder {
            Some(id) => self.ledger.person(id).await.ok().flatten(),
            None => None,
        };
        self.change(running, |state| {
            state.people = leads.people;
            state.enquiry.person = person.map(|row| records::person_in_ledger(&row));
        });
    }

    /// Whose chip it is, if the index knows it.
    async fn look_up_chip(&self, running: &Running) {
        let leads = running.leads();
        if leads.cardholder.is_some() || leads.chip_keys.is_empty() {
            return;
        }
        let hits = self.ledger.by_chip(&leads.chip_keys).await.unwrap_or_default();
        // The ledger gives cards in use first; a chip of a returned card may be on another person's card by now.
        let Some(first) = hits.first() else { return };
        let people = holders_in_use(hits.iter().map(|hit| &hit.card), self.today());
        running.learn(|leads| {
            leads.cardholder = Some(first.card.cardholder_id);
            leads.card = Some(first.card.card_id);
            leads.people = people;
        });
    }

    /// The links of the person as far as known: ALIVE and USOS to each other, the SUP card, chips to ask USOS by.
    async fn look_up_links(&self, running: &Running) {
        let mut leads = running.leads();
        if let (None, Some(user)) = (leads.cardholder, &leads.usos_user) {
            leads.cardholder = self.ledger.cardholder_of(user).await.ok().flatten();
        }
        if let (Some(id), None) = (leads.cardholder, &leads.usos_user) {
            leads.usos_user = self.ledger.usos_user_of(id).await.ok().flatten();
        }
        if let Some(id) = leads.cardholder
            && leads.usos.is_empty()
        {
            leads.usos = self.chips_of(id, leads.card).await;
        }
        let keys = leads.cardholder.map(PersonKey::Alive).into_iter();
        let mut sup = None;
        for key in keys.chain(leads.usos_user.clone().map(PersonKey::Usos)) {
            if sup.is_none()
                && let Ok(Some(link)) = self.ledger.sup_link(&key).await
            {
                sup = Some((link.id_card, link.linked_at.as_millisecond()));
            }
        }
        running.learn(|known| {
            known.cardholder = known.cardholder.or(leads.cardholder);
            known.usos_user = known.usos_user.take().or(leads.usos_user);
            known.sup = known.sup.or(sup);
            if known.usos.is_empty() {
                known.usos = leads.usos;
            }
        });
    }

    /// USOS is asked by chip or barcode only: the chips of the card in question, or of all the person's cards.
    async fn chips_of(&self, cardholder: i64, card: Option<i64>) -> Vec<usos::CardQuery> {
        let mut cards = self.ledger.cards_of(cardholder).await.unwrap_or_default();
        if card.is_some() {
            cards.retain(|known| Some(known.card_id) == card);
        }
        let query = |chip: &ledger::Chip| match chip.technology.as_str() {
            "CONTACTLESS_MIFARE" => usos_query(&chip.value, usos::CardQuery::ContactlessChip),
            "CONTACT_CHIP" => usos_query(&chip.value, usos::CardQuery::ContactChip),
            _ => None,
        };
        // Each is a call; a person with more than three chips has old cards among them.
        cards.iter().flat_map(|card| &card.chips).filter_map(query).take(3).collect()
    }

    // ---- what one register's answer opens in another -----------------------------------------------------------

    /// What one register's answer opens in another. USOS's says who it is, and names the card's chips: that may lead
    /// on to the person in ALIVE and to a SUP link. And the index may have learnt whose chip it is.
    async fn ask_with_what_is_known_now(&self, running: &Arc<Running>) {
        let before = running.leads();
        let enquiry = running.snapshot();
        if let Column::Found { value: usos, .. } = &enquiry.usos {
            let in_alive = match &enquiry.alive {
                Column::Found { value, .. } => Some(&value.name),
                Column::Unreachable { last: Some(last), .. } => Some(&last.value.name),
                _ => None,
            };
            // Somebody else's links are none of this person's.
            let same = in_alive.is_none_or(|name| names::compare(name, &usos.name) != Likeness::Different);
            if same && !usos.user_id.is_empty() {
                running.learn(|leads| leads.usos_user = Some(usos.user_id.clone()));
            }
            if before.cardholder.is_none() {
                let values = usos.card.chips.iter().flat_map(|chip| chip::candidates(&chip.value));
                let keys: Vec<String> = values.flat_map(|bytes| all_spellings(&bytes)).collect();
                running.learn(|leads| leads.chip_keys.extend(keys));
                self.look_up_chip(running).await;
            }
        }
        let learnt = running.leads();
        if (learnt.cardholder, &learnt.usos_user) != (before.cardholder, &before.usos_user) {
            self.look_up_links(running).await;
        }
        let after = running.leads();
        if after.cardholder != before.cardholder
            && matches!(enquiry.alive, Column::NotFound { .. } | Column::NotAsked { .. })
        {
            self.ask_alive(running).await;
        }
        let known = after.cardholder.is_some() || after.usos_user.is_some();
        if let Column::NotAsked { why } = running.snapshot().sup
            && (after.sup.is_some() || (known && why == NotAsked::NobodyKnown))
        {
            self.ask_sup(running).await;
        }
    }

    /// Leads for a chip value that was typed or scanned, as any of the byte strings it may stand for.
    pub(crate) fn chip_leads(candidates: Wanted) -> Leads {
        let chip_keys = candidates.iter().flat_map(|bytes| all_spellings(bytes)).collect();
        Leads { wanted: candidates, chip_keys, ..Leads::default() }
    }
}

/// How many people hold a card in use among these: a returned or expired card has freed its number and its chip
/// (decisions N23, T37).
pub(crate) fn holders_in_use<'a>(cards: impl Iterator<Item = &'a ledger::CardRow>, today: Date) -> u32 {
    let in_use =
        |card: &&ledger::CardRow| card.status == "ACTIVE" && card.valid_to.is_some_and(|last| last >= today);
    let holders: BTreeSet<i64> = cards.filter(in_use).map(|card| card.cardholder_id).collect();
    u32::try_from(holders.len()).unwrap_or(u32::MAX).max(1)
}

/// The names of the two cards, where ALIVE or USOS has two under the two chips.
fn lead_apart(this: &Enquiry, that: &Enquiry) -> Option<(String, String)> {
    let in_alive = |enquiry: &Enquiry| match &enquiry.alive {
        Column::Found { value, .. } => {
            let card = value.cards.iter().find(|card| card.chips.iter().any(|chip| chip.here))?;
            Some((card.card_id.clone(), card.number.clone()))
        }
        _ => None,
    };
    let in_usos = |enquiry: &Enquiry| match &enquiry.usos {
        Column::Found { value, .. } => {
            let card = &value.card;
            Some((card.card_id.clone(), card.barcode.clone().unwrap_or_else(|| card.card_id.clone())))
        }
        _ => None,
    };
    let pairs = [(in_alive(this), in_alive(that)), (in_usos(this), in_usos(that))];
    pairs.into_iter().find_map(|pair| match pair {
        (Some((one, one_name)), Some((other, other_name))) if one != other => Some((one_name, other_name)),
        _ => None,
    })
}

/// A question for USOS, unless the value is none that USOS could hold.
pub(crate) fn usos_query(
    value: &str,
    by: impl FnOnce(usos::Identifier) -> usos::CardQuery,
) -> Option<usos::CardQuery> {
    usos::Identifier::new(value).ok().map(by)
}
