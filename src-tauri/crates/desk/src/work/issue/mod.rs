//! A card being issued: what the clerk has filled in stands in the ledger after every step, so that it's taken up
//! again wherever it was left, and the report comes last (manual, workflow "New card").
//!
//! The number is drawn before the card is printed and held by the issue until ALIVE has it or the issue is given up;
//! another try goes by the same number.

mod number;
mod steps;

use std::sync::Arc;

use alive::{CardDraft, CardholderId, Mode, Report};
use jiff::civil::Date;
use ledger::{IssueRow, IssueState, PersonKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::file::{self, Read};
use super::plan::{self, Basis};
use super::{Own, Planned, tasks};
use crate::enquiry::Lying;
use crate::records::word;
use crate::view::Photo;
use crate::view::issue::{Issue, IssueDraft, IssueRefusal, NumberState, SpoilReason, StepName};
use crate::view::work::{FieldFault, Intent, Plan, WhyNot, WorkRefusal};
use crate::{Desk, Inner, lock};
use steps::{Progress, digital};

/// What the ledger keeps of an issue beside its number.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    draft: IssueDraft,
    read_back: Vec<String>,
    other_chip: Option<String>,
    spoiled: u32,
    unasked: bool,
}

/// An issue as it stands in the ledger, open.
struct Open {
    row: IssueRow,
    kept: Kept,
}

impl From<WorkRefusal> for IssueRefusal {
    fn from(refusal: WorkRefusal) -> Self {
        Self::Work { refusal }
    }
}

fn not_kept(error: &ledger::LedgerError) -> IssueRefusal {
    IssueRefusal::NotKept { why: error.into() }
}

impl Kept {
    fn of(row: &IssueRow) -> Self {
        let mut kept: Self =
            row.draft.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        kept.draft.card.kind.clone_from(&row.card_type);
        kept.draft.card.number = row.number.clone().unwrap_or_default();
        // Without a number nothing can have been printed: it was spoiled with the blank.
        if row.number.is_none() {
            kept.draft.printed = false;
            kept.draft.looked_over = false;
        }
        kept
    }

    /// What stands on the plastic or is read off it. Another of these is another card.
    fn on_the_card(draft: &IssueDraft) -> impl PartialEq + use<'_> {
        let CardDraft { kind, form, valid_from, valid_to, smart_technologies, .. } = &draft.card;
        (kind, form, valid_from, valid_to, smart_technologies, &draft.design)
    }

    /// Takes over what the window sends, as far as it may.
    fn take(&mut self, mut sent: IssueDraft) -> Result<(), IssueRefusal> {
        sent.card.cardholder_id = None;
        sent.card.number.clone_from(&self.draft.card.number);
        let changed = Self::on_the_card(&sent) != Self::on_the_card(&self.draft);
        if changed && self.draft.printed {
            return Err(IssueRefusal::Locked);
        }
        // Whoever looks it over looks at what it is now; only a spoiled blank takes "printed" back.
        sent.looked_over &= !(changed && self.draft.looked_over);
        sent.printed = !digital(&sent)
            && (self.draft.printed || sent.printed && sent.looked_over && !self.draft.card.number.is_empty());
        let chips = &sent.card.smart_technologies;
        self.read_back.retain(|value| chips.iter().any(|chip| chip.value == *value));
        self.draft = sent;
        Ok(())
    }
}

impl Desk {
    /// Begins a card for the person of this file, or takes up the one that this desk has begun.
    ///
    /// # Errors
    /// Where the file is gone, the person isn't in ALIVE or is erased, or the ledger can't keep it.
    pub async fn begin_issue(&self, file: u32) -> Result<Issue, IssueRefusal> {
        let inner = &self.0;
        let read = inner.open_file(file)?;
        let holder = read.holder.as_ref().ok_or(WorkRefusal::RecordGone)?;
        if file::anonymised(holder) {
            return Err(WorkRefusal::NotAllowed { why: WhyNot::Anonymised }.into());
        }
        let draft = inner.first_draft(&read);
        let kind = draft.card.kind.clone();
        let now = inner.around.clock.now();
        let fresh = IssueRow {
            id: inner.uuid(),
            desk: inner.around.desk.clone(),
            cardholder_id: holder.cardholder_id.0.cast_signed(),
            card_type: kind,
            number: None,
            state: IssueState::Open,
            draft: inner.text(&Kept { draft, ..Kept::default() }),
            begun_at: now,
            changed_at: now,
        };
        let row = inner.ledger.begin_issue(&fresh).await.map_err(|error| not_kept(&error))?;
        inner.look_at_photo(holder.cardholder_id).await;
        let taken_up = row.id != fresh.id;
        let kept = Kept::of(&row);
        let issue = inner.show(&Open { row, kept }, taken_up).await?;
        inner.tell_tasks();
        Ok(issue)
    }

