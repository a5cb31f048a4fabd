//! A card's beginning: reported with a number of the issuer's own stock, or requested so that ALIVE gives it one
//! (manual, `POST /cards.report`, `POST /cards.request`).

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use crate::card::{CardNumber, CardType, Form};
use crate::cardholder::{CardholderId, CustomField};
use crate::contents::{Contents, check_fields};
use crate::draft::CardDraft;
use crate::profile::{CardRule, Mode, Profile};
use crate::value::{choice, date};
use crate::wrong::{Checks, Wrong, WrongCode};

/// A card that was issued. The report has to be the last step of an issue: the cardholder's data and photo go over to
/// the card in this moment (manual, workflow "New … card").
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    cardholder_id: CardholderId,
    #[serde(rename = "type")]
    kind: CardType,
    number: CardNumber,
    form: Form,
    valid_from: Date,
    valid_to: Date,
    #[serde(flatten)]
    contents: Contents,
}

/// A card to be issued by ALIVE: the one ALIVE ID ALUMNI card of a person who has a graduation.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CardRequest {
    cardholder_id: CardholderId,
    #[serde(rename = "type")]
    kind: CardType,
    form: Form,
    valid_from: Date,
    custom_fields: Vec<CustomField>,
}

impl Report {
    /// Checks a draft; all faults at once.
    ///
    /// Type, form, number and validity go by the profile as far as it says something. A validity keeps to a cycle if
    /// it ends with it and begins in it.
    pub fn parse(draft: &CardDraft, profile: &Profile, today: Date) -> Result<Self, Vec<Wrong>> {
        let mut checks = Checks::default();
        let Begun { cardholder_id, kind, form, rule } = begin(&mut checks, draft, profile, Mode::Report);
        let number = checks.required("number", &draft.number, |typed| {
            let number = CardNumber::new(typed).map_err(|_| WrongCode::Format)?;
            let held = rule.is_none_or(|rule| rule.ranges.is_empty() || rule.holds(&number));
            if held { Ok(number) } else { Err(WrongCode::Range) }
        });
        let valid_from = checks.required("valid_from", &draft.valid_from, date);
        let valid_to = checks.required("valid_to", &draft.valid_to, date);
        if let (Some(from), Some(to)) = (valid_from, valid_to) {
            check_cycle(&mut checks, rule, from, to, today);
        }
        let rules = &profile.card_fields;
        let contents =
            Contents::check(&mut checks, &draft.smart_technologies, &draft.custom_fields, rules, None);
        let whole = || {
            Some(Self {
                cardholder_id: cardholder_id?,
                kind: kind?,
                number: number?,
                form: form?,
                valid_from: valid_from?,
                valid_to: valid_to?,
                contents,
            })
        };
        checks.end(whole())
    }

    /// Whose card.
    pub fn cardholder_id(&self) -> CardholderId {
        self.cardholder_id
    }

    /// Type.
    pub fn kind(&self) -> CardType {
        self.kind
    }

    /// Its number: what an unknown outcome is read back by.
    pub fn number(&self) -> &CardNumber {
        &self.number
    }
}

impl CardRequest {
    /// Checks a draft; all faults at once. The validity begins today, on the day of issuance; it ends as ALIVE
    /// says, for ALIVE ID ALUMNI with the year.
    pub fn parse(draft: &CardDraft, profile: &Profile, today: Date) -> Result<Self, Vec<Wrong>> {
        let mut checks = Checks::default();
        let Begun { cardholder_id, kind, form, .. } = begin(&mut checks, draft, profile, Mode::Request);
        let valid_from = checks.required("valid_from", &draft.valid_from, |typed| match date(typed)? {
            from if from == today => Ok(from),
            _ => Err(WrongCode::Range),
        });
        let custom_fields = check_fields(&mut checks, &draft.custom_fields, &profile.card_fields, &[]);
        let whole = || {
            Some(Self {
                cardholder_id: cardholder_id?,
                kind: kind?,
                form: form?,
                valid_from: valid_from?,
                custom_fields,
            })
        };
        checks.end(whole())
    }

    /// Whose card.
    pub fn cardholder_id(&self) -> CardholderId {
        self.cardholder_id
    }

    /// Type.
    pub fn kind(&self) -> CardType {
        self.kind
    }
}

/// What report and request have in common.
struct Begun<'p> {
    cardholder_id: Option<CardholderId>,
    kind: Option<CardType>,
    form: Option<Form>,
    rule: Option<&'p CardRule>,
}

fn begin<'p>(checks: &mut Checks, draft: &CardDraft, profile: &'p Profile, mode: Mode) -> Begun<'p> {
    if draft.cardholder_id.is_none() {
        checks.wrong("cardholder_id", WrongCode::Blank);
    }
    let kind = checks.required("type", &draft.kind, choice::<CardType>);
    let rule = kind.and_then(|kind| profile.card(kind));
    if let Some(kind) = kind {
        let alumni = kind == CardType::AliveIdAlumni;
        let allowed = match rule {
            Some(rule) => rule.mode == mode,
            // Without an agreement the manual's own division stands.
            None => profile.cards.is_empty() && alumni == (mode == Mode::Request),
        };
        checks.hold(allowed, "type", WrongCode::NotAllowed);
    }
    let form = checks.required("form", &draft.form, |typed| {
        let form = choice::<Form>(typed)?;
        let agreed = rule.is_none_or(|rule| rule.forms.is_empty() || rule.forms.contains(&form));
        let digital_only = kind == Some(CardType::AliveIdAlumni) && form != Form::Digital;
        if agreed && !digital_only { Ok(form) } else { Err(WrongCode::NotAllowed) }
    });
    Begun { cardholder_id: draft.cardholder_id, kind, form, rule }
}

fn check_cycle(checks: &mut Checks, rule: Option<&CardRule>, from: Date, to: Date, today: Date) {
    checks.hold(from <= to, "valid_to", WrongCode::Range);
    let Some(rule) = rule.filter(|rule| !rule.cycles.is_empty()) else { return };
    let ends: Vec<_> = rule.cycles(today).filter(|cycle| cycle.valid_to == to).collect();
    if ends.is_empty() {
        checks.wrong("valid_to", WrongCode::Range);
    } else {
        checks.hold(ends.iter().any(|cycle| cycle.valid_from <= from), "valid_from", WrongCode::Range);
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for CardRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardRequest").field("kind", &self.kind).finish_non_exhaustive()
    }
}
