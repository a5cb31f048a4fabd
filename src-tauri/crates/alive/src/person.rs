//! All that is sent of a cardholder, checked (manual, `POST /cardholders.set`).

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use wire::Open;

use crate::birth_number::BirthNumber;
use crate::cardholder::{
    Address, AddressType, Cardholder, CardholderId, CustomField, Gender, LegalRepresentative,
    LegalRepresentativeType, Roles, StudentStatus,
};
use crate::contents::check_fields;
use crate::draft::{AddressDraft, CardholderDraft, RepresentativeDraft};
use crate::profile::Profile;
use crate::value::{Country, Email, Grade, Language, PastDate, PhoneNumber, Text, choice, kept, written};
use crate::wrong::{Checks, Wrong, WrongCode};

/// A cardholder to be created or updated. What isn't in it ALIVE deletes; `institution_id` and attributes newer than
/// the manual can't be sent.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CardholderData {
    cardholder_id: Option<CardholderId>,
    external_id: Option<Text>,
    academic_degree_before_name: Option<Text>,
    first_name: Text,
    last_name: Text,
    academic_degree_after_name: Option<Text>,
    date_of_birth: PastDate,
    birth_number: Option<Open<BirthNumber>>,
    gender: Option<Open<Gender>>,
    email: Open<Email>,
    phone_number: Option<Open<PhoneNumber>>,
    language: Option<Open<Language>>,
    personal_id: Option<Text>,
    class_name: Option<Text>,
    grade: Option<Grade>,
    roles: Roles,
    student_status: Open<StudentStatus>,
    addresses: Vec<AddressData>,
    legal_representatives: Vec<RepresentativeData>,
    custom_fields: Vec<CustomField>,
    #[serde(skip)]
    status_assumed: bool,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct AddressData {
    #[serde(rename = "type")]
    kind: Open<AddressType>,
    address_line_1: Text,
    address_line_2: Option<Text>,
    city: Text,
    district: Option<Open<Text>>,
    postal_code: Text,
    country: Open<Country>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct RepresentativeData {
    #[serde(rename = "type")]
    kind: Open<LegalRepresentativeType>,
    academic_degree_before_name: Option<Text>,
    first_name: Text,
    last_name: Text,
    academic_degree_after_name: Option<Text>,
    date_of_birth: Option<PastDate>,
    birth_number: Option<Open<BirthNumber>>,
    gender: Option<Open<Gender>>,
    email: Open<Email>,
    phone_number: Option<Open<PhoneNumber>>,
    language: Option<Open<Language>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressData>,
}

/// The day and the agreement that a draft is held against.
#[derive(Clone, Copy)]
struct Against<'a> {
    profile: &'a Profile,
    today: Date,
}

