//! What a form holds: text as typed, nothing checked yet. Empty text is "not given"; dates are `yyyy-MM-dd`, values of
//! the manual's lists are written as there.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::card::{Card, SmartTechnology};
use crate::cardholder::{Address, Cardholder, CardholderId, CustomField, LegalRepresentative, Roles};
use crate::graduation::{Graduation, GraduationId};
use crate::value::written;

macro_rules! drafts {
    ($($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$about])*
        #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(default)]
        #[allow(missing_docs, reason = "the attributes are those of the manual's models")]
        pub struct $name { $($(#[$note])* pub $field: $type,)* }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

drafts! {
    /// `POST /cardholders.set`. Whether it creates or updates is told by the record at hand: see
    /// [`CardholderData::parse`](crate::CardholderData::parse).
    CardholderDraft {
        external_id: String,
        academic_degree_before_name: String,
        first_name: String,
        last_name: String,
        academic_degree_after_name: String,
        date_of_birth: String,
        birth_number: String,
        gender: String,
        email: String,
        phone_number: String,
        language: String,
        personal_id: String,
        class_name: String,
        /// 1–9.
        grade: String,
        roles: Roles,
        student_status: String,
        addresses: Vec<AddressDraft>,
        legal_representatives: Vec<RepresentativeDraft>,
        /// Those with an empty value are left out, so that ALIVE counts the others without them.
        custom_fields: Vec<CustomField>,
    }

    /// An address of a cardholder or of a legal representative.
    AddressDraft {
        #[serde(rename = "type")]
        kind: String,
        address_line_1: String,
        address_line_2: String,
        city: String,
        district: String,
        postal_code: String,
        /// ISO 3166-1 alpha-3.
        country: String,
    }

    /// A legal representative.
    RepresentativeDraft {
        #[serde(rename = "type")]
        kind: String,
        academic_degree_before_name: String,
        first_name: String,
        last_name: String,
        academic_degree_after_name: String,
        date_of_birth: String,
        birth_number: String,
        gender: String,
        email: String,
        phone_number: String,
        language: String,
        addresses: Vec<AddressDraft>,
    }

    /// `POST /graduations.set`: a correction with a `graduation_id`, a new graduation without.
    GraduationDraft {
        graduation_id: Option<GraduationId>,
        cardholder_id: Option<CardholderId>,
        faculty_name: String,
        field_of_study: String,
        graduation_date: String,
        academic_degree: String,
        pre_nominal_academic_degree: String,
        post_nominal_academic_degree: String,
    }

    /// A card to be reported (`POST /cards.report`) or requested (`POST /cards.request`, which has neither
    /// `number` nor `valid_to` nor `smart_technologies`: what stands there is not looked at).
    CardDraft {
        cardholder_id: Option<CardholderId>,
        #[serde(rename = "type")]
        kind: String,
        number: String,
        form: String,
        valid_from: String,
        valid_to: String,
        smart_technologies: Vec<SmartTechnologyDraft>,
        /// As in [`CardholderDraft`].
        custom_fields: Vec<CustomField>,
    }

    /// `POST /cards.update`.
    CardUpdateDraft {
        smart_technologies: Vec<SmartTechnologyDraft>,
        /// As in [`CardholderDraft`].
        custom_fields: Vec<CustomField>,
    }

    /// `POST /cards.issuePlastic`. Without a design ALIVE takes the default one, without an end of validity that of
    /// the digital card.
    PlasticDraft {
        design_plastic: String,
        valid_to_plastic: String,
        smart_technologies: Vec<SmartTechnologyDraft>,
        /// As in [`CardholderDraft`].
        custom_fields: Vec<CustomField>,
    }

    /// A chip or stripe.
    SmartTechnologyDraft {
        #[serde(rename = "type")]
        kind: String,
        value: String,
    }
}

fn text<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

fn choice<T: Serialize>(value: &Option<wire::Open<T>>) -> String {
    value.as_ref().map(written).unwrap_or_default()
}

impl CardholderDraft {
    /// The record as it stands, to be edited.
    pub fn of(holder: &Cardholder) -> Self {
        Self {
            external_id: text(&holder.external_id),
            academic_degree_before_name: text(&holder.academic_degree_before_name),
            first_name: text(&holder.first_name),
            last_name: text(&holder.last_name),
            academic_degree_after_name: text(&holder.academic_degree_after_name),
            date_of_birth: text(&holder.date_of_birth),
            birth_number: text(&holder.birth_number),
            gender: choice(&holder.gender),
            email: text(&holder.email),
            phone_number: text(&holder.phone_number),
            language: text(&holder.language),
            personal_id: text(&holder.personal_id),
            class_name: text(&holder.class_name),
            grade: text(&holder.grade),
            roles: holder.roles,
            student_status: choice(&holder.student_status),
            addresses: holder.addresses.iter().map(AddressDraft::of).collect(),
            legal_representatives: holder.legal_representatives.iter().map(RepresentativeDraft::of).collect(),
            custom_fields: holder.custom_fields.clone(),
        }
    }
}

impl AddressDraft {
    /// The record as it stands, to be edited.
    pub fn of(address: &Address) -> Self {
        Self {
            kind: choice(&address.kind),
            address_line_1: text(&address.address_line_1),
            address_line_2: text(&address.address_line_2),
            city: text(&address.city),
            district: text(&address.district),
            postal_code: text(&address.postal_code),
            country: text(&address.country),
        }
    }
}

impl RepresentativeDraft {
    /// The record as it stands, to be edited.
    pub fn of(representative: &LegalRepresentative) -> Self {
        Self {
            kind: choice(&representative.kind),
            academic_degree_before_name: text(&representative.academic_degree_before_name),
            first_name: text(&representative.first_name),
            last_name: text(&representative.last_name),
            academic_degree_after_name: text(&representative.academic_degree_after_name),
            date_of_birth: text(&representative.date_of_birth),
            birth_number: text(&representative.birth_number),
            gender: choice(&representative.gender),
            email: text(&representative.email),
            phone_number: text(&representative.phone_number),
            language: text(&representative.language),
            addresses: representative.addresses.iter().map(AddressDraft::of).collect(),
        }
    }
}

impl GraduationDraft {
    /// The record as it stands, to be corrected.
    pub fn of(graduation: &Graduation) -> Self {
        Self {
            graduation_id: Some(graduation.graduation_id),
            cardholder_id: Some(graduation.cardholder_id),
            faculty_name: text(&graduation.faculty_name),
            field_of_study: text(&graduation.field_of_study),
            graduation_date: text(&graduation.graduation_date),
            academic_degree: choice(&graduation.academic_degree),
            pre_nominal_academic_degree: text(&graduation.pre_nominal_academic_degree),
            post_nominal_academic_degree: text(&graduation.post_nominal_academic_degree),
        }
    }
}

impl CardUpdateDraft {
    /// The record as it stands, to be edited.
    pub fn of(card: &Card) -> Self {
        Self { smart_technologies: chips_of(card), custom_fields: card.custom_fields.clone() }
    }
}

impl PlasticDraft {
    /// The record as it stands, to be edited.
    pub fn of(card: &Card) -> Self {
        Self {
            design_plastic: text(&card.design_plastic),
            valid_to_plastic: text(&card.valid_to_plastic),
            smart_technologies: chips_of(card),
            custom_fields: card.custom_fields.clone(),
        }
    }
}

fn chips_of(card: &Card) -> Vec<SmartTechnologyDraft> {
    card.smart_technologies.iter().map(SmartTechnologyDraft::of).collect()
}

impl SmartTechnologyDraft {
    /// The record as it stands, to be edited.
    pub fn of(chip: &SmartTechnology) -> Self {
        Self { kind: written(&chip.kind), value: chip.value.clone() }
    }
}
