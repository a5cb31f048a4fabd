//! The work on one person's file in ALIVE: opened, checked as the clerk types, planned against what ALIVE says now,
//! carried out by one yes.
//!
//! The manual's updates delete what isn't sent. So nothing is sent that was not merged with what ALIVE says at that
//! moment, what will be deleted stands in the plan, and the record as it was stands in the journal.

mod carry;
mod file;
mod issue;
mod merge;
mod pin;
mod plan;
mod snapshot;
pub(crate) mod tasks;

use std::sync::Arc;

use alive::{CardholderFilter, CardholderId};
use futures::{StreamExt, pin_mut};
use ledger::PersonKey;

use crate::readers::all_spellings;
use crate::view::Photo;
use crate::view::work::{Checked, FieldFault, Intent, PersonFile, Plan, WorkRefusal};
use crate::{Desk, Inner, lock};
use file::Read;
pub(crate) use file::unread;
pub(crate) use pin::Tries;
use plan::{Basis, Draft};

/// The card whose chips are looked at: on itself they may be.
#[derive(Clone, Copy)]
enum Own<'a> {
    None,
    /// ALIVE's identifier.
    Card(&'a str),
    /// One that is being issued; a try that came through late may have put it into ALIVE.
    Issue {
        person: i64,
        number: Option<&'a str>,
    },
}

impl Own<'_> {
    fn is(self, card: &ledger::CardRow) -> bool {
        match self {
            Self::None => false,
            Self::Card(id) => card.card_id.to_string() == id,
            Self::Issue { person, number } => {
                card.cardholder_id == person && number.is_some() && card.number.as_deref() == number
            }
        }
    }
}

/// What is open on the desk.
#[derive(Default)]
pub(crate) struct Work {
    last: u32,
    /// The file as it was opened, by its number.
    file: Option<(u32, Arc<Read>)>,
    plan: Option<Planned>,
    tries: Tries,
    /// The portrait of the person whose card is being issued.
    photo: Option<(i64, Photo)>,
}

/// A plan that waits for a yes.
pub(crate) struct Planned {
    view: Plan,
    draft: Draft,
    /// What it was made from.
    read: Read,
}

impl Work {
    fn number(&mut self) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.last
    }
}

/// How the window names a person of ALIVE.
fn person_key(id: CardholderId) -> String {
    PersonKey::Alive(id.0.cast_signed()).to_string()
}

fn not_kept(error: &ledger::LedgerError) -> WorkRefusal {
    WorkRefusal::NotKept { why: error.into() }
}

impl Desk {
    /// Reads a person's file from ALIVE. The one that was open before is closed. A person whom only USOS knows gets
    /// an empty file with their name.
    ///
    /// # Errors
    /// Where ALIVE doesn't have the person or gives no usable answer.
    pub async fn open_file(&self, person: &str) -> Result<PersonFile, WorkRefusal> {
        match person.parse::<PersonKey>().map_err(|_| WorkRefusal::RecordGone)? {
            PersonKey::Alive(id) => {
                let read = self.0.read_person(CardholderId(id.cast_unsigned())).await?;
                self.0.show_file(read).await
            }
            PersonKey::Usos(_) => {
                let mut file = self.new_file().await?;
                if let Some(known) = self.enquiry().and_then(|enquiry| enquiry.person)
                    && known.key == person
                {
                    file.form.first_name = known.first_name;
                    file.form.last_name = known.last_name;
                }
                Ok(file)
            }
        }
    }

    /// An empty file, for a person whom ALIVE doesn't have.
    ///
    /// # Errors
    /// Where ALIVE isn't set up.
    pub async fn new_file(&self) -> Result<PersonFile, WorkRefusal> {
        self.0.registers.alive.as_ref().ok_or(WorkRefusal::NotSetUp)?;
        self.0.show_file(Read::default()).await
    }

    /// What can be said of an intent without asking ALIVE: cheap enough for every letter.
    ///
    /// # Errors
    /// Where the file isn't open any more.
    pub fn check(&self, file: u32, intent: &Intent) -> Result<Checked, WorkRefusal> {
        let base = self.0.open_file(file)?;
        let profile = &self.0.registers.profile;
        Ok(plan::check(&Basis { base: &base, now: &base, profile, today: self.0.today() }, intent))
    }

