//! From what the clerk wants to what will be done: ALIVE is read now, the three versions are merged, and each change
//! is a step that stands in the plan before anybody says yes.

use alive::{
    Card, CardDraft, CardRequest, CardType, CardUpdate, CardUpdateDraft, CardholderData, CardholderDraft,
    Change, GraduationData, GraduationDraft, PlasticDraft, PlasticIssue, Profile, Report, Status,
    ValidityChange, WarningCode, Wrong,
};
use jiff::civil::Date;

use super::file::{self, Read, bars, can, number};
use super::merge::{self, Merged};
use super::snapshot::Snapshot;
use crate::records::word;
use crate::view::work::{
    Act, Checked, Difference, FieldFault, Intent, Reason, Step, StepState, Warning, WhyNot, WorkRefusal,
};

/// A change with what the journal keeps of it.
#[derive(Clone)]
pub(super) struct Sending {
    pub change: Change,
    /// The before-image.
    pub before: String,
}

/// A plan as the desk holds it. A step without a change is one that needs none.
#[derive(Default)]
pub(super) struct Draft {
    pub steps: Vec<(Act, Option<Sending>)>,
    pub differences: Vec<Difference>,
    pub warnings: Vec<Warning>,
    pub irreversible: bool,
    pub reason: Option<Reason>,
}

impl Draft {
    fn step(&mut self, act: Act, change: Change, before: &Snapshot) {
        self.steps.push((act, Some(Sending { change, before: before.text() })));
    }

    /// A change of a card that is there.
    fn on_card(&mut self, card: &Card, act: Act, change: Change) {
        self.step(act, change, &Snapshot::Record(Snapshot::card(card)));
    }

    /// A card that is left as it is.
    fn leave(&mut self, card: &Card, why: WhyNot) {
        let act = Act::LeaveCard { number: number(card), card_type: word(&card.kind), why };
        self.steps.push((act, None));
    }

    pub fn shown(&self) -> Vec<Step> {
        let state = |sending: &Option<Sending>| match sending {
            Some(_) => StepState::Waiting,
            None => StepState::Left,
        };
        self.steps.iter().map(|(act, sending)| Step { act: act.clone(), state: state(sending) }).collect()
    }
}

/// What a plan is made from.
pub(super) struct Basis<'a> {
    /// The file as it was opened.
    pub base: &'a Read,
    /// The file as it is now.
    pub now: &'a Read,
    pub profile: &'a Profile,
    pub today: Date,
}

fn fields(wrong: Vec<Wrong>) -> WorkRefusal {
    WorkRefusal::Fields { faults: faults(wrong) }
}

pub(super) fn faults(wrong: Vec<Wrong>) -> Vec<FieldFault> {
    wrong.into_iter().map(|it| FieldFault::here(it.property, it.code)).collect()
}

fn allowed(why: Option<WhyNot>) -> Result<(), WorkRefusal> {
    why.map_or(Ok(()), |why| Err(WorkRefusal::NotAllowed { why }))
}

/// What can be said of an intent without asking ALIVE anew.
pub(super) fn check(basis: &Basis<'_>, intent: &Intent) -> Checked {
    let Basis { base, profile, today, .. } = basis;
    let result = match intent {
        Intent::Cardholder { form, .. } => {
            match CardholderData::parse(form, profile, *today, base.holder.as_ref()) {
                Ok(data) => return Checked { faults: Vec::new(), warnings: warnings_of(&data, form) },
                Err(wrong) => Err(wrong),
            }
        }
        Intent::Graduation { form } => GraduationData::parse(&of_holder(form, base), *today).map(drop),
        Intent::Report { form } => Report::parse(&card_of_holder(form, base), profile, *today).map(drop),
        Intent::EditCard { card_id, form } => match base.card(card_id) {
            Ok(card) => CardUpdate::parse(card, form, profile).map(drop),
            Err(_) => Ok(()),
        },
        Intent::Plastic { card_id, form } => match base.card(card_id) {
            Ok(card) => PlasticIssue::parse(card, form, profile).map(drop),
            Err(_) => Ok(()),
        },
        Intent::RequestAlumni { .. }
        | Intent::Extend { .. }
        | Intent::Status { .. }
        | Intent::Erase { .. } => Ok(()),
    };
    Checked { faults: result.err().map(faults).unwrap_or_default(), warnings: Vec::new() }
}

fn of_holder(form: &GraduationDraft, read: &Read) -> GraduationDraft {
    let cardholder_id = read.holder.as_ref().map(|holder| holder.cardholder_id);
    GraduationDraft { cardholder_id, ..form.clone() }
}

fn card_of_holder(form: &CardDraft, read: &Read) -> CardDraft {
    let cardholder_id = read.holder.as_ref().map(|holder| holder.cardholder_id);
    CardDraft { cardholder_id, ..form.clone() }
}