    /// Keeps what the clerk has filled in so far.
    ///
    /// # Errors
    /// [`IssueRefusal::Locked`] where the printed card would be wrong; where the issue is gone or can't be kept.
    pub async fn save_issue(&self, issue: &str, draft: IssueDraft) -> Result<Issue, IssueRefusal> {
        let inner = &self.0;
        let _one = inner.issuing.lock().await;
        let mut open = inner.open_issue(issue).await?;
        open.kept.take(draft)?;
        open.row.card_type.clone_from(&open.kept.draft.card.kind);
        inner.keep_and_show(open).await
    }

    /// Compares the chips on the readers, or a code that was scanned off the card, with those of the draft.
    ///
    /// # Errors
    /// [`IssueRefusal::NoChip`] where nothing lies on a reader and no code was scanned.
    pub async fn read_back_issue(&self, issue: &str, code: Option<&str>) -> Result<Issue, IssueRefusal> {
        let inner = &self.0;
        let _one = inner.issuing.lock().await;
        let mut open = inner.open_issue(issue).await?;
        let read: Vec<String> = match code {
            Some(code) => vec![code.trim().to_owned()],
            None => lock(&inner.lying).values().filter_map(Lying::uid).collect(),
        };
        if read.is_empty() {
            return Err(IssueRefusal::NoChip);
        }
        open.kept.other_chip = None;
        for value in read {
            let chips = &open.kept.draft.card.smart_technologies;
            match chips.iter().find(|chip| same_chip(&chip.value, &value)) {
                Some(chip) if open.kept.read_back.contains(&chip.value) => {}
                Some(chip) => open.kept.read_back.push(chip.value.clone()),
                None => open.kept.other_chip = Some(value),
            }
        }
        inner.keep_and_show(open).await
    }

    /// Writes down what was spoiled. A number that stands on a printed card takes the blank with it.
    ///
    /// # Errors
    /// Where the issue is gone or it can't be kept.
    pub async fn spoil(
        &self,
        issue: &str,
        blank: bool,
        number: bool,
        reason: SpoilReason,
    ) -> Result<Issue, IssueRefusal> {
        let inner = &self.0;
        let _one = inner.issuing.lock().await;
        let mut open = inner.open_issue(issue).await?;
        let number = number && open.row.number.is_some();
        let blank = blank || open.kept.draft.printed;
        if blank || number {
            let now = inner.around.clock.now();
            let spoiled = inner.ledger.spoil(open.row.id, blank, number, &word(&reason), now).await;
            if !spoiled.map_err(|error| not_kept(&error))? {
                return Err(IssueRefusal::Gone);
            }
            let about = PersonKey::Alive(open.row.cardholder_id);
            let what = match (blank, number) {
                (true, true) => "blank and number",
                (true, false) => "blank",
                _ => "number",
            };
            let detail = format!("{what} {}", word(&reason));
            inner.audit("issue.spoiled", Some(about), Some(detail)).await;
            let kept = &mut open.kept;
            kept.draft.looked_over = false;
            if blank {
                kept.draft.printed = false;
                kept.spoiled = kept.spoiled.saturating_add(1);
                // Chips belong to the blank.
                kept.draft.card.smart_technologies.clear();
                kept.read_back.clear();
                kept.other_chip = None;
            }
            if number {
                open.row.number = None;
                kept.draft.card.number.clear();
            }
        }
        inner.keep_and_show(open).await
    }

    /// Plans the report, against what ALIVE says now. [`Desk::carry_out`] makes it.
    ///
    /// # Errors
    /// What is missing; [`IssueRefusal::Reported`] where ALIVE has this card already.
    pub async fn plan_report(&self, issue: &str) -> Result<Plan, IssueRefusal> {
        let inner = &self.0;
        let _one = inner.issuing.lock().await;
        let open = inner.open_issue(issue).await?;
        // A try that came through late has put this number and these chips on a card: no fault then.
        inner.number_is_ours(&open).await?;
        let view = inner.show(&open, false).await?;
        if view.next != StepName::Report {
            let faults = view.faults;
            return Err(if faults.is_empty() {
                IssueRefusal::Missing { step: view.next }
            } else {
                WorkRefusal::Fields { faults }.into()
            });
        }
        let form = open.kept.draft.card.clone();
        let read = inner.read_person(CardholderId(open.row.cardholder_id.cast_unsigned())).await?;
        let intent = Intent::Report { form };
        let profile = &inner.registers.profile;
        let draft = plan::draft(&Basis { base: &read, now: &read, profile, today: inner.today() }, &intent)?;
        inner.chips_free(&intent).await?;
        Ok(inner.keep_plan(draft, read))
    }

