//! The running desk behind the window: opened on the practice university or on the university's own registers,
//! closed and opened anew when the settings change.

mod checkup;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chip::{Monitor, PcscSource, Roles};
use desk::view::work::WorkRefusal;
use desk::view::{Interface, LedgerTrouble, Notice, Register};
use desk::{Desk, LOOK_AGAIN, Origin, Surroundings};
use ledger::{Ean, Ledger, LedgerError, Place};
use secrecy::SecretString;
use tauri::AppHandle;
use tauri_specta::Event as _;
use tokio::sync::{OwnedRwLockWriteGuard, RwLock};
use wire::{Clock, Dice, OsDice, SystemClock};

use crate::Happened;
use crate::commands::CommandError;
use crate::commands::desk::{DeskState, NotOpen};
use crate::commands::settings::{
    Connect, ConnectCode, ConnectRefusal, Connections, LedgerConnection, Preferences,
};
use crate::commands::tray::{Tray as TrayView, TrayCard, TrayReader};
use crate::connect;
use crate::keys::{KeyringGone, Keys, Name};
use crate::settings::{Home, Settings};
use crate::tray::Tray;

/// Practice always makes the same people, so that a trainer knows whom to tap.
const PRACTICE_SEED: u64 = 1;

/// The supervisor's PIN at the practice university; the window says it where it's asked for.
const PRACTICE_PIN: &str = "1234";

/// The name under which all desks at a ledger share the agreement with ALIVE.
const AGREEMENT: &str = "alive.agreement";

/// The institution's zone: days and validities go by it (ALIVE's issuers are Czech).
const ZONE: jiff::tz::TimeZone = jiff::tz::get!("Europe/Prague");

/// The session; lives as long as the window.
#[derive(Debug)]
pub struct Session {
    app: AppHandle,
    home: Home,
    state: Arc<RwLock<State>>,
    /// What staff have said that readers are for; the monitors go by them.
    roles: Roles,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
}

#[derive(Debug)]
pub struct State {
    /// None: the file can't be read.
    settings: Option<Settings>,
    open: Result<Open, NotOpen>,
}

/// Keeps everybody waiting until the desk has been opened for the first time.
#[derive(Debug)]
pub struct Opening(Option<OwnedRwLockWriteGuard<State>>);

/// A desk that is open. Fields are dropped in this order: first the readers, which tell the desk.
#[derive(Debug)]
struct Open {
    monitors: Vec<Monitor>,
    keeper: tokio::task::JoinHandle<()>,
    desk: Desk,
    practice: Option<Practice>,
    ledger: Ledger,
    /// The agreement with ALIVE that all desks at this ledger go by.
    agreement: Option<String>,
    /// Notices of a desk that is being closed no longer reach the window.
    told: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Practice {
    tray: Tray,
    university: practice::University,
}

impl Practice {
    /// Links people with their SUP cards, as a clerk has done over time. Every third is left to be linked.
    async fn link_sup_cards(&self, desk: &Desk) {
        desk.refresh_index().await;
        for link in self.university.sup_links() {
            let (Ok(id_card), Ok(ean)) = (link.id_card.parse(), link.ean.parse::<Ean>()) else {
                continue;
            };
            desk.know_sup_cards([(ean.clone(), id_card)]);
            let card = self.tray.cards().iter().find(|card| card.physical == link.physical);
            let uid = card.and_then(practice::TrayCard::uid).filter(|_| link.physical % 3 != 0);
            if let Some(uid) = uid
                && let Err(error) = desk.link_sup_by_chip(&uid, id_card, ean).await
            {
                tracing::warn!(%error, "a practice card could not be linked");
            }
        }
    }
}

impl Practice {
    /// Numbers from the far end of each range, which the practice world doesn't reach.
    async fn fill_stock(&self, desk: &Desk) {
        for (kind, numbers) in self.university.spare_numbers() {
            if let Err(error) = desk.take_in(&kind, &numbers).await {
                tracing::warn!(?error, "the practice stock could not be filled");
            }
        }
    }
}

impl Session {
    /// A session whose desk is yet to be opened: whoever asks it anything waits until [`Session::open`] is through
    /// with what comes back beside it.
    pub fn new(app: AppHandle, home: Home) -> (Self, Opening) {
        let state = Arc::new(RwLock::new(State { settings: None, open: Err(NotOpen::Settings) }));
        let opening = Opening(Arc::clone(&state).try_write_owned().ok());
        let roles = Roles::default();
        (Self { app, home, state, roles, clock: Arc::new(SystemClock), dice: Arc::new(OsDice) }, opening)
    }

