//! The run: the university, the ledger, the desks as processes, who is served where, and who is killed when.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ledger::{Intake, Ledger};
use practice::{Options, University};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wire::{Clock as _, SystemClock};

use crate::check::{Facts, check};
use crate::plan::Plan;
use crate::register::Register;
use crate::report::{Figures, print, print_met, say};
use crate::talk::{Order, RunClock, Said, Setup, Where};
use crate::trouble::{Base, Trouble};
use crate::{DESK, Wanted, server};

/// If no person was served for so long, something hangs.
const HANGS: Duration = Duration::from_secs(120);
const TICK: Duration = Duration::from_millis(20);
/// A desk without numbers looks again after so long.
const NO_NUMBERS: Duration = Duration::from_millis(300);
/// After so many it's said how many are served.
const TOLD: usize = 250;
/// Between two kills, in ms.
const BETWEEN_KILLS: std::ops::Range<u64> = 5..400;

/// What a desk's process has said; none: it has ended.
struct Heard {
    desk: usize,
    /// Of which life.
    life: u32,
    said: Option<Said>,
}

#[derive(Clone, Copy, PartialEq)]
enum Stands {
    Opening,
    Idle { until: Instant },
    Serving,
    Settling,
    Settled,
    Closed,
}

struct Counter {
    setup: Setup,
    child: Child,
    stdin: ChildStdin,
    life: u32,
    /// By its place among the jobs; kept over a kill.
    job: Option<usize>,
    stands: Stands,
    at: String,
    /// When it last said something.
    heard: Instant,
}

impl Counter {
    fn start(setup: Setup, desk: usize, told: &UnboundedSender<Heard>, life: u32) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(DESK)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdin = child.stdin.take().context("no input")?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let told = told.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                // The last line of a killed desk may be cut off.
                if let Ok(said) = serde_json::from_str(&line) {
                    let _ = told.send(Heard { desk, life, said: Some(said) });
                }
            }
            let _ = told.send(Heard { desk, life, said: None });
        });
        let (stands, at) = (Stands::Opening, "opening".to_owned());
        Ok(Self { setup, child, stdin, life, job: None, stands, at, heard: Instant::now() })
    }

    async fn write(&mut self, line: String) {
        // A desk that has just been killed doesn't listen; it's told again when it's back.
        let _ = self.stdin.write_all(line.as_bytes()).await;
        let _ = self.stdin.write_all(b"\n").await;
        let _ = self.stdin.flush().await;
    }

    async fn tell(&mut self, order: &Order) -> Result<()> {
        let line = serde_json::to_string(order)?;
        self.write(line).await;
        Ok(())
    }
}

struct Run {
    plan: Plan,
    counters: Vec<Counter>,
    told: UnboundedSender<Heard>,
    heard: UnboundedReceiver<Heard>,
    queue: VecDeque<usize>,
    stock: Stock,
    acknowledged: Vec<u32>,
    /// Jobs that are done.
    done: usize,
    last_done: Instant,
    dice: StdRng,
    base: Base,
    stopping: Option<JoinHandle<Result<()>>>,
    stops: usize,
    kills: usize,
    next_kill: Instant,
    no_numbers: usize,
    waits: usize,
    met: BTreeMap<String, u32>,
    waiting: HashSet<String>,
    unfinished: usize,
}

/// The stock of numbers, as whoever orders them looks after it.
struct Stock {
    ledger: Ledger,
    clock: RunClock,
    /// All that were taken in.
    numbers: Vec<String>,
    /// The second delivery, until it comes.
    later: Vec<(&'static str, String)>,
    /// So many desks one after the other had no number, and nobody was served in between.
    dry: usize,
}

impl Stock {
    async fn take_in(&mut self, delivery: &[(&str, String)]) -> Result<()> {
        for (kind, range) in delivery {
            let intake = Intake::read(range).map_err(|_| anyhow::anyhow!("a range that can't be read"))?;
            self.ledger.take_in(&intake, kind, self.clock.now()).await?;
            self.numbers.extend(intake.numbers().map(str::to_owned));
        }
        Ok(())
    }

