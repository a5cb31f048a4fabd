//! A desk as a process of its own: the real desk on the shared ledger, and its clerk. Told over its input what to do;
//! it may be killed at any moment.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use desk::view::work::Task;
use desk::{Desk, Registers, Surroundings};
use ledger::Ledger;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, Stdin};
use tokio::time::Instant;
use wire::{BaseUrl, Clock, Http, Limits, OsDice};

use crate::clerk::{Clerk, finish};
use crate::talk::{Job, Order, Said, Setup};

/// At a counter it's eight seconds; here an answer that doesn't come has to cost less.
const TOTAL: Duration = Duration::from_millis(500);
const LOOK_AGAIN: [Duration; 3] =
    [Duration::from_millis(30), Duration::from_millis(150), Duration::from_millis(400)];
/// So long a desk tries to open while the database is away.
const OPENS: Duration = Duration::from_secs(60);
/// So long it takes at most to find out what is open once nothing fails any more.
const SETTLES: Duration = Duration::from_secs(60);

fn say(said: &Said) {
    let Ok(mut line) = serde_json::to_string(said) else { return };
    line.push('\n');
    let mut out = std::io::stdout().lock();
    // Nobody listens any more: the next read ends this process.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

pub async fn run() -> Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let setup: Setup = serde_json::from_str(&lines.next_line().await?.context("no set-up")?)?;
    let desk = open(&setup).await?;
    let keeper = desk.keep_index();
    say(&Said::Ready);
    orders(&mut lines, &desk).await?;
    keeper.abort();
    desk.close().await;
    say(&Said::Closed);
    Ok(())
}

async fn orders(lines: &mut Lines<BufReader<Stdin>>, desk: &Desk) -> Result<()> {
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Order::Issue(job) => say(&issue(desk, &job).await),
            Order::Settle => say(&settle(desk).await),
            Order::Close => return Ok(()),
        }
    }
    anyhow::bail!("the conductor has gone")
}

async fn issue(desk: &Desk, job: &Job) -> Said {
    let at = |stage: &str| say(&Said::At(stage.to_owned()));
    Clerk::new(desk, job, &at).serve().await
}

async fn open(setup: &Setup) -> Result<Desk> {
    let until = Instant::now() + OPENS;
    loop {
        let opened = async {
            let ledger = Ledger::open(setup.ledger.place()?).await?;
            Ok::<_, anyhow::Error>(Desk::open(registers(setup)?, ledger, around(setup)?, |_| {}).await?)
        };
        match opened.await {
            Ok(desk) => return Ok(desk),
            Err(error) if Instant::now() > until => return Err(error),
            Err(error) => say(&Said::At(format!("opening: {error}"))),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn around(setup: &Setup) -> Result<Surroundings> {
    Ok(Surroundings {
        clock: Arc::new(setup.clock),
        dice: Arc::new(OsDice),
        desk: setup.desk.clone(),
        zone: jiff::tz::TimeZone::get("Europe/Prague")?,
        pin: None,
        look_again: LOOK_AGAIN,
    })
}

fn registers(setup: &Setup) -> Result<Registers> {
    let access = &setup.alive.alive;
    let http = Http::new(Limits { total: TOTAL, ..Limits::default() }, Arc::new(OsDice))?;
    let keys = alive::Keys {
        access_key_id: access.access_key_id.clone(),
        secret: access.secret_access_key.clone().into(),
    };
    let clock: Arc<dyn Clock> = Arc::new(setup.clock);
    Ok(Registers {
        alive: Some(alive::Client::new(http, BaseUrl::parse(&access.base_url)?, keys, clock)),
        profile: serde_json::from_value(serde_json::to_value(&access.profile)?)?,
        ..Registers::default()
    })
}

/// Nothing fails any more: what is open ends by being read back, what was left is finished. What remains waits for a
/// human decision.
async fn settle(desk: &Desk) -> Said {
    let until = Instant::now() + SETTLES;
    loop {
        desk.settle_open().await;
        let mut changes = Vec::new();
        let mut waiting = Vec::new();
        let mut unsent = 0;
        for task in desk.tasks() {
            match task {
                Task::Settle { change, sent, .. } => {
                    unsent += usize::from(!sent);
                    changes.push(change);
                }
                Task::Issue { key, .. } => waiting.push(key),
                _ => {}
            }
        }
        // What was never sent waits for somebody to say so; everything else ALIVE can be asked about.
        let ended = waiting.is_empty() && changes.len() == unsent;
        if ended || Instant::now() > until {
            return Said::Settled { changes, issues: waiting.len() };
        }
        for key in waiting {
            let Ok(file) = desk.open_file(&key).await else { continue };
            if let Err(crate::clerk::Not::Now(why)) = finish(desk, &key, &file).await {
                say(&Said::At(why));
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