    /// Opens the desk that the settings name.
    pub async fn open(&self, opening: Opening) {
        if let Some(mut state) = opening.0 {
            *state = self.opened().await;
        }
    }

    async fn opened(&self) -> State {
        let fresh = || {
            let mut id = [0; 8];
            self.dice.fill(&mut id);
            hex::encode(id)
        };
        match self.home.load(fresh) {
            Ok(settings) => {
                self.roles.set(settings.roles());
                let open = self.open_desk(&settings).await;
                if let Err(why) = &open {
                    tracing::error!(?why, "the desk could not open");
                }
                State { settings: Some(settings), open }
            }
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "the settings can't be read");
                State { settings: None, open: Err(NotOpen::Settings) }
            }
        }
    }

    async fn open_desk(&self, settings: &Settings) -> Result<Open, NotOpen> {
        let keys = Keys::new(&settings.desk_id);
        let (mut registers, ledger, practice, pin) = if settings.connections.practice() {
            let university = start_practice(Arc::clone(&self.clock)).await.map_err(|_| NotOpen::Practice)?;
            let registers =
                connect::practice(&university, &self.clock, &self.dice).ok_or(NotOpen::Practice)?;
            // Practice servers forget everything when the program ends; so does the ledger that mirrors them.
            let ledger = Ledger::open(Place::Memory).await;
            let tray = Tray::new(university.tray().to_vec());
            (registers, ledger, Some(Practice { tray, university }), Some(PRACTICE_PIN.into()))
        } else {
            let secrets = connect::Secrets::read(&keys).await.map_err(|_| NotOpen::Keyring)?;
            let registers = connect::own(&settings.connections, secrets, &self.clock, &self.dice);
            let place = self.place(settings, &keys).await?;
            let pin = keys.get(Name::SupervisorPin).await.map_err(|_| NotOpen::Keyring)?;
            (registers, Ledger::open(place).await, None, pin)
        };
        let not_open = |error: LedgerError| NotOpen::Ledger { why: (&error).into() };
        let ledger = ledger.map_err(not_open)?;
        let agreement = match &practice {
            Some(_) => None,
            None => shared_agreement(settings, &ledger, self.clock.now()).await.map_err(not_open)?,
        };
        if let Some(profile) = agreement.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
            registers.profile = profile;
        }
        let around = Surroundings {
            clock: Arc::clone(&self.clock),
            dice: Arc::clone(&self.dice),
            desk: settings.desk_id.clone(),
            zone: ZONE,
            pin,
            look_again: LOOK_AGAIN,
        };

        let told = Arc::new(AtomicBool::new(true));
        let (app, telling) = (self.app.clone(), Arc::clone(&told));
        let tell = move |notice: Notice| {
            if telling.load(Ordering::Relaxed)
                && let Err(error) = Happened(notice).emit(&app)
            {
                tracing::error!(%error, "the window could not be told");
            }
        };
        let desk = Desk::open(registers, ledger.clone(), around, tell).await.map_err(not_open)?;

        let mut monitors = Vec::new();
        monitors.extend(self.watch(&desk, Origin::Desk, PcscSource::new()));
        if let Some(practice) = &practice {
            monitors.extend(self.watch(&desk, Origin::Practice, practice.tray.source()));
            practice.link_sup_cards(&desk).await;
            practice.fill_stock(&desk).await;
        }
        let keeper = desk.keep_index();
        Ok(Open { monitors, keeper, desk, practice, told, ledger, agreement })
    }

    /// Watches one set of readers. Without threads there is no desk, but the window can still be asked by hand.
    fn watch(&self, desk: &Desk, origin: Origin, source: impl chip::Source + 'static) -> Option<Monitor> {
        let clock = Arc::clone(&self.clock);
        let now = move || clock.now().as_duration().as_secs_f64() * 1000.0;
        let desk = desk.clone();
        let runtime = tokio::runtime::Handle::current();
        let on = move |event| {
            let _inside = runtime.enter();
            desk.on_reader(origin, event);
        };
        Monitor::start_with(source, self.roles.clone(), Box::new(now), Box::new(on))
            .inspect_err(|error| tracing::error!(%error, "the readers can't be watched"))
            .ok()
    }

    async fn close(&self, state: &mut State) {
        let closing = std::mem::replace(&mut state.open, Err(NotOpen::Settings));
        if let Ok(Open { monitors, keeper, desk, told, practice, .. }) = closing {
            told.store(false, Ordering::Relaxed);
            keeper.abort();
            // Dropping a monitor waits for its threads.
            let _ = tokio::task::spawn_blocking(move || drop(monitors)).await;
            desk.close().await;
            drop(practice);
        }
    }

    /// The desk, if it's open.
    pub async fn desk(&self) -> Result<Desk, CommandError> {
        match &self.state.read().await.open {
            Ok(open) => Ok(open.desk.clone()),
            Err(_) => Err(CommandError::NotOpen),
        }
    }

    pub async fn state(&self) -> DeskState {
        let state = self.state.read().await;
        let open = state.open.as_ref();
        let closed = || desk::closed(self.clock.now());
        let (readers, registers, index) = open.map_or_else(
            |_| closed(),
            |open| (open.desk.readers(), open.desk.registers(), open.desk.index()),
        );
        DeskState {
            practice: open.is_ok_and(|open| open.practice.is_some()),
            not_open: open.err().cloned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            readers,
            registers,
            index,
            enquiry: open.ok().and_then(|open| open.desk.enquiry()),
            tasks: open.map_or_else(|_| Vec::new(), |open| open.desk.tasks()),
            supervisor: open.is_ok_and(|open| open.desk.has_pin()),
            preferences: state
                .settings
                .as_ref()
                .map_or_else(Preferences::default, |it| it.preferences.clone()),
        }
    }

    // ---- the practice tray -------------------------------------------------------------------------------------

    async fn with_tray<T>(
        &self,
        work: impl FnOnce(&Tray) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let state = self.state.read().await;
        let open = state.open.as_ref().map_err(|_| CommandError::NotOpen)?;
        work(&open.practice.as_ref().ok_or(CommandError::NoTray)?.tray)
    }

    pub async fn tray(&self) -> Result<TrayView, CommandError> {
        self.with_tray(|tray| Ok(tray_view(tray))).await
    }

    pub async fn place_card(&self, card: &str, reader: &str) -> Result<TrayView, CommandError> {
        self.with_tray(|tray| {
            tray.place(card, reader).map_err(|_| CommandError::NoSuchCard)?;
            Ok(tray_view(tray))
        })
        .await
    }

    pub async fn take_card(&self, reader: &str) -> Result<TrayView, CommandError> {
        self.with_tray(|tray| {
            tray.take(reader).map_err(|_| CommandError::NoSuchCard)?;
            Ok(tray_view(tray))
        })
        .await
    }

    // ---- settings ----------------------------------------------------------------------------------------------

    pub async fn connections(&self) -> Connections {
        let state = self.state.read().await;
        let mut connections = state
            .settings
            .as_ref()
            .map_or_else(Connections::default, |settings| settings.connections.clone());
        if let (Some(alive), Ok(open)) = (&mut connections.alive, &state.open)
            && open.agreement.is_some()
        {
            alive.profile.clone_from(&open.agreement);
        }
        connections
    }

    /// Tries once more to open a desk that could not be opened.
    pub async fn reopen(&self) {
        let mut state = self.state.write().await;
        if state.open.is_err() {
            *state = self.opened().await;
        }
    }

    /// Sets a register up: checks what was typed, puts the secrets into the keyring, then the rest into the file,
    /// and opens the desk anew. What is refused changes nothing.
    pub async fn connect(&self, to: Connect) -> Result<Connections, ConnectRefusal> {
        connect::check(&to)?;
        self.share_agreement(&to).await?;
        self.resettle(|settings, keys| async move { connect::keep(to, settings, &keys).await }).await
    }

    pub async fn disconnect(&self, register: Register) -> Result<Connections, ConnectRefusal> {
        self.resettle(|mut settings, keys| async move {
            let secrets: &[Name] = match register {
                Register::Alive => {
                    settings.connections.alive = None;
                    &[Name::AliveSecret]
                }
                Register::Usos => {
                    settings.connections.usos = None;
                    &[Name::UsosSecret]
                }
                Register::Sup => {
                    settings.connections.sup = None;
                    &[Name::SupToken, Name::SupKey]
                }
            };
            for secret in secrets {
                keys.forget(*secret).await.map_err(|_| connect::refusal("secret", ConnectCode::Keyring))?;
            }
            Ok(settings)
        })
        .await
    }

    /// Keeps the ledger on a database server from now on, once that has been reached.
    pub async fn connect_ledger(
        &self,
        to: LedgerConnection,
        password: Option<String>,
    ) -> Result<Connections, ConnectRefusal> {
        let url = connect::database(&to)?;
        self.resettle(|mut settings, keys| async move {
            let same = settings.connections.ledger.as_ref() == Some(&to);
            let password = connect::password(password, same, &keys).await?;
            let reached = Ledger::open(Place::Postgres { url, password: password.clone() }).await;
            reached.map_err(|error| connect::database_refused(&error))?.close().await;
            let kept = keys.set(Name::LedgerPassword, password).await;
            kept.map_err(|KeyringGone| connect::refusal("password", ConnectCode::Keyring))?;
            settings.connections.ledger = Some(to);
            Ok(settings)
        })
        .await
    }

    /// Keeps the ledger in the file of this computer again.
    pub async fn disconnect_ledger(&self) -> Result<Connections, ConnectRefusal> {
        self.resettle(|mut settings, keys| async move {
            settings.connections.ledger = None;
            let forgotten = keys.forget(Name::LedgerPassword).await;
            forgotten.map_err(|KeyringGone| connect::refusal("password", ConnectCode::Keyring))?;
            Ok(settings)
        })
        .await
    }

    /// A newly loaded agreement holds for all desks at the ledger.
    async fn share_agreement(&self, to: &Connect) -> Result<(), ConnectRefusal> {
        let Connect::Alive { connection, .. } = to else { return Ok(()) };
        let state = self.state.read().await;
        let (Ok(open), Some(settings)) = (&state.open, &state.settings) else { return Ok(()) };
        if open.practice.is_some() {
            return Ok(());
        }
        let agreement = connection.profile.as_deref().filter(|text| !text.trim().is_empty());
        let shared = open.ledger.share(AGREEMENT, agreement, &settings.desk_id, self.clock.now()).await;
        shared.map_err(|error| connect::database_refused(&error))
    }

    /// Where the ledger stands.
    async fn place(&self, settings: &Settings, keys: &Keys) -> Result<Place, NotOpen> {
        if let Some(at) = &settings.connections.ledger {
            let url = at.0.parse().map_err(|_| NotOpen::Settings)?;
            let password = keys.get(Name::LedgerPassword).await.map_err(|_| NotOpen::Keyring)?;
            let denied = || NotOpen::Ledger { why: LedgerTrouble::Denied };
            return Ok(Place::Postgres { url, password: password.ok_or_else(denied)? });
        }
        let key = keys.ledger_key(self.dice.as_ref()).await.map_err(|_| NotOpen::Keyring)?;
        let path = self.home.ledger().map_err(|_| NotOpen::Ledger { why: LedgerTrouble::Io })?;
        Ok(Place::File { path, key })
    }

    /// Changes the settings, saves them and opens the desk that they name.
    async fn resettle<F: Future<Output = Result<Settings, ConnectRefusal>>>(
        &self,
        change: impl FnOnce(Settings, Keys) -> F,
    ) -> Result<Connections, ConnectRefusal> {
        let mut state = self.state.write().await;
        let not_saved = || connect::refusal("", ConnectCode::NotSaved);
        let settings = state.settings.clone().ok_or_else(not_saved)?;
        let keys = Keys::new(&settings.desk_id);
        let before = settings.connections.clone();
        let settings = change(settings, keys).await?;
        let open_changes = match &state.open {
            Ok(open) => open.practice.is_none() && open.desk.has_open_work().await,
            Err(_) => false,
        };
        let other_people = before.other_people(&settings.connections);
        let other_ledger = before.ledger != settings.connections.ledger;
        if open_changes && (other_people || other_ledger) {
            return Err(connect::refusal("", ConnectCode::OpenChanges));
        }
        if other_people && before.ledger.is_some() {
            // It's about the people of other desks too.
            return Err(connect::refusal("", ConnectCode::SharedLedger));
        }
        self.home.save(&settings).map_err(|_| not_saved())?;
        self.close(&mut state).await;
        if other_people {
            // The index and the links are about people that the new registers number otherwise.
            self.home.forget_ledger().map_err(|_| not_saved())?;
        }
        *state = self.opened().await;
        Ok(settings.connections)
    }

    /// Sets the supervisor's PIN. At the practice university it holds until the program ends.
    pub async fn set_supervisor_pin(&self, old: Option<&str>, pin: String) -> Result<(), WorkRefusal> {
        let state = self.state.read().await;
        let (Ok(open), Some(settings)) = (&state.open, &state.settings) else {
            return Err(WorkRefusal::NotSetUp);
        };
        let pin = SecretString::from(pin.trim().to_owned());
        open.desk.check_pin_change(old, &pin)?;
        if open.practice.is_none() {
            let keys = Keys::new(&settings.desk_id);
            let kept = keys.set(Name::SupervisorPin, pin.clone()).await;
            kept.map_err(|KeyringGone| WorkRefusal::Keyring)?;
        }
        open.desk.set_pin(pin);
        Ok(())
    }

    pub async fn save_preferences(&self, preferences: Preferences) -> Result<(), ConnectRefusal> {
        let mut state = self.state.write().await;
        let not_saved = || connect::refusal("", ConnectCode::NotSaved);
        let settings = state.settings.as_mut().ok_or_else(not_saved)?;
        let changed = Settings { preferences, ..settings.clone() };
        self.home.save(&changed).map_err(|_| not_saved())?;
        *settings = changed;
        Ok(())
    }
}