    /// Gives the issue up. Its number goes back into this desk's lease; one that was sent is looked for in ALIVE.
    ///
    /// # Errors
    /// [`IssueRefusal::Locked`] while a printed card isn't noted as spoiled.
    pub async fn drop_issue(&self, issue: &str) -> Result<(), IssueRefusal> {
        let inner = &self.0;
        let _one = inner.issuing.lock().await;
        let open = inner.open_issue(issue).await?;
        if open.kept.draft.printed {
            return Err(IssueRefusal::Locked);
        }
        let now = inner.around.clock.now();
        let ended = inner.ledger.end_issue(open.row.id, IssueState::Dropped, now).await;
        if !ended.map_err(|error| not_kept(&error))? {
            return Err(IssueRefusal::Gone);
        }
        inner.audit("issue.dropped", Some(PersonKey::Alive(open.row.cardholder_id)), None).await;
        inner.settle_stranded().await;
        inner.tell_tasks();
        Ok(())
    }
}

impl Inner {
    /// An issue of this desk that is neither done nor given up, and whose report isn't under way.
    async fn open_issue(&self, issue: &str) -> Result<Open, IssueRefusal> {
        let id: Uuid = issue.parse().map_err(|_| IssueRefusal::Gone)?;
        let row = self.ledger.issue(id).await.map_err(|error| not_kept(&error))?;
        let row = row.filter(|row| row.state == IssueState::Open && row.desk == self.around.desk);
        let row = row.ok_or(IssueRefusal::Gone)?;
        if row.number.is_some() {
            let changes = self.ledger.open_changes_of_desk(&self.around.desk).await;
            if changes.map_err(|error| not_kept(&error))?.iter().any(|it| it.number == row.number) {
                return Err(IssueRefusal::Reporting);
            }
        }
        let kept = Kept::of(&row);
        Ok(Open { row, kept })
    }

    fn text(&self, kept: &Kept) -> Option<String> {
        serde_json::to_string(kept).ok()
    }

    async fn keep_and_show(self: &Arc<Self>, mut open: Open) -> Result<Issue, IssueRefusal> {
        let now = self.around.clock.now();
        let draft = self.text(&open.kept).unwrap_or_default();
        let kept = self.ledger.save_issue(open.row.id, &open.row.card_type, &draft, now).await;
        if !kept.map_err(|error| not_kept(&error))? {
            return Err(IssueRefusal::Gone);
        }
        // Another type lets the number go.
        if let Some(row) = self.ledger.issue(open.row.id).await.map_err(|error| not_kept(&error))? {
            open = Open { kept: Kept::of(&row), row };
        }
        let issue = self.show(&open, false).await?;
        self.tell_tasks();
        Ok(issue)
    }

    /// What the window is shown of it.
    async fn show(&self, open: &Open, taken_up: bool) -> Result<Issue, IssueRefusal> {
        let Open { row, kept } = open;
        let faults = self.issue_faults(open).await?;
        let photo = self.photo_of(row.cardholder_id);
        let number = row.number.as_deref();
        let progress = Progress {
            draft: &kept.draft,
            number,
            faults: &faults,
            photo: &photo,
            read_back: &kept.read_back,
        };
        let steps = progress.steps();
        let others = self.ledger.open_issues_of(row.cardholder_id).await.map_err(|error| not_kept(&error))?;
        // What isn't there yet is said by the step, not as a fault.
        let said = |fault: &FieldFault| fault.property != "number" || number.is_some();
        Ok(Issue {
            issue: row.id.to_string(),
            begun_at: row.begun_at.as_millisecond(),
            taken_up,
            draft: kept.draft.clone(),
            next: steps::next(&steps),
            steps,
            faults: faults.iter().filter(|fault| said(fault)).cloned().collect(),
            photo,
            number: NumberState {
                number: row.number.clone(),
                sent: self.was_sent(number).await?,
                left: self.numbers_left(&row.card_type).await?,
                unasked: kept.unasked,
            },
            read_back: kept.read_back.clone(),
            other_chip: kept.other_chip.clone(),
            spoiled: kept.spoiled,
            locked: kept.draft.printed,
            elsewhere: others.iter().any(|it| it.desk != self.around.desk),
        })
    }

    /// What ALIVE would refuse, and chips that are on a card in use.
    async fn issue_faults(&self, open: &Open) -> Result<Vec<FieldFault>, IssueRefusal> {
        let cardholder_id = Some(CardholderId(open.row.cardholder_id.cast_unsigned()));
        let form = CardDraft { cardholder_id, ..open.kept.draft.card.clone() };
        let mut faults: Vec<FieldFault> = match Report::parse(&form, &self.registers.profile, self.today()) {
            Ok(_) => Vec::new(),
            Err(wrong) => plan::faults(wrong),
        };
        let own = Own::Issue { person: open.row.cardholder_id, number: open.row.number.as_deref() };
        faults.extend(self.chips_taken(own, &form.smart_technologies).await?);
        Ok(faults)
    }

