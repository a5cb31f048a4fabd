//! Carrying a plan out: everything stands in the journal first, each change is sent once, and one whose end nobody
//! told is read back before anything else is said of it.

use std::sync::Arc;
use std::time::Duration;

use alive::{CardId, CardholderId, Change, GraduationId, Made};
use ledger::{ChangeRow, ChangeState};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::plan::Sending;
use super::snapshot::{self, Snapshot};
use super::{Planned, file, not_kept, tasks};
use crate::answers::Failure;
use crate::records;
use crate::view::work::{FieldFault, Plan, StepState, WorkRefusal};
use crate::view::{Fault, FaultCode, Notice, Register};
use crate::{Desk, Inner, lock};

/// What is open is read back in between, one change at a time; another plan takes longer than this.
const SHORTLY: Duration = Duration::from_secs(2);

impl Desk {
    /// Carries a plan out, and tells how far it has come. Each plan can be carried out once.
    ///
    /// # Errors
    /// Where nothing was sent: another plan is under way, this one is gone, or the journal could not keep it.
    pub async fn carry_out(&self, plan: u32) -> Result<Plan, WorkRefusal> {
        let inner = Arc::clone(&self.0);
        // On its own, so that a window that is closed half-way doesn't end it half-way.
        let carried = tokio::spawn(async move { inner.carry_out(plan).await }).await;
        carried.unwrap_or(Err(WorkRefusal::PlanGone))
    }
}

impl Inner {
    async fn carry_out(self: &Arc<Self>, plan: u32) -> Result<Plan, WorkRefusal> {
        let one = tokio::time::timeout(SHORTLY, self.carrying.lock()).await;
        let _one = one.map_err(|_| WorkRefusal::Busy)?;
        let client = self.registers.alive.clone().ok_or(WorkRefusal::NotSetUp)?;
        let Planned { mut view, draft, read } = {
            let mut work = lock(&self.work);
            match work.plan.take_if(|planned| planned.view.plan == plan) {
                Some(planned) => planned,
                None => return Err(WorkRefusal::PlanGone),
            }
        };
        let person = read.holder.as_ref().map(|holder| holder.cardholder_id);
        // A plan may have waited for its yes: what was changed meanwhile would be overwritten.
        if let Some(person) = person
            && !read.same(&self.read_person(person).await?)
        {
            return Err(WorkRefusal::ChangedMeanwhile);
        }
        for sending in draft.steps.iter().filter_map(|(_, sending)| sending.as_ref()) {
            if let Change::Report(report) = &sending.change {
                self.number_for(report.kind().name(), report.number().as_str()).await?;
            }
        }
        let reason = draft.reason.map(|reason| records::word(&reason));
        let rows: Vec<Option<ChangeRow>> = draft
            .steps
            .iter()
            .map(|(_, sending)| Some(self.row(sending.as_ref()?, person, reason.clone())))
            .collect();
        let to_write: Vec<ChangeRow> = rows.iter().flatten().cloned().collect();
        self.ledger.write_changes(&to_write).await.map_err(|error| not_kept(&error))?;

        let mut stopped = false;
        for (at, ((_, sending), row)) in draft.steps.iter().zip(&rows).enumerate() {
            let (Some(sending), Some(row)) = (sending, row) else { continue };
            if stopped {
                self.carry_on(row.id, ChangeState::Undone).await;
                view.steps[at].state = StepState::Skipped;
                continue;
            }
            view.steps[at].state = StepState::Running;
            self.tell(Notice::Progress(view.clone()));
            let (state, created) = self.make(&client, sending, row).await;
            if let Some(created) = created {
                view.person = Some(super::person_key(created));
            }
            stopped = state != StepState::Done;
            view.steps[at].state = state;
            self.tell(Notice::Progress(view.clone()));
        }
        self.after(view.person.as_deref()).await;
        Ok(view)
    }

