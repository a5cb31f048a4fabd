//! The practice university as a whole: starts the three servers and says how to use them.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::access::{Access, AliveAccess, Codec, Profile, ReportSample, SupAccess, UsosAccess, UsosSample};
use crate::alive::model::CardType;
use crate::clock::Clock;
use crate::contract::Contract;
use crate::faults::Faults;
use crate::server::Server;
use crate::tray::{SupLink, TrayCard};
use crate::world::World;
use crate::{alive, contract, sup, usos};

/// How many sample numbers of each type are printed.
const SAMPLES: u64 = 4;
/// Numbers of each type that a desk may take into its stock.
const SPARE: u64 = 300;

/// What a practice university is made of.
#[derive(Debug, Clone)]
pub struct Options {
    /// The same seed makes the same world.
    pub seed: u64,
    /// How many people there are; never fewer than those who show every trouble (about 50).
    pub people: usize,
    /// "Today" of the world.
    pub clock: Clock,
    /// What was agreed on with ALIVE. The people and cards of the world are by the usual contract.
    pub contract: Contract,
}

impl Options {
    /// The usual world: those who show every trouble, and some without any.
    pub fn new(seed: u64, clock: Clock) -> Self {
        Self { seed, people: 0, clock, contract: Contract::default() }
    }

    /// A world of so many people, for benches.
    #[must_use]
    pub fn people(mut self, people: usize) -> Self {
        self.people = people;
        self
    }

    /// The same world under another contract with ALIVE.
    #[must_use]
    pub fn contract(mut self, contract: Contract) -> Self {
        self.contract = contract;
        self
    }
}

/// One of the three registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Register {
    /// The national card database.
    Alive,
    /// The university's student system.
    Usos,
    /// The payment cards.
    Sup,
}

/// Three servers on loopback, the tray, and the clock. The servers stop when it's dropped.
#[derive(Debug)]
pub struct University {
    alive: Server,
    usos: Server,
    sup: Server,
    access: Access,
    tray: Vec<TrayCard>,
    links: Vec<SupLink>,
    clock: Clock,
}

impl University {
    /// Makes the world and serves it on three free loopback ports.
    ///
    /// # Errors
    /// When a loopback port can't be opened.
    pub async fn start(options: Options) -> io::Result<Self> {
        let Options { seed, people, clock, contract } = options;
        let now = clock.now();
        // Some seconds of work for a large world: not on the threads that serve.
        let world = tokio::task::spawn_blocking(move || World::new(seed, people, now)).await?;
        let World { alive: alive_records, usos: usos_records, sup: sup_records, tray, links } = world;

        let mut secrets = Secrets(StdRng::seed_from_u64(seed ^ 0x5EC2_E700));
        let alive_keys = alive::Keys {
            access_key_id: secrets.text("practice-key-"),
            secret_access_key: secrets.text("practice-secret-"),
            signing: secrets.0.random(),
        };
        let sup_keys = sup::Keys { signing: secrets.0.random(), codec: secrets.0.random() };
        let (credentials, mut usos_access) = secrets.usos(&usos_records);

        let mut access = Access {
            alive: AliveAccess {
                base_url: String::new(),
                access_key_id: alive_keys.access_key_id.clone(),
                secret_access_key: alive_keys.secret_access_key.clone(),
                report_sample: report_sample(&clock),
                profile: Profile::of(&contract, clock.today()),
            },
            sup: SupAccess {
                base_url: String::new(),
                token: sup_keys.token(&clock),
                id_card: links.first().map(|link| link.id_card.clone()).unwrap_or_default(),
                codec: Codec {
                    algorithm: "XChaCha20-Poly1305".into(),
                    key_base64: STANDARD.encode(sup_keys.codec),
                    nonce_encoding: "base64url-nopad".into(),
                    ciphertext_encoding: "base64url-nopad".into(),
                },
            },
            usos: UsosAccess { base_url: String::new(), ..usos_access.clone() },
        };
        let alive = alive::router(alive_records, alive_keys, clock.clone(), contract);
        let alive = Server::start(alive).await?;
        let usos = Server::start(usos::router(usos_records, credentials, clock.clone())).await?;
        let sup = Server::start(sup::router(sup_records, &sup_keys, clock.clone())).await?;
        access.alive.base_url = format!("http://{}/v1", alive.address());
        usos_access.base_url = format!("http://{}/", usos.address());
        access.usos = usos_access;
        access.sup.base_url = format!("http://{}/", sup.address());
        Ok(Self { alive, usos, sup, access, tray, links, clock })
    }

