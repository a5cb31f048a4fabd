//! What a check-up finds of the registers: in order, credentials refused, gone, not set up.

use desk::view::checkup::{Check, CheckFinding, CheckLevel};
use desk::view::{FaultCode, Register};
use practice::FaultKind;

use crate::counter::Counter;

const ALL: [(Register, practice::Register); 3] = [
    (Register::Alive, practice::Register::Alive),
    (Register::Usos, practice::Register::Usos),
    (Register::Sup, practice::Register::Sup),
];

/// The counter, at the time of this machine: by that the practice servers' `Date` header goes.
#[allow(clippy::disallowed_methods, reason = "the header's own clock")]
async fn opened() -> Counter {
    let counter = Counter::open().await;
    counter.clock.set(jiff::Timestamp::now());
    counter
}

fn fault(finding: &CheckFinding) -> Option<FaultCode> {
    match &finding.what {
        Check::RegisterFault { fault, .. } => Some(*fault),
        _ => None,
    }
}

#[tokio::test]
async fn a_register_that_answers_and_takes_the_credentials_is_ready() {
    let counter = opened().await;
    for (register, _) in ALL {
        let finding = counter.desk.check_register(register).await;
        assert!(matches!(finding.what, Check::RegisterReady { .. }), "{register:?}: {finding:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_no_longer_taken_is_found_though_a_token_is_at_hand() {
    let counter = opened().await;
    for (register, practice) in ALL {
        counter.university.faults(practice).set(FaultKind::CredentialsRefused);
        let finding = counter.desk.check_register(register).await;
        let expected = match register {
            Register::Sup => FaultCode::Token,
            Register::Alive | Register::Usos => FaultCode::Credentials,
        };
        assert_eq!(fault(&finding), Some(expected), "{register:?}: {finding:?}");
        assert_eq!(finding.level, CheckLevel::Bad);
    }
}

#[tokio::test]
async fn a_register_that_is_gone_is_told_from_one_that_is_not_set_up() {
    let counter = opened().await;
    for (register, practice) in ALL {
        counter.university.stop(practice).await;
        let finding = counter.desk.check_register(register).await;
        assert_eq!(fault(&finding), Some(FaultCode::Down), "{register:?}: {finding:?}");
        let none = desk::check_register(&desk::Registers::default(), register).await;
        assert_eq!((none.what, none.level), (Check::RegisterNotSetUp, CheckLevel::Note));
    }
}
