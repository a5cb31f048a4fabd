//! What a clerk does for one person: the calls that the window makes, and no other. After a refusal, a fault, a
//! restart the clerk looks what there is and goes on from there; nothing is done blindly again.

use std::collections::BTreeMap;
use std::time::Duration;

use alive::{CardholderDraft, Roles, SmartTechnologyDraft};
use desk::Desk;
use desk::view::issue::{Issue, IssueDraft, IssueRefusal, SpoilReason, StepName};
use desk::view::work::{FieldFault, Intent, PersonFile, StepState, Task, WorkRefusal};
use serde_json::Value;
use tokio::time::Instant;

use crate::talk::{Job, Mishap, Role, Said};

/// So long a clerk tries to serve one person before saying that it doesn't work now.
const PATIENCE: Duration = Duration::from_secs(45);
const BREATH: Duration = Duration::from_millis(30);
/// More steps than any card takes.
const STEPS: usize = 24;

/// Why an attempt ended without the card.
pub enum Not {
    NoNumbers,
    /// Look again and go on. Of codes alone, never of people.
    Now(String),
}

impl From<WorkRefusal> for Not {
    fn from(refusal: WorkRefusal) -> Self {
        Self::Now(code(&refusal))
    }
}

impl From<IssueRefusal> for Not {
    fn from(refusal: IssueRefusal) -> Self {
        Self::Now(code(&refusal))
    }
}

/// The codes of a refusal, from the outermost in; fields by their names.
fn code(refusal: &impl serde::Serialize) -> String {
    fn tell(value: &Value, into: &mut Vec<String>) {
        for key in ["code", "step", "why", "property", "refusal", "fault", "faults"] {
            match value.get(key) {
                Some(Value::String(text)) => into.push(text.clone()),
                Some(Value::Array(all)) => all.iter().for_each(|one| tell(one, into)),
                Some(inner) => tell(inner, into),
                None => {}
            }
        }
    }
    let mut codes = Vec::new();
    tell(&serde_json::to_value(refusal).unwrap_or_default(), &mut codes);
    codes.join("/")
}

pub struct Clerk<'a> {
    pub desk: &'a Desk,
    pub job: &'a Job,
    /// Told how far it has come.
    pub at: &'a (dyn Fn(&str) + Sync),
    /// How the window names the person, once known.
    key: Option<String>,
    mishap: Option<Mishap>,
}

impl<'a> Clerk<'a> {
    pub fn new(desk: &'a Desk, job: &'a Job, at: &'a (dyn Fn(&str) + Sync)) -> Self {
        Self { desk, job, at, key: None, mishap: job.mishap.filter(|_| job.first_try) }
    }