impl CardholderData {
    /// Checks a draft; all faults at once. With a record it is an update of that cardholder, without one a creation.
    ///
    /// What ALIVE has on record may be sent back unchanged although it breaks a rule: a value newer than the manual,
    /// a custom field or a district that the profile doesn't name.
    ///
    /// ALIVE demands a student status of everybody. It is asked for of students alone; of others, if the draft has
    /// none, the one on record is sent, else `FULL_TIME`, which [`Self::warnings`] tells.
    pub fn parse(
        draft: &CardholderDraft,
        profile: &Profile,
        today: Date,
        on_record: Option<&Cardholder>,
    ) -> Result<Self, Vec<Wrong>> {
        let mut checks = Checks::default();
        let against = Against { profile, today };
        let recorded =
            |text: fn(&Cardholder) -> &Option<String>| on_record.and_then(|old| text(old).as_deref());
        let external_id = checks.optional("external_id", &draft.external_id, Text::parse);
        let before = &draft.academic_degree_before_name;
        let academic_degree_before_name = checks.optional("academic_degree_before_name", before, Text::parse);
        let first_name = checks.required("first_name", &draft.first_name, Text::parse);
        let last_name = checks.required("last_name", &draft.last_name, Text::parse);
        let after = &draft.academic_degree_after_name;
        let academic_degree_after_name = checks.optional("academic_degree_after_name", after, Text::parse);
        let date_of_birth =
            checks.required("date_of_birth", &draft.date_of_birth, |typed| PastDate::parse(typed, today));
        let birth_number = kept(recorded(|old| &old.birth_number), BirthNumber::parse);
        let birth_number = checks.optional("birth_number", &draft.birth_number, birth_number);
        let gender = kept(on_record.and_then(|old| old.gender.as_ref().map(written)), choice);
        let gender = checks.optional("gender", &draft.gender, gender);
        let email = kept(recorded(|old| &old.email), Email::parse);
        let email = checks.required("email", &draft.email, email);
        let phone_number = kept(recorded(|old| &old.phone_number), PhoneNumber::parse);
        let phone_number = checks.optional("phone_number", &draft.phone_number, phone_number);
        let language = kept(recorded(|old| &old.language), choice);
        let language = checks.optional("language", &draft.language, language);
        let personal_id = checks.optional("personal_id", &draft.personal_id, Text::parse);
        let class_name = checks.optional("class_name", &draft.class_name, Text::parse);
        let grade = checks.optional("grade", &draft.grade, Grade::parse);
        checks.hold(draft.roles.student.is_some(), "roles.student", WrongCode::Blank);
        checks.hold(draft.roles.graduate.is_some(), "roles.graduate", WrongCode::Blank);

        let status_on_record = on_record.and_then(|old| old.student_status.clone());
        let unasked = draft.student_status.trim().is_empty() && draft.roles.student != Some(true);
        let status_assumed = unasked && status_on_record.is_none();
        let student_status = if unasked {
            Some(status_on_record.unwrap_or(Open::Known(StudentStatus::FullTime)))
        } else {
            let status = kept(status_on_record.as_ref().map(written), choice);
            checks.required("student_status", &draft.student_status, status)
        };

        let addresses_on_record: Vec<_> = on_record.iter().flat_map(|old| &old.addresses).collect();
        let addresses = check_addresses(&mut checks, "", &draft.addresses, against, &addresses_on_record);
        let old: &[_] = on_record.map_or(&[], |old| &old.legal_representatives);
        let legal_representatives: Option<Vec<_>> = draft
            .legal_representatives
            .iter()
            .enumerate()
            .map(|(index, draft)| check_representative(&mut checks, index, draft, against, old))
            // All of them, before one that is wrong ends the whole.
            .collect::<Vec<_>>()
            .into_iter()
            .collect();
        if date_of_birth.is_some_and(|born| came_of_age(born.get(), profile) > today) {
            let represented = !draft.legal_representatives.is_empty();
            checks.hold(represented, "legal_representatives", WrongCode::Required);
        }
        let fields_on_record: &[_] = on_record.map_or(&[], |old| &old.custom_fields);
        let rules = &profile.cardholder_fields;
        let custom_fields = check_fields(&mut checks, &draft.custom_fields, rules, fields_on_record);
        let whole = || {
            Some(Self {
                cardholder_id: on_record.map(|old| old.cardholder_id),
                external_id,
                academic_degree_before_name,
                first_name: first_name?,
                last_name: last_name?,
                academic_degree_after_name,
                date_of_birth: date_of_birth?,
                birth_number,
                gender,
                email: email?,
                phone_number,
                language,
                personal_id,
                class_name,
                grade,
                roles: draft.roles,
                student_status: student_status?,
                addresses: addresses?,
                legal_representatives: legal_representatives?,
                custom_fields,
                status_assumed,
            })
        };
        checks.end(whole())
    }

    /// Whom it updates; `None` if it creates.
    pub fn cardholder_id(&self) -> Option<CardholderId> {
        self.cardholder_id
    }

    /// The e-mail address: unique per issuer, and so what a creation of unknown outcome is read back by.
    pub fn email(&self) -> &str {
        match &self.email {
            Open::Known(email) => email.as_str(),
            Open::Other(text) => text,
        }
    }

    /// What looks odd and may be right all the same.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warn = |property: &str, code| warnings.push(Warning { property: property.to_owned(), code });
        if let Some(Open::Known(number)) = &self.birth_number {
            if !number.checksum_ok() {
                warn("birth_number", WarningCode::Checksum);
            }
            if let Some((day, gender)) = number.tells() {
                if day != self.date_of_birth.get() {
                    warn("birth_number", WarningCode::OtherBirthday);
                }
                let known = self.gender.as_ref().and_then(Open::known);
                if known.is_some_and(|known| *known != Gender::Other && *known != gender) {
                    warn("birth_number", WarningCode::OtherGender);
                }
            }
        }
        for (index, representative) in self.legal_representatives.iter().enumerate() {
            if let Some(Open::Known(number)) = &representative.birth_number
                && !number.checksum_ok()
            {
                warn(&format!("legal_representatives[{index}].birth_number"), WarningCode::Checksum);
            }
        }
        if self.status_assumed {
            warn("student_status", WarningCode::Assumed);
        }
        warnings
    }
}

/// Something that the clerk should look at, but that hinders nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Warning {
    /// The attribute, as in [`Wrong::property`].
    pub property: String,
    /// What is odd about it.
    pub code: WarningCode,
}

/// What may be odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WarningCode {
    /// The birth number's check digit doesn't fit.
    Checksum,
    /// The birth number tells another date of birth.
    OtherBirthday,
    /// The birth number tells another gender.
    OtherGender,
    /// The value was put in because ALIVE demands one.
    Assumed,
}

