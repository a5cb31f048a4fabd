//! A real PostgreSQL server for tests and benches, of Debian's package `postgresql`: a cluster of its own in a
//! temporary folder, on loopback, ended and swept away when this process ends, however it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(dead_code, reason = "each of those who use it uses a part")]

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ledger::{Place, PostgresUrl};
use secrecy::SecretString;
use sqlx::{Connection, PgConnection};

const USER: &str = "desk";
pub const PASSWORD: &str = "p-4-tests";

/// What the shell does: makes the cluster once, then, for each line that it is told, starts or kills the server. When
/// its input ends, because this process has, it ends the server and removes the folder.
const SHELL: &str = r#"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
echo "$PASSWORD" > "$folder/password"
"$BIN/initdb" -D "$folder/data" -U "$ROLE" --pwfile="$folder/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
pid=
while read -r word; do
    case "$word" in
        start)
            "$BIN/postgres" -D "$folder/data" -p "$PORT" -c listen_addresses=127.0.0.1 \
                -c unix_socket_directories= -c max_connections=400 -c fsync="$FSYNC" >>"$folder/log" 2>&1 &
            pid=$! ;;
        kill) kill -QUIT $pid; wait $pid 2>/dev/null; pid= ;;
    esac
    echo done
done
[ -n "$pid" ] && kill -QUIT $pid && wait $pid 2>/dev/null
"#;

pub struct Server {
    port: u16,
    shell: std::sync::Mutex<(Child, BufReader<std::process::ChildStdout>)>,
    databases: AtomicU32,
}

/// The newest PostgreSQL of this machine.
fn binaries() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            path.join("bin/initdb").is_file().then(|| (version, path.join("bin")))
        })
        .collect();
    found.sort_unstable();
    let (_, newest) = found
        .pop()
        .expect("no PostgreSQL server here: install Debian's package `postgresql` (cargo xtask test does)");
    newest
}

impl Server {
    /// A cluster of its own, started. `durable`: whether it waits for the disk, as it would in earnest.
    pub fn start(durable: bool) -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        // The server refuses to run as root.
        let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let mut command = if root { Command::new("setpriv") } else { Command::new("sh") };
        if root {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "sh"]);
        }
        let mut child = command
            .args(["-c", SHELL])
            .env("BIN", binaries())
            .env("PORT", port.to_string())
            .env("ROLE", USER)
            .env("PASSWORD", PASSWORD)
            .env("FSYNC", if durable { "on" } else { "off" })
            .current_dir(Path::new("/"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stdout.take().unwrap());
        let server = Self { port, shell: std::sync::Mutex::new((child, told)), databases: AtomicU32::new(0) };
        server.revive();
        server
    }

    fn tell(&self, word: &str) {
        use std::io::Write;
        let mut shell = self.shell.lock().unwrap();
        writeln!(shell.0.stdin.as_mut().unwrap(), "{word}").unwrap();
        let mut line = String::new();
        shell.1.read_line(&mut line).unwrap();
        assert_eq!(line, "done\n", "the server's shell has ended");
    }

    /// Ends the server as a crash would.
    pub fn kill(&self) {
        self.tell("kill");
    }

    pub fn revive(&self) {
        self.tell("start");
        let until = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(Instant::now() < until, "the server did not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A new database, its name.
    pub async fn database(&self) -> String {
        let name = format!("ledger_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.tell_sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        name
    }

    /// Carries out a statement beside the ledger.
    pub async fn tell_sql(&self, database: &str, sql: &str) {
        let mut one = self.connect(database).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut one).await.unwrap();
        one.close().await.unwrap();
    }

    /// A connection beside the ledger; tries again as long as the server is coming up.
    pub async fn connect(&self, database: &str) -> PgConnection {
        let url = format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port);
        for _ in 0..200 {
            if let Ok(one) = PgConnection::connect(&url).await {
                return one;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server lets nobody in");
    }

    pub fn url(&self, database: &str, query: &str) -> PostgresUrl {
        format!("postgres://{USER}@127.0.0.1:{}/{database}{query}", self.port).parse().unwrap()
    }

    pub fn place(&self, database: &str) -> Place {
        Place::Postgres { url: self.url(database, ""), password: password() }
    }
}

pub fn password() -> SecretString {
    SecretString::from(PASSWORD)
}

/// The one server of this process.
pub fn shared() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(|| Server::start(false))
}
