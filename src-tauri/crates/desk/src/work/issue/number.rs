//! The card's number: drawn from this desk's lease or typed, and looked for in ALIVE before anything is printed with it.

use std::sync::Arc;

use alive::{Card, CardFilter, CardNumber, Status};
use futures::{StreamExt, pin_mut};
use ledger::{Hold, NumberState, Step};

use super::{IssueRefusal, Open, not_kept, same_chip};
use crate::records::word;
use crate::view::issue::{Issue, NumberWhy};
use crate::view::work::{FieldFault, WorkRefusal};
use crate::{Desk, Inner};

/// A desk leases so many numbers at once, so that it goes on by itself for a while; fewer when they run out.
const BLOCK: u32 = 20;
/// Numbers that turn out to be used are passed over, but not without end.
const TRIES: usize = 50;

impl Desk {
    /// Draws the next number of this desk's lease, and looks in ALIVE whether it's free there. An issue that has a
    /// number keeps it.
    ///
    /// # Errors
    /// [`IssueRefusal::NoNumbers`]; [`IssueRefusal::Locked`] after the print.
    pub async fn draw_number(&self, issue: &str) -> Result<Issue, IssueRefusal> {
        let inner = &self.0;
        let _one = inner.issuing.lock().await;
        let mut open = inner.open_issue(issue).await?;
        if open.row.number.is_none() {
            inner.draw(&mut open).await?;
        }
        inner.keep_and_show(open).await
    }

    /// Takes a number that was typed or scanned.
    ///
    /// # Errors
    /// [`IssueRefusal::Number`]: why it can't be had.
    pub async fn take_number(&self, issue: &str, number: &str) -> Result<Issue, IssueRefusal> {
        let inner = &self.0;
        let _one = inner.issuing.lock().await;
        let mut open = inner.open_issue(issue).await?;
        if open.kept.draft.printed {
            return Err(IssueRefusal::Locked);
        }
        let not = |why| Err(IssueRefusal::Number { why });
        let Ok(number) = CardNumber::new(number) else { return not(NumberWhy::Format) };
        let rule = inner.rule_of(&open.row.card_type);
        if rule.is_some_and(|rule| !rule.ranges.is_empty() && !rule.holds(&number)) {
            return not(NumberWhy::Range);
        }
        if open.row.number.as_deref() == Some(number.as_str()) {
            return inner.keep_and_show(open).await;
        }
        let in_alive = inner.number_in_alive(&number).await;
        if let Ok(Some(_)) = in_alive {
            inner.mark_used(&number).await?;
            return not(NumberWhy::Used);
        }
        let now = inner.around.clock.now();
        let held = inner.ledger.hold_number(open.row.id, number.as_str(), now).await;
        match held.map_err(|error| not_kept(&error))? {
            Hold::Held => {}
            Hold::OtherType => return not(NumberWhy::OtherType),
            Hold::OnItsWay => return not(NumberWhy::OnItsWay),
            Hold::NotANumber => return not(NumberWhy::Format),
            Hold::OwnSent => return not(NumberWhy::Sent),
            Hold::NoIssue => return Err(IssueRefusal::Gone),
            Hold::NotFree(state) => {
                return not(match state {
                    NumberState::Free | NumberState::Leased => NumberWhy::OtherDesk,
                    NumberState::Sent => NumberWhy::Sent,
                    NumberState::Used => NumberWhy::Used,
                    NumberState::Spoiled => NumberWhy::Spoiled,
                    NumberState::Returned => NumberWhy::Returned,
                });
            }
        }
        open.kept.unasked = in_alive.is_err();
        open.kept.draft.looked_over = false;
        inner.keep_and_show(open).await
    }
}

impl Inner {
    async fn draw(&self, open: &mut Open) -> Result<(), IssueRefusal> {
        for _ in 0..TRIES {
            let now = self.around.clock.now();
            let drawn = self.ledger.hold_next_number(open.row.id, now).await;
            let Some(drawn) = drawn.map_err(|error| not_kept(&error))? else {
                let (desk, kind) = (&self.around.desk, &open.row.card_type);
                let leased = self.ledger.lease_share(desk, kind, BLOCK, now).await;
                if leased.map_err(|error| not_kept(&error))?.is_empty() {
                    return Err(IssueRefusal::NoNumbers);
                }
                continue;
            };
            let number = CardNumber::new(&drawn).map_err(|_| IssueRefusal::NoNumbers)?;
            open.row.number = Some(drawn);
            open.kept.draft.looked_over = false;
            match self.number_in_alive(&number).await {
                Ok(Some(_)) => {
                    // ALIVE has it, whoever put it there: the next one.
                    self.mark_used(&number).await?;
                    let gone = self.ledger.let_number_go(open.row.id, now).await;
                    gone.map_err(|error| not_kept(&error))?;
                    open.row.number = None;
                }
                Ok(None) => {
                    open.kept.unasked = false;
                    return Ok(());
                }
                Err(_) => {
                    open.kept.unasked = true;
                    return Ok(());
                }
            }
        }
        Err(IssueRefusal::NoNumbers)
    }

