//! What waits for the desk: erasures that have come due, and changes of which nobody knows whether they were made.

use jiff::ToSpan;
use jiff::civil::Date;
use ledger::{ChangeState, PersonKey};
use uuid::Uuid;

use super::not_kept;
use crate::view::Notice;
use crate::view::work::{Task, WorkRefusal};
use crate::{Desk, Inner, lock};

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

    /// Looks after what an earlier run left open: what can be told by reading back ends by itself, the rest waits
    /// for somebody who knows.
    pub async fn settle_open(&self) {
        let inner = &self.0;
        for row in inner.ledger.open_changes_of_desk(&inner.around.desk).await.unwrap_or_default() {
            if row.state == ChangeState::Written {
                continue;
            }
            if let Some(made) = inner.read_back(&row).await {
                let end = if made { ChangeState::Done } else { ChangeState::Undone };
                inner.carry_on(row.id, end).await;
            }
        }
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
    async fn find_tasks(&self) -> Result<Vec<Task>, ledger::LedgerError> {
        let mut tasks = Vec::new();
        let under_way = self.carrying.try_lock().is_err();
        for row in self.ledger.open_changes_of_desk(&self.around.desk).await? {
            // What is being carried out right now isn't waiting for anybody, unless its end is unknown.
            if under_way && row.state != ChangeState::Unknown {
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