    /// The second delivery comes when no desk gets on any more.
    async fn deliver(&mut self, desks: usize) {
        while self.dry >= desks
            && let Some(part) = self.later.pop()
        {
            let taken_in = self.take_in(std::slice::from_ref(&part)).await;
            if taken_in.is_err() {
                // The database is away; or it took them in and could not say so.
                let there = self.numbers_there(&part.1).await;
                match there {
                    Some(numbers) => self.numbers.extend(numbers),
                    None => self.later.push(part),
                }
                return;
            }
        }
    }

    /// The numbers of a range, if they are in the stock.
    async fn numbers_there(&self, range: &str) -> Option<Vec<String>> {
        let numbers: Vec<String> = Intake::read(range).ok()?.numbers().map(str::to_owned).collect();
        self.ledger.number(numbers.first()?).await.ok()??;
        Some(numbers)
    }
}

/// Whether everything holds.
pub async fn run(wanted: &Wanted) -> Result<bool> {
    let began = Instant::now();
    let clock = RunClock { began: SystemClock.now(), showed: "2026-11-21T09:00:00Z".parse()? };
    let university =
        University::start(Options::new(wanted.seed, practice::Clock::new(move || clock.now()))).await?;
    let access = university.access().clone();
    let before = Register::read(&access.alive).await?;
    let folder = tempfile::tempdir()?;
    let (place, base) = place(wanted, folder.path()).await?;
    let ledger = Ledger::open(place.place()?).await?;
    let stops = 1 + wanted.issues / 700;
    let plan = Plan::draw(wanted.issues, wanted.kills, stops, wanted.seed);
    let [first, second] = plan.deliveries(&access.alive)?;
    let mut stock = Stock { ledger, clock, numbers: Vec::new(), later: second, dry: 0 };
    stock.take_in(&first).await?;
    let (told, heard) = unbounded_channel();
    let mut run = Run {
        stock,
        queue: (0..plan.jobs.len()).collect(),
        acknowledged: vec![0; plan.jobs.len()],
        plan,
        counters: Vec::new(),
        told,
        heard,
        done: 0,
        last_done: Instant::now(),
        dice: StdRng::seed_from_u64(wanted.seed ^ 0xDEAD_DE5C),
        base,
        stopping: None,
        stops: 0,
        kills: 0,
        next_kill: Instant::now(),
        no_numbers: 0,
        waits: 0,
        met: BTreeMap::new(),
        waiting: HashSet::new(),
        unfinished: 0,
    };
    let trouble =
        Trouble::begin(university.faults(practice::Register::Alive).clone(), wanted.faulty, wanted.seed);
    for desk in 0..wanted.desks {
        let setup =
            Setup { desk: format!("desk-{desk}"), clock, alive: access.clone(), ledger: place.clone() };
        run.counters.push(Counter::start(setup, desk, &run.told, 0)?);
        run.set_up(desk).await?;
    }
    let served = run.serve().await;
    let requests = university.requests(practice::Register::Alive);
    let struck = trouble.end().await?;
    let took = began.elapsed();
    if let Err(error) = served {
        run.where_all_stand();
        print_met(&run.met);
        return Err(error);
    }
    if let Err(error) = run.settle().await {
        run.where_all_stand();
        return Err(error);
    }
    let after = Register::read(&access.alive).await?;
    let desks: Vec<String> = run.counters.iter().map(|it| it.setup.desk.clone()).collect();
    let facts = Facts {
        before: &before,
        after: &after,
        jobs: &run.plan.jobs,
        acknowledged: &run.acknowledged,
        numbers: &run.stock.numbers,
        desks: &desks,
        waiting: &run.waiting,
        today: university.clock().today(),
    };
    let verdict = check(&run.stock.ledger, &facts).await?;
    run.stock.ledger.clone().close().await;
    let figures = Figures {
        desks: wanted.desks,
        issues: wanted.issues,
        seed: wanted.seed,
        ledger: if wanted.postgres { "PostgreSQL" } else { "encrypted SQLite" },
        struck,
        requests,
        kills: run.kills,
        stops: run.stops,
        no_numbers: run.no_numbers,
        waits: run.waits,
        took,
        met: std::mem::take(&mut run.met),
    };
    if wanted.met {
        print_met(&figures.met);
    }
    print(&figures, &verdict);
    Ok(verdict.broken.is_empty())
}

async fn place(wanted: &Wanted, folder: &std::path::Path) -> Result<(Where, Base)> {
    if !wanted.postgres {
        let key = StdRng::seed_from_u64(wanted.seed ^ 0x4B45_5900).random();
        let path = folder.join("ledger.db");
        return Ok((Where::File { path: path.clone(), key }, Base::File { path, key }));
    }
    let server = tokio::task::spawn_blocking(|| &*Box::leak(Box::new(server::Server::start(true)))).await?;
    let database = server.database().await;
    let url = server.url(&database, "").to_string();
    let place = Where::Postgres { url, password: server::PASSWORD.to_owned() };
    Ok((place, Base::Postgres { server, database }))
}

impl Run {
    async fn set_up(&mut self, desk: usize) -> Result<()> {
        let counter = &mut self.counters[desk];
        let line = serde_json::to_string(&counter.setup)?;
        counter.write(line).await;
        Ok(())
    }

