//! A person's file: read from ALIVE, and what may be done with it.

use std::collections::BTreeMap;

use alive::{
    Card, CardType, Cardholder, CardholderDraft, CardholderId, Graduation, GraduationDraft, Profile, Status,
};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;
use wire::Open;

use super::snapshot::Snapshot;
use crate::records::{self, word};
use crate::view::work::{
    Alumni, CardCan, Country, Cycle, Erase, EraseBar, FieldRule, FileCard, IssueRule, PastChange, PastState,
    PersonFile, Reason, Rules, WhyNot, WorkRefusal,
};
use crate::{Inner, answers::Failure};

/// What ALIVE has of a person, as it was read at one time.
#[derive(Clone, Default)]
pub(crate) struct Read {
    /// None: a person whom ALIVE doesn't have yet.
    pub holder: Option<Cardholder>,
    pub cards: Vec<Card>,
    pub graduations: Vec<Graduation>,
}

impl Read {
    /// Whether nothing that can be sent has been changed between two readings.
    pub fn same(&self, other: &Self) -> bool {
        let holder = |read: &Self| read.holder.as_ref().map(Snapshot::holder);
        let cards = |read: &Self| -> BTreeMap<u64, Value> {
            read.cards.iter().map(|card| (card.card_id.0, Snapshot::card(card))).collect()
        };
        let graduations = |read: &Self| -> BTreeMap<u64, Value> {
            read.graduations.iter().map(|it| (it.graduation_id.0, Snapshot::graduation(it))).collect()
        };
        holder(self) == holder(other)
            && cards(self) == cards(other)
            && graduations(self) == graduations(other)
    }

    pub fn card(&self, id: &str) -> Result<&Card, WorkRefusal> {
        self.cards.iter().find(|card| card.card_id.0.to_string() == id).ok_or(WorkRefusal::RecordGone)
    }

    /// The one alumni card: a cancelled or returned one makes room for another (decision N28).
    pub fn alumni_card(&self) -> Option<&Card> {
        self.cards.iter().find(|card| {
            card.kind.is(CardType::AliveIdAlumni)
                && !card.status.is(Status::Cancelled)
                && !card.status.is(Status::Returned)
        })
    }
}

/// After anonymisation nothing is left to call a person by.
pub(super) fn anonymised(holder: &Cardholder) -> bool {
    let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    blank(&holder.first_name) && blank(&holder.last_name) && blank(&holder.email)
}

impl Inner {
    /// Reads all that ALIVE has of a person.
    pub(super) async fn read_person(&self, id: CardholderId) -> Result<Read, WorkRefusal> {
        let client = self.registers.alive.as_ref().ok_or(WorkRefusal::NotSetUp)?;
        let (holder, cards, graduations) =
            tokio::join!(client.cardholder(id), client.cards_of(id), client.graduations_of(id));
        let read = holder
            .and_then(|holder| Ok(Read { holder: Some(holder), cards: cards?, graduations: graduations? }));
        read.map_err(unread)
    }

    /// The file as the window shows it.
    pub(super) async fn file_view(&self, file: u32, read: &Read) -> Result<PersonFile, WorkRefusal> {
        let today = self.today();
        let profile = &self.registers.profile;
        let holder = read.holder.as_ref();
        let id = holder.map(|holder| holder.cardholder_id.0);
        let erasure = match id {
            Some(id) => {
                self.ledger.erasure(id.cast_signed()).await.map_err(|error| super::not_kept(&error))?
            }
            None => None,
        };
        let history = match id {
            Some(id) => {
                self.ledger.changes_of(id.cast_signed()).await.map_err(|error| super::not_kept(&error))?
            }
            None => Vec::new(),
        };
        let gone = holder.is_some_and(anonymised);
        let mut cards: Vec<FileCard> =
            read.cards.iter().map(|card| file_card(card, profile, today, gone)).collect();
        cards.sort_by(|one, other| {
            let standing = |card: &FileCard| card.standing != crate::view::Standing::Valid;
            standing(one).cmp(&standing(other)).then_with(|| other.valid_to.cmp(&one.valid_to))
        });
        Ok(PersonFile {
            file,
            cardholder_id: id.map(|id| id.to_string()),
            name: holder.map(records::holder_name).unwrap_or_default(),
            read_at: self.now(),
            today: today.to_string(),
            form: holder.map(CardholderDraft::of).unwrap_or_default(),
            rules: rules(profile, today),
            cards,
            graduations: read.graduations.iter().map(GraduationDraft::of).collect(),
            alumni: alumni(read, profile),
            erase: Erase {
                planned: erasure.map(|it| it.planned_at.as_millisecond()),
                asked: erasure.and_then(|it| it.asked_at).map(jiff::Timestamp::as_millisecond),
                done: gone,
                ..erase(&read.cards, today)
            },
            history: history.iter().map(past).collect(),
        })
    }
}

