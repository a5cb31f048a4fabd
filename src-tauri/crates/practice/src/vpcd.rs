//! Puts a practice card into a reader of vsmartcard's vpcd, so that a real pcscd sees it. For tests only.
//!
//! The card connects by TCP. Each message is a 2-byte big-endian length and a payload; the host speaks first.
//! One byte: 00 power off, 01 power on, 02 reset (none answered), 04 asks for the ATR. More bytes: an APDU.
//! Connecting is inserting, closing is taking out.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::tray::TrayCard;

const GET_ATR: u8 = 4;
/// What a dead chip answers for an ATR. vpcd takes an empty one for "no card"; one that's longer than the 33 bytes
/// of any ATR lets it see a card and fail to power it: pcscd reports it mute (SCARD_W_UNRESPONSIVE_CARD).
const DEAD: [u8; 40] = [0; 40];

/// How a card behaves while it lies on the reader.
#[derive(Debug, Clone, Copy, Default)]
pub struct Behaviour {
    /// The card is pulled when the next APDU comes after so many were answered.
    pub pull_after: Option<u32>,
    /// How long every APDU's answer takes.
    pub delay: Duration,
    /// The card takes APDUs and never answers them.
    pub silent: bool,
}

/// A card that lies on the reader until it's removed or dropped.
#[derive(Debug)]
pub struct Inserted(JoinHandle<()>);

impl Inserted {
    /// Takes the card out.
    pub fn remove(self) {
        drop(self);
    }

    /// Whether the card is gone: pulled by [`Behaviour::pull_after`], or the host closed the connection.
    pub fn is_gone(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Puts a card on the vpcd reader that listens at `address`.
pub async fn insert(card: &TrayCard, address: SocketAddr) -> io::Result<Inserted> {
    insert_with(card, address, Behaviour::default()).await
}

/// Puts a card that behaves in a special way on the vpcd reader that listens at `address`.
pub async fn insert_with(card: &TrayCard, address: SocketAddr, behaviour: Behaviour) -> io::Result<Inserted> {
    let stream = TcpStream::connect(address).await?;
    // Two small messages an exchange: with Nagle or a delayed ACK each would cost 44 ms instead of 0.3.
    stream.set_nodelay(true)?;
    card.tap();
    let card = card.clone();
    Ok(Inserted(tokio::spawn(async move {
        // An error is the host's closing of the connection: the card is out.
        let _ = speak(stream, &card, behaviour).await;
    })))
}

async fn speak(mut stream: TcpStream, card: &TrayCard, behaviour: Behaviour) -> io::Result<()> {
    let mut answered = 0;
    loop {
        acknowledge_at_once(&stream);
        let length = stream.read_u16().await?;
        let mut message = vec![0; usize::from(length)];
        stream.read_exact(&mut message).await?;
        let answer = match message.as_slice() {
            [] => continue,
            [GET_ATR] => card.atr().unwrap_or(&DEAD).to_vec(),
            [_] => {
                card.reset();
                continue;
            }
            apdu => {
                if behaviour.pull_after.is_some_and(|last| answered >= last) {
                    return Ok(());
                }
                if behaviour.silent {
                    continue;
                }
                tokio::time::sleep(behaviour.delay).await;
                answered += 1;
                card.transmit(apdu)
            }
        };
        let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
        stream.write_all(&[&length.to_be_bytes(), answer.as_slice()].concat()).await?;
    }
}

/// Linux forgets this option at will, so it's set before every read.
fn acknowledge_at_once(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = stream.set_quickack(true);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}
