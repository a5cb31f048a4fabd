//! The electronic side of the world's student cards: it says of the student what USOS says. Made without the world's
//! random generator, so that a seed's world is the one that it always was.

use super::draft::{Draft, identifier};
use super::names::Nation;
use super::person::Person;
use crate::alive::model::Gender;
use crate::chip::Chip;
use crate::contract::INSTITUTION_NAME;
use crate::els::{Application, Contents, Maker, Signing, Structure};
use crate::usos::records::Kind;

/// None for those who have no student card in USOS, or no contact chip that answers.
pub(super) fn application(draft: &Draft, physical: u32) -> Option<Application> {
    let chip = draft.contact.as_ref()?;
    let Chip::Contact { t1, .. } = chip else {
        return None;
    };
    let record = draft.usos.first().filter(|record| record.kind == Kind::Student)?;
    let contents = Contents {
        chip_serial: identifier(chip),
        university: INSTITUTION_NAME.join(" "),
        surnames: vec![draft.user.last_name.clone()],
        given_names: vec![draft.user.first_name.clone()],
        album_number: record.student_number.clone()?,
        edition: "A".to_owned(),
        pesel: if draft.person.nation == Nation::Polish { pesel(&draft.person) } else { String::new() },
        valid_until: record.expiration_date,
    };
    let signing = [Signing::EcdsaSha256, Signing::RsaSha256, Signing::RsaSha1]
        .into_iter()
        .cycle()
        .nth(physical as usize % 3)?;
    let own_certificate = !physical.is_multiple_of(4);
    Some(Application::new(Maker::of(physical, *t1), move || {
        Structure::with(&contents, signing, own_certificate, crate::els::Flaw::None)
    }))
}

/// `yymmddnnnnc`: month + 20 for those born since 2000, the fourth n even for women, c the check digit.
fn pesel(person: &Person) -> String {
    let month = person.born.month() + if person.born.year() >= 2000 { 20 } else { 0 };
    let number = person.n % 1_000 * 10 + if person.gender == Gender::Female { 2 } else { 3 };
    let first = format!("{:02}{month:02}{:02}{number:04}", person.born.year() % 100, person.born.day());
    let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
    let sum: u32 = first.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{first}{}", (10 - sum % 10) % 10)
}
