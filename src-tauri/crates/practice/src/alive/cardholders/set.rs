//! `POST /cardholders.set` (manual, Cardholders): create or update. Not differential: what isn't sent is deleted.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;

use super::formats::{self, is_birth_number, is_email, is_younger_than};
use super::named;
use crate::alive::Alive;
use crate::alive::authentication::Caller;
use crate::alive::custom_fields;
use crate::alive::envelope::{self, Refusal, Wrong};
use crate::alive::form::Form;
use crate::alive::model::{Cardholder, LegalRepresentative, Roles};
use crate::alive::records::Records;
use crate::contract::{Contract, DISTRICTS, INSTITUTION_ID};

/// E2: 200 for both. The cards stay as they are until they're updated.
pub(in crate::alive) async fn set(
    State(alive): State<Arc<Alive>>,
    _: Caller,
    mut form: Form,
) -> Result<Response, Refusal> {
    let mut records = alive.write().await;
    let former = if form.has("cardholder_id") { named(&mut form, &records)? } else { None };
    let id = former.map_or_else(|| records.cardholders.next_id(), |holder| holder.cardholder_id);
    let read = read(&mut form, id, &records, &alive.contract, alive.clock.today());
    let holder = form.finish(read)?;
    let answer = envelope::ok([&holder]);
    records.put_holder(alive.clock.now(), holder);
    Ok(answer)
}

fn read(
    form: &mut Form,
    cardholder_id: i64,
    records: &Records,
    contract: &Contract,
    today: Date,
) -> Option<Cardholder> {
    let others = || records.cardholders.iter().filter(|other| other.cardholder_id != cardholder_id);
    let external_id = form.text("external_id");
    if external_id.is_some() && others().any(|other| other.external_id == external_id) {
        form.refuse("external_id", Wrong::NotUnique);
    }
    let academic_degree_before_name = form.text("academic_degree_before_name");
    let first_name = form.mandatory("first_name", Form::text);
    let last_name = form.mandatory("last_name", Form::text);
    let academic_degree_after_name = form.text("academic_degree_after_name");
    let date_of_birth = form.mandatory("date_of_birth", |form, name| form.past_date(name, today));
    let birth_number = form.formatted("birth_number", is_birth_number);
    let gender = form.choice("gender");
    let email = form.mandatory("email", |form, name| form.formatted(name, is_email));
    let lower = email.as_ref().map(|email| email.to_lowercase());
    if lower.is_some_and(|lower| others().any(|other| other.email.to_lowercase() == lower)) {
        form.refuse("email", Wrong::NotUnique);
    }
    let phone_number = formats::phone(form);
    let language = form.choice("language");
    let personal_id = form.text("personal_id");
    let class_name = form.text("class_name");
    let grade = form.integer("grade");
    if grade.is_some_and(|grade| !(1..=9).contains(&grade)) {
        form.refuse("grade", Wrong::Range);
    }
    let roles = roles(form);
    let student_status = form.mandatory("student_status", Form::choice);
    let addresses = formats::addresses(form, &DISTRICTS);
    let legal_representatives = legal_representatives(form, contract.legal_age, today);
    let minor = date_of_birth.is_some_and(|born| is_younger_than(born, contract.legal_age, today));
    if minor && legal_representatives.as_ref().is_none_or(Vec::is_empty) {
        form.refuse("legal_representatives", Wrong::Required);
    }
    let custom_fields = custom_fields::read(form, &contract.cardholder_fields);
    Some(Cardholder {
        cardholder_id,
        external_id,
        institution_id: INSTITUTION_ID,
        academic_degree_before_name,
        first_name: first_name?,
        last_name: last_name?,
        academic_degree_after_name,
        date_of_birth: Some(date_of_birth?),
        birth_number,
        gender,
        email: email?,
        phone_number,
        language,
        personal_id,
        class_name,
        grade,
        roles: roles?,
        student_status: Some(student_status?),
        addresses,
        legal_representatives: legal_representatives.unwrap_or_default(),
        custom_fields,
    })
}

/// Student and graduate must be said; the other two may be "not known".
fn roles(form: &mut Form) -> Option<Roles> {
    if !form.has("roles") {
        form.refuse("roles", Wrong::Required);
        return None;
    }
    form.object("roles", |form| {
        Some(Roles {
            employee: form.boolean("employee"),
            graduate: form.mandatory("graduate", Form::boolean),
            student: form.mandatory("student", Form::boolean),
            teacher: form.boolean("teacher"),
        })
    })
}

/// Several of one type are accepted: two guardians, two aunts (decision N24 forbids it for addresses alone).
fn legal_representatives(form: &mut Form, legal_age: i16, today: Date) -> Option<Vec<LegalRepresentative>> {
    form.list("legal_representatives", |form| {
        let kind = form.mandatory("type", Form::choice);
        let academic_degree_before_name = form.text("academic_degree_before_name");
        let first_name = form.mandatory("first_name", Form::text);
        let last_name = form.mandatory("last_name", Form::text);
        let academic_degree_after_name = form.text("academic_degree_after_name");
        let date_of_birth = form.past_date("date_of_birth", today);
        // "Older than the age": the birthday itself isn't enough.
        if date_of_birth
            .and_then(|born| born.tomorrow().ok())
            .is_some_and(|born| is_younger_than(born, legal_age, today))
        {
            form.refuse("date_of_birth", Wrong::Range);
        }
        let birth_number = form.formatted("birth_number", is_birth_number);
        let gender = form.choice("gender");
        let email = form.mandatory("email", |form, name| form.formatted(name, is_email));
        let phone_number = formats::phone(form);
        let language = form.choice("language");
        let addresses = formats::addresses(form, &DISTRICTS);
        Some(LegalRepresentative {
            kind: kind?,
            academic_degree_before_name,
            first_name: first_name?,
            last_name: last_name?,
            academic_degree_after_name,
            date_of_birth,
            birth_number,
            gender,
            email: email?,
            phone_number,
            language,
            addresses,
        })
    })
}
