//! The computer itself: its printer queues, and the web engine that shows the window.

use desk::view::checkup::{Check, CheckFinding, CheckSubject};

fn printing_is(what: Check) -> CheckFinding {
    CheckFinding::new(CheckSubject::Printing, what)
}

/// The queues of CUPS, by its own `lpstat`.
#[cfg(unix)]
pub async fn printing() -> Vec<CheckFinding> {
    match queues::all().await {
        None => vec![printing_is(Check::PrintingNone)],
        Some(queues) if queues.is_empty() => vec![printing_is(Check::PrintingNoQueue)],
        Some(queues) => queues
            .into_iter()
            .map(|(name, works)| {
                printing_is(if works {
                    Check::PrintingQueue { name }
                } else {
                    Check::PrintingStopped { name }
                })
            })
            .collect(),
    }
}

#[cfg(not(unix))]
pub async fn printing() -> Vec<CheckFinding> {
    vec![printing_is(Check::PrintingUnseen)]
}

#[cfg(unix)]
mod queues {
    use std::process::Stdio;

    use tokio::process::Command;

    /// Every queue, and whether it takes and prints jobs; None: no printing service runs.
    pub async fn all() -> Option<Vec<(String, bool)>> {
        let running = lpstat("-r").await?;
        if !running.contains("is running") {
            return None;
        }
        let (names, printers, accepting) = tokio::join!(lpstat("-e"), lpstat("-p"), lpstat("-a"));
        Some(read(&names?, &printers?, &accepting?))
    }

    /// What it says in English; None: there is no such program.
    async fn lpstat(option: &str) -> Option<String> {
        let mut command = Command::new("lpstat");
        command.arg(option).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let said = command.output().await.ok()?;
        Some(String::from_utf8_lossy(&said.stdout).into_owned())
    }

    /// From the lists of `-e` (a name a line), `-p` (`printer NAME disabled since …`) and `-a` (`NAME not accepting
    /// requests since …`).
    fn read(names: &str, printers: &str, accepting: &str) -> Vec<(String, bool)> {
        let works = |name: &str| {
            let disabled = format!("printer {name} disabled ");
            let refuses = format!("{name} not accepting ");
            !printers.lines().any(|line| line.starts_with(&disabled))
                && !accepting.lines().any(|line| line.starts_with(&refuses))
        };
        let names = names.lines().map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| (name.to_owned(), works(name))).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_queue_that_is_switched_off_or_refuses_jobs_is_told_apart() {
            let printers = "printer Cards is idle.  enabled since Mon\n\
                            printer Office disabled since Mon -\n\tPaused\n\
                            printer Office2 is idle.  enabled since Mon\n";
            let accepting =
                "Cards accepting requests since Mon\nOffice2 not accepting requests since Mon -\n";
            let read = read("Cards\nOffice\nOffice2\n", printers, accepting);
            let expected = [("Cards", true), ("Office", false), ("Office2", false)];
            assert_eq!(read, expected.map(|(name, works)| (name.to_owned(), works)));
        }
    }
}

/// `display`: there is one to open a window on.
pub fn display(display: bool) -> Vec<CheckFinding> {
    let engine = match tauri::webview_version() {
        Ok(version) => Check::Engine { version },
        Err(_) => Check::NoEngine,
    };
    let mut found = vec![CheckFinding::new(CheckSubject::Display, engine)];
    if !display {
        found.push(CheckFinding::new(CheckSubject::Display, Check::NoDisplay));
    }
    found
}
