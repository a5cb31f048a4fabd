//! What each register is asked for an enquiry, and what its column says then.

use std::sync::Arc;
use std::time::Duration;

use super::{Leads, Running};
use crate::answers::Failure;
use crate::names::{self, Likeness};
use crate::records;
use crate::view::{
    AliveRecord, Column, Fault, FaultCode, IndexPhase, LastKnown, NotAsked, NotFound, Person, Photo,
    Register, SupRecord, UsosRecord,
};
use crate::{Inner, lock};

/// How long the person at the counter waits for the index to learn of a chip that it doesn't know.
const REFRESH_PATIENCE: Duration = Duration::from_secs(4);

impl Inner {
    // ---- ALIVE -------------------------------------------------------------------------------------------------

    pub(super) async fn ask_alive(&self, running: &Arc<Running>) {
        let Some(client) = &self.registers.alive else {
            let why = NotAsked::NotSetUp;
            return self.answered(running, |state| {
                state.photo = Photo::NotAsked;
                state.enquiry.alive = Column::NotAsked { why };
            });
        };
        let leads = running.leads();
        if leads.cardholder.is_none() {
            if leads.chip_keys.is_empty() {
                let why = NotAsked::NobodyKnown;
                return self.answered(running, |state| state.enquiry.alive = Column::NotAsked { why });
            }
            // The card may be younger than the index. While that is still being built, waiting wouldn't help.
            let building = lock(&self.index).phase == IndexPhase::Building;
            let complete = !building
                && tokio::time::timeout(REFRESH_PATIENCE, self.refresh_index()).await.unwrap_or(false);
            self.look_up_chip(running).await;
            if running.leads().cardholder.is_none() {
                let column = self.chip_not_in_index(complete);
                return self.answered(running, |state| state.enquiry.alive = column);
            }
            self.look_up_links(running).await;
        }
        let leads = running.leads();
        let Some(cardholder) = leads.cardholder else { return };
        let id = alive::CardholderId(cardholder.cast_unsigned());
        tokio::join!(self.ask_alive_for(running, client, id, &leads), self.ask_photo(running, client, id));
    }

    /// The chip isn't in the index, which is complete or isn't.
    fn chip_not_in_index(&self, complete: bool) -> Column<AliveRecord> {
        let index = lock(&self.index).clone();
        match index.fault {
            Some(fault) if !complete => Column::Unreachable { since: self.now(), fault, last: None },
            _ if index.phase != IndexPhase::Ready => {
                Column::NotFound { at: self.now(), why: NotFound::IndexNotReady }
            }
            _ if !complete => {
                let fault = Fault { code: FaultCode::Slow, detail: None };
                Column::Unreachable { since: self.now(), fault, last: None }
            }
            _ => Column::NotFound { at: self.now(), why: NotFound::ChipNotInIndex },
        }
    }

    async fn ask_alive_for(
        &self,
        running: &Arc<Running>,
        client: &alive::Client,
        id: alive::CardholderId,
        leads: &Leads,
    ) {
        let (holder, cards) = tokio::join!(client.cardholder(id), client.cards_of(id));
        let outcome = holder.and_then(|holder| Ok((holder, cards?))).map_err(Failure::from);
        self.note(Register::Alive, &outcome);
        let at = self.now();
        match outcome {
            Ok((holder, cards)) => {
                let record = records::alive_record(&holder, &cards, leads.card, &leads.wanted, self.today());
                self.answered(running, |state| {
                    state.enquiry.person = Some(records::person_in_alive(&holder));
                    state.enquiry.alive = Column::Found { at, value: record };
                });
                *lock(&running.said) = Some((holder, cards));
            }
            Err(failure) => {
                let last = self.last_known(leads).await;
                self.answered(running, |state| {
                    state.enquiry.alive = failure.column(at, NotFound::RecordGone, last);
                });
            }
        }
    }

