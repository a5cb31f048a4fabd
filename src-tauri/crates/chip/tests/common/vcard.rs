//! A virtual card: speaks vpcd's protocol as the card's side.
//!
//! Over TCP, each message is a 2-byte big-endian length and that many bytes; the reader speaks first. One byte is a
//! control (00 power off, 01 power on, 02 reset: no reply; 04: reply with the ATR), more are an APDU, answered with
//! its response. Connecting puts the card in, closing pulls it out.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    os::linux::net::TcpStreamExt,
    thread::{self, JoinHandle},
    time::Duration,
};

/// What a card does with an APDU.
pub enum Reply {
    Data(Vec<u8>),
    /// Pulls itself out instead of answering.
    PullOut,
}

/// A card lying on a reader; pulled out with its drop.
pub struct VirtualCard {
    stream: TcpStream,
    thread: Option<JoinHandle<()>>,
}

impl VirtualCard {
    /// Puts a card into the virtual reader at `port`. An empty ATR is a chip that doesn't answer.
    pub fn insert(port: u16, atr: Vec<u8>, answer: impl FnMut(&[u8]) -> Reply + Send + 'static) -> Self {
        let connect = || TcpStream::connect(("127.0.0.1", port));
        // The daemon may just be starting.
        let stream = (0..200)
            .find_map(|_| connect().map_err(|_| thread::sleep(Duration::from_millis(25))).ok())
            .expect("the virtual reader doesn't listen");
        stream.set_nodelay(true).unwrap();
        let card = stream.try_clone().unwrap();
        let thread = Some(thread::spawn(move || {
            // An end of the connection is how cards and daemons leave.
            let _ = serve(&card, &atr, answer);
            let _ = card.shutdown(Shutdown::Both);
        }));
        Self { stream, thread }
    }

    /// A contactless card with this UID.
    pub fn contactless(port: u16, atr: Vec<u8>, uid: Vec<u8>) -> Self {
        Self::insert(port, atr, move |apdu| {
            Reply::Data(match apdu {
                [0xFF, 0xCA, 0x00, 0x00, 0x00] => [uid.as_slice(), &[0x90, 0x00]].concat(),
                _ => vec![0x6D, 0x00],
            })
        })
    }

    pub fn pull_out(self) {}
}

impl Drop for VirtualCard {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn serve(mut stream: &TcpStream, atr: &[u8], mut answer: impl FnMut(&[u8]) -> Reply) -> io::Result<()> {
    let mut powering = false;
    loop {
        let message = receive(stream)?;
        let reply = match message.as_slice() {
            // vpcd asks for the ATR to see whether a card is there, too, and takes an empty one for no card. A dead
            // chip is there, and when it's powered what comes (more than an ATR can hold) is refused.
            [0x04] if atr.is_empty() => vec![0x3B; if powering { 64 } else { 2 }],
            [0x04] => atr.to_vec(),
            [control] => {
                powering = *control != 0x00;
                continue;
            }
            apdu => match answer(apdu) {
                Reply::Data(data) => data,
                Reply::PullOut => return Ok(()),
            },
        };
        let length = u16::try_from(reply.len()).map_err(io::Error::other)?;
        stream.write_all(&[&length.to_be_bytes(), reply.as_slice()].concat())?;
    }
}

fn receive(mut stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    // vpcd writes length and message apart, and Nagle holds the second until the first is acknowledged: without
    // this, which the kernel forgets again and again, every exchange costs 44 ms.
    stream.set_quickack(true)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    stream.set_quickack(true)?;
    Ok(message)
}