    /// Serves the person, as long as the patience lasts.
    pub async fn serve(mut self) -> Said {
        let until = Instant::now() + PATIENCE;
        let mut met: BTreeMap<String, u32> = BTreeMap::new();
        loop {
            match self.attempt().await {
                Ok(()) => return Said::Done { met },
                Err(Not::NoNumbers) => return Said::NoNumbers { met },
                Err(Not::Now(why)) => {
                    *met.entry(why.clone()).or_default() += 1;
                    if Instant::now() > until {
                        return Said::Waits { why, met };
                    }
                    if why == "reporting" {
                        // The desk does so by itself now and then; the person before the counter waits.
                        self.desk.settle_open().await;
                    }
                }
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    async fn attempt(&mut self) -> Result<(), Not> {
        let key = match &self.key {
            Some(key) => key.clone(),
            None => self.person().await?,
        };
        self.key = Some(key.clone());
        (self.at)("file");
        let file = self.desk.open_file(&key).await?;
        if has_card(&file) {
            return finish(self.desk, &key, &file).await;
        }
        (self.at)("begin");
        let issue = self.desk.begin_issue(file.file).await?;
        self.issue(issue).await
    }

    /// Whom the job is about: found in the index, or created.
    async fn person(&mut self) -> Result<String, Not> {
        (self.at)("search");
        if let Some(key) = self.known().await? {
            return Ok(key);
        }
        (self.at)("create");
        let file = self.desk.new_file().await?;
        let intent = Intent::Cardholder { form: Box::new(self.form()), reprinted: Vec::new() };
        let plan = match self.desk.plan(file.file, &intent).await {
            Ok(plan) => plan,
            Err(WorkRefusal::Fields { faults }) if taken(&faults) => return self.found_by_index().await,
            Err(refusal) => return Err(refusal.into()),
        };
        let plan = self.desk.carry_out(plan.plan).await?;
        match plan.steps.first().map(|step| &step.state) {
            Some(StepState::Done) => match plan.person {
                Some(key) => Ok(key),
                None => self.found_by_index().await,
            },
            Some(StepState::Refused { faults }) if taken(faults) => self.found_by_index().await,
            Some(state) => Err(Not::Now(format!("person {}", ended(state)))),
            None => Err(Not::Now("person without a step".to_owned())),
        }
    }

    async fn known(&self) -> Result<Option<String>, Not> {
        let hits = self.desk.search(&self.job.personal_id).await;
        let hits = hits.map_err(|_| Not::Now("search".to_owned()))?;
        let same = |hit: &&desk::view::Hit| hit.personal_id.as_deref() == Some(&self.job.personal_id);
        Ok(hits.iter().find(same).map(|hit| hit.key.clone()))
    }

    /// ALIVE has them: the index has to be brought up to date first.
    async fn found_by_index(&self) -> Result<String, Not> {
        (self.at)("refresh");
        if let Some(key) = self.known().await? {
            return Ok(key);
        }
        self.desk.refresh_index().await;
        self.known().await?.ok_or_else(|| Not::Now("in ALIVE, not in the index".to_owned()))
    }

    fn form(&self) -> CardholderDraft {
        let job = self.job;
        let student = job.role == Role::Student;
        CardholderDraft {
            first_name: job.first_name.clone(),
            last_name: job.last_name.clone(),
            email: job.email.clone(),
            external_id: job.external_id.clone(),
            personal_id: job.personal_id.clone(),
            date_of_birth: "2001-02-03".to_owned(),
            roles: Roles {
                student: Some(student),
                graduate: Some(false),
                teacher: Some(!student),
                employee: Some(!student),
            },
            student_status: if student { "FULL_TIME" } else { "" }.to_owned(),
            ..CardholderDraft::default()
        }
    }

    async fn issue(&mut self, mut issue: Issue) -> Result<(), Not> {
        for _ in 0..STEPS {
            let chip = &self.job.chips[usize::from(issue.spoiled > 0)];
            let draft = self.draft(&issue, chip);
            if !issue.locked && draft.card != issue.draft.card {
                (self.at)("draft");
                issue = self.desk.save_issue(&issue.issue, draft).await?;
            } else if issue.number.number.is_none() {
                (self.at)("number");
                issue = self.draw(issue).await?;
            } else {
                let ticked =
                    |looked_over, printed| IssueDraft { looked_over, printed, ..issue.draft.clone() };
                issue = match issue.next {
                    StepName::Preview => self.desk.save_issue(&issue.issue, ticked(true, false)).await?,
                    StepName::Print => {
                        (self.at)("print");
                        let printed = self.desk.save_issue(&issue.issue, ticked(true, true)).await?;
                        self.perhaps_misprint(printed).await?
                    }
                    StepName::ReadBack => self.desk.read_back_issue(&issue.issue, Some(chip)).await?,
                    StepName::Report => return self.report(&issue).await,
                    step => return Err(Not::Now(format!("step {step:?} {}", fields(&issue.faults)))),
                };
            }
        }
        Err(Not::Now("no end of steps".to_owned()))
    }

    fn draft(&self, issue: &Issue, chip: &str) -> IssueDraft {
        let mut draft = issue.draft.clone();
        draft.card.form = if self.job.digital { "DIGITAL" } else { "DIGITAL_PLASTIC" }.to_owned();
        draft.card.smart_technologies = if self.job.digital {
            Vec::new()
        } else {
            vec![SmartTechnologyDraft { kind: "CONTACTLESS_MIFARE".to_owned(), value: chip.to_owned() }]
        };
        draft
    }

    async fn draw(&mut self, issue: Issue) -> Result<Issue, Not> {
        let drawn = match self.desk.draw_number(&issue.issue).await {
            Err(IssueRefusal::NoNumbers) => {
                // Another desk will serve this person: nothing may be left here.
                self.desk.drop_issue(&issue.issue).await?;
                return Err(Not::NoNumbers);
            }
            drawn => drawn?,
        };
        match self.mishap {
            Some(Mishap::Number) => {
                self.mishap = None;
                let why = SpoilReason::WrongNumber;
                Ok(self.desk.spoil(&drawn.issue, false, true, why).await?)
            }
            Some(Mishap::GivenUp) => {
                self.mishap = None;
                self.desk.drop_issue(&drawn.issue).await?;
                Err(Not::Now("given up".to_owned()))
            }
            _ => Ok(drawn),
        }
    }

    async fn perhaps_misprint(&mut self, printed: Issue) -> Result<Issue, Not> {
        let number = match self.mishap {
            Some(Mishap::Blank) => false,
            Some(Mishap::Both) => true,
            _ => return Ok(printed),
        };
        self.mishap = None;
        Ok(self.desk.spoil(&printed.issue, true, number, SpoilReason::Misprint).await?)
    }

    async fn report(&self, issue: &Issue) -> Result<(), Not> {
        (self.at)("report");
        report(self.desk, &issue.issue).await
    }
}

/// Reports a card. It's done too where ALIVE turns out to have it.
async fn report(desk: &Desk, issue: &str) -> Result<(), Not> {
    let plan = match desk.plan_report(issue).await {
        Err(IssueRefusal::Reported) => return Ok(()),
        plan => plan?,
    };
    let plan = desk.carry_out(plan.plan).await?;
    match plan.steps.first().map(|step| &step.state) {
        Some(StepState::Done) => Ok(()),
        Some(state) => Err(Not::Now(format!("report {}", ended(state)))),
        None => Err(Not::Now("report without a step".to_owned())),
    }
}

/// The person has a card. If an issue of theirs still waits here, it's this card's, reported by a try that seemed to
/// fail: the desk finds that out when it's to be reported.
pub async fn finish(desk: &Desk, key: &str, file: &PersonFile) -> Result<(), Not> {
    let waits = |task: &Task| matches!(task, Task::Issue { key: of, .. } if of == key);
    if !desk.tasks().iter().any(waits) {
        return Ok(());
    }
    let issue = desk.begin_issue(file.file).await?;
    if !issue.taken_up {
        // It has ended meanwhile; this one was begun for nothing.
        desk.drop_issue(&issue.issue).await?;
        return Ok(());
    }
    match desk.plan_report(&issue.issue).await {
        Err(IssueRefusal::Reported | IssueRefusal::Gone) => Ok(()),
        Err(refusal) => Err(Not::Now(format!("finish {}", code(&refusal)))),
        Ok(_) => Err(Not::Now("a second card would be reported".to_owned())),
    }
}

pub fn has_card(file: &PersonFile) -> bool {
    file.cards.iter().any(|card| card.status != "RETURNED")
}

fn taken(faults: &[FieldFault]) -> bool {
    faults.iter().any(|it| it.code == "NOT_UNIQUE_ERROR")
}

fn fields(faults: &[FieldFault]) -> String {
    faults.iter().map(|it| format!("{} {}", it.property, it.code)).collect::<Vec<_>>().join(", ")
}

fn ended(state: &StepState) -> String {
    match state {
        StepState::Refused { faults } => format!("refused {}", fields(faults)),
        StepState::Unknown { .. } => "unknown".to_owned(),
        StepState::NotDone { .. } => "not done".to_owned(),
        other => format!("{other:?}").split([' ', '{']).next().unwrap_or_default().to_lowercase(),
    }
}
