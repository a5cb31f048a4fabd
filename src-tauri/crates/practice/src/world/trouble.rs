//! How each trouble spoils a person whom the registers agree on.

use jiff::Timestamp;
use jiff::civil::date;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::draft::{self, Draft};
use super::names;
use crate::alive::model::{CardType, Status};
use crate::chip::Chip;
use crate::clock::local;
use crate::contract;
use crate::sup;
use crate::trouble::Trouble;

/// Spoils one person. Troubles of two people ([`exchange_chips`]) and of nobody's cards have nothing to do here.
pub(super) fn apply(trouble: Trouble, draft: &mut Draft, now: Timestamp, seed: u64) {
    let today = local(now).date();
    let past = contract::semester_end_before(today);
    match trouble {
        Trouble::ExpiredInAliveValidInUsos => end_in_alive(draft, past),
        Trouble::ExpiredInUsosValidInAlive => {
            draft.usos.iter_mut().for_each(|card| card.expiration_date = past)
        }
        Trouble::Cancelled => draft.cards.iter_mut().for_each(|card| card.status = Status::Cancelled),
        Trouble::TwoChips => two_chips(draft, seed),
        Trouble::SupBlocked => {
            with_sup(draft, |card| card.status = sup::records::Status::TemporarilyBlocked);
        }
        Trouble::SupNotActivated => with_sup(draft, |card| card.activated = None),
        Trouble::SupExpired => with_sup(draft, |card| card.until = date(today.year() - 1, 12, 31)),
        Trouble::NoPhoto => draft.photo = None,
        Trouble::NameChanged => rename(draft, seed),
        Trouble::Alumni => {
            end_in_alive(draft, past);
            draft.cards.extend(draft::alumni_card(draft, today));
            // A graduate's record of USOS lasts as long as the new card.
            let until = contract::usual_cycle(CardType::AliveIdAlumni, today).valid_to;
            draft.usos.iter_mut().for_each(|card| card.expiration_date = until);
        }
        Trouble::NoUsosRecord => draft.usos.clear(),
        Trouble::NoAliveRecord => {
            draft.holder = None;
            draft.photo = None;
            draft.cards.clear();
            draft.graduations.clear();
        }
        Trouble::DatesApart => {
            let year = contract::academic_year(today);
            draft.usos.iter_mut().for_each(|card| card.expiration_date = date(year + 2, 3, 31));
        }
        Trouble::DeadContactChip => draft.contact = Some(Chip::Dead),
        // Made with the chip, by two people together, or cards of nobody.
        Trouble::FourByteUid
        | Trouble::TwoCards
        | Trouble::UnknownChip
        | Trouble::RandomUid
        | Trouble::ClonedUid => {}
    }
}

fn end_in_alive(draft: &mut Draft, past: jiff::civil::Date) {
    for card in &mut draft.cards {
        card.valid_to = past;
        card.valid_to_plastic = Some(past);
        // A card that began after its end would be another trouble.
        card.valid_from = card.valid_from.min(date(past.year() - 1, 9, 1));
    }
}

fn with_sup(draft: &mut Draft, change: impl FnOnce(&mut sup::records::Card)) {
    if let Some((_, card)) = &mut draft.sup {
        change(card);
    }
}

fn rename(draft: &mut Draft, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let (nation, gender) = (draft.person.nation, draft.person.gender);
    while draft.user.last_name == draft.person.last_name {
        draft.user.last_name = names::surname(nation, gender, &mut random).to_owned();
    }
}

/// The plastic in hand has the contact chip of the first card and the contactless chip of the second.
fn two_chips(draft: &mut Draft, seed: u64) {
    let index = 2 * draft.person.n + 1;
    let contactless = draft::contactless_chip(seed, index, 7);
    let contact = draft::contact_chip(seed, index);
    if let Some((card, record)) = draft::second_cards(draft, &contactless, &contact) {
        draft.cards.push(card);
        draft.usos.push(record);
        draft.contactless = contactless;
    }
}

/// In USOS the contactless chips of the two people with [`Trouble::TwoCards`] are exchanged.
pub(super) fn exchange_chips(drafts: &mut [Draft]) {
    let mut two = drafts.iter_mut().filter(|draft| draft.trouble == Some(Trouble::TwoCards));
    if let (Some(one), Some(other)) = (two.next(), two.next())
        && let (Some(one), Some(other)) = (one.usos.first_mut(), other.usos.first_mut())
    {
        std::mem::swap(&mut one.contactless_chip_uid, &mut other.contactless_chip_uid);
    }
}
