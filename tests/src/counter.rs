//! A counter to journey at: readers, registers and the desk's window, each real, each of this journey alone.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use practice::vpcd::{Behaviour, Inserted, insert_with};
use practice::{Interface, Register, TrayCard, Trouble, University};
use serde_json::{Value, json};

use crate::pcscd::Pcscd;
use crate::window::Window;

/// The readers as real ones are called; pcscd shows each with its index behind the name.
pub const CONTACTLESS: &str = "ACS ACR1252 1S CL Reader";
pub const CONTACT: &str = "Gemalto PC Twin Reader";

/// The counter. Fields are dropped in this order: the window first.
pub struct Counter {
    pub window: Window,
    pub pcscd: Pcscd,
    pub university: University,
    desk_id: String,
    _home: tempfile::TempDir,
}

/// How a counter is set up.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// `en`, `cs`, `pl`, `ru`.
    pub language: &'static str,
    /// `light`, `dark`.
    pub theme: &'static str,
    /// On registers of its own (servers of the test), or on the practice university inside the program.
    pub own_registers: bool,
    pub readers: &'static [&'static str],
    /// How many people the practice world has at least.
    pub people: usize,
}

impl Default for SetUp {
    fn default() -> Self {
        Self {
            language: "en",
            theme: "light",
            own_registers: true,
            readers: &[CONTACTLESS, CONTACT],
            people: 0,
        }
    }
}

impl Counter {
    /// Opens the desk in its window, on registers of this journey's own.
    pub async fn open() -> Self {
        Self::set_up(SetUp::default()).await
    }

    pub async fn set_up(set_up: SetUp) -> Self {
        let home = tempfile::tempdir().unwrap();
        let pcscd_home = home.path().join("p");
        std::fs::create_dir(&pcscd_home).unwrap();
        let pcscd = Pcscd::start(&pcscd_home, set_up.readers);

        let clock = practice::Clock::new(jiff::Timestamp::now);
        let options = practice::Options::new(1, clock).people(set_up.people);
        let university = University::start(options).await.unwrap();

        let desk_id = format!("journey-{:016x}", rand::random::<u64>());
        let desk_home = home.path().join("desk");
        std::fs::create_dir(&desk_home).unwrap();
        let settings = settings(&set_up, &university, &desk_id).await;
        std::fs::write(desk_home.join("settings.json"), settings.to_string()).unwrap();

        let window = Window::open(&desk_home, &[Pcscd::environment(&pcscd_home)]).await;
        Self { window, pcscd, university, desk_id, _home: home }
    }

    /// The first card of this trouble that goes on a reader of `interface`; none: a card with no trouble.
    pub fn card(&self, trouble: Option<Trouble>, interface: Interface) -> TrayCard {
        let card = |card: &TrayCard| card.trouble == trouble && card.interface == interface;
        self.university.tray().iter().find(|it| card(it)).cloned().expect("such a card in the tray")
    }

    /// Lays a card on the reader of its interface.
    pub async fn tap(&self, card: &TrayCard) -> Inserted {
        self.tap_with(card, Behaviour::default()).await
    }