/// One address a type.
fn check_addresses(
    checks: &mut Checks,
    within: &str,
    drafts: &[AddressDraft],
    against: Against<'_>,
    on_record: &[&Address],
) -> Option<Vec<AddressData>> {
    let mut addresses = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let at = |attribute| format!("{within}addresses[{index}].{attribute}");
        let kind = kept(on_record.iter().filter_map(|old| old.kind.as_ref().map(written)), choice);
        let kind = checks.required(at("type"), &draft.kind, kind);
        let address_line_1 = checks.required(at("address_line_1"), &draft.address_line_1, Text::parse);
        let address_line_2 = checks.optional(at("address_line_2"), &draft.address_line_2, Text::parse);
        let city = checks.required(at("city"), &draft.city, Text::parse);
        let district = kept(on_record.iter().filter_map(|old| old.district.as_deref()), |typed| {
            let districts = &against.profile.districts;
            let listed = districts.is_empty() || districts.iter().any(|district| district == typed);
            if listed { Text::parse(typed) } else { Err(WrongCode::Choice) }
        });
        let district = checks.optional(at("district"), &draft.district, district);
        let postal_code = checks.required(at("postal_code"), &draft.postal_code, Text::parse);
        let country = kept(on_record.iter().filter_map(|old| old.country.as_deref()), Country::parse);
        let country = checks.required(at("country"), &draft.country, country);
        let first = drafts[..index].iter().all(|other| other.kind.trim() != draft.kind.trim());
        checks.hold(first || kind.is_none(), at("type"), WrongCode::NotUnique);
        let address = || {
            Some(AddressData {
                kind: kind?,
                address_line_1: address_line_1?,
                address_line_2,
                city: city?,
                district,
                postal_code: postal_code?,
                country: country?,
            })
        };
        addresses.push(address());
    }
    addresses.into_iter().collect()
}

fn check_representative(
    checks: &mut Checks,
    index: usize,
    draft: &RepresentativeDraft,
    against: Against<'_>,
    old: &[LegalRepresentative],
) -> Option<RepresentativeData> {
    let Against { profile, today } = against;
    let at = |attribute| format!("legal_representatives[{index}].{attribute}");
    let recorded = |text: fn(&LegalRepresentative) -> &Option<String>| {
        old.iter().filter_map(move |old| text(old).as_deref())
    };
    let kind = kept(old.iter().filter_map(|old| old.kind.as_ref().map(written)), choice);
    let kind = checks.required(at("type"), &draft.kind, kind);
    let before = &draft.academic_degree_before_name;
    let academic_degree_before_name = checks.optional(at("academic_degree_before_name"), before, Text::parse);
    let first_name = checks.required(at("first_name"), &draft.first_name, Text::parse);
    let last_name = checks.required(at("last_name"), &draft.last_name, Text::parse);
    let after = &draft.academic_degree_after_name;
    let academic_degree_after_name = checks.optional(at("academic_degree_after_name"), after, Text::parse);
    let date_of_birth = checks.optional(at("date_of_birth"), &draft.date_of_birth, |typed| {
        let born = PastDate::parse(typed, today)?;
        // Older than that age, so that the birthday itself doesn't do.
        if came_of_age(born.get(), profile) < today { Ok(born) } else { Err(WrongCode::Range) }
    });
    let birth_number = kept(recorded(|old| &old.birth_number), BirthNumber::parse);
    let birth_number = checks.optional(at("birth_number"), &draft.birth_number, birth_number);
    let gender = kept(old.iter().filter_map(|old| old.gender.as_ref().map(written)), choice);
    let gender = checks.optional(at("gender"), &draft.gender, gender);
    let email = checks.required(at("email"), &draft.email, kept(recorded(|old| &old.email), Email::parse));
    let phone_number = kept(recorded(|old| &old.phone_number), PhoneNumber::parse);
    let phone_number = checks.optional(at("phone_number"), &draft.phone_number, phone_number);
    let language = kept(recorded(|old| &old.language), choice);
    let language = checks.optional(at("language"), &draft.language, language);
    let addresses_on_record: Vec<_> = old.iter().flat_map(|old| &old.addresses).collect();
    let within = at("");
    let addresses = check_addresses(checks, &within, &draft.addresses, against, &addresses_on_record);
    Some(RepresentativeData {
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
        addresses: addresses?,
    })
}

/// The day on which somebody born then reaches the age from which on no legal representative is needed.
fn came_of_age(born: Date, profile: &Profile) -> Date {
    born.saturating_add(i64::from(profile.legal_age).years())
}

impl fmt::Debug for CardholderData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardholderData").field("cardholder_id", &self.cardholder_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for AddressData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressData").finish_non_exhaustive()
    }
}

impl fmt::Debug for RepresentativeData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RepresentativeData").finish_non_exhaustive()
    }
}