    /// What a new card of this person begins with: the type that they're entitled to and don't have, the form and
    /// the cycle of today.
    fn first_draft(&self, read: &Read) -> IssueDraft {
        let today = self.today();
        let rules = self.registers.profile.cards.iter().filter(|rule| rule.mode == Mode::Report);
        let wanted = |rule: &&alive::CardRule| {
            rule.kind.known().is_some_and(|kind| {
                let has = read.cards.iter().any(|card| card.kind.is(*kind) && file::bars(card, today));
                plan::entitled(read, *kind) && !has
            })
        };
        let rule = rules.clone().find(wanted).or_else(|| rules.clone().next());
        let card = rule.map_or_else(CardDraft::default, |rule| {
            let begun = |day: Date| day <= today;
            let cycle =
                rule.cycles(today).find(|it| begun(it.valid_from)).or_else(|| rule.cycles(today).next());
            let plastic = rule.forms.iter().find(|form| word(form) == "DIGITAL_PLASTIC");
            CardDraft {
                kind: word(&rule.kind),
                form: plastic.or_else(|| rule.forms.first()).map(word).unwrap_or_default(),
                valid_from: cycle.map(|it| it.valid_from.to_string()).unwrap_or_default(),
                valid_to: cycle.map(|it| it.valid_to.to_string()).unwrap_or_default(),
                ..CardDraft::default()
            }
        });
        let design = rule.and_then(|rule| rule.default_design.clone()).unwrap_or_default();
        IssueDraft { card, design, ..IssueDraft::default() }
    }

    /// The portrait in ALIVE, which goes over to the card with the report.
    async fn look_at_photo(&self, person: CardholderId) {
        let photo = match &self.registers.alive {
            Some(client) => self.fetch_photo(client, person).await,
            None => Photo::NotAsked,
        };
        lock(&self.work).photo = Some((person.0.cast_signed(), photo));
    }

    fn photo_of(&self, person: i64) -> Photo {
        let work = lock(&self.work);
        let known = work.photo.as_ref().filter(|(of, _)| *of == person);
        known.map_or(Photo::NotAsked, |(_, photo)| photo.clone())
    }

    /// Tells what waits, beside the work that goes on.
    pub(super) fn tell_tasks(self: &Arc<Self>) {
        let inner = Arc::clone(self);
        tokio::spawn(async move { tasks::tell(&inner).await });
    }

    /// A plan that waits for its yes, in place of the one before.
    pub(super) fn keep_plan(&self, draft: plan::Draft, read: Read) -> Plan {
        let mut work = lock(&self.work);
        let name = read.holder.as_ref().map(crate::records::holder_name);
        let view = Plan {
            plan: work.number(),
            person: read.holder.as_ref().map(|holder| super::person_key(holder.cardholder_id)),
            name: name.unwrap_or_default(),
            steps: draft.shown(),
            differences: draft.differences.clone(),
            warnings: draft.warnings.clone(),
            irreversible: draft.irreversible,
        };
        work.plan = Some(Planned { view: view.clone(), draft, read });
        view
    }

    /// Issues whose card ALIVE turns out to have: a try came through after it had been given up on.
    pub(super) async fn settle_issues(&self) {
        for row in self.ledger.open_issues_of_desk(&self.around.desk).await.unwrap_or_default() {
            let Some(number) = row.number.as_deref() else { continue };
            let known = self.ledger.number(number).await.ok().flatten();
            if known.is_some_and(|known| known.state == ledger::NumberState::Used) {
                let _one = self.issuing.lock().await;
                // It may have ended while this waited.
                if let Ok(open) = self.open_issue(&row.id.to_string()).await {
                    // Whatever it says, the ledger has kept it.
                    let _said = self.number_is_ours(&open).await;
                }
            }
        }
    }

    /// The issues that wait at this desk, each with its next step.
    pub(super) async fn waiting_issues(&self) -> Result<Vec<(IssueRow, StepName)>, ledger::LedgerError> {
        let mut waiting = Vec::new();
        for row in self.ledger.open_issues_of_desk(&self.around.desk).await? {
            let open = Open { kept: Kept::of(&row), row };
            let faults = self.issue_faults(&open).await.unwrap_or_default();
            let Open { row, kept } = open;
            let progress = Progress {
                draft: &kept.draft,
                number: row.number.as_deref(),
                faults: &faults,
                photo: &Photo::NotAsked,
                read_back: &kept.read_back,
            };
            let next = steps::next(&progress.steps());
            waiting.push((row, next));
        }
        Ok(waiting)
    }
}

/// Whether two texts name one chip: the same text, or one of the spellings of the other's bytes.
fn same_chip(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim().to_uppercase();
    let bytes = chip::candidates(other);
    plain(one) == plain(other) || chip::candidates(one).iter().any(|it| bytes.contains(it))
}
