//! The findings in English, for the command line. The window has its own words, in four languages.

use desk::view::checkup::{Check, CheckFinding, CheckLevel, GivenRole, ReaderRole};
use desk::view::{ChipRefusal, FaultCode, LedgerTrouble};

/// One line: how grave, of what, what was found and what to do.
pub fn line(finding: &CheckFinding) -> String {
    let level = match finding.level {
        CheckLevel::Good => "good",
        CheckLevel::Note => "note",
        CheckLevel::Warning => "WARNING",
        CheckLevel::Bad => "BAD",
    };
    format!("{level:<8} {}: {}", finding.subject, sentence(&finding.what))
}

fn sentence(what: &Check) -> String {
    let fixed = match what {
        Check::NoAnswer { seconds } => return format!("did not answer within {seconds} s"),
        Check::ServiceRuns => "the service runs",
        Check::ServiceNotRunning => {
            "the service isn't running: start pcscd (on Windows it runs while a reader is plugged in)"
        }
        Check::ServiceNotAllowed => {
            "this session may not use the service: sign in at the computer itself, or allow it by polkit"
        }
        Check::ServiceFailed { pcsc } => return format!("the service failed with {pcsc}: restart it"),
        Check::NoReader => "no reader is connected: plug one in; if it is, its driver is missing",
        Check::Reader { name, role, given, card } => return reader(name, *role, *given, *card),
        Check::ReadersAlike { name, readers } => {
            return format!("{readers} readers are called {name}: they share one role");
        }
        Check::TapRead { reader, waited, took } => {
            return format!("{reader}: the card came after {waited} ms, its identity {took} ms later");
        }
        Check::TapSlow { reader, waited, took } => {
            return format!(
                "{reader}: the card came after {waited} ms, its identity only {took} ms later: try another port or card"
            );
        }
        Check::TapRefused { reader, why, took } => {
            return format!("{reader}: refused after {took} ms: {}", refused(*why));
        }
        Check::TapNone { seconds } => return format!("no card came within {seconds} s"),
        Check::KeyringWorks { took } => return format!("written, read and removed in {took} ms"),
        Check::KeyringGone => "can't be used: unlock it, or install one (gnome-keyring, KWallet)",
        Check::KeyringForgets => "does not give back what it was told to keep: call support",
        Check::SettingsRead => "read",
        Check::SettingsPractice => "no register is set up: the desk opens on the practice university",
        Check::SettingsUnreadable => "settings.json can't be read: restore it, or set the desk up anew",
        Check::LedgerFile { schema, kilobytes } => {
            return format!("opens, is encrypted and can be written; schema {schema}, {kilobytes} kB");
        }
        Check::LedgerServer { schema, kilobytes, took, tls } => {
            let tls = if *tls { "with TLS" } else { "without TLS, on this computer" };
            return format!(
                "the server was reached {tls} and can be written, in {took} ms; schema {schema}, {kilobytes} kB"
            );
        }
        Check::LedgerPractice => "in memory: practice keeps nothing",
        Check::LedgerNone => "none has been made yet: the window makes it",
        Check::LedgerNoKey => "the keyring does not hold its key or password, or could not be asked",
        Check::LedgerTrouble { why } => ledger(*why),
        Check::RegisterNotSetUp => "not set up",
        Check::RegisterIncomplete => {
            "its secret is missing, or could not be had from the keyring: enter it anew"
        }
        Check::RegisterReady { took, skew: Some(skew) } => {
            return format!(
                "answers and takes the credentials, in {took} ms; its clock is {skew:+} s from ours"
            );
        }
        Check::RegisterReady { took, skew: None } => {
            return format!("answers and takes the credentials, in {took} ms");
        }
        Check::RegisterSkew { skew, .. } => {
            return format!("its clock is {skew:+} s from ours: set this computer's clock right");
        }
        Check::RegisterFault { fault, detail } => {
            let detail = detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})"));
            return format!("{}{detail}", register(*fault));
        }
        Check::PrintingNone => "no printing service (CUPS) runs",
        Check::PrintingNoQueue => "the service has no queue",
        Check::PrintingQueue { name } => return format!("queue {name} is ready"),
        Check::PrintingStopped { name } => {
            return format!("queue {name} is stopped or refuses jobs: cupsenable {name}; cupsaccept {name}");
        }
        Check::PrintingUnseen => "not looked at on this system",
        Check::Engine { version } => return format!("web engine {version}"),
        Check::NoDisplay => "no display: the window can't open from here",
        Check::NoEngine => "no web engine: install WebKitGTK 4.1 or WebView2",
    };
    fixed.to_owned()
}