/// Makes the plan. A status that nobody can take back has had its PIN looked at before.
pub(super) fn draft(basis: &Basis<'_>, intent: &Intent) -> Result<Draft, WorkRefusal> {
    if basis.now.holder.as_ref().is_some_and(file::anonymised) {
        return Err(WorkRefusal::NotAllowed { why: WhyNot::Anonymised });
    }
    match intent {
        Intent::Cardholder { form, reprinted } => cardholder(basis, form, reprinted),
        Intent::Graduation { form } => graduation(basis, form),
        Intent::RequestAlumni { custom_fields } => request_alumni(basis, custom_fields),
        Intent::Report { form } => report(basis, form),
        Intent::EditCard { card_id, form } => edit_card(basis, card_id, form),
        Intent::Extend { card_id, valid_to } => extend(basis, card_id, valid_to),
        Intent::Plastic { card_id, form } => plastic(basis, card_id, form),
        Intent::Status { card_id, status, reason, .. } => change_status(basis, card_id, status, *reason),
        Intent::Erase { .. } => erase(basis),
    }
}

fn note<T>(draft: &mut Draft, merged: Merged<T>) -> T {
    if merged.others {
        draft.warnings.push(Warning::ChangedMeanwhile);
    }
    draft.differences.extend(merged.differences);
    merged.draft
}

// ---- the person ------------------------------------------------------------------------------------------------

fn warnings_of(data: &CardholderData, form: &CardholderDraft) -> Vec<Warning> {
    data.warnings()
        .into_iter()
        .map(|alive::Warning { property, code }| match code {
            WarningCode::Checksum => Warning::BirthNumberCheck { property },
            WarningCode::OtherBirthday => Warning::BirthNumberDay { property },
            WarningCode::OtherGender => Warning::BirthNumberGender { property },
            WarningCode::Assumed => {
                let status = form.student_status.trim();
                Warning::StudentStatusSent {
                    status: if status.is_empty() { "FULL_TIME" } else { status }.to_owned(),
                }
            }
        })
        .collect()
}

fn cardholder(basis: &Basis<'_>, form: &CardholderDraft, reprinted: &[String]) -> Result<Draft, WorkRefusal> {
    let Basis { base, now, profile, today } = basis;
    let mut draft = Draft::default();
    let Some(holder) = &now.holder else {
        let data = CardholderData::parse(form, profile, *today, None).map_err(fields)?;
        draft.warnings = warnings_of(&data, form);
        draft.differences = merge::differences(&CardholderDraft::default(), form, None);
        draft.step(Act::CreateCardholder, Change::SetCardholder(data), &Snapshot::Others(Vec::new()));
        return Ok(draft);
    };
    let opened = base.holder.as_ref().unwrap_or(holder);
    let (opened, theirs) = (CardholderDraft::of(opened), CardholderDraft::of(holder));
    let merged = note(&mut draft, merge::merge(&opened, &theirs, form, None));
    let data = CardholderData::parse(&merged, profile, *today, Some(holder)).map_err(fields)?;
    draft.warnings.extend(warnings_of(&data, &merged));
    let before = Snapshot::Record(Snapshot::holder(holder));
    if !draft.differences.is_empty() {
        draft.step(Act::SetCardholder, Change::SetCardholder(data), &before);
    } else if reprinted.is_empty() {
        return Err(WorkRefusal::Nothing);
    }
    follow(&mut draft, basis, &now.cards, |card| reprinted.contains(&card.card_id.0.to_string()));
    Ok(draft)
}

/// Carries the person's data on to these cards: the manual's workflow "Update cardholder's data stored in NCDB and
/// displayed on a digital card". Cards that can't take them are named.
fn follow<'a>(
    draft: &mut Draft,
    basis: &Basis<'_>,
    cards: impl IntoIterator<Item = &'a Card>,
    reprinted: impl Fn(&Card) -> bool,
) {
    for card in cards {
        let (number, card_type) = (number(card), word(&card.kind));
        let can = can(card, basis.profile, basis.today, false);
        match can.edit.or_else(|| (!bars(card, basis.today)).then_some(WhyNot::Expired)) {
            // Cards that are over anyway need no word.
            Some(WhyNot::Returned | WhyNot::Cancelled) => {}
            Some(why) => draft.leave(card, why),
            None if reprinted(card) => match PlasticIssue::keeping(card) {
                Ok(issue) => {
                    draft.on_card(card, Act::ReportPlastic { number, card_type }, Change::Plastic(issue));
                }
                Err(_) => draft.leave(card, can.plastic.unwrap_or(WhyNot::Unclear)),
            },
            None => match CardUpdate::keeping(card) {
                Ok(update) => {
                    draft.on_card(card, Act::UpdateCard { number, card_type }, Change::Update(update));
                }
                Err(_) => draft.leave(card, WhyNot::Unclear),
            },
        }
    }
}