/// The agreement with ALIVE as the ledger has it for all desks; what only this desk has is shared.
async fn shared_agreement(
    settings: &Settings,
    ledger: &Ledger,
    now: jiff::Timestamp,
) -> Result<Option<String>, LedgerError> {
    let shared = ledger.shared(AGREEMENT).await?;
    let own = settings.connections.alive.as_ref().and_then(|alive| alive.profile.as_deref());
    if let (None, Some(own)) = (&shared, own.filter(|text| !text.trim().is_empty())) {
        ledger.share(AGREEMENT, Some(own), &settings.desk_id, now).await?;
        return Ok(Some(own.to_owned()));
    }
    Ok(shared)
}

async fn start_practice(clock: Arc<dyn Clock>) -> std::io::Result<practice::University> {
    let clock = practice::Clock::new(move || clock.now());
    practice::University::start(practice::Options::new(PRACTICE_SEED, clock)).await
}

fn tray_view(tray: &Tray) -> TrayView {
    let side = |interface| match interface {
        practice::Interface::Contact => Interface::Contact,
        practice::Interface::Contactless => Interface::Contactless,
    };
    let readers = tray.readers().into_iter();
    TrayView {
        readers: readers
            .map(|(name, interface, card)| TrayReader {
                name: name.to_owned(),
                interface: side(interface),
                card,
            })
            .collect(),
        cards: tray
            .cards()
            .iter()
            .map(|card| TrayCard {
                id: card.id.clone(),
                physical: card.physical.to_string(),
                holder: card.holder.clone().unwrap_or_default(),
                kind: card.kind.clone().unwrap_or_default(),
                interface: side(card.interface),
                trouble: card.trouble.and_then(trouble_name),
                codes: [&card.barcodes.alive_number, &card.barcodes.usos_barcode, &card.barcodes.sup_ean]
                    .into_iter()
                    .flatten()
                    .cloned()
                    .collect(),
            })
            .collect(),
    }
}

fn trouble_name(trouble: practice::Trouble) -> Option<String> {
    serde_json::to_value(trouble).ok()?.as_str().map(str::to_owned)
}
