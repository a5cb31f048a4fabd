//! A real `pcscd` for one test alone, with virtual readers by vpcd.
//!
//! pcsc-lite's daemon has its socket path built in, but takes a listening socket that it's handed as systemd would
//! hand it (`LISTEN_FDS`). So each test binds a socket where it likes, and the program under test finds it by
//! `PCSCLITE_CSOCK_NAME` (see [`Pcscd::environment`]), which libpcsclite reads once, with the process's first PC/SC
//! call. Daemons of several tests run beside each other and beside the machine's own.
//!
//! vpcd listens on all addresses: this is for tests, never for a desk.

use std::{
    fs,
    net::TcpListener,
    os::{fd::OwnedFd, unix::net::UnixListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

/// vpcd's driver as Debian installs it.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// A running daemon; killed with its drop.
pub struct Pcscd {
    home: PathBuf,
    ports: Vec<u16>,
    child: Child,
}

impl Pcscd {
    /// Starts a daemon in the folder `home` (which must exist, with a short path: a socket's holds 107 bytes) with one
    /// virtual reader for each name. pcscd calls it `NAME 00 00`, and beside it stands an empty `NAME 00 01`: vpcd has
    /// two slots to every reader, which can't be switched off.
    ///
    /// Panics with what to install if pcscd or the driver is missing.
    pub fn start(home: &Path, readers: &[&str]) -> Self {
        assert!(
            Path::new(DRIVER).exists() && Path::new("/usr/sbin/pcscd").exists(),
            "this test needs a real PC/SC daemon with virtual readers: apt-get install pcscd vsmartcard-vpcd"
        );
        let config = home.join("readers");
        fs::create_dir_all(&config).unwrap();
        let mut ports = Vec::new();
        for (index, name) in readers.iter().enumerate() {
            // The driver keeps its connections in globals: a second reader needs a library of its own.
            let driver = home.join(format!("libifdvpcd-{index}.so"));
            fs::copy(DRIVER, &driver).unwrap();
            let port = free_port();
            let driver = driver.display();
            let reader = format!(
                "FRIENDLYNAME \"{name}\"\nDEVICENAME /dev/null:{port:#X}\nLIBPATH {driver}\nCHANNELID {port:#X}\n"
            );
            // pcscd reads 0x, not 0X.
            fs::write(config.join(format!("reader-{index}")), reader.replace("0X", "0x")).unwrap();
            ports.push(port);
        }
        let child = run(home);
        Self { home: home.to_owned(), ports, child }
    }

    /// What the program under test must have in its environment before its first PC/SC call, to find the daemon of
    /// this folder.
    pub fn environment(home: &Path) -> (&'static str, PathBuf) {
        ("PCSCLITE_CSOCK_NAME", socket(home))
    }

    /// Where a virtual card is put into the reader of this index.
    pub fn port(&self, reader: usize) -> u16 {
        self.ports[reader]
    }

    /// Ends the daemon as a crash would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it anew with the same readers, at the same socket and ports.
    pub fn restart(&mut self) {
        self.child = run(&self.home);
    }

    /// What the daemons of this folder have said so far.
    pub fn log(home: &Path) -> String {
        fs::read_to_string(home.join("pcscd.log")).unwrap_or_default()
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn socket(home: &Path) -> PathBuf {
    home.join("pcscd.comm")
}

/// The socket is bound here, so a client may connect at once and is served when the daemon is ready. Only the
/// daemon keeps it open: when it dies, connecting fails as it should.
fn run(home: &Path) -> Child {
    let socket = socket(home);
    let _ = fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).unwrap();
    let log = fs::OpenOptions::new().create(true).append(true).open(home.join("pcscd.log")).unwrap();
    // systemd's protocol: the socket as descriptor 3, and the process's own id, which `exec` keeps.
    const HAND_OVER: &str = r#"exec 3<&0 </dev/null; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@""#;
    Command::new("sh")
        .args(["-c", HAND_OVER, "sh", "/usr/sbin/pcscd", "--foreground", "--info", "--config"])
        .arg(home.join("readers"))
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// A port that's free together with the next one, which vpcd takes for its second slot. From below the ports that the
/// system gives to whoever asks for any: vpcd takes its own some time after this, and another server of the test must
/// not have got them by then.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let of_this_process = u16::try_from(std::process::id() % 2_000).unwrap() * 8;
    for _ in 0..1_000 {
        let port = 12_000 + (of_this_process + NEXT.fetch_add(2, Ordering::Relaxed)) % 18_000;
        let free = |port| TcpListener::bind(("0.0.0.0", port));
        if let (Ok(_first), Ok(_second)) = (free(port), free(port + 1)) {
            return port;
        }
    }
    panic!("no two free ports beside each other");
}
