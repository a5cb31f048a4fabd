//! Where a number of the stock stands and the one map of what becomes of it.

use crate::LedgerError;

/// Where a number stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NumberState {
    /// Nobody's.
    Free,
    /// A desk's, to be given to a card.
    Leased,
    /// It may be in ALIVE: only a look there says what becomes of it.
    Sent,
    /// On a card in ALIVE.
    Used,
    /// Never to be given out, for a reason.
    Spoiled,
    /// Its card was returned in ALIVE, which frees the number there.
    Returned,
}

/// What happens to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A desk takes it.
    Lease,
    /// A desk gives back what it hasn't used.
    GiveBack,
    /// It's about to be sent to ALIVE; again, where ALIVE has refused it before.
    Send,
    /// ALIVE has been asked and has it on a card.
    Present,
    /// ALIVE has been asked and doesn't have it.
    Absent,
    /// The same of a number that an open issue holds, which goes on with it: it's the desk's again, so that nobody
    /// else gets it in between. It comes by itself in the place of [`Step::Absent`].
    Keep,
    /// It must not be given out; `reason` is a code.
    Spoil { reason: &'a str },
    /// Its card has been returned.
    Return,
    /// ALIVE gives a returned card's number out again.
    Release,
}

impl NumberState {
    pub const ALL: [Self; 6] =
        [Self::Free, Self::Leased, Self::Sent, Self::Used, Self::Spoiled, Self::Returned];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Leased => "leased",
            Self::Sent => "sent",
            Self::Used => "used",
            Self::Spoiled => "spoiled",
            Self::Returned => "returned",
        }
    }

    pub(crate) fn of_name(name: &str) -> Result<Self, LedgerError> {
        Self::ALL.into_iter().find(|known| known.name() == name).ok_or(LedgerError::Corrupt)
    }

    /// The one map of what becomes of a number. What isn't here doesn't happen: a sent number becomes free because
    /// ALIVE doesn't have it and for no other reason, and a spoiled one stays so.
    pub const fn after(self, step: Step<'_>) -> Option<Self> {
        Some(match (self, step) {
            (Self::Free, Step::Lease) => Self::Leased,
            (Self::Leased, Step::GiveBack) => Self::Free,
            (Self::Leased | Self::Sent, Step::Send) => Self::Sent,
            (Self::Free | Self::Leased | Self::Sent | Self::Returned, Step::Present) => Self::Used,
            (Self::Sent, Step::Absent) => Self::Free,
            (Self::Sent, Step::Keep) => Self::Leased,
            (Self::Free | Self::Leased | Self::Sent, Step::Spoil { .. }) => Self::Spoiled,
            (Self::Used, Step::Return) => Self::Returned,
            (Self::Returned, Step::Release) => Self::Free,
            _ => return None,
        })
    }
}

impl Step<'_> {
    /// Where it leads.
    pub(crate) const fn target(self) -> NumberState {
        match self {
            Self::Lease | Self::Keep => NumberState::Leased,
            Self::Send => NumberState::Sent,
            Self::Present => NumberState::Used,
            Self::GiveBack | Self::Absent | Self::Release => NumberState::Free,
            Self::Spoil { .. } => NumberState::Spoiled,
            Self::Return => NumberState::Returned,
        }
    }

    /// From where, for SQL.
    pub(crate) fn sources(self) -> Result<String, LedgerError> {
        let from = NumberState::ALL.into_iter().filter(|state| state.after(self).is_some());
        Ok(serde_json::to_string(&from.map(NumberState::name).collect::<Vec<_>>())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_leads_to_one_state_wherever_it_is_possible() {
        let steps = [
            Step::Lease,
            Step::GiveBack,
            Step::Send,
            Step::Present,
            Step::Absent,
            Step::Keep,
            Step::Spoil { reason: "bent" },
            Step::Return,
            Step::Release,
        ];
        for step in steps {
            let ends: Vec<_> = NumberState::ALL.into_iter().filter_map(|state| state.after(step)).collect();
            assert!(!ends.is_empty() && ends.iter().all(|end| *end == step.target()), "{step:?}");
        }
        let freed_by: Vec<_> = steps
            .into_iter()
            .filter(|step| NumberState::Sent.after(*step) == Some(NumberState::Free))
            .collect();
        assert_eq!(freed_by, [Step::Absent], "a sent number is freed by ALIVE's answer alone");
        assert!(steps.iter().all(|step| NumberState::Spoiled.after(*step).is_none()), "spoiled is final");
    }
}