    /// The index learns from every answer, and so does who a person is in USOS; whether it does is of no concern to
    /// the person at the counter.
    pub(super) async fn keep_who_is_who(&self, running: &Running) {
        let now = self.around.clock.now();
        let said = lock(&running.said).take();
        if let Some((holder, cards)) = said
            && let Some(row) = records::person_row(&holder, now)
        {
            let rows: Vec<_> = cards.iter().map(|card| records::card_row(card, now)).collect();
            let kept = async {
                self.ledger.store_people(&[row]).await?;
                self.ledger.store_cards(&rows).await
            };
            if let Err(error) = kept.await {
                tracing::warn!(%error, "the index did not keep an answer");
            }
        }
        let enquiry = running.snapshot();
        if let (Some(cardholder), Column::Found { value: alive, .. }, Column::Found { value: usos, .. }) =
            (running.leads().cardholder, &enquiry.alive, &enquiry.usos)
            && !usos.user_id.is_empty()
            && names::compare(&alive.name, &usos.name) == Likeness::Same
            && let Err(error) = self.ledger.set_usos_user(cardholder, &usos.user_id, now).await
        {
            tracing::warn!(%error, "who a person is in USOS was not kept");
        }
    }

    async fn last_known(&self, leads: &Leads) -> Option<LastKnown<AliveRecord>> {
        let person = self.ledger.person(leads.cardholder?).await.ok()??;
        let cards = self.ledger.cards_of(person.cardholder_id).await.ok()?;
        let at = person.seen_at.as_millisecond();
        let value = records::kept_record(&person, &cards, leads.card, &leads.wanted, self.today());
        Some(LastKnown { at, value })
    }

    async fn ask_photo(&self, running: &Arc<Running>, client: &alive::Client, id: alive::CardholderId) {
        let photo = self.fetch_photo(client, id).await;
        self.answered(running, |state| state.photo = photo);
    }

    /// Asks ALIVE for a portrait and keeps it for the page.
    pub(crate) async fn fetch_photo(&self, client: &alive::Client, id: alive::CardholderId) -> Photo {
        match client.photo(id).await {
            Ok(Some(photo)) => {
                let kind = match photo.kind {
                    alive::PhotoKind::Jpeg => "image/jpeg",
                    alive::PhotoKind::Png => "image/png",
                };
                let portrait = crate::Portrait { bytes: photo.bytes, kind };
                Photo::Found { id: self.portraits.keep(portrait, self.uuid()) }
            }
            Ok(None) => Photo::Missing,
            Err(_) => Photo::Unreachable,
        }
    }

    // ---- USOS --------------------------------------------------------------------------------------------------

    pub(super) async fn ask_usos(&self, running: &Arc<Running>) {
        let column = self.usos_column(running).await;
        self.answered(running, |state| {
            if let (None, Column::Found { value, .. }) = (&state.enquiry.person, &column) {
                state.enquiry.person = Some(person_of(value));
            }
            state.enquiry.usos = column;
        });
    }

    async fn usos_column(&self, running: &Arc<Running>) -> Column<UsosRecord> {
        let Some(client) = &self.registers.usos else {
            return Column::NotAsked { why: NotAsked::NotSetUp };
        };
        let leads = running.leads();
        if leads.usos.is_empty()
            && let Some(column) = self.usos_column_by_user(client, &leads).await
        {
            return column;
        }
        if leads.usos.is_empty() {
            let why = if leads.cardholder.is_some() { NotAsked::NoChipKnown } else { NotAsked::NobodyKnown };
            return Column::NotAsked { why };
        }
        for query in &leads.usos {
            let outcome = client.card(query).await.map_err(Failure::from);
            self.note(Register::Usos, &outcome);
            match outcome {
                Ok(Some(card)) => {
                    let value = records::usos_record(&card, &leads.wanted, self.today());
                    return Column::Found { at: self.now(), value };
                }
                Ok(None) | Err(Failure::NotFound) => {}
                Err(failure) => return failure.column(self.now(), NotFound::NoValidCard, None),
            }
        }
        Column::NotFound { at: self.now(), why: NotFound::NoValidCard }
    }