    /// Until every person has their card.
    async fn serve(&mut self) -> Result<()> {
        let mut tick = tokio::time::interval(TICK);
        while self.done < self.plan.jobs.len() {
            tokio::select! {
                heard = self.heard.recv() => self.hear(heard.context("nobody speaks")?).await?,
                _ = tick.tick() => {
                    self.trouble().await?;
                    self.give_out().await?;
                    self.stock.deliver(self.counters.len()).await;
                }
            }
            if self.last_done.elapsed() > HANGS {
                bail!("nobody was served for {} s", HANGS.as_secs());
            }
        }
        if let Some(stopping) = self.stopping.take() {
            stopping.await??;
        }
        Ok(())
    }

    async fn hear(&mut self, heard: Heard) -> Result<()> {
        let Heard { desk, life, said } = heard;
        let counter = &mut self.counters[desk];
        if counter.life != life {
            // From before it was killed.
            return Ok(());
        }
        counter.heard = Instant::now();
        let now = Instant::now();
        match said {
            None if counter.stands == Stands::Closed => {}
            None => bail!("desk {desk} has ended by itself: {}", counter.child.wait().await?),
            Some(Said::At(at)) => counter.at = at,
            Some(Said::Ready) => {
                counter.stands = Stands::Idle { until: now };
                if let Some(job) = counter.job {
                    self.give(desk, job).await?;
                }
            }
            Some(Said::Done { met }) => {
                self.meet(met);
                let job = self.free(desk, now).context("done without a job")?;
                self.acknowledged[job] += 1;
                self.done += 1;
                self.stock.dry = 0;
                self.last_done = now;
                if self.done.is_multiple_of(TOLD) {
                    say(&format!("{} of {} are served", self.done, self.plan.jobs.len()));
                }
            }
            Some(Said::NoNumbers { met }) => {
                self.meet(met);
                self.no_numbers += 1;
                self.stock.dry += 1;
                let job = self.free(desk, now + NO_NUMBERS).context("no numbers without a job")?;
                self.plan.jobs[job].first_try = false;
                self.queue.push_front(job);
            }
            Some(Said::Waits { why, met }) => {
                self.meet(met);
                self.waits += 1;
                self.counters[desk].at = why;
                // Something may be open of it here: nobody else goes on with it.
                let job = self.counters[desk].job.context("waits without a job")?;
                self.give(desk, job).await?;
            }
            Some(Said::Settled { changes, issues }) => {
                counter.stands = Stands::Settled;
                self.waiting.extend(changes);
                self.unfinished += issues;
            }
            Some(Said::Closed) => counter.stands = Stands::Closed,
        }
        Ok(())
    }

    fn meet(&mut self, met: BTreeMap<String, u32>) {
        for (what, times) in met {
            *self.met.entry(what).or_default() += times;
        }
    }

    fn free(&mut self, desk: usize, until: Instant) -> Option<usize> {
        let counter = &mut self.counters[desk];
        counter.stands = Stands::Idle { until };
        counter.at = "idle".to_owned();
        counter.job.take()
    }

