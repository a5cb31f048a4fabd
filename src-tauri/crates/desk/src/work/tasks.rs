//! What waits for the desk: erasures that have come due, and changes of which nobody knows whether they were made.

use std::sync::atomic::Ordering;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use ledger::{ChangeState, PersonKey};
use uuid::Uuid;

use super::not_kept;
use crate::view::Notice;
use crate::view::work::{Task, WorkRefusal};
use crate::{Desk, Inner, lock};

/// So far two computers' clocks may be apart before the desk says that this one's is wrong.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Tells the window what waits, if that has changed.
pub(crate) async fn tell(inner: &Inner) {
    let tasks = match inner.find_tasks().await {
        Ok(tasks) => tasks,
        Err(error) => {
            tracing::warn!(%error, "what waits for the desk could not be read");
            return;
        }
    };
    inner.tell_changed(|| {
        let mut known = lock(&inner.tasks);
        (*known != tasks).then(|| {
            known.clone_from(&tasks);
            Notice::Tasks(tasks)
        })
    });
}

impl Desk {
    /// What waits for the desk, as it was told last.
    pub fn tasks(&self) -> Vec<Task> {
        lock(&self.0.tasks).clone()
    }

    /// Whether this desk has changes or issues without an end: whoever leaves the ledger now would lose them. Where it
    /// can't be read nobody knows that there are none.
    pub async fn has_open_work(&self) -> bool {
        let Inner { ledger, around, .. } = &*self.0;
        let changes = ledger.open_changes_of_desk(&around.desk).await.map(|open| !open.is_empty());
        let issues = ledger.open_issues_of_desk(&around.desk).await.map(|open| !open.is_empty());
        changes.unwrap_or(true) || issues.unwrap_or(true)
    }

    /// Looks after what is open and isn't being carried out: left by an earlier run, or by a ledger that went away. What
    /// can be told by reading back ends by itself, the rest waits for somebody who knows.
    pub async fn settle_open(&self) {
        let inner = &self.0;
        // What was begun is known at once; of changes it's told when they have been looked into.
        tell(inner).await;
        let [rounds @ .., last] = inner.around.look_again;
        for pause in rounds {
            tokio::time::sleep(pause).await;
            inner.settle_round(false).await;
        }
        tokio::time::sleep(last).await;
        inner.settle_round(true).await;
        inner.looked_into.store(true, Ordering::Relaxed);
        inner.settle_stranded().await;
        inner.settle_issues().await;
        inner.look_at_stock().await;
        tell(inner).await;
    }

    /// Somebody has looked and says whether an open change was made.
    ///
    /// # Errors
    /// Where the journal can't keep it, or the change isn't open.
    pub async fn settle(&self, change: &str, made: bool) -> Result<(), WorkRefusal> {
        let inner = &self.0;
        let id: Uuid = change.parse().map_err(|_| WorkRefusal::RecordGone)?;
        let open =
            inner.ledger.open_changes_of_desk(&inner.around.desk).await.map_err(|error| not_kept(&error))?;
        let row = open.iter().find(|row| row.id == id).ok_or(WorkRefusal::RecordGone)?;
        // What was never sent wasn't made.
        let made = made && row.state != ChangeState::Written;
        inner.carry_on(id, if made { ChangeState::Done } else { ChangeState::Undone }).await;
        let about = row.cardholder_id.map(PersonKey::Alive);
        let said = if made { "made" } else { "not made" };
        inner.audit("change.settled", about, Some(format!("{} {said}", row.endpoint))).await;
        tell(inner).await;
        Ok(())
    }

    /// Plans an erasure for the day on which nothing prevents it any more, or takes that back.
    ///
    /// # Errors
    /// Where the file is gone or the ledger can't keep it.
    pub async fn plan_erasure(&self, file: u32, on: bool) -> Result<(), WorkRefusal> {
        let inner = &self.0;
        let read = inner.open_file(file)?;
        let holder = read.holder.as_ref().ok_or(WorkRefusal::RecordGone)?;
        let id = holder.cardholder_id.0.cast_signed();
        let kept = if on {
            let now = inner.around.clock.now();
            let erasure = ledger::Erasure { cardholder_id: id, planned_at: now, asked_at: None };
            inner.ledger.set_erasure(&erasure).await
        } else {
            inner.ledger.remove_erasure(id).await.map(drop)
        };
        kept.map_err(|error| not_kept(&error))?;
        tell(inner).await;
        Ok(())
    }
}

