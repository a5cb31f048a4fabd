//! The index of ALIVE's people and chips, kept fresh in the background: ALIVE can't be asked by chip.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, pin_mut};
use jiff::{Timestamp, ToSpan};
use ledger::{Ledger, LedgerError, Mark};

use crate::answers::Failure;
use crate::view::{Fault, FaultCode, IndexPhase, IndexState, Notice, Register};
use crate::{Desk, Inner, Registers, lock};

/// How often the listings are asked for what has changed. It also keeps the token and the connections warm.
const EVERY: Duration = Duration::from_secs(120);
/// After a failure, sooner, up to that.
const AGAIN: Duration = Duration::from_secs(5);
/// Listings are asked from the last one's beginning minus this: ALIVE's clock and ours differ (decision N8).
const OVERLAP_MINUTES: i64 = 5;

pub(crate) async fn at_start(registers: &Registers, ledger: &Ledger) -> Result<IndexState, LedgerError> {
    let counts = ledger.count().await?;
    let since = oldest_mark(ledger).await?;
    Ok(IndexState {
        phase: match (&registers.alive, since) {
            (None, _) => IndexPhase::NotSetUp,
            (Some(_), None) => IndexPhase::Building,
            (Some(_), Some(_)) => IndexPhase::Ready,
        },
        people: small(counts.people),
        cards: small(counts.cards),
        fresh_at: since.map(Timestamp::as_millisecond),
        fault: None,
    })
}

pub(crate) fn not_set_up() -> IndexState {
    IndexState { phase: IndexPhase::NotSetUp, people: 0, cards: 0, fresh_at: None, fault: None }
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Up to when both listings are known to be complete; none before the first building has ended.
async fn oldest_mark(ledger: &Ledger) -> Result<Option<Timestamp>, LedgerError> {
    let people = ledger.mark(Mark::CardholdersFrom).await?;
    let cards = ledger.mark(Mark::CardsFrom).await?;
    Ok(people.zip(cards).map(|(people, cards)| people.min(cards)))
}

/// Why the index could not be brought up to date.
enum Stopped {
    Register(Failure),
    Ledger,
}

impl From<LedgerError> for Stopped {
    fn from(_: LedgerError) -> Self {
        Self::Ledger
    }
}

impl From<alive::Error> for Stopped {
    fn from(error: alive::Error) -> Self {
        Self::Register(error.into())
    }
}

impl Desk {
    /// Brings the index up to date now. Whether it is.
    pub async fn refresh_index(&self) -> bool {
        self.0.refresh_index().await
    }

    /// Keeps the index until the returned task is aborted.
    pub fn keep_index(&self) -> tokio::task::JoinHandle<()> {
        let inner = Arc::clone(&self.0);
        tokio::spawn(async move {
            let mut pause = AGAIN;
            loop {
                inner.greet().await;
                let fresh = inner.refresh_index().await;
                Desk(Arc::clone(&inner)).settle_open().await;
                if fresh {
                    pause = AGAIN;
                    tokio::time::sleep(EVERY).await;
                } else {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(EVERY);
                }
            }
        })
    }
}

impl Inner {
    /// Brings the index up to date; one at a time. Whether it is.
    pub(crate) async fn refresh_index(&self) -> bool {
        let Some(client) = self.registers.alive.clone() else {
            return true;
        };
        let began = self.around.clock.now();
        let _one_at_a_time = self.refresh.lock().await;
        // Somebody else has just done it while this one waited.
        if lock(&self.index).fresh_at.is_some_and(|fresh| fresh >= began.as_millisecond()) {
            return true;
        }
        let outcome = self.list_all(&client).await;
        let fault = match &outcome {
            Ok(()) => None,
            Err(Stopped::Register(failure)) => {
                self.note::<()>(Register::Alive, &Err(failure.clone()));
                failure.fault().cloned()
            }
            Err(Stopped::Ledger) => {
                Some(Fault { code: FaultCode::Broken, detail: Some("ledger".to_owned()) })
            }
        };
        if outcome.is_ok() {
            self.note::<()>(Register::Alive, &Ok(()));
        }
        let counts = self.ledger.count().await.ok();
        self.tell_index(|state| {
            if let Some(counts) = counts {
                state.people = small(counts.people);
                state.cards = small(counts.cards);
            }
            if outcome.is_ok() {
                state.phase = IndexPhase::Ready;
                state.fresh_at = Some(began.as_millisecond());
            }
            state.fault = fault;
        });
        outcome.is_ok()
    }

    fn tell_index(&self, change: impl FnOnce(&mut IndexState)) {
        self.tell_changed(|| {
            let mut state = lock(&self.index);
            let before = state.clone();
            change(&mut state);
            (before != *state).then(|| Notice::Index(state.clone()))
        });
    }

    async fn list_all(&self, client: &alive::Client) -> Result<(), Stopped> {
        self.list_people(client).await?;
        self.list_cards(client).await
    }

    /// From when on to ask; none: everything.
    async fn since(&self, mark: Mark) -> Result<Option<jiff::Zoned>, LedgerError> {
        let mark = self.ledger.mark(mark).await?;
        Ok(mark.map(|mark| mark.to_zoned(self.around.zone.clone())))
    }

    /// What the next listing asks from, when this one began at `began`.
    fn next_mark(began: Timestamp) -> Timestamp {
        began.checked_sub(OVERLAP_MINUTES.minutes()).unwrap_or(began)
    }

    async fn list_people(&self, client: &alive::Client) -> Result<(), Stopped> {
        let began = self.around.clock.now();
        let modified_from = self.since(Mark::CardholdersFrom).await?;
        let first = modified_from.is_none();
        let pages = client.cardholders(&alive::CardholderFilter { modified_from, ..Default::default() });
        pin_mut!(pages);
        let mut listed = 0_u32;
        while let Some(page) = pages.next().await {
            let page = page?;
            let mut rows = Vec::with_capacity(page.len());
            for holder in &page {
                match crate::records::person_row(holder, began) {
                    Some(row) => rows.push(row),
                    // Anonymised: nothing of the person stays here either.
                    None => {
                        self.ledger.forget_person(holder.cardholder_id.0.cast_signed()).await?;
                    }
                }
            }
            self.ledger.store_people(&rows).await?;
            listed = listed.saturating_add(small(rows.len() as u64));
            if first {
                self.tell_index(|state| state.people = listed);
            }
        }
        self.ledger.set_mark(Mark::CardholdersFrom, Self::next_mark(began)).await?;
        Ok(())
    }

    async fn list_cards(&self, client: &alive::Client) -> Result<(), Stopped> {
        let began = self.around.clock.now();
        let modified_from = self.since(Mark::CardsFrom).await?;
        let first = modified_from.is_none();
        let pages = client.cards(&alive::CardFilter { modified_from, ..Default::default() });
        pin_mut!(pages);
        let mut listed = 0_u32;
        while let Some(page) = pages.next().await {
            let page = page?;
            let rows: Vec<_> = page.iter().map(|card| crate::records::card_row(card, began)).collect();
            self.ledger.store_cards(&rows).await?;
            self.mark_page(&page).await?;
            listed = listed.saturating_add(small(rows.len() as u64));
            if first {
                self.tell_index(|state| state.cards = listed);
            }
        }
        self.ledger.set_mark(Mark::CardsFrom, Self::next_mark(began)).await?;
        Ok(())
    }
}