    pub async fn tap_with(&self, card: &TrayCard, behaviour: Behaviour) -> Inserted {
        let reader = match card.interface {
            Interface::Contactless => 0,
            Interface::Contact => 1,
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.pcscd.port(reader)));
        for _ in 0..100 {
            match insert_with(card, address, behaviour).await {
                Ok(inserted) => return inserted,
                // The daemon may still be opening its readers.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
        panic!("no reader takes the card");
    }

    /// The desk's folder.
    pub fn home(&self) -> std::path::PathBuf {
        self._home.path().join("desk")
    }

    /// Every folder in which this journey's desk may have left something.
    pub fn everything(&self) -> &Path {
        self._home.path()
    }

    /// What the practice ALIVE shows on a digital card: no call of the API tells it.
    pub async fn shown_on(&self, card_id: &str) -> Value {
        let base = self.university.access().alive.base_url.replace("/v1", "");
        let answer = reqwest::get(format!("{base}/practice/cards/{card_id}")).await.unwrap();
        answer.json().await.unwrap()
    }

    /// ALIVE's own id of the card with this number.
    pub async fn card_id(&self, number: &str) -> String {
        self.card_in_alive(number).await["card_id"].to_string()
    }

    /// The e-mail address of the holder of the card with this number.
    pub async fn email_of(&self, number: &str) -> String {
        let holder = self.card_in_alive(number).await["cardholder_id"].to_string();
        let found = self.get(&format!("cardholders.get?cardholder_id={holder}")).await;
        found["email"].as_str().expect("an e-mail address").to_owned()
    }

    async fn card_in_alive(&self, number: &str) -> Value {
        self.get(&format!("cards.list?limit=1&number={number}")).await
    }

    /// The card that has this number in ALIVE.
    pub async fn card_with(&self, number: &str) -> Option<Value> {
        let card = self.card_in_alive(number).await;
        (!card.is_null()).then_some(card)
    }

    /// Changes one attribute of the holder of the card with this number, as another desk would.
    pub async fn change_elsewhere(&self, number: &str, attribute: &str, value: &str) {
        let holder = self.card_in_alive(number).await["cardholder_id"].to_string();
        let mut record = self.get(&format!("cardholders.get?cardholder_id={holder}")).await;
        record[attribute] = value.into();
        let set = format!("{}/cardholders.set", self.university.access().alive.base_url);
        let set = reqwest::Client::new().post(set).bearer_auth(self.token().await).json(&record);
        assert!(set.send().await.unwrap().status().is_success());
    }

    /// The first record that the practice ALIVE answers with, asked by a plain client.
    async fn get(&self, path: &str) -> Value {
        let ask = format!("{}/{path}", self.university.access().alive.base_url);
        let ask = reqwest::Client::new().get(ask).bearer_auth(self.token().await);
        let answer: Value = ask.send().await.unwrap().json().await.unwrap();
        answer["data"][0].clone()
    }

    async fn token(&self) -> String {
        let alive = &self.university.access().alive;
        let keys =
            json!({ "access_key_id": alive.access_key_id, "secret_access_key": alive.secret_access_key });
        let authenticate = format!("{}/authentication.authenticate", alive.base_url);
        let answer = reqwest::Client::new().post(authenticate).json(&keys).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["data"]["token"].as_str().expect("a token").to_owned()
    }

    /// Kills the program as a power cut does, and starts it again on the same folder.
    pub async fn kill_and_reopen(&mut self) {
        self.kill();
        self.reopen().await;
    }

    /// Starts the program again.
    pub async fn reopen(&mut self) {
        let environment = [Pcscd::environment(&self._home.path().join("p"))];
        self.window = Window::open(&self.home(), &environment).await;
    }

    /// Kills the program as a power cut does.
    pub fn kill(&self) {
        let home = self.home();
        let of_this_journey = format!("--home {}", home.display());
        std::process::Command::new("pkill").args(["-KILL", "-f", "--", &of_this_journey]).status().unwrap();
    }

    /// A secret of this desk in the keyring, set to something else; gives what it was.
    pub async fn change_secret(&self, name: &str, to: &str) -> String {
        let (user, to) = (format!("{}/{name}", self.desk_id), to.to_owned());
        let changed = tokio::task::spawn_blocking(move || {
            let entry = keyring::Entry::new("Carddesk", &user).unwrap();
            let was = entry.get_password().unwrap();
            entry.set_password(&to).unwrap();
            was
        });
        changed.await.unwrap()
    }

    /// All requests that a register has had so far.
    pub fn requests(&self, register: Register) -> u64 {
        self.university.requests(register)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // The stage's keyring ends with the stage; still, nothing is left behind.
        for secret in SECRETS {
            let user = format!("{}/{secret}", self.desk_id);
            if let Ok(entry) = keyring::Entry::new("Carddesk", &user) {
                let _ = std::thread::spawn(move || entry.delete_credential()).join();
            }
        }
    }
}

/// The supervisor's.
pub const PIN: &str = "2468";

const SECRETS: [&str; 7] = [
    "alive.secret_access_key",
    "usos.consumer_secret",
    "sup.token",
    "sup.key",
    "ledger.key",
    "ledger.password",
    "supervisor.pin",
];

/// The settings file, with the secrets put into the keyring as the settings screen does it.
async fn settings(set_up: &SetUp, university: &University, desk_id: &str) -> Value {
    let preferences = json!({ "language": set_up.language, "theme": set_up.theme, "volume": 0 });
    if !set_up.own_registers {
        let connections = json!({ "alive": null, "usos": null, "sup": null });
        return json!({ "desk_id": desk_id, "preferences": preferences, "connections": connections });
    }
    let access = university.access().clone();
    let secrets = [
        ("alive.secret_access_key", access.alive.secret_access_key.clone()),
        ("usos.consumer_secret", access.usos.admin_consumer_secret.clone()),
        ("sup.token", access.sup.token.clone()),
        ("sup.key", access.sup.codec.key_base64.clone()),
        ("supervisor.pin", PIN.to_owned()),
    ];
    let desk = desk_id.to_owned();
    // The keyring's library blocks.
    tokio::task::spawn_blocking(move || {
        for (name, secret) in secrets {
            let entry = keyring::Entry::new("Carddesk", &format!("{desk}/{name}"))
                .expect("a keyring: run the journeys by `cargo xtask test`");
            entry.set_password(&secret).unwrap();
        }
    })
    .await
    .unwrap();
    json!({
        "desk_id": desk_id,
        "preferences": preferences,
        "connections": {
            "alive": {
                "base_url": access.alive.base_url,
                "access_key_id": access.alive.access_key_id,
                "profile": serde_json::to_string(&access.alive.profile).unwrap(),
            },
            "usos": {
                "base_url": access.usos.base_url,
                "consumer_key": access.usos.admin_consumer_key,
                "act_for_students": true,
            },
            "sup": {
                "base_url": access.sup.base_url,
                "token_prefix": "Bearer ",
                "algorithm": access.sup.codec.algorithm,
                "nonce_encoding": access.sup.codec.nonce_encoding,
                "ciphertext_encoding": access.sup.codec.ciphertext_encoding,
            },
        },
    })
}