fn reader(name: &str, role: ReaderRole, given: Option<GivenRole>, card: bool) -> String {
    let role = match role {
        ReaderRole::Contact => "contact",
        ReaderRole::Contactless => "contactless",
        ReaderRole::Either => "contact or contactless, as each card says",
        ReaderRole::Sam => "the reader's own module, not read",
        ReaderRole::Ignored => "not read",
    };
    let by = if given.is_some() { "as staff say" } else { "by its name" };
    format!("{name}: {role} ({by}){}", if card { ", a card on it" } else { "" })
}

fn refused(why: ChipRefusal) -> &'static str {
    match why {
        ChipRefusal::RemovedWhileReading => "it was taken away too soon",
        ChipRefusal::DoesNotAnswer => "the contact chip does not answer",
        ChipRefusal::RandomUid => "it shows a new number at every tap",
        ChipRefusal::ClonedUid => "it has a number that copied cards carry",
        ChipRefusal::NoUid => "it gives no number",
        ChipRefusal::TypeB => "its number does not last (type B)",
        ChipRefusal::NoSerial => "the contact chip gives no serial",
        ChipRefusal::InUse => "another program holds it",
        ChipRefusal::ReaderFault => "the reader or its driver failed",
    }
}

fn ledger(why: LedgerTrouble) -> &'static str {
    match why {
        LedgerTrouble::WrongKey => "does not open with the key in the keyring",
        LedgerTrouble::NotEncrypted => "is not encrypted, so it isn't opened",
        LedgerTrouble::NewerSchema => "was written by a newer version of the program: install that",
        LedgerTrouble::DiskFull => "the disk is full",
        LedgerTrouble::ReadOnly => "may only be read",
        LedgerTrouble::Corrupt => "is damaged: restore a backup",
        LedgerTrouble::Busy => "another program holds it",
        LedgerTrouble::Gone => "the database server can't be reached",
        LedgerTrouble::Unsure => "the database server went away in the middle",
        LedgerTrouble::Denied => "the database server does not let the desk in: name, password or rights",
        LedgerTrouble::Tls => "the database server has no TLS that this computer trusts",
        LedgerTrouble::StockUnchecked => "numbers have not been compared with ALIVE since it was restored",
        LedgerTrouble::NumberTaken => "a number is on its way to another card",
        LedgerTrouble::Io => "its file, folder or address can't be used",
        LedgerTrouble::Fault => "a fault of this program: call support",
    }
}

fn register(fault: FaultCode) -> &'static str {
    match fault {
        FaultCode::Down => "can't be reached: check the address and the network",
        FaultCode::Slow => "did not answer in time",
        FaultCode::Broken => "the connection broke",
        FaultCode::Nonsense => {
            "what answers is not the register: check the address, or sign in to the network"
        }
        FaultCode::TooLarge => "sent more than an answer can be",
        FaultCode::Tls => "its certificate or encryption is not in order",
        FaultCode::ServerError => "has a fault of its own",
        FaultCode::Credentials => "refuses the key or secret: enter them anew in the settings",
        FaultCode::Token => "refuses the access token: enter a new one in the settings",
        FaultCode::Rights => "does not let this account ask: its administrator can grant it",
        FaultCode::ClockSkew => "this computer's clock is too far off: set it right",
        FaultCode::Refused => "refused the question itself",
    }
}