/// ALIVE could not be read: it has no such record, or gave no usable answer.
pub(crate) fn unread(error: alive::Error) -> WorkRefusal {
    match Failure::from(error) {
        Failure::NotFound => WorkRefusal::RecordGone,
        Failure::NotAllowed(fault) | Failure::Unreachable(fault) => WorkRefusal::Unanswered { fault },
    }
}

fn rules(profile: &Profile, today: Date) -> Rules {
    let fields = |rules: &[alive::FieldRule]| -> Vec<FieldRule> {
        rules
            .iter()
            .map(|rule| FieldRule {
                name: rule.name.clone(),
                mandatory: rule.mandatory,
                min: u32::try_from(rule.min).unwrap_or(u32::MAX),
                max: u32::try_from(rule.max).ok(),
            })
            .collect()
    };
    let issue = profile.cards.iter().filter(|rule| rule.mode == alive::Mode::Report);
    Rules {
        legal_age: profile.legal_age,
        districts: profile.districts.clone(),
        cardholder_fields: fields(&profile.cardholder_fields),
        card_fields: fields(&profile.card_fields),
        issue: issue
            .map(|rule| IssueRule {
                card_type: word(&rule.kind),
                forms: rule.forms.iter().map(word).collect(),
                designs: rule.designs.clone(),
                cycles: rule
                    .cycles(today)
                    .map(|cycle| Cycle {
                        valid_from: cycle.valid_from.to_string(),
                        valid_to: cycle.valid_to.to_string(),
                    })
                    .collect(),
            })
            .collect(),
        countries: alive::Country::all()
            .map(|(alpha3, alpha2)| Country { alpha3: alpha3.to_owned(), alpha2: alpha2.to_owned() })
            .collect(),
    }
}

/// A card with all that ALIVE says of it.
pub(super) fn file_card(card: &Card, profile: &Profile, today: Date, anonymised: bool) -> FileCard {
    let day = |date: Option<Date>| date.map(|date| date.to_string());
    let lines = [&card.institution_name_line_1, &card.institution_name_line_2];
    FileCard {
        card_id: card.card_id.0.to_string(),
        number: number(card),
        card_type: word(&card.kind),
        form: word(&card.form),
        status: word(&card.status),
        standing: records::standing(&word(&card.status), card.valid_from, card.valid_to, today),
        valid_from: day(card.valid_from),
        valid_to: day(card.valid_to),
        valid_to_plastic: day(card.valid_to_plastic),
        design: card.design.clone(),
        design_plastic: card.design_plastic.clone(),
        institution: lines.into_iter().flatten().cloned().collect(),
        smart_technologies: alive::CardUpdateDraft::of(card).smart_technologies,
        custom_fields: card.custom_fields.clone(),
        can: can(card, profile, today, anonymised),
    }
}

pub(super) fn number(card: &Card) -> String {
    card.number.as_ref().map(|number| number.as_str().to_owned()).unwrap_or_default()
}

