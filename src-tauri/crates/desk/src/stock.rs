//! The stock of card numbers, as the window sees it: what there is, what comes in, when it runs out, and the comparison
//! with what ALIVE has on cards (manual, Card Issuing Mode REPORT: the issuer owns the numbers).

use std::collections::BTreeMap;

use alive::{CardFilter, CardNumber, CardRule, Mode, Status};
use futures::{StreamExt, pin_mut};
use jiff::ToSpan;
use ledger::{FaultKind, Intake, LOOKED_BACK, LedgerError, Mark, NotTaken, NumberState, Step, forecast};

use crate::records::word;
use crate::view::issue::{DeskLease, LineFault, LineWhy, Stock, StockOfType, StockRefusal, TakenIn};
use crate::view::work::{Task, WorkRefusal};
use crate::{Desk, Inner, lock, work};

/// A type whose numbers last for less than this is said to run out.
const WARN_DAYS: i32 = 14;
/// Faults of lines that are shown; who has more has pasted something else.
const SHOWN: usize = 100;

fn not_kept(error: &LedgerError) -> StockRefusal {
    StockRefusal::NotKept { why: error.into() }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Desk {
    /// What there is of each type.
    ///
    /// # Errors
    /// Where the ledger can't be read.
    pub async fn stock(&self) -> Result<Stock, StockRefusal> {
        self.0.count_stock().await.map_err(|error| not_kept(&error))
    }

    /// Takes numbers in, all or none.
    ///
    /// # Errors
    /// The lines that are wrong, numbers that the agreement has no range for; where it can't be kept.
    pub async fn take_in(&self, card_type: &str, text: &str) -> Result<TakenIn, StockRefusal> {
        let inner = &self.0;
        let rule = inner.rule_of(card_type);
        let agreed = rule.map_or(inner.registers.profile.cards.is_empty(), |rule| rule.mode == Mode::Report);
        if card_type.is_empty() || !agreed {
            return Err(StockRefusal::NoType);
        }
        let intake = Intake::read(text).map_err(lines)?;
        let numbers = small(intake.numbers().len() as u64);
        if let Some(rule) = rule.filter(|rule| !rule.ranges.is_empty()) {
            let held = |number: &str| CardNumber::new(number).is_ok_and(|number| rule.holds(&number));
            let strange = intake.numbers().filter(|number| !held(number)).count();
            if strange > 0 {
                return Err(StockRefusal::OutOfRange { numbers: small(strange as u64) });
            }
        }
        let now = inner.around.clock.now();
        let free = match inner.ledger.take_in(&intake, card_type, now).await {
            Ok(free) => small(free),
            Err(NotTaken::Faults(faults)) => return Err(lines(faults)),
            Err(NotTaken::Ledger(error)) => return Err(not_kept(&error)),
        };
        inner.audit("stock.taken_in", None, Some(format!("{card_type} {numbers}"))).await;
        inner.stock_changed().await;
        Ok(TakenIn { numbers, free })
    }

    /// Compares the whole stock with ALIVE's cards. How many numbers weren't known to be used.
    ///
    /// # Errors
    /// Where ALIVE doesn't answer for all of its cards, or the ledger can't keep it.
    pub async fn compare_stock(&self) -> Result<u32, StockRefusal> {
        let inner = &self.0;
        let client = inner.registers.alive.as_ref().ok_or(StockRefusal::NotSetUp)?;
        let pages = client.cards(&CardFilter::default());
        pin_mut!(pages);
        let mut found = 0_u64;
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| match work::unread(error) {
                WorkRefusal::Unanswered { fault } => StockRefusal::Unanswered { fault },
                _ => StockRefusal::NotSetUp,
            })?;
            found += inner.mark_page(&page).await.map_err(|error| not_kept(&error))?;
        }
        let before = inner.ledger.mark(Mark::StockUnchecked).await.map_err(|error| not_kept(&error))?;
        if before.is_some() {
            inner.ledger.stock_is_checked().await.map_err(|error| not_kept(&error))?;
            inner.audit("stock.compared", None, Some(found.to_string())).await;
        }
        inner.stock_changed().await;
        Ok(small(found))
    }

    /// Gives back what a desk has leased and not begun to use.
    ///
    /// # Errors
    /// Where the ledger can't keep it.
    pub async fn give_back(&self, of: &str) -> Result<u32, StockRefusal> {
        let inner = &self.0;
        let given = inner.ledger.give_back(of, inner.around.clock.now()).await;
        let given = given.map_err(|error| not_kept(&error))?;
        if given > 0 && of != inner.around.desk {
            inner.audit("stock.given_back", None, Some(format!("{of} {given}"))).await;
        }
        inner.stock_changed().await;
        Ok(small(given))
    }

    /// Gives numbers of returned cards out again, those that ALIVE has on no other card by now. How many.
    ///
    /// # Errors
    /// Where ALIVE can't be asked or the ledger can't keep it.
    pub async fn release_numbers(&self, card_type: &str) -> Result<u32, StockRefusal> {
        let inner = &self.0;
        let returned = inner.ledger.returned_numbers(card_type).await.map_err(|error| not_kept(&error))?;
        let mut released = 0;
        for number in returned {
            let Ok(parsed) = CardNumber::new(&number) else { continue };
            let there = inner.number_in_alive(&parsed).await.map_err(|error| match work::unread(error) {
                WorkRefusal::Unanswered { fault } => StockRefusal::Unanswered { fault },
                _ => StockRefusal::NotSetUp,
            })?;
            let step = if there.is_some() { Step::Present } else { Step::Release };
            let stepped = inner.ledger.step_number(&number, step, inner.around.clock.now()).await;
            released += u32::from(stepped.map_err(|error| not_kept(&error))? && there.is_none());
        }
        if released > 0 {
            inner.audit("stock.released", None, Some(format!("{card_type} {released}"))).await;
        }
        inner.stock_changed().await;
        Ok(released)
    }
}