    async fn mark_used(&self, number: &CardNumber) -> Result<(), IssueRefusal> {
        let now = self.around.clock.now();
        let marked = self.ledger.mark_used_by_alive(&[number.as_str()], now).await;
        marked.map_err(|error| not_kept(&error)).map(drop)
    }

    /// The card in ALIVE that has this number; a returned one has freed it.
    pub(crate) async fn number_in_alive(&self, number: &CardNumber) -> Result<Option<Card>, alive::Error> {
        let Some(client) = &self.registers.alive else { return Ok(None) };
        let pages = client.cards(&CardFilter { number: Some(number.clone()), ..CardFilter::default() });
        pin_mut!(pages);
        while let Some(page) = pages.next().await {
            if let Some(card) = page?.into_iter().find(|card| !card.status.is(Status::Returned)) {
                return Ok(Some(card));
            }
        }
        Ok(None)
    }

    /// Just before the report: nobody else has the number in ALIVE. A card there that is this very one was reported
    /// by a try that seemed to fail, and the issue is done.
    pub(super) async fn number_is_ours(&self, open: &Open) -> Result<(), IssueRefusal> {
        let Some(number) = open.row.number.as_deref().and_then(|it| CardNumber::new(it).ok()) else {
            return Ok(());
        };
        let there = self.number_in_alive(&number).await;
        let Some(card) = there.map_err(|error| IssueRefusal::from(crate::work::unread(error)))? else {
            return Ok(());
        };
        let draft = &open.kept.draft.card;
        let chips = &draft.smart_technologies;
        let same = card.cardholder_id.0 == open.row.cardholder_id.cast_unsigned()
            && word(&card.kind) == draft.kind
            && card.smart_technologies.len() == chips.len()
            && chips.iter().all(|chip| {
                card.smart_technologies
                    .iter()
                    .any(|it| word(&it.kind) == chip.kind && same_chip(&it.value, &chip.value))
            });
        self.mark_used(&number).await?;
        if !same {
            return Err(IssueRefusal::Number { why: NumberWhy::Used });
        }
        let now = self.around.clock.now();
        let rows = [crate::records::card_row(&card, now)];
        let ended = async {
            self.ledger.store_cards(&rows).await?;
            // The journal has the try that came through late as undone; later ones may have been refused for it.
            let journal = self.ledger.changes_of(open.row.cardholder_id).await?;
            let tries: Vec<_> = journal.iter().filter(|row| row.number == open.row.number).collect();
            let known = tries.iter().any(|row| row.state == ledger::ChangeState::Done);
            for row in tries.iter().filter(|_| !known) {
                if self.ledger.carry_change_on(row.id, ledger::ChangeState::Done, now).await? {
                    break;
                }
            }
            self.ledger.end_issue(open.row.id, ledger::IssueState::Done, now).await
        };
        ended.await.map_err(|error| not_kept(&error))?;
        Err(IssueRefusal::Reported)
    }

    pub(super) async fn was_sent(&self, number: Option<&str>) -> Result<bool, IssueRefusal> {
        let Some(number) = number else { return Ok(false) };
        let row = self.ledger.number(number).await.map_err(|error| not_kept(&error))?;
        Ok(row.is_some_and(|row| row.state == NumberState::Sent))
    }

    /// Numbers of a type that this desk may still draw: its own and the free ones, as far as anyone counts.
    pub(super) async fn numbers_left(&self, card_type: &str) -> Result<u32, IssueRefusal> {
        let left = self.ledger.numbers_left(&self.around.desk, card_type).await;
        left.map_err(|error| not_kept(&error))
    }

    /// Numbers that were sent by an issue that was given up: ALIVE says what became of each.
    pub(in crate::work) async fn settle_stranded(self: &Arc<Self>) {
        let stranded = self.ledger.stranded_numbers(&self.around.desk).await.unwrap_or_default();
        for number in stranded {
            let Ok(parsed) = CardNumber::new(&number) else { continue };
            let step = match self.number_in_alive(&parsed).await {
                Ok(Some(_)) => Step::Present,
                Ok(None) => Step::Absent,
                Err(_) => continue,
            };
            if let Err(error) = self.ledger.step_number(&number, step, self.around.clock.now()).await {
                tracing::warn!(%error, "a number that was sent could not be settled");
            }
        }
    }
}

impl Inner {
    /// A report's number is this desk's before it is sent, whoever typed it: held by an issue already, or taken from
    /// the stock now.
    pub(in crate::work) async fn number_for(&self, kind: &str, number: &str) -> Result<(), WorkRefusal> {
        let desk = &self.around.desk;
        let issues =
            self.ledger.open_issues_of_desk(desk).await.map_err(|error| crate::work::not_kept(&error))?;
        if issues.iter().any(|issue| issue.number.as_deref() == Some(number)) {
            return Ok(());
        }
        let taken = self.ledger.take_number(desk, kind, number, self.around.clock.now()).await;
        match taken.map_err(|error| crate::work::not_kept(&error))? {
            Hold::Held => Ok(()),
            _ => Err(WorkRefusal::Fields {
                faults: vec![FieldFault::here("number", alive::WrongCode::NotUnique)],
            }),
        }
    }
}
