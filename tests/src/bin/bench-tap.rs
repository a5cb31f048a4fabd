//! `cargo xtask bench tap`: how long from a card on a real reader to the UID, and to the whole verdict, painted in the
//! real window. The registers answer after 200 ms each, so that what is measured beside them is the desk's own.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a bench")]

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() {
    bench::run().await;
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("this bench needs pcscd with vpcd, which are there on Linux only");
}

#[cfg(target_os = "linux")]
mod bench {
    use std::time::Duration;

    use journeys::counter::Counter;
    use practice::{Fault, Interface, Register, TrayCard};
    use serde_json::Value;

    /// Milliseconds that each register takes for each answer.
    const REGISTER: u64 = 200;
    const ROUNDS: usize = 2;

    pub async fn run() {
        let counter = Counter::open().await;
        counter.window.see_that("index-dot", "data-state", "ready").await;
        let cards: Vec<TrayCard> = counter
            .university
            .tray()
            .iter()
            .filter(|card| card.trouble.is_none() && card.interface == Interface::Contactless)
            .cloned()
            .collect();
        // The practice servers draw a portrait when it's first asked for: not part of the measure.
        for card in &cards {
            tap(&counter, card).await;
        }
        for register in [Register::Alive, Register::Usos, Register::Sup] {
            counter.university.faults(register).set(Fault::delay(REGISTER));
        }
        let (mut uid, mut verdict, mut answer) = (Vec::new(), Vec::new(), Vec::new());
        for card in cards.iter().cycle().take(cards.len() * ROUNDS) {
            let answered = answer_time(&counter).await;
            let (to_uid, to_verdict) = tap(&counter, card).await;
            uid.push(to_uid);
            verdict.push(to_verdict - answered);
            answer.push(answered);
        }
        println!(
            "\n{} taps on a real pcscd, in the real window; each register answers after {REGISTER} ms",
            uid.len()
        );
        row("from the PC/SC event to the UID painted [ms]", &mut uid);
        row("a register's answer to a plain client, without the desk [ms]", &mut answer);
        row("from the UID to the whole verdict painted, less such an answer [ms]", &mut verdict);
    }

    fn row(what: &str, figures: &mut [f64]) {
        figures.sort_by(f64::total_cmp);
        let at = |part: f64| figures[((figures.len() - 1) as f64 * part).round() as usize];
        println!("{what:<75} p50 {:>7.1}   p95 {:>7.1}   max {:>7.1}", at(0.5), at(0.95), at(1.0));
    }

    /// How long a register takes to answer a plain client on this machine: the delay it was told, and its own work.
    async fn answer_time(counter: &Counter) -> f64 {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let base = counter.university.access().usos.base_url.clone();
        let address = base.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let ask =
            format!("GET /services/apisrv/now HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        let began = std::time::Instant::now();
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        began.elapsed().as_secs_f64() * 1000.0
    }

    /// Taps a card and gives how long it took to the painted UID, and from there to the painted verdict.
    async fn tap(counter: &Counter, card: &TrayCard) -> (f64, f64) {
        let window = &counter.window;
        window.script("performance.clearMarks()", vec![]).await;
        let on = counter.tap(card).await;
        let marks = "const one = (name) => performance.getEntriesByName(name).at(-1);
            const uid = one('uid-shown'), verdict = one('verdict-shown');
            if (!uid || !verdict || verdict.detail.enquiry !== uid.detail.enquiry) return null;
            return [performance.timeOrigin + uid.startTime - uid.detail.at, verdict.startTime - uid.startTime];";
        let taken = window
            .until("the verdict's mark", || async {
                let taken: Value = window.script(marks, vec![]).await;
                Some((taken.get(0)?.as_f64()?, taken.get(1)?.as_f64()?))
            })
            .await;
        on.remove();
        // pcscd looks for virtual cards every 400 ms.
        window.see("card-gone").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        taken
    }
}