    /// No chip to ask by, but who it is in USOS: by the person's own list, where the university allows it.
    async fn usos_column_by_user(&self, client: &usos::Client, leads: &Leads) -> Option<Column<UsosRecord>> {
        let user = usos::Identifier::new(leads.usos_user.as_ref()?).ok()?;
        if !self.registers.usos_acts_for_students {
            return None;
        }
        let outcome = client.cards_of_user(&usos::ActAs::AsUserId(user)).await.map_err(Failure::from);
        self.note(Register::Usos, &outcome);
        let at = self.now();
        Some(match outcome {
            Ok(mut cards) => {
                cards.sort_by_key(|card| std::cmp::Reverse(card.expiration_date));
                match cards.first() {
                    Some(card) => {
                        Column::Found { at, value: records::usos_record(card, &leads.wanted, self.today()) }
                    }
                    None => Column::NotFound { at, why: NotFound::NoValidCard },
                }
            }
            Err(failure) => failure.column(at, NotFound::NoValidCard, None),
        })
    }

    /// The person's other cards, after the verdict: nobody has to wait for them.
    pub(super) async fn ask_usos_for_others(&self, running: &Arc<Running>) {
        let Some(client) = &self.registers.usos else {
            return;
        };
        let Column::Found { value, .. } = running.snapshot().usos else {
            return;
        };
        if !self.registers.usos_acts_for_students || value.user_id.is_empty() {
            return;
        }
        let Ok(user) = usos::Identifier::new(&value.user_id) else {
            return;
        };
        let act_as = usos::ActAs::AsUserId(user);
        let Ok(cards) = client.cards_of_user(&act_as).await else {
            return;
        };
        let wanted = running.leads().wanted;
        let others = cards
            .iter()
            .map(|card| records::usos_card(card, &wanted, self.today()))
            .filter(|card| card.card_id != value.card.card_id)
            .collect();
        self.change(running, |state| {
            if let Column::Found { value, .. } = &mut state.enquiry.usos {
                value.others = others;
            }
        });
    }

    // ---- SUP ---------------------------------------------------------------------------------------------------

    pub(super) async fn ask_sup(&self, running: &Arc<Running>) {
        let column = self.sup_column(running).await;
        self.answered(running, |state| state.enquiry.sup = column);
    }

    async fn sup_column(&self, running: &Arc<Running>) -> Column<SupRecord> {
        let Some(client) = &self.registers.sup else {
            return Column::NotAsked { why: NotAsked::NotSetUp };
        };
        let leads = running.leads();
        let Some((id_card, linked_at)) = leads.sup else {
            let known = leads.cardholder.is_some() || leads.usos_user.is_some();
            let why = if known { NotAsked::NotLinked } else { NotAsked::NobodyKnown };
            return Column::NotAsked { why };
        };
        let outcome = client.card(id_card).await.map_err(Failure::from);
        self.note(Register::Sup, &outcome);
        let at = self.now();
        match outcome {
            Ok(Some(card)) => {
                Column::Found { at, value: records::sup_record(&card, linked_at, self.today()) }
            }
            Ok(None) => Column::NotFound { at, why: NotFound::LinkedCardUnknown },
            Err(failure) => failure.column(at, NotFound::LinkedCardUnknown, None),
        }
    }
}

fn person_of(record: &UsosRecord) -> Person {
    let (first, last) = record.name.split_once(' ').unwrap_or((&record.name, ""));
    Person {
        key: ledger::PersonKey::Usos(record.user_id.clone()).to_string(),
        title_before: None,
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        title_after: None,
        born: None,
        personal_id: record.card.student_number.clone(),
        roles: Vec::new(),
        student_status: None,
        photo: Photo::NotAsked,
        known_from: Register::Usos,
    }
}