/// What may be done with a card: the manual's rules of `cards.update`, `changeValidity`, `changeStatus` and
/// `issuePlastic`, in one place.
pub(super) fn can(card: &Card, profile: &Profile, today: Date, anonymised: bool) -> CardCan {
    let rule = card.kind.known().and_then(|kind| profile.card(*kind));
    let mut designs = rule.map(|rule| rule.designs.clone()).unwrap_or_default();
    if let Some(present) = &card.design_plastic
        && !designs.is_empty()
        && !designs.contains(present)
    {
        designs.push(present.clone());
    }
    let extend_to = profile.extensions(card, today);
    let all = |why: WhyNot| CardCan {
        edit: Some(why),
        extend: Some(why),
        plastic: Some(why),
        cancel: Some(why),
        give_back: Some(why),
        reactivate: Some(why),
        extend_to: Vec::new(),
        designs: Vec::new(),
    };
    if anonymised {
        return all(WhyNot::Anonymised);
    }
    match card.status {
        Open::Known(Status::Returned) => all(WhyNot::Returned),
        Open::Known(Status::Cancelled) => {
            CardCan { give_back: None, reactivate: None, ..all(WhyNot::Cancelled) }
        }
        Open::Known(Status::Active) => {
            let reissuable = card.kind.known().is_some_and(|kind| kind.is_reissuable());
            let not_this_type = (!reissuable).then_some(WhyNot::NotThisType);
            let extend = match () {
                () if card.kind.is(CardType::AliveIdAlumni) => Some(WhyNot::ExtendedByAlive),
                () if !reissuable => Some(WhyNot::NotThisType),
                () if extend_to.is_empty() => Some(WhyNot::NoCycle),
                () => None,
            };
            CardCan {
                edit: None,
                extend,
                plastic: not_this_type,
                cancel: None,
                give_back: None,
                reactivate: Some(WhyNot::NotCancelled),
                extend_to: extend_to.iter().map(ToString::to_string).collect(),
                designs,
            }
        }
        Open::Other(_) => all(WhyNot::Unclear),
    }
}

fn alumni(read: &Read, profile: &Profile) -> Alumni {
    if let Some(card) = read.alumni_card() {
        return Alumni::Has {
            card_id: card.card_id.0.to_string(),
            number: number(card),
            valid_to: card.valid_to.map(|date| date.to_string()),
        };
    }
    match () {
        () if !profile.cards.is_empty() && profile.card(CardType::AliveIdAlumni).is_none() => {
            Alumni::NotAgreed
        }
        () if read.graduations.is_empty() => Alumni::NoGraduation,
        () => Alumni::MayRequest,
    }
}

/// A card is in the way of an erasure while it's ACTIVE and its last day hasn't passed (decision N32).
pub(super) fn bars(card: &Card, today: Date) -> bool {
    card.status.is(Status::Active) && card.valid_to.is_none_or(|end| end >= today)
}

fn erase(cards: &[Card], today: Date) -> Erase {
    let in_the_way: Vec<&Card> = cards.iter().filter(|card| bars(card, today)).collect();
    let last = in_the_way.iter().filter_map(|card| card.valid_to).max();
    let alumni = in_the_way.iter().any(|card| card.kind.is(CardType::AliveIdAlumni));
    Erase {
        from: last.and_then(|last| last.checked_add(1.day()).ok()).map(|day| day.to_string()),
        extended_by_alive: alumni,
        bars: in_the_way
            .iter()
            .map(|card| EraseBar {
                number: number(card),
                card_type: word(&card.kind),
                valid_to: card.valid_to.map(|date| date.to_string()),
            })
            .collect(),
        planned: None,
        asked: None,
        done: false,
    }
}

fn past(row: &ledger::ChangeRow) -> PastChange {
    use ledger::ChangeState as S;
    PastChange {
        at: row.written_at.as_millisecond(),
        endpoint: row.endpoint.clone(),
        state: match row.state {
            S::Done => PastState::Done,
            S::Refused => PastState::Refused,
            S::Undone => PastState::Undone,
            S::Written | S::Sent | S::Unknown => PastState::Open,
        },
        reason: row.reason.as_deref().and_then(reason_of),
    }
}

/// A reason from its code in the journal.
fn reason_of(code: &str) -> Option<Reason> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}