fn erase(basis: &Basis<'_>) -> Result<Draft, WorkRefusal> {
    let holder = basis.now.holder.as_ref().ok_or(WorkRefusal::RecordGone)?;
    if basis.now.cards.iter().any(|card| bars(card, basis.today)) {
        return Err(WorkRefusal::CardsValid);
    }
    let mut draft = Draft { irreversible: true, ..Draft::default() };
    let before = Snapshot::Record(Snapshot::holder(holder));
    draft.step(Act::Anonymise, Change::Anonymize(holder.cardholder_id), &before);
    Ok(draft)
}

// ---- graduation and alumni -------------------------------------------------------------------------------------

fn graduation(basis: &Basis<'_>, form: &GraduationDraft) -> Result<Draft, WorkRefusal> {
    let Basis { base, now, today, .. } = basis;
    let mut draft = Draft::default();
    let form = of_holder(form, now);
    match form.graduation_id {
        None => {
            let data = GraduationData::parse(&form, *today).map_err(fields)?;
            let nothing = GraduationDraft { cardholder_id: form.cardholder_id, ..GraduationDraft::default() };
            draft.differences = merge::differences(&nothing, &form, None);
            let others = now.graduations.iter().map(|it| (it.graduation_id.0, Snapshot::graduation(it)));
            draft.step(Act::SetGraduation, Change::SetGraduation(data), &Snapshot::Others(others.collect()));
        }
        Some(id) => {
            let of = |read: &Read| read.graduations.iter().find(|it| it.graduation_id == id).cloned();
            let theirs = of(now).ok_or(WorkRefusal::RecordGone)?;
            let opened = GraduationDraft::of(&of(base).unwrap_or_else(|| theirs.clone()));
            let merged = note(&mut draft, merge::merge(&opened, &GraduationDraft::of(&theirs), &form, None));
            if draft.differences.is_empty() {
                return Err(WorkRefusal::Nothing);
            }
            let data = GraduationData::parse(&merged, *today).map_err(fields)?;
            let before = Snapshot::Record(Snapshot::graduation(&theirs));
            draft.step(Act::SetGraduation, Change::SetGraduation(data), &before);
        }
    }
    // A second degree leads to no second card: the one that is there is brought up to date.
    follow(&mut draft, basis, now.alumni_card(), |_| false);
    Ok(draft)
}

fn request_alumni(basis: &Basis<'_>, fields_typed: &[alive::CustomField]) -> Result<Draft, WorkRefusal> {
    let Basis { now, profile, today, .. } = basis;
    if now.graduations.is_empty() || now.alumni_card().is_some() {
        return Err(WorkRefusal::NoAlumniCard);
    }
    let form = CardDraft {
        cardholder_id: now.holder.as_ref().map(|holder| holder.cardholder_id),
        kind: CardType::AliveIdAlumni.name().to_owned(),
        form: "DIGITAL".to_owned(),
        // The cycle starts on the day of issue (manual, `POST /cards.request`).
        valid_from: today.to_string(),
        custom_fields: fields_typed.to_vec(),
        ..CardDraft::default()
    };
    let request = CardRequest::parse(&form, profile, *today).map_err(fields)?;
    let mut draft = Draft::default();
    draft.warnings.push(Warning::ExtendedByAlive);
    draft.step(Act::RequestAlumni, Change::Request(request), &all_cards(now));
    Ok(draft)
}

fn all_cards(read: &Read) -> Snapshot {
    Snapshot::Others(read.cards.iter().map(|card| (card.card_id.0, Snapshot::card(card))).collect())
}

// ---- cards -----------------------------------------------------------------------------------------------------

fn report(basis: &Basis<'_>, form: &CardDraft) -> Result<Draft, WorkRefusal> {
    let Basis { now, profile, today, .. } = basis;
    let form = card_of_holder(form, now);
    let report = Report::parse(&form, profile, *today).map_err(fields)?;
    let mut draft = Draft::default();
    if !entitled(now, report.kind()) {
        draft.warnings.push(Warning::NotEntitled);
    }
    let nothing = CardDraft { cardholder_id: form.cardholder_id, ..CardDraft::default() };
    draft.differences = merge::differences(&nothing, &form, Some(report.number().as_str()));
    let act = Act::Report {
        number: report.number().as_str().to_owned(),
        card_type: report.kind().name().to_owned(),
    };
    draft.step(act, Change::Report(report), &all_cards(now));
    Ok(draft)
}