impl Inner {
    /// What is agreed of a type of card, by its name.
    pub(crate) fn rule_of(&self, card_type: &str) -> Option<&CardRule> {
        self.registers.profile.cards.iter().find(|rule| word(&rule.kind) == card_type)
    }

    async fn count_stock(&self) -> Result<Stock, LedgerError> {
        let mut types: BTreeMap<String, StockOfType> = BTreeMap::new();
        let mut desks: BTreeMap<String, u32> = BTreeMap::new();
        let agreed = self.registers.profile.cards.iter().filter(|rule| rule.mode == Mode::Report);
        let agreed: Vec<String> = agreed.map(|rule| word(&rule.kind)).collect();
        for kind in &agreed {
            types.insert(kind.clone(), nothing(kind));
        }
        for count in self.ledger.stock().await? {
            let of = types.entry(count.card_type.clone()).or_insert_with(|| nothing(&count.card_type));
            let numbers = small(count.numbers);
            match count.state {
                NumberState::Free => of.free += numbers,
                NumberState::Leased => {
                    of.leased += numbers;
                    *desks.entry(count.desk.unwrap_or_default()).or_default() += numbers;
                }
                NumberState::Sent => of.sent += numbers,
                NumberState::Used => of.used += numbers,
                NumberState::Spoiled => of.spoiled += numbers,
                NumberState::Returned => of.returned += numbers,
            }
        }
        let today = self.today();
        for of in types.values_mut() {
            let uses = self.ledger.uses(&of.card_type, today, LOOKED_BACK).await?;
            let left = of.free.saturating_add(of.leased);
            let out = forecast(u64::from(left), &uses, today);
            of.lately = small(uses.iter().map(|day| day.numbers).sum());
            of.runs_out = out.map(|day| day.to_string());
            of.low = out.is_some_and(|day| day <= today.saturating_add(WARN_DAYS.days()))
                || (left == 0 && of.used > 0);
        }
        let position = |kind: &str| agreed.iter().position(|it| it == kind).unwrap_or(usize::MAX);
        let mut types: Vec<StockOfType> = types.into_values().collect();
        types.sort_by_key(|of| position(&of.card_type));
        let here = |desk: &str| desk == self.around.desk;
        Ok(Stock {
            unchecked: self.ledger.mark(Mark::StockUnchecked).await?.is_some(),
            types,
            desks: desks
                .into_iter()
                .map(|(desk, numbers)| DeskLease { here: here(&desk), desk, numbers })
                .collect(),
        })
    }

    /// Counts the stock for the tasks: the whole table is gone through, so not at every step.
    pub(crate) async fn look_at_stock(&self) {
        match self.count_stock().await {
            Ok(stock) => {
                let low = stock.types.iter().filter(|of| of.low).map(|of| Task::Stock {
                    card_type: of.card_type.clone(),
                    left: of.free.saturating_add(of.leased),
                    runs_out: of.runs_out.clone(),
                });
                let unchecked = stock.unchecked.then_some(Task::StockUnchecked);
                *lock(&self.stock_tasks) = unchecked.into_iter().chain(low).collect();
            }
            Err(error) => tracing::warn!(%error, "the stock of numbers could not be counted"),
        }
    }

    async fn stock_changed(&self) {
        self.look_at_stock().await;
        work::tasks::tell(self).await;
    }

    /// What ALIVE has on cards that aren't returned is used, whoever put it there.
    pub(crate) async fn mark_page(&self, page: &[alive::Card]) -> Result<u64, LedgerError> {
        let live = page.iter().filter(|card| !card.status.is(Status::Returned));
        let numbers: Vec<&str> = live.filter_map(|card| Some(card.number.as_ref()?.as_str())).collect();
        if numbers.is_empty() {
            return Ok(0);
        }
        self.ledger.mark_used_by_alive(&numbers, self.around.clock.now()).await
    }
}

fn nothing(card_type: &str) -> StockOfType {
    StockOfType {
        card_type: card_type.to_owned(),
        free: 0,
        leased: 0,
        sent: 0,
        used: 0,
        spoiled: 0,
        returned: 0,
        lately: 0,
        runs_out: None,
        low: false,
    }
}

fn lines(faults: Vec<ledger::Fault>) -> StockRefusal {
    let more = faults.len().saturating_sub(SHOWN);
    let line = |line: usize| small(line as u64);
    let shown = faults.into_iter().take(SHOWN).map(|fault| {
        let (why, before) = match fault.kind {
            FaultKind::NotANumber => (LineWhy::NotANumber, None),
            FaultKind::NotARange => (LineWhy::NotARange, None),
            FaultKind::Reversed => (LineWhy::Reversed, None),
            FaultKind::Twice { before } => (LineWhy::Twice, Some(line(before))),
            FaultKind::OtherShape => (LineWhy::OtherShape, None),
            FaultKind::Known { .. } => (LineWhy::Known, None),
            FaultKind::TooMany => (LineWhy::TooMany, None),
            FaultKind::Empty => (LineWhy::Empty, None),
        };
        LineFault { line: line(fault.line), why, before }
    });
    StockRefusal::Lines { faults: shown.collect(), more: small(more as u64) }
}