impl Inner {
    /// Reads every open change back once. What isn't there may still be under way until the `last` round.
    async fn settle_round(&self, last: bool) {
        for row in self.ledger.open_changes_of_desk(&self.around.desk).await.unwrap_or_default() {
            // While a plan is carried out, its changes are its own.
            let Ok(_settling) = self.carrying.try_lock() else { return };
            let made = match row.state {
                // A report that never went out is no loss: the issue that it belongs to waits with everything but this.
                ChangeState::Written => row.number.is_some().then_some(false),
                _ => self.read_back(&row).await,
            };
            match made {
                Some(true) => self.carry_on(row.id, ChangeState::Done).await,
                Some(false) if last => self.carry_on(row.id, ChangeState::Undone).await,
                _ => {}
            }
        }
    }

    async fn find_tasks(&self) -> Result<Vec<Task>, ledger::LedgerError> {
        let mut tasks = Vec::new();
        let under_way = self.carrying.try_lock().is_err();
        let looked_into = self.looked_into.load(Ordering::Relaxed);
        for row in self.ledger.open_changes_of_desk(&self.around.desk).await? {
            // What is being carried out right now isn't waiting for anybody, unless its end is unknown; and what an
            // earlier run left may yet end by itself.
            if !looked_into || (under_way && row.state != ChangeState::Unknown) {
                continue;
            }
            let person = match row.cardholder_id {
                Some(id) => self.ledger.person(id).await?,
                None => None,
            };
            tasks.push(Task::Settle {
                change: row.id.to_string(),
                key: row.cardholder_id.map(|id| PersonKey::Alive(id).to_string()),
                name: person.as_ref().map(crate::records::row_name),
                endpoint: row.endpoint.clone(),
                sent: row.state != ChangeState::Written,
                at: row.written_at.as_millisecond(),
            });
        }
        for (row, next) in self.waiting_issues().await? {
            let person = self.ledger.person(row.cardholder_id).await?;
            tasks.push(Task::Issue {
                issue: row.id.to_string(),
                key: PersonKey::Alive(row.cardholder_id).to_string(),
                name: person.as_ref().map(crate::records::row_name).unwrap_or_default(),
                card_type: row.card_type,
                next,
                at: row.changed_at.as_millisecond(),
            });
        }
        tasks.extend(lock(&self.stock_tasks).iter().cloned());
        if let Some(last) = self.ledger.last_moment().await?
            && last.duration_since(self.around.clock.now()) > AHEAD
        {
            tasks.push(Task::Clock { last: last.as_millisecond() });
        }
        let today = self.today();
        for erasure in self.ledger.planned_erasures().await? {
            let Some(due) = self.erasable_from(erasure.cardholder_id).await? else { continue };
            let person = self.ledger.person(erasure.cardholder_id).await?;
            if let Some(person) = person.filter(|_| due <= today) {
                tasks.push(Task::Erase {
                    key: PersonKey::Alive(erasure.cardholder_id).to_string(),
                    name: crate::records::row_name(&person),
                    due: due.to_string(),
                });
            }
        }
        Ok(tasks)
    }

    /// The first day on which no card of this person prevents an erasure, as far as the index knows.
    async fn erasable_from(&self, cardholder: i64) -> Result<Option<Date>, ledger::LedgerError> {
        let cards = self.ledger.cards_of(cardholder).await?;
        let mut last = Some(Date::MIN);
        for card in cards.iter().filter(|card| card.status == "ACTIVE") {
            // Without an end it never comes due.
            last = last.zip(card.valid_to).map(|(last, end)| last.max(end));
        }
        Ok(last.and_then(|last| last.checked_add(1.day()).ok()))
    }
}

/// Looks after open changes and tasks once the desk is open.
pub(crate) fn look_after(desk: &Desk) {
    let desk = desk.clone();
    tokio::spawn(async move { desk.settle_open().await });
}
