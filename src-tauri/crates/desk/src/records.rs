//! From the registers' own models to what the window is shown.

use jiff::civil::Date;
use wire::Open;

use crate::view::{
    AliveCard, AliveRecord, Chip, Hit, Person, Photo, Register, Role, Standing, SupLimit, SupRecord,
    SupTimes, UsosCard, UsosRecord,
};

/// The chip that lies on the reader (or was typed), as the byte strings it may be.
pub(crate) type Wanted = Vec<Vec<u8>>;

fn here(value: &str, wanted: &Wanted) -> bool {
    !wanted.is_empty() && chip::candidates(value).iter().any(|bytes| wanted.contains(bytes))
}

/// Status and dates together: `ACTIVE` says nothing of the validity (manual 1.3, \[ENUM\] Status).
pub(crate) fn standing(status: &str, from: Option<Date>, to: Option<Date>, today: Date) -> Standing {
    match status {
        "CANCELLED" => Standing::Cancelled,
        "RETURNED" => Standing::Returned,
        "ACTIVE" => match (from, to) {
            (Some(from), _) if from > today => Standing::NotYetValid,
            // The last day counts.
            (_, Some(to)) if to < today => Standing::Expired,
            (_, Some(_)) => Standing::Valid,
            (_, None) => Standing::Unclear,
        },
        _ => Standing::Unclear,
    }
}

/// ALIVE's own word for an enum value, known or not.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn full_name(first: &str, last: &str) -> String {
    [first, last].iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn holder_name(holder: &alive::Cardholder) -> String {
    full_name(holder.first_name.as_deref().unwrap_or(""), holder.last_name.as_deref().unwrap_or(""))
}

pub(crate) fn row_name(row: &ledger::PersonRow) -> String {
    full_name(&row.first_name, &row.last_name)
}

// ---- ALIVE -----------------------------------------------------------------------------------------------------

pub(crate) fn alive_record(
    holder: &alive::Cardholder,
    cards: &[alive::Card],
    in_question: Option<i64>,
    wanted: &Wanted,
    today: Date,
) -> AliveRecord {
    let name = holder_name(holder);
    let cards = cards
        .iter()
        .map(|card| {
            let status = word(&card.status);
            let technologies = card.smart_technologies.iter();
            AliveCard {
                card_id: card.card_id.0.to_string(),
                number: card.number.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
                card_type: word(&card.kind),
                form: word(&card.form),
                standing: standing(&status, card.valid_from, card.valid_to, today),
                status,
                valid_from: card.valid_from.map(|date| date.to_string()),
                valid_to: card.valid_to.map(|date| date.to_string()),
                valid_to_plastic: card.valid_to_plastic.map(|date| date.to_string()),
                chips: technologies.map(|it| chip_of(&word(&it.kind), &it.value, wanted)).collect(),
            }
        })
        .collect();
    AliveRecord {
        cardholder_id: holder.cardholder_id.0.to_string(),
        name,
        cards: ordered(cards, in_question),
    }
}

/// The same from the ledger's copy, for when ALIVE can't be reached.
pub(crate) fn kept_record(
    person: &ledger::PersonRow,
    cards: &[ledger::CardRow],
    in_question: Option<i64>,
    wanted: &Wanted,
    today: Date,
) -> AliveRecord {
    let cards = cards
        .iter()
        .map(|card| AliveCard {
            card_id: card.card_id.to_string(),
            number: card.number.clone().unwrap_or_default(),
            card_type: card.card_type.clone(),
            form: card.form.clone(),
            standing: standing(&card.status, card.valid_from, card.valid_to, today),
            status: card.status.clone(),
            valid_from: card.valid_from.map(|date| date.to_string()),
            valid_to: card.valid_to.map(|date| date.to_string()),
            valid_to_plastic: card.valid_to_plastic.map(|date| date.to_string()),
            chips: card.chips.iter().map(|it| chip_of(&it.technology, &it.value, wanted)).collect(),
        })
        .collect();
    AliveRecord {
        cardholder_id: person.cardholder_id.to_string(),
        name: row_name(person),
        cards: ordered(cards, in_question),
    }
}

fn chip_of(technology: &str, value: &str, wanted: &Wanted) -> Chip {
    Chip { technology: technology.to_owned(), value: value.to_owned(), here: here(value, wanted) }
}

/// The card that was asked for first, or the one that bears the chip; then those in use; then the longest valid.
fn ordered(mut cards: Vec<AliveCard>, in_question: Option<i64>) -> Vec<AliveCard> {
    let in_question = in_question.map(|id| id.to_string());
    cards.sort_by(|one, other| {
        let rank = |card: &AliveCard| {
            (
                in_question.as_ref() != Some(&card.card_id),
                !card.chips.iter().any(|chip| chip.here),
                card.standing != Standing::Valid,
            )
        };
        rank(one).cmp(&rank(other)).then_with(|| other.valid_to.cmp(&one.valid_to))
    });
    cards
}