    /// Plans what the clerk wants, against what ALIVE says now. Nothing is changed.
    ///
    /// # Errors
    /// With the fields that are wrong, or why it can't be done.
    pub async fn plan(&self, file: u32, intent: &Intent) -> Result<Plan, WorkRefusal> {
        let inner = &self.0;
        let base = inner.open_file(file)?;
        match intent {
            Intent::Status { status, pin, .. } if status == alive::Status::Returned.name() => {
                inner.check_pin(pin.as_deref())?;
            }
            Intent::Erase { pin } => inner.check_pin(pin.as_deref())?,
            _ => {}
        }
        let now = match &base.holder {
            Some(holder) => inner.read_person(holder.cardholder_id).await?,
            None => {
                inner.nobody_has(intent).await?;
                Read::default()
            }
        };
        let profile = &inner.registers.profile;
        let draft = plan::draft(&Basis { base: &base, now: &now, profile, today: inner.today() }, intent)?;
        inner.chips_free(intent).await?;
        Ok(inner.keep_plan(draft, now))
    }
}

impl Inner {
    fn open_file(&self, file: u32) -> Result<Arc<Read>, WorkRefusal> {
        let work = lock(&self.work);
        let open = work.file.as_ref().filter(|(number, _)| *number == file);
        open.map(|(_, read)| Arc::clone(read)).ok_or(WorkRefusal::FileGone)
    }

    async fn show_file(&self, read: Read) -> Result<PersonFile, WorkRefusal> {
        let read = Arc::new(read);
        let number = {
            let mut work = lock(&self.work);
            let number = work.number();
            work.file = Some((number, Arc::clone(&read)));
            work.plan = None;
            number
        };
        self.file_view(number, &read).await
    }

    /// A chip on a card in use can't be on another one (decision N23). ALIVE would refuse it; the index knows it
    /// before anything is sent. It may be some minutes old, so that it's asked again before it says no.
    async fn chips_free(&self, intent: &Intent) -> Result<(), WorkRefusal> {
        let (own, chips) = match intent {
            Intent::Report { form } => (Own::None, &form.smart_technologies),
            Intent::EditCard { card_id, form } => (Own::Card(card_id), &form.smart_technologies),
            Intent::Plastic { card_id, form } => (Own::Card(card_id), &form.smart_technologies),
            _ => return Ok(()),
        };
        let mut taken = self.chips_taken(own, chips).await?;
        if !taken.is_empty() && self.refresh_index().await {
            taken = self.chips_taken(own, chips).await?;
        }
        if taken.is_empty() { Ok(()) } else { Err(WorkRefusal::Fields { faults: taken }) }
    }

    async fn chips_taken(
        &self,
        own: Own<'_>,
        chips: &[alive::SmartTechnologyDraft],
    ) -> Result<Vec<FieldFault>, WorkRefusal> {
        let today = self.today();
        let mut faults = Vec::new();
        for (index, draft) in chips.iter().enumerate() {
            // In whatever spelling: it's the same chip.
            let bytes = chip::candidates(&draft.value);
            let mut spellings: Vec<String> = bytes.iter().flat_map(|it| all_spellings(it)).collect();
            spellings.push(draft.value.clone());
            let hits = self.ledger.by_chip(&spellings).await;
            let elsewhere = hits.map_err(|error| not_kept(&error))?.into_iter().any(|hit| {
                hit.technology == draft.kind.trim()
                    && !own.is(&hit.card)
                    && hit.card.status == alive::Status::Active.name()
                    && hit.card.valid_to.is_none_or(|end| end >= today)
            });
            if elsewhere {
                let property = format!("smart_technologies[{index}].value");
                faults.push(FieldFault::here(property, alive::WrongCode::NotUnique));
            }
        }
        Ok(faults)
    }

    /// One person is created once: the e-mail address and the external id are unique with the issuer, and ALIVE would
    /// refuse them (manual, `POST /cardholders.set`); better said before.
    async fn nobody_has(&self, intent: &Intent) -> Result<(), WorkRefusal> {
        let (Intent::Cardholder { form, .. }, Some(client)) = (intent, &self.registers.alive) else {
            return Ok(());
        };
        let email = form.email.trim();
        if !email.is_empty() && !people_by_email(client, email).await.map_err(file::unread)?.is_empty() {
            let faults = vec![FieldFault::here("email", alive::WrongCode::NotUnique)];
            return Err(WorkRefusal::Fields { faults });
        }
        Ok(())
    }
}

/// The cardholders with this e-mail address. Whether ALIVE's filter goes by part or whole is not said (N9), so it's
/// looked at again here.
async fn people_by_email(
    client: &alive::Client,
    email: &str,
) -> Result<Vec<alive::Cardholder>, alive::Error> {
    let filter = CardholderFilter { email: Some(email.to_owned()), ..Default::default() };
    let pages = client.cardholders(&filter);
    pin_mut!(pages);
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let same = |holder: &alive::Cardholder| {
            holder.email.as_deref().is_some_and(|it| it.trim().to_lowercase() == email.to_lowercase())
        };
        found.extend(page?.into_iter().filter(same));
    }
    Ok(found)
}
