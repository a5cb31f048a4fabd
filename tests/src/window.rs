//! The real window, driven by WebDriver: what a clerk sees and presses.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, TypingData};

/// Longer than any step may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(15);
/// Slower than any scanner, so that it's taken for a person.
const A_KEY: Duration = Duration::from_millis(45);

pub struct Window {
    pub driver: WebDriver,
    _process: Driver,
}

/// tauri-driver; ended with its drop, and WebKitWebDriver and the program with it.
struct Driver(Child);

impl Window {
    /// Starts the program with its home, driven by tauri-driver, with more in its environment.
    pub async fn open(home: &Path, environment: &[(&'static str, std::path::PathBuf)]) -> Self {
        let var =
            |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name}: run `cargo xtask test`"));
        let (port, native) = (free_port(), free_port());
        // The WebDriver client is built with the program's TLS, which takes its provider from the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let process = Command::new(var("CARDDESK_DRIVER"))
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .args(["--native-driver", "/usr/bin/WebKitWebDriver"])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map(Driver)
            .expect("tauri-driver");
        let mut capabilities = Capabilities::new();
        let options = json!({ "application": var("CARDDESK_PROGRAM"), "args": ["--home", home] });
        capabilities.set("tauri:options", options).unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let began = Instant::now();
        let driver = loop {
            match WebDriver::new(url.as_str(), capabilities.clone()).await {
                Ok(driver) => break driver,
                Err(error) if began.elapsed() > PATIENCE => panic!("the window did not open: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        };
        let window = Self { driver, _process: process };
        window.size(1366, 768).await;
        window
            .until("the desk, or why it can't open", || async {
                (window.sees("line").await || window.sees("not-open").await).then_some(())
            })
            .await;
        window
    }

    /// Sizes the page, whatever the window's frame takes.
    pub async fn size(&self, width: u32, height: u32) {
        self.driver.set_window_rect(0, 0, width, height).await.unwrap();
    }

    /// Waits until `what` gives something, and fails with a picture and the page's text where it doesn't.
    pub async fn until<T, F: Future<Output = Option<T>>>(
        &self,
        told: &str,
        mut what: impl FnMut() -> F,
    ) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = what().await {
                return found;
            }
            if began.elapsed() > PATIENCE {
                self.fail(told).await;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn fail(&self, told: &str) -> ! {
        let name: String = told.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(60).collect();
        let picture = std::env::temp_dir().join(format!("carddesk-journey-{name}.png"));
        self.picture(&picture).await;
        let text = self.script("return document.body.innerText", vec![]).await;
        panic!(
            "not seen: {told}\npicture: {}\nthe page says:\n{}",
            picture.display(),
            text.as_str().unwrap_or("")
        );
    }

    /// The element of this test id, once it's there.
    pub async fn see(&self, id: &str) -> WebElement {
        let css = format!("[data-testid='{id}']");
        self.until(id, || async { self.driver.find(By::Css(css.as_str())).await.ok() }).await
    }

    /// Whether it's there now.
    pub async fn sees(&self, id: &str) -> bool {
        self.driver.find(By::Css(format!("[data-testid='{id}']"))).await.is_ok()
    }

    /// Waits until an element's attribute has this value.
    pub async fn see_that(&self, id: &str, attribute: &str, value: &str) {
        let css = format!("[data-testid='{id}'][{attribute}='{value}']");
        self.until(&css, || async { self.driver.find(By::Css(css.as_str())).await.ok() }).await;
    }

    /// Waits until an element's text holds this.
    pub async fn see_text(&self, id: &str, text: &str) {
        let css = format!("[data-testid='{id}']");
        self.until(&format!("{id} with «{text}»"), || async {
            let found = self.driver.find_all(By::Css(css.as_str())).await.ok()?;
            for element in found {
                if element.text().await.is_ok_and(|all| all.contains(text)) {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    /// Waits until an element is gone.
    pub async fn see_no(&self, id: &str) {
        self.until(&format!("{id} gone"), || async { (!self.sees(id).await).then_some(()) }).await;
    }

    pub async fn text(&self, id: &str) -> String {
        self.see(id).await.text().await.unwrap()
    }

    /// Presses one key after another as a person does, wherever the focus is.
    pub async fn type_keys(&self, keys: impl Into<TypingData>) {
        let keys: TypingData = keys.into();
        for key in keys.as_vec() {
            self.driver.action_chain().send_keys(key.to_string()).perform().await.unwrap();
            tokio::time::sleep(A_KEY).await;
        }
    }

    /// Sends keys as a scanner does: all at once, with Enter behind them.
    pub async fn scan(&self, code: &str) {
        let mut keys: String = code.to_owned();
        keys.push('\u{E007}');
        self.driver
            .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO))
            .send_keys(keys)
            .perform()
            .await
            .unwrap();
    }

    /// Presses a letter that acts, and lets a person's moment pass: what a driver types at once behind it has a
    /// scanner's rhythm.
    pub async fn press(&self, letter: impl Into<TypingData>) {
        self.type_keys(letter).await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }

    /// Presses a letter with Alt, which acts even while the line at the top has the focus.
    pub async fn alt(&self, letter: &str) {
        let chain = self.driver.action_chain().key_down(Key::Alt).send_keys(letter).key_up(Key::Alt);
        chain.perform().await.unwrap();
        tokio::time::sleep(A_KEY).await;
    }

    /// Presses a key with Ctrl.
    pub async fn ctrl(&self, key: impl Into<TypingData>) {
        let keys: TypingData = key.into();
        let keys: String = keys.as_vec().iter().map(ToString::to_string).collect();
        let chain = self.driver.action_chain().key_down(Key::Control).send_keys(keys).key_up(Key::Control);
        chain.perform().await.unwrap();
        tokio::time::sleep(A_KEY).await;
    }

    /// Types into a field in place of what stands there.
    pub async fn fill(&self, id: &str, text: &str) {
        self.focus(id).await;
        self.ctrl("a").await;
        if text.is_empty() {
            self.type_keys(Key::Delete).await;
        } else {
            self.type_keys(text).await;
        }
    }

    /// Chooses in a list of choices, as its keys do.
    pub async fn choose(&self, id: &str, value: &str) {
        self.focus(id).await;
        let chosen = "const field = document.activeElement; field.value = arguments[0];
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true })); return field.value;";
        assert_eq!(self.script(chosen, vec![value.into()]).await, value, "{id} offers {value}");
    }

    async fn focus(&self, id: &str) {
        self.see(id).await;
        let focus = "document.querySelector(`[data-testid=\"${CSS.escape(arguments[0])}\"]`).focus()";
        self.script(focus, vec![id.into()]).await;
    }

    /// Waits for the plan, says yes to it (and to what it deletes), and waits for it to be done.
    pub async fn yes(&self) {
        self.agree().await;
        self.see_no("plan").await;
    }

    /// Waits for the plan and says yes to it, and to what it deletes.
    pub async fn agree(&self) {
        self.see("plan-yes").await;
        if self.sees("plan-delete-ok").await {
            self.focus("plan-delete-ok").await;
            self.type_keys(" ").await;
        }
        self.ctrl(Key::Enter).await;
    }

    pub async fn script(&self, script: &str, args: Vec<Value>) -> Value {
        self.driver.execute(script, args).await.map_or(Value::Null, |result| result.json().clone())
    }

    /// Takes a picture. WebKit waits for the next thing to be painted, and on a screen at rest nothing is: so something
    /// of one pixel is, for as long as it takes.
    pub async fn picture(&self, path: &Path) {
        let blink = "const dot = document.createElement('i');
            Object.assign(dot.style, { position: 'fixed', right: 0, bottom: 0, width: '1px', height: '1px' });
            document.body.append(dot); let on = false;
            window.blink = setInterval(() => { on = !on; dot.style.background = on ? '#808080' : '#818181'; }, 30);
            window.blinking = dot;";
        self.script(blink, vec![]).await;
        let taken = self.driver.screenshot(path).await;
        self.script("clearInterval(window.blink); window.blinking?.remove()", vec![]).await;
        taken.unwrap();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = Command::new("pkill").args(["-TERM", "-P", &self.0.id().to_string()]).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