    /// Addresses, keys and samples.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The cards that can be put on a reader.
    pub fn tray(&self) -> &[TrayCard] {
        &self.tray
    }

    /// Which SUP card is on which plastic.
    pub fn sup_links(&self) -> &[SupLink] {
        &self.links
    }

    /// Numbers of each type that the world doesn't use, as a range from one to another: `(type, "first - last")`.
    pub fn spare_numbers(&self) -> Vec<(String, String)> {
        let spare = |kind: CardType| {
            let (first, last) =
                (contract::free_number(kind, 10 + SPARE - 1), contract::free_number(kind, 10));
            (kind.code().to_owned(), format!("{first} - {last}"))
        };
        contract::REPORTED.into_iter().map(spare).collect()
    }

    /// The world's clock; moving it moves the servers' time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How a server misbehaves.
    pub fn faults(&self, register: Register) -> &Faults {
        self.server(register).faults()
    }

    /// How many requests a server has had.
    pub fn requests(&self, register: Register) -> u64 {
        self.server(register).requests()
    }

    /// Takes a server down: its port refuses, its connections are cut.
    pub async fn stop(&self, register: Register) {
        self.server(register).stop().await;
    }

    /// Brings a server back on the same port, with the state it had.
    ///
    /// # Errors
    /// When somebody else has taken the port meanwhile.
    pub async fn restart(&self, register: Register) -> io::Result<()> {
        self.server(register).restart().await
    }

    fn server(&self, register: Register) -> &Server {
        match register {
            Register::Alive => &self.alive,
            Register::Usos => &self.usos,
            Register::Sup => &self.sup,
        }
    }
}

/// Invented keys, made from the seed.
struct Secrets(StdRng);

impl Secrets {
    fn text(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", hex::encode(self.0.random::<[u8; 16]>()))
    }

    /// Two consumers, and a token of the first card's owner for the ordinary one.
    fn usos(&mut self, records: &usos::records::Records) -> (usos::Credentials, UsosAccess) {
        let mut consumer = |administrative| usos::Consumer {
            key: self.text(if administrative { "practice-admin-" } else { "practice-" }),
            secret: self.text(""),
            administrative,
        };
        let (ordinary, admin) = (consumer(false), consumer(true));
        let card = records.cards.first();
        let user = card.map(|card| card.user).unwrap_or_default();
        let token = usos::Token {
            key: self.text("practice-token-"),
            secret: self.text(""),
            consumer: ordinary.key.clone(),
            user,
        };
        let access = UsosAccess {
            base_url: String::new(),
            consumer_key: ordinary.key.clone(),
            consumer_secret: ordinary.secret.clone(),
            admin_consumer_key: admin.key.clone(),
            admin_consumer_secret: admin.secret.clone(),
            user_token: token.key.clone(),
            user_token_secret: token.secret.clone(),
            sample: UsosSample {
                card_id: card.map(|card| card.id.to_string()).unwrap_or_default(),
                contact_chip_uid: card.and_then(|card| card.contact_chip_uid.clone()).unwrap_or_default(),
                contactless_chip_uid: card
                    .and_then(|card| card.contactless_chip_uid.clone())
                    .unwrap_or_default(),
                barcode_number: card.map(|card| card.barcode_number.clone()).unwrap_or_default(),
                user_id: user.to_string(),
            },
        };
        (usos::Credentials { consumers: vec![ordinary, admin], tokens: vec![token] }, access)
    }
}

/// Numbers from the far end of the ranges, which the world doesn't reach, with cycles that have begun. The
/// first four are one of each type.
fn report_sample(clock: &Clock) -> Vec<ReportSample> {
    let today = clock.today();
    let mut samples = Vec::new();
    for n in 0..SAMPLES {
        for kind in contract::REPORTED {
            let mut cycles = contract::cycles(kind, today);
            cycles.retain(|cycle| cycle.valid_from <= today);
            if let Some(cycle) = cycles.first() {
                samples.push(ReportSample {
                    kind: kind.code().to_owned(),
                    number: contract::free_number(kind, n),
                    valid_from: cycle.valid_from,
                    valid_to: cycle.valid_to,
                });
            }
        }
    }
    samples
}

/// Serves a practice university until the process is killed. The first line on `out` is the access as one JSON
/// object.
///
/// # Errors
/// When a loopback port can't be opened, or `out` can't be written.
pub async fn serve_until_killed(options: Options, mut out: impl Write) -> io::Result<()> {
    let university = University::start(options).await?;
    serde_json::to_writer(&mut out, university.access())?;
    out.write_all(b"\n")?;
    out.flush()?;
    std::future::pending().await
}