    fn row(&self, sending: &Sending, person: Option<CardholderId>, reason: Option<String>) -> ChangeRow {
        let body = sending.change.body();
        let now = self.around.clock.now();
        ChangeRow {
            id: self.uuid(),
            written_at: now,
            desk: self.around.desk.clone(),
            endpoint: sending.change.endpoint().to_owned(),
            cardholder_id: person.map(|id| id.0.cast_signed()),
            card_id: sending.change.card().map(|id| id.0.cast_signed()),
            number: sending.change.number().map(|number| number.as_str().to_owned()),
            body_hash: hex::encode(Sha256::digest(&body)),
            body: Some(body),
            before: Some(sending.before.clone()),
            reason,
            state: ChangeState::Written,
            changed_at: now,
        }
    }

    /// Notes how far a change has come. Where that can't be kept the row stays behind the truth, and is read back at
    /// the next start.
    pub(super) async fn carry_on(&self, id: Uuid, to: ChangeState) {
        let kept = self.ledger.carry_change_on(id, to, self.around.clock.now()).await;
        if !matches!(kept, Ok(true)) {
            tracing::error!(?to, "the journal did not keep how a change ended");
        }
    }

    /// Sends one change. Gives the cardholder too, where ALIVE has answered with one.
    async fn make(
        &self,
        client: &alive::Client,
        sending: &Sending,
        row: &ChangeRow,
    ) -> (StepState, Option<CardholderId>) {
        let sent = self.ledger.carry_change_on(row.id, ChangeState::Sent, self.around.clock.now()).await;
        if !matches!(sent, Ok(true)) {
            // What isn't on the disk as sent must not be sent.
            self.carry_on(row.id, ChangeState::Undone).await;
            let fault = Fault { code: FaultCode::Broken, detail: Some("ledger".to_owned()) };
            return (StepState::NotDone { fault }, None);
        }
        let outcome = client.make(&sending.change).await;
        let noted = outcome.as_ref().map(drop).map_err(|error| Failure::from(error.clone()));
        self.note(Register::Alive, &noted);
        let state = match outcome {
            Ok(made) => {
                self.carry_on(row.id, ChangeState::Done).await;
                let created = match &made {
                    Made::Cardholder(holder) => Some(holder.cardholder_id),
                    _ => None,
                };
                if let Some(id) = created {
                    self.is_about(row, id).await;
                }
                self.keep_made(&sending.change, made).await;
                return (StepState::Done, created);
            }
            Err(error) if error.outcome_unknown() => {
                let state = self.find_out(row, fault_of(error)).await;
                if state == StepState::Done && row.cardholder_id.is_none() {
                    let created = self.created_by(row).await;
                    if let Some(id) = created {
                        self.is_about(row, id).await;
                    }
                    return (state, created);
                }
                state
            }
            Err(error) => match refusal(&error) {
                // A number that is taken may be so by this very report, made by a try that seemed to fail.
                Some(_) if row.number.is_some() && self.read_back(row).await == Some(true) => {
                    self.carry_on(row.id, ChangeState::Done).await;
                    self.refresh_index().await;
                    StepState::Done
                }
                Some(faults) => {
                    self.carry_on(row.id, ChangeState::Refused).await;
                    StepState::Refused { faults }
                }
                None => {
                    self.carry_on(row.id, ChangeState::Undone).await;
                    StepState::NotDone { fault: fault_of(error) }
                }
            },
        };
        (state, None)
    }

    /// Whose change it was is known only once the person has been created; an erasure goes by it.
    async fn is_about(&self, row: &ChangeRow, created: CardholderId) {
        if row.cardholder_id.is_none()
            && let Err(error) = self.ledger.change_is_about(row.id, created.0.cast_signed()).await
        {
            tracing::warn!(%error, "the journal did not keep whom a change was about");
        }
    }