/// Whom each type is for (manual, \[ENUM\] Card Type). ALIVE doesn't check it, the clerk is told (decision N35).
pub(super) fn entitled(read: &Read, kind: CardType) -> bool {
    let Some(holder) = &read.holder else { return false };
    let is = |role: Option<bool>| role == Some(true);
    let full_time = holder.student_status.as_ref().is_some_and(|it| it.is(alive::StudentStatus::FullTime));
    match kind {
        CardType::Isic => is(holder.roles.student) && full_time,
        CardType::AliveStudent => is(holder.roles.student),
        CardType::Itic => is(holder.roles.teacher),
        CardType::AliveStaff => is(holder.roles.employee),
        CardType::AliveIdAlumni | CardType::AliveAlumni => is(holder.roles.graduate),
        CardType::IsicScholar | CardType::Iytc | CardType::Alive => true,
    }
}

fn edit_card(basis: &Basis<'_>, card_id: &str, form: &CardUpdateDraft) -> Result<Draft, WorkRefusal> {
    let card = basis.now.card(card_id)?;
    allowed(can(card, basis.profile, basis.today, false).edit)?;
    let opened = CardUpdateDraft::of(basis.base.card(card_id).unwrap_or(card));
    let (number, card_type) = (number(card), word(&card.kind));
    let mut draft = Draft::default();
    let merged =
        note(&mut draft, merge::merge(&opened, &CardUpdateDraft::of(card), form, Some(number.as_str())));
    // Without any difference it still carries the person's data on to the digital card.
    let update = CardUpdate::parse(card, &merged, basis.profile).map_err(fields)?;
    draft.on_card(card, Act::UpdateCard { number, card_type }, Change::Update(update));
    Ok(draft)
}

fn plastic(basis: &Basis<'_>, card_id: &str, form: &PlasticDraft) -> Result<Draft, WorkRefusal> {
    let card = basis.now.card(card_id)?;
    allowed(can(card, basis.profile, basis.today, false).plastic)?;
    let opened = PlasticDraft::of(basis.base.card(card_id).unwrap_or(card));
    let (number, card_type) = (number(card), word(&card.kind));
    let mut draft = Draft::default();
    let merged =
        note(&mut draft, merge::merge(&opened, &PlasticDraft::of(card), form, Some(number.as_str())));
    let issue = PlasticIssue::parse(card, &merged, basis.profile).map_err(fields)?;
    draft.on_card(card, Act::ReportPlastic { number, card_type }, Change::Plastic(issue));
    Ok(draft)
}

fn extend(basis: &Basis<'_>, card_id: &str, valid_to: &str) -> Result<Draft, WorkRefusal> {
    let card = basis.now.card(card_id)?;
    allowed(can(card, basis.profile, basis.today, false).extend)?;
    let day: Date = valid_to.trim().parse().map_err(|_| WorkRefusal::Fields {
        faults: vec![FieldFault::here("valid_to", alive::WrongCode::Format)],
    })?;
    if card.valid_to == Some(day) {
        return Err(WorkRefusal::Nothing);
    }
    let change = ValidityChange::parse(card, day, basis.profile, basis.today).map_err(fields)?;
    let (number, card_type) = (number(card), word(&card.kind));
    let mut draft = Draft::default();
    draft.differences.push(one("valid_to", &number, card.valid_to, day.to_string()));
    if card.valid_to_plastic.is_some() {
        draft.differences.push(one("valid_to_plastic", &number, card.valid_to_plastic, day.to_string()));
    }
    draft.on_card(
        card,
        Act::Extend { number, card_type, valid_to: day.to_string() },
        Change::Validity(change),
    );
    Ok(draft)
}

fn one(property: &str, card: &str, from: Option<impl ToString>, to: String) -> Difference {
    Difference {
        property: property.to_owned(),
        card: Some(card.to_owned()),
        from: from.map(|from| from.to_string()),
        to: Some(to),
        contested: false,
    }
}

fn change_status(
    basis: &Basis<'_>,
    card_id: &str,
    status: &str,
    reason: Reason,
) -> Result<Draft, WorkRefusal> {
    let card = basis.now.card(card_id)?;
    let wanted = Status::ALL.into_iter().find(|it| it.name() == status).ok_or(WorkRefusal::Nothing)?;
    let can = can(card, basis.profile, basis.today, false);
    if card.status.is(wanted) {
        return Err(WorkRefusal::Nothing);
    }
    allowed(match wanted {
        Status::Active => can.reactivate,
        Status::Cancelled => can.cancel,
        Status::Returned => can.give_back,
    })?;
    let (number, card_type) = (number(card), word(&card.kind));
    let mut draft =
        Draft { reason: Some(reason), irreversible: wanted == Status::Returned, ..Draft::default() };
    draft.differences.push(one("status", &number, Some(word(&card.status)), status.to_owned()));
    draft.on_card(
        card,
        Act::Status { number, card_type, status: status.to_owned() },
        Change::Status { card: card.card_id, status: wanted },
    );
    Ok(draft)
}
