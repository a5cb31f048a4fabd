//! How far an issue has come: the one place that says what each step wants before a card may be reported.

use crate::view::Photo;
use crate::view::issue::{IssueDraft, IssueStep, IssueStepState as State, StepName as Step};
use crate::view::work::FieldFault;

/// What the steps are judged by.
pub(super) struct Progress<'a> {
    pub draft: &'a IssueDraft,
    pub number: Option<&'a str>,
    pub faults: &'a [FieldFault],
    pub photo: &'a Photo,
    pub read_back: &'a [String],
}

/// On which step a field stands.
pub(super) fn step_of(property: &str) -> Step {
    match property.split(['[', '.']).next().unwrap_or_default() {
        "type" | "form" | "valid_from" | "valid_to" | "custom_fields" => Step::Card,
        "number" => Step::Number,
        "smart_technologies" => Step::Chips,
        _ => Step::Person,
    }
}

impl Progress<'_> {
    fn digital(&self) -> bool {
        digital(self.draft)
    }

    fn wrong(&self, step: Step) -> bool {
        self.faults.iter().any(|fault| step_of(&fault.property) == step)
    }

    /// All steps in their order.
    pub fn steps(&self) -> Vec<IssueStep> {
        let missing = |is: bool| if is { State::Missing } else { State::Done };
        let chips = &self.draft.card.smart_technologies;
        let read = chips.iter().all(|chip| self.read_back.contains(&chip.value));
        let before = [
            (Step::Person, missing(self.wrong(Step::Person))),
            // Without a portrait ALIVE takes the report, unless the contract says otherwise.
            (
                Step::Portrait,
                if matches!(self.photo, Photo::Found { .. }) { State::Done } else { State::Lacking },
            ),
            (Step::Card, missing(self.wrong(Step::Card))),
            (Step::Number, missing(self.number.is_none() || self.wrong(Step::Number))),
            (
                Step::Chips,
                match (self.wrong(Step::Chips), chips.is_empty(), self.digital()) {
                    (true, ..) => State::Missing,
                    (false, false, _) => State::Done,
                    (false, true, true) => State::NotNeeded,
                    (false, true, false) => State::Lacking,
                },
            ),
        ];
        let mut steps: Vec<IssueStep> =
            before.into_iter().map(|(step, state)| IssueStep { step, state }).collect();
        let mut add = |step: Step, needed: bool, done: bool| {
            let waits = steps.iter().any(|it| matches!(it.state, State::Missing | State::Waits));
            let state = match (needed, done) {
                (false, _) => State::NotNeeded,
                (true, true) => State::Done,
                (true, false) if waits => State::Waits,
                (true, false) => State::Missing,
            };
            steps.push(IssueStep { step, state });
        };
        add(Step::Preview, true, self.draft.looked_over);
        add(Step::Print, !self.digital(), self.draft.printed);
        add(Step::ReadBack, !chips.is_empty(), read);
        add(Step::Report, true, false);
        steps
    }
}

/// A card without plastic.
pub(super) fn digital(draft: &IssueDraft) -> bool {
    draft.card.form == "DIGITAL"
}

/// The first step that wants something before the card may be reported.
pub(super) fn next(steps: &[IssueStep]) -> Step {
    steps.iter().find(|it| it.state == State::Missing).map_or(Step::Report, |it| it.step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alive::{CardDraft, SmartTechnologyDraft};

    fn draft(form: &str, chips: &[&str], looked_over: bool, printed: bool) -> IssueDraft {
        let chip = |value: &&str| SmartTechnologyDraft {
            kind: "CONTACTLESS_MIFARE".to_owned(),
            value: (*value).to_owned(),
        };
        IssueDraft {
            card: CardDraft {
                form: form.to_owned(),
                smart_technologies: chips.iter().map(chip).collect(),
                ..CardDraft::default()
            },
            looked_over,
            printed,
            ..IssueDraft::default()
        }
    }

    fn at(draft: &IssueDraft, number: Option<&str>, read_back: &[&str]) -> Vec<State> {
        let read_back: Vec<String> = read_back.iter().map(|it| (*it).to_owned()).collect();
        let photo = Photo::Missing;
        let progress = Progress { draft, number, faults: &[], photo: &photo, read_back: &read_back };
        progress.steps().iter().map(|it| it.state).collect()
    }

    use State::{Done, Lacking, Missing, NotNeeded, Waits};

    #[test]
    fn a_plastic_card_is_reported_after_everything_else() {
        let plastic = |looked, printed| draft("DIGITAL_PLASTIC", &["04A1B2C3"], looked, printed);
        assert_eq!(at(&plastic(false, false), None, &[])[3..], [Missing, Done, Waits, Waits, Waits, Waits]);
        assert_eq!(
            at(&plastic(true, false), Some("A1"), &[])[3..],
            [Done, Done, Done, Missing, Waits, Waits]
        );
        assert_eq!(at(&plastic(true, true), Some("A1"), &[])[3..], [Done, Done, Done, Done, Missing, Waits]);
        assert_eq!(
            at(&plastic(true, true), Some("A1"), &["04A1B2C3"])[3..],
            [Done, Done, Done, Done, Done, Missing]
        );
    }

    #[test]
    fn a_digital_card_is_neither_printed_nor_read_back() {
        let digital = draft("DIGITAL", &[], true, false);
        assert_eq!(
            at(&digital, Some("A1"), &[]),
            [Done, Lacking, Done, Done, NotNeeded, Done, NotNeeded, NotNeeded, Missing]
        );
    }

    #[test]
    fn a_fault_of_a_field_stands_on_its_step() {
        let steps = ["custom_fields[1].value", "valid_to", "number", "smart_technologies[0].value", "email"];
        assert_eq!(steps.map(step_of), [Step::Card, Step::Card, Step::Number, Step::Chips, Step::Person]);
    }
}