pub(crate) fn person_in_alive(holder: &alive::Cardholder) -> Person {
    let roles = [
        (holder.roles.student, Role::Student),
        (holder.roles.graduate, Role::Graduate),
        (holder.roles.teacher, Role::Teacher),
        (holder.roles.employee, Role::Employee),
    ];
    let roles: Vec<Role> =
        roles.into_iter().filter_map(|(is, role)| (is == Some(true)).then_some(role)).collect();
    Person {
        key: ledger::PersonKey::Alive(holder.cardholder_id.0.cast_signed()).to_string(),
        title_before: holder.academic_degree_before_name.clone(),
        first_name: holder.first_name.clone().unwrap_or_default(),
        last_name: holder.last_name.clone().unwrap_or_default(),
        title_after: holder.academic_degree_after_name.clone(),
        born: holder.date_of_birth.map(|date| date.to_string()),
        personal_id: holder.personal_id.clone(),
        // ALIVE demands a student status of everybody; it means something for students alone (decision N15).
        student_status: holder.student_status.as_ref().filter(|_| roles.contains(&Role::Student)).map(word),
        roles,
        photo: Photo::Waiting,
        known_from: Register::Alive,
    }
}

pub(crate) fn person_in_ledger(row: &ledger::PersonRow) -> Person {
    let role = |name: &str| match name {
        "student" => Some(Role::Student),
        "graduate" => Some(Role::Graduate),
        "teacher" => Some(Role::Teacher),
        "employee" => Some(Role::Employee),
        _ => None,
    };
    Person {
        key: ledger::PersonKey::Alive(row.cardholder_id).to_string(),
        title_before: row.degree_before.clone(),
        first_name: row.first_name.clone(),
        last_name: row.last_name.clone(),
        title_after: row.degree_after.clone(),
        born: row.date_of_birth.map(|date| date.to_string()),
        personal_id: row.personal_id.clone(),
        roles: row.roles.iter().filter_map(|name| role(name)).collect(),
        student_status: None,
        photo: Photo::Waiting,
        known_from: Register::Alive,
    }
}

/// What the index keeps of a cardholder; None after anonymisation, when nothing to find them by is left.
pub(crate) fn person_row(holder: &alive::Cardholder, seen_at: jiff::Timestamp) -> Option<ledger::PersonRow> {
    let first_name = holder.first_name.clone().unwrap_or_default();
    let last_name = holder.last_name.clone().unwrap_or_default();
    if first_name.trim().is_empty() && last_name.trim().is_empty() {
        return None;
    }
    let roles = [
        ("student", holder.roles.student),
        ("graduate", holder.roles.graduate),
        ("teacher", holder.roles.teacher),
        ("employee", holder.roles.employee),
    ];
    Some(ledger::PersonRow {
        cardholder_id: holder.cardholder_id.0.cast_signed(),
        degree_before: holder.academic_degree_before_name.clone(),
        first_name,
        last_name,
        degree_after: holder.academic_degree_after_name.clone(),
        date_of_birth: holder.date_of_birth,
        personal_id: holder.personal_id.clone(),
        external_id: holder.external_id.clone(),
        roles: roles.iter().filter(|(_, is)| *is == Some(true)).map(|(name, _)| (*name).to_owned()).collect(),
        seen_at,
    })
}

pub(crate) fn card_row(card: &alive::Card, seen_at: jiff::Timestamp) -> ledger::CardRow {
    ledger::CardRow {
        card_id: card.card_id.0.cast_signed(),
        cardholder_id: card.cardholder_id.0.cast_signed(),
        number: card.number.as_ref().map(|it| it.as_str().to_owned()),
        card_type: word(&card.kind),
        form: word(&card.form),
        status: word(&card.status),
        valid_from: card.valid_from,
        valid_to: card.valid_to,
        valid_to_plastic: card.valid_to_plastic,
        chips: card
            .smart_technologies
            .iter()
            .filter(|it| !it.value.trim().is_empty())
            .map(|it| ledger::Chip { technology: word(&it.kind), value: it.value.clone() })
            .collect(),
        seen_at,
    }
}