    /// Who was created, where no answer told: the e-mail address is unique with the issuer.
    async fn created_by(&self, row: &ChangeRow) -> Option<CardholderId> {
        let body: Value = serde_json::from_slice(row.body.as_deref()?).ok()?;
        let email = body.get("email")?.as_str().filter(|_| row.endpoint == "cardholders.set")?;
        let found = super::people_by_email(self.registers.alive.as_ref()?, email).await.ok()?;
        found.first().map(|holder| holder.cardholder_id)
    }

    /// No answer said whether the change was made: the register is read back.
    async fn find_out(&self, row: &ChangeRow, fault: Fault) -> StepState {
        self.carry_on(row.id, ChangeState::Unknown).await;
        match self.look_until_told(row).await {
            Some(true) => {
                self.carry_on(row.id, ChangeState::Done).await;
                // No answer brought the record: the index learns of it from the listings.
                self.refresh_index().await;
                return StepState::Done;
            }
            Some(false) => {
                self.carry_on(row.id, ChangeState::Undone).await;
                return StepState::NotDone { fault };
            }
            None => {}
        }
        StepState::Unknown { fault }
    }

    /// Reads back until the change is there, or often enough to say that it isn't.
    pub(super) async fn look_until_told(&self, row: &ChangeRow) -> Option<bool> {
        let mut told = None;
        for pause in self.around.look_again {
            tokio::time::sleep(pause).await;
            told = self.read_back(row).await;
            if told == Some(true) {
                break;
            }
        }
        told
    }

    /// Whether a change of the journal was made, as far as the register tells.
    pub(super) async fn read_back(&self, row: &ChangeRow) -> Option<bool> {
        let body: Value = serde_json::from_slice(row.body.as_deref()?).ok()?;
        let before: Option<Value> = row.before.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let now = self.look(row, &body).await?;
        snapshot::was_made(&row.endpoint, &body, before.as_ref(), &now)
    }

    /// What the change met, as it is now.
    async fn look(&self, row: &ChangeRow, body: &Value) -> Option<Snapshot> {
        let client = self.registers.alive.as_ref()?;
        let id = |name: &str| body.get(name).and_then(Value::as_u64);
        let person = id("cardholder_id").or(row.cardholder_id.map(i64::cast_unsigned)).map(CardholderId);
        match (row.endpoint.as_str(), id("card_id").map(CardId)) {
            ("cardholders.set", _) if id("cardholder_id").is_some() => {
                let holder = client.cardholder(person?).await.ok()?;
                Some(Snapshot::Record(Snapshot::holder(&holder)))
            }
            ("cardholders.set", _) => {
                // The e-mail address is unique with the issuer: who has it now is the one that was created.
                let email = body.get("email")?.as_str()?;
                let found = super::people_by_email(client, email).await.ok()?;
                Some(Snapshot::Others(
                    found.iter().map(|it| (it.cardholder_id.0, Snapshot::holder(it))).collect(),
                ))
            }
            ("graduations.set", _) => match id("graduation_id").map(GraduationId) {
                Some(graduation) => {
                    let graduation = client.graduation(graduation).await.ok()?;
                    Some(Snapshot::Record(Snapshot::graduation(&graduation)))
                }
                None => {
                    let all = client.graduations_of(person?).await.ok()?;
                    Some(Snapshot::Others(
                        all.iter().map(|it| (it.graduation_id.0, Snapshot::graduation(it))).collect(),
                    ))
                }
            },
            ("cards.report" | "cards.request", _) => {
                let all = client.cards_of(person?).await.ok()?;
                Some(Snapshot::Others(all.iter().map(|it| (it.card_id.0, Snapshot::card(it))).collect()))
            }
            (_, Some(card)) => {
                let card = client.card(card).await.ok()?;
                Some(Snapshot::Record(Snapshot::card(&card)))
            }
            // That an anonymisation was accepted can't be seen anywhere (T21).
            _ => None,
        }
    }

