//! A stage for a window that nobody looks at: a display (Xvfb), a session bus and a keyring of its own, in folders of
//! its own, so that neither the tests nor a headless run touch what belongs to the person at the machine.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::system::say;

/// The stage; struck when dropped.
#[derive(Debug)]
pub struct Stage {
    /// What a program on this stage finds in its environment.
    pub env: Vec<(String, String)>,
    children: Vec<Child>,
    home: PathBuf,
}

impl Stage {
    /// Display, bus and, where asked for, an unlocked keyring.
    pub fn set(keyring: bool) -> Result<Self> {
        // A short path: the sockets in it hold 107 bytes. What a killed run of this number has left is swept away.
        let home = std::env::temp_dir().join(format!("carddesk-stage-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(home.join("run"))?;
        #[cfg(unix)]
        {
            // The bus and the keyring refuse a run folder that others can read.
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(home.join("run"), std::fs::Permissions::from_mode(0o700))?;
        }
        let folder = |name: &str| home.join(name).display().to_string();
        let mut stage = Self {
            env: vec![
                ("XDG_RUNTIME_DIR".into(), folder("run")),
                ("XDG_DATA_HOME".into(), folder("data")),
                ("XDG_CONFIG_HOME".into(), folder("config")),
                ("XDG_CACHE_HOME".into(), folder("cache")),
                // WebKit's GPU process has nothing to talk to on a virtual display.
                ("WEBKIT_DISABLE_DMABUF_RENDERER".into(), "1".into()),
                ("LIBGL_ALWAYS_SOFTWARE".into(), "1".into()),
                ("GDK_BACKEND".into(), "x11".into()),
                ("NO_AT_BRIDGE".into(), "1".into()),
            ],
            children: Vec::new(),
            home: home.clone(),
        };

        let display = stage.first_line(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1920x1080x24",
            "-nolisten",
            "tcp",
        ]))?;
        stage.env.push(("DISPLAY".into(), format!(":{display}")));

        let bus = stage.first_line(Command::new("dbus-daemon").args([
            "--session",
            "--nofork",
            "--print-address=1",
        ]))?;
        stage.env.push(("DBUS_SESSION_BUS_ADDRESS".into(), bus));

        if keyring {
            stage.keyring()?;
        }
        Ok(stage)
    }

    /// Starts a program that says on its first line how to reach it.
    fn first_line(&mut self, command: &mut Command) -> Result<String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .envs(self.env.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{name} can't be started"))?;
        let mut line = String::new();
        let out = child.stdout.take().context("stdout")?;
        BufReader::new(out).read_line(&mut line)?;
        self.children.push(child);
        let line = line.trim().to_owned();
        if line.is_empty() {
            bail!("{name} ended before it was ready");
        }
        Ok(line)
    }

    /// A keyring that is unlocked at once and lives on this stage only.
    fn keyring(&mut self) -> Result<()> {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .envs(self.env.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("gnome-keyring-daemon can't be started")?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(b"stage\n")?;
        }
        self.children.push(child);
        // Ready when its name stands on the bus.
        for _ in 0..100 {
            let asked = Command::new("dbus-send")
                .args([
                    "--session",
                    "--print-reply",
                    "--dest=org.freedesktop.DBus",
                    "/org/freedesktop/DBus",
                    "org.freedesktop.DBus.NameHasOwner",
                    "string:org.freedesktop.secrets",
                ])
                .envs(self.env.iter().map(|(key, value)| (key, value)))
                .output()?;
            if String::from_utf8_lossy(&asked.stdout).contains("boolean true") {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        bail!("the keyring did not come up on the stage's bus")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Err(why) = std::fs::remove_dir_all(&self.home) {
            say(&format!("the stage's folder could not be removed: {why}"));
        }
    }
}
