//! The graduation: what ALIVE has of it, and what is reported of it (manual, model Graduation,
//! `POST /graduations.set`).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wire::Open;
use wire::json::maybe;

use crate::cardholder::{CardholderId, id};
use crate::draft::GraduationDraft;
use crate::value::{PastDate, Text, choice};
use crate::wrong::{Checks, Wrong, WrongCode};

/// ALIVE's identifier of a graduation.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GraduationId(pub u64);

/// Enum Academic Degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the manual's words say it")]
pub enum AcademicDegree {
    Bachelor,
    Master,
    Doctorate,
}

/// A graduation as ALIVE has it. All but the identifiers may be missing.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Graduation {
    /// ALIVE's identifier.
    #[serde(deserialize_with = "id")]
    pub graduation_id: GraduationId,
    /// Who graduated.
    #[serde(deserialize_with = "id")]
    pub cardholder_id: CardholderId,
    /// Faculty.
    #[serde(default, deserialize_with = "maybe")]
    pub faculty_name: Option<String>,
    /// Field of study.
    #[serde(default, deserialize_with = "maybe")]
    pub field_of_study: Option<String>,
    /// Day of graduation.
    #[serde(default, deserialize_with = "maybe")]
    pub graduation_date: Option<Date>,
    /// Level.
    #[serde(default, deserialize_with = "maybe")]
    pub academic_degree: Option<Open<AcademicDegree>>,
    /// Degree before the name.
    #[serde(default, deserialize_with = "maybe")]
    pub pre_nominal_academic_degree: Option<String>,
    /// Degree after the name.
    #[serde(default, deserialize_with = "maybe")]
    pub post_nominal_academic_degree: Option<String>,
}

/// All that is reported of a graduation; what isn't in it ALIVE deletes (manual, `POST /graduations.set`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct GraduationData {
    graduation_id: Option<GraduationId>,
    cardholder_id: CardholderId,
    faculty_name: Text,
    field_of_study: Text,
    graduation_date: PastDate,
    academic_degree: AcademicDegree,
    pre_nominal_academic_degree: Option<Text>,
    post_nominal_academic_degree: Option<Text>,
}

impl GraduationData {
    /// Checks a draft; all faults at once. At least one of the two degrees has to be given.
    pub fn parse(draft: &GraduationDraft, today: Date) -> Result<Self, Vec<Wrong>> {
        let mut checks = Checks::default();
        if draft.cardholder_id.is_none() {
            checks.wrong("cardholder_id", WrongCode::Blank);
        }
        let faculty_name = checks.required("faculty_name", &draft.faculty_name, Text::parse);
        let field_of_study = checks.required("field_of_study", &draft.field_of_study, Text::parse);
        let graduation_date =
            checks.required("graduation_date", &draft.graduation_date, |typed| PastDate::parse(typed, today));
        let academic_degree = checks.required("academic_degree", &draft.academic_degree, choice);
        let [before, after] = ["pre_nominal_academic_degree", "post_nominal_academic_degree"];
        let pre_nominal_academic_degree =
            checks.optional(before, &draft.pre_nominal_academic_degree, Text::parse);
        let post_nominal_academic_degree =
            checks.optional(after, &draft.post_nominal_academic_degree, Text::parse);
        let some = format!("{}{}", draft.pre_nominal_academic_degree, draft.post_nominal_academic_degree);
        checks.hold(!some.trim().is_empty(), before, WrongCode::Required);
        let whole = || {
            Some(Self {
                graduation_id: draft.graduation_id,
                cardholder_id: draft.cardholder_id?,
                faculty_name: faculty_name?,
                field_of_study: field_of_study?,
                graduation_date: graduation_date?,
                academic_degree: academic_degree?,
                pre_nominal_academic_degree,
                post_nominal_academic_degree,
            })
        };
        checks.end(whole())
    }

    /// Which graduation it corrects; `None` if it is a new one.
    pub fn graduation_id(&self) -> Option<GraduationId> {
        self.graduation_id
    }

    /// Who graduated.
    pub fn cardholder_id(&self) -> CardholderId {
        self.cardholder_id
    }
}

impl fmt::Debug for Graduation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graduation").field("graduation_id", &self.graduation_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for GraduationData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraduationData").field("graduation_id", &self.graduation_id).finish_non_exhaustive()
    }
}