    /// What the register answered is the newest that is known of the record.
    async fn keep_made(&self, change: &Change, made: Made) {
        let now = self.around.clock.now();
        let kept = match (made, change) {
            (Made::Cardholder(holder), _) => match records::person_row(&holder, now) {
                Some(row) => self.ledger.store_people(&[row]).await,
                None => Ok(()),
            },
            (Made::Card(card), _) => self.keep_card(&card).await,
            (Made::Accepted, Change::Anonymize(id)) => self.keep_erased(*id).await,
            (Made::Accepted | Made::Graduation(_), _) => Ok(()),
        };
        if let Err(error) = kept {
            tracing::warn!(%error, "the index did not keep what was changed");
        }
    }

    async fn keep_card(&self, card: &alive::Card) -> Result<(), ledger::LedgerError> {
        let now = self.around.clock.now();
        self.ledger.store_cards(&[records::card_row(card, now)]).await?;
        // A returned card frees its number in ALIVE (manual, \[ENUM\] Status).
        if let Some(number) = card.number.as_ref().filter(|_| card.status.is(alive::Status::Returned)) {
            self.ledger.step_number(number.as_str(), ledger::Step::Return, now).await?;
        }
        Ok(())
    }

    async fn keep_erased(&self, id: CardholderId) -> Result<(), ledger::LedgerError> {
        let id = id.0.cast_signed();
        let now = self.around.clock.now();
        let planned = self.ledger.erasure(id).await?.map_or(now, |it| it.planned_at);
        let erasure = ledger::Erasure { cardholder_id: id, planned_at: planned, asked_at: Some(now) };
        self.ledger.set_erasure(&erasure).await?;
        self.ledger.blank_changes_of(id).await?;
        // What the audit holds of them can't be read any more; that something was done, and when, stays.
        self.ledger.forget_audit_key(&ledger::PersonKey::Alive(id)).await?;
        self.audit("person.erased", None, None).await;
        Ok(())
    }

    /// The desk shows what is true now.
    async fn after(self: &Arc<Self>, person: Option<&str>) {
        tasks::tell(self).await;
        let desk = Desk(Arc::clone(self));
        let on_desk = desk.enquiry().and_then(|enquiry| Some(enquiry.person?.key));
        if on_desk.is_some() && on_desk.as_deref() == person {
            desk.ask_again(Register::Alive);
        }
    }
}

/// What ALIVE refused, by field; None where it wasn't the change itself that was refused.
fn refusal(error: &alive::Error) -> Option<Vec<FieldFault>> {
    match error {
        alive::Error::Refused { errors, code, message, .. } if !errors.is_empty() || *code == Some(1001) => {
            let mut faults: Vec<FieldFault> = errors
                .iter()
                .map(|it| FieldFault {
                    property: it.property_name.clone().unwrap_or_default(),
                    code: it.code.clone(),
                    message: (!it.message.is_empty()).then(|| it.message.clone()),
                })
                .collect();
            if faults.is_empty() {
                faults.push(FieldFault {
                    property: String::new(),
                    code: code.map(|code| code.to_string()).unwrap_or_default(),
                    message: message.clone(),
                });
            }
            Some(faults)
        }
        alive::Error::Refused { code, message, status, .. } => Some(vec![FieldFault {
            property: String::new(),
            code: code.map_or_else(|| status.to_string(), |code| code.to_string()),
            message: message.clone(),
        }]),
        alive::Error::NotFound => {
            Some(vec![FieldFault { property: String::new(), code: "3001".to_owned(), message: None }])
        }
        alive::Error::Wire(_)
        | alive::Error::Credentials
        | alive::Error::Token
        | alive::Error::Nonsense { .. } => None,
    }
}

fn fault_of(error: alive::Error) -> Fault {
    match file::unread(error) {
        WorkRefusal::Unanswered { fault } => fault,
        _ => Fault { code: FaultCode::Refused, detail: None },
    }
}