    async fn give_out(&mut self) -> Result<()> {
        let now = Instant::now();
        for desk in 0..self.counters.len() {
            if matches!(self.counters[desk].stands, Stands::Idle { until } if until <= now)
                && let Some(job) = self.queue.pop_front()
            {
                self.give(desk, job).await?;
            }
        }
        Ok(())
    }

    /// Gives a desk its job; what was given before is given again as what it is: begun by somebody.
    async fn give(&mut self, desk: usize, job: usize) -> Result<()> {
        let order = Order::Issue(Box::new(self.plan.jobs[job].clone()));
        self.plan.jobs[job].first_try = false;
        let counter = &mut self.counters[desk];
        counter.job = Some(job);
        counter.stands = Stands::Serving;
        counter.tell(&order).await
    }

    /// What is due by now: a desk is killed, the database goes away.
    async fn trouble(&mut self) -> Result<()> {
        let now = Instant::now();
        let due = self.plan.kills.get(self.kills).is_some_and(|after| *after <= self.done);
        if due && now >= self.next_kill {
            let at_work = |counter: &Counter| counter.stands == Stands::Serving;
            let desks: Vec<usize> =
                (0..self.counters.len()).filter(|desk| at_work(&self.counters[*desk])).collect();
            if !desks.is_empty() {
                let desk = desks[self.dice.random_range(0..desks.len())];
                self.kill(desk).await?;
                self.kills += 1;
                self.next_kill = now + Duration::from_millis(self.dice.random_range(BETWEEN_KILLS));
            }
        }
        if let Some(stopping) = self.stopping.take_if(|stopping| stopping.is_finished()) {
            stopping.await??;
        }
        let due = self.plan.stops.get(self.stops).is_some_and(|after| *after <= self.done);
        if due && self.stopping.is_none() {
            let (base, nth) = (self.base.clone(), self.stops);
            self.stopping = Some(tokio::spawn(async move { base.stop(nth).await }));
            self.stops += 1;
        }
        Ok(())
    }

    /// `kill -9`, and started again under the same name. The job is given again once it's there.
    async fn kill(&mut self, desk: usize) -> Result<()> {
        let counter = &mut self.counters[desk];
        counter.child.kill().await?;
        let setup = counter.setup.clone();
        let (job, life) = (counter.job, counter.life + 1);
        *counter = Counter::start(setup, desk, &self.told, life)?;
        counter.job = job;
        self.set_up(desk).await
    }

    /// Nothing fails any more: every desk finds out what is open, and then all close.
    async fn settle(&mut self) -> Result<()> {
        self.all(&Order::Settle, Stands::Settling, Stands::Settled).await?;
        if self.unfinished > 0 {
            say(&format!("{} issues could not be finished:", self.unfinished));
            self.where_all_stand();
        }
        self.all(&Order::Close, Stands::Settled, Stands::Closed).await
    }

    async fn all(&mut self, order: &Order, meanwhile: Stands, until: Stands) -> Result<()> {
        let end = Instant::now() + HANGS;
        for desk in 0..self.counters.len() {
            // One that was killed last may still be opening.
            while self.counters[desk].stands == Stands::Opening {
                let heard = tokio::time::timeout_at(end, self.heard.recv()).await?;
                self.hear(heard.context("nobody speaks")?).await?;
            }
            let counter = &mut self.counters[desk];
            counter.stands = meanwhile;
            counter.tell(order).await?;
        }
        while self.counters.iter().any(|counter| counter.stands != until) {
            let heard = tokio::time::timeout_at(end, self.heard.recv()).await?;
            self.hear(heard.context("nobody speaks")?).await?;
        }
        Ok(())
    }

    fn where_all_stand(&self) {
        say(&format!("{} of {} are served", self.done, self.plan.jobs.len()));
        for (desk, counter) in self.counters.iter().enumerate() {
            let quiet = counter.heard.elapsed().as_secs();
            let job = counter.job.map_or_else(|| "no job".to_owned(), |job| format!("job {job}"));
            say(&format!("  desk {desk}: {job}, {}, quiet for {quiet} s", counter.at));
        }
    }
}