pub(crate) fn hit(person: &ledger::PersonRow, card: Option<&ledger::CardRow>) -> Hit {
    Hit {
        key: ledger::PersonKey::Alive(person.cardholder_id).to_string(),
        name: row_name(person),
        born: person.date_of_birth.map(|date| date.to_string()),
        personal_id: person.personal_id.clone(),
        card_type: card.map(|card| card.card_type.clone()),
        card_number: card.and_then(|card| card.number.clone()),
        valid_to: card.and_then(|card| card.valid_to).map(|date| date.to_string()),
    }
}

// ---- USOS ------------------------------------------------------------------------------------------------------

pub(crate) fn usos_card(card: &usos::Card, wanted: &Wanted, today: Date) -> UsosCard {
    let chips = [("contact", &card.contact_chip_uid), ("contactless", &card.contactless_chip_uid)];
    UsosCard {
        card_id: card.id.as_str().to_owned(),
        card_type: card.kind.as_ref().map(word).unwrap_or_default(),
        student_number: text(&card.student_number),
        barcode: text(&card.barcode_number),
        issued: card.date_of_issue.map(|date| date.to_string()),
        expires: card.expiration_date.map(|date| date.to_string()),
        standing: match card.expiration_date {
            Some(date) if date < today => Standing::Expired,
            Some(_) => Standing::Valid,
            None => Standing::Unclear,
        },
        chips: chips
            .into_iter()
            .filter_map(|(technology, value)| Some(chip_of(technology, value.as_ref()?.as_str(), wanted)))
            .collect(),
    }
}

fn text(identifier: &Option<usos::Identifier>) -> Option<String> {
    identifier.as_ref().map(|it| it.as_str().to_owned())
}

pub(crate) fn usos_record(card: &usos::Card, wanted: &Wanted, today: Date) -> UsosRecord {
    let (user_id, name) = card.user.as_ref().map_or_else(Default::default, |user| {
        let first = user.first_name.as_deref().unwrap_or("");
        (text(&user.id).unwrap_or_default(), full_name(first, user.last_name.as_deref().unwrap_or("")))
    });
    UsosRecord { user_id, name, card: usos_card(card, wanted, today), others: Vec::new() }
}

// ---- SUP -------------------------------------------------------------------------------------------------------

pub(crate) fn sup_record(card: &sup::Card, linked_at: i64, today: Date) -> SupRecord {
    let status = card.status.as_ref().map(word).unwrap_or_default();
    let until = card.date_until.as_ref().and_then(|date| date.known().copied());
    let account = card.account.as_ref();
    SupRecord {
        id_card: card.id_card.to_string(),
        ean: card.ean.as_ref().map(|ean| ean.as_str().to_owned()),
        card_type: card.kind.as_ref().map(word).unwrap_or_default(),
        standing: match until {
            _ if status == "TEMPORARILY_BLOCKED" => Standing::Blocked,
            Some(date) if date < today => Standing::Expired,
            _ if status == "MAIN" || status == "ADDITIONAL" => Standing::Valid,
            _ => Standing::Unclear,
        },
        status,
        valid_to: until.map(|date| date.to_string()),
        activated: card.activated,
        activated_on: card.activated_at.as_ref().map(plain),
        balance: card.balance.map(|money| money.0),
        account_balance: account.and_then(|account| account.value).map(|money| money.0),
        account_as_of: account.and_then(|account| account.updated_at.as_ref()).map(|at| match at {
            Open::Known(at) => at.strftime("%Y-%m-%d %H:%M").to_string(),
            Open::Other(text) => text.clone(),
        }),
        can_top_up: card.can_top_up.map(|money| money.0),
        limit: card.limit.as_ref().map(sup_limit),
        linked_at,
    }
}

fn sup_limit(limit: &sup::Limit) -> SupLimit {
    match limit {
        sup::Limit::Unlimited => {
            SupLimit { unlimited: true, amount: None, period: None, days: Vec::new(), times: Vec::new() }
        }
        sup::Limit::Limited { amount, period, days, times } => SupLimit {
            unlimited: false,
            amount: amount.map(|money| money.0),
            period: period.as_ref().map(word),
            days: days.iter().filter_map(|day| day.known()?.to_monday_one_offset().try_into().ok()).collect(),
            times: times
                .iter()
                .map(|hours| SupTimes {
                    from: hours.from.as_ref().map(clock),
                    to: hours.to.as_ref().map(clock),
                })
                .collect(),
        },
    }
}

/// A value as it stands, or the text that is none.
fn plain<T: ToString>(value: &Open<T>) -> String {
    match value {
        Open::Known(value) => value.to_string(),
        Open::Other(text) => text.clone(),
    }
}

fn clock(time: &Open<jiff::civil::Time>) -> String {
    match time {
        Open::Known(time) => time.strftime("%H:%M").to_string(),
        Open::Other(text) => text.clone(),
    }
}
