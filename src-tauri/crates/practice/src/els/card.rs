//! The ELS application on the chip: what cards of several makers answer to the commands that read it.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Structure;

const APPLICATION: [u8; 7] = [0xD6, 0x16, 0x00, 0x00, 0x30, 0x01, 0x01];
const EF_CERT: u16 = 0x0001;
const EF_ELS: u16 = 0x0002;

const OK: u16 = 0x9000;
const END_OF_FILE: u16 = 0x6282;
const WRONG_LENGTH: u16 = 0x6700;
const NOT_FOUND: u16 = 0x6A82;
const WRONG_P1_P2: u16 = 0x6A86;
const WRONG_OFFSET: u16 = 0x6B00;
const NO_FILE_SELECTED: u16 = 0x6986;

/// How a maker's cards answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maker {
    pub name: &'static str,
    /// The protocol that its ATR names.
    pub t1: bool,
    /// The one P2 with which it selects the application.
    pub application_p2: u8,
    /// P1 and P2 with which it selects a file.
    pub file_p1_p2: [u8; 2],
    /// The tag under which its control information has a file's size; none: it gives no such information.
    pub size_tag: Option<u8>,
    /// 61 or 9F: answers to commands with data wait for a GET RESPONSE.
    pub waits: Option<u8>,
    /// Reading past the end: 6CXX with the right length, or what there is and 6282.
    pub corrects_length: bool,
    /// It never gives more at once, whatever is asked for.
    pub most_at_once: usize,
    /// How large its file is at least: zeros behind the structure.
    pub file_size: usize,
    /// It never ends: every read, at any offset, gives one byte more.
    pub endless: bool,
}

impl Maker {
    /// As the book has it.
    pub const PLAIN_T1: Self = Self {
        name: "plain, T=1",
        t1: true,
        application_p2: 0x04,
        file_p1_p2: [0x02, 0x00],
        size_tag: Some(0x80),
        waits: None,
        corrects_length: false,
        most_at_once: 256,
        file_size: 0,
        endless: false,
    };
    /// 61XX for whatever has an answer, 6CXX for whatever is asked at the wrong length.
    pub const STRICT_T0: Self = Self {
        name: "strict, T=0",
        t1: false,
        waits: Some(0x61),
        corrects_length: true,
        size_tag: Some(0x81),
        ..Self::PLAIN_T1
    };
    /// 9FXX, P2 00, files by P1 00.
    pub const OLD_T0: Self = Self {
        name: "old, T=0",
        application_p2: 0x00,
        file_p1_p2: [0x00, 0x00],
        waits: Some(0x9F),
        size_tag: None,
        file_size: 4_096,
        ..Self::STRICT_T0
    };
    /// P2 0C, no control information, short reads, padding.
    pub const TERSE_T1: Self = Self {
        name: "terse, T=1",
        application_p2: 0x0C,
        file_p1_p2: [0x02, 0x0C],
        size_tag: None,
        most_at_once: 0x3B,
        file_size: 2_560,
        ..Self::PLAIN_T1
    };
    /// T=0, P2 00, padding, short reads.
    pub const PADDED_T0: Self = Self {
        name: "padded, T=0",
        application_p2: 0x00,
        file_p1_p2: [0x02, 0x04],
        most_at_once: 0x60,
        file_size: 3_000,
        ..Self::STRICT_T0
    };

    /// All that make right cards.
    pub const ALL: [Self; 5] =
        [Self::PLAIN_T1, Self::STRICT_T0, Self::OLD_T0, Self::TERSE_T1, Self::PADDED_T0];

    /// A card that doesn't come to an end.
    pub const ENDLESS: Self = Self { name: "endless", endless: true, ..Self::PLAIN_T1 };

    /// The maker of the `physical`-th card, among those that speak its protocol.
    pub(crate) fn of(physical: u32, t1: bool) -> Self {
        let mut makers: Vec<Self> = Self::ALL.into_iter().filter(|maker| maker.t1 == t1).collect();
        makers.swap_remove(physical as usize % makers.len())
    }
}

/// The application on one chip. Clones are the same chip.
#[derive(Clone)]
pub struct Application {
    maker: Maker,
    /// Signing takes a while: it's done when the card is first read.
    structure: Arc<OnceLock<Structure>>,
    make: Arc<dyn Fn() -> Structure + Send + Sync>,
    session: Arc<Mutex<Session>>,
}

/// What is selected, and what waits to be fetched.
#[derive(Default)]
struct Session {
    application: bool,
    file: Option<u16>,
    waiting: Vec<u8>,
}

/// Shows the maker alone.
impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("maker", &self.maker.name).finish_non_exhaustive()
    }
}

impl Application {
    pub fn new(maker: Maker, make: impl Fn() -> Structure + Send + Sync + 'static) -> Self {
        Self { maker, structure: Arc::default(), make: Arc::new(make), session: Arc::default() }
    }

    pub(crate) fn speaks_t1(&self) -> bool {
        self.maker.t1
    }

    /// Power or reset: nothing is selected any more.
    pub(crate) fn reset(&self) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Session::default();
    }

    /// The answer to a command; none where it's not this application's.
    pub(crate) fn transmit(&self, apdu: &[u8]) -> Option<Vec<u8>> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        match *apdu {
            [0x00, 0xA4, p1, p2, length, ref name @ ..] => self.select(&mut session, p1, p2, length, name),
            [0x00, 0xB0, high, low, le] if session.application => {
                Some(self.read(&session, u16::from_be_bytes([high, low]), le))
            }
            [0x00, 0xC0, 0x00, 0x00, le] if !session.waiting.is_empty() => Some(fetch(&mut session, le)),
            _ => None,
        }
    }

    fn select(&self, session: &mut Session, p1: u8, p2: u8, length: u8, name: &[u8]) -> Option<Vec<u8>> {
        let name = name.get(..usize::from(length))?;
        let file = match *name {
            _ if p1 == 0x04 && name == APPLICATION => {
                if p2 != self.maker.application_p2 {
                    return Some(word(WRONG_P1_P2));
                }
                *session = Session { application: true, ..Session::default() };
                return Some(self.control(session, &[0x84, 7], &APPLICATION));
            }
            // Another application, which this isn't.
            _ if p1 == 0x04 => {
                *session = Session::default();
                return None;
            }
            [high, low] if session.application => u16::from_be_bytes([high, low]),
            _ => return None,
        };
        if [p1, p2] != self.maker.file_p1_p2 {
            return Some(word(WRONG_P1_P2));
        }
        let Some(length) = self.file(file).map(|bytes| bytes.len()) else {
            return Some(word(NOT_FOUND));
        };
        session.file = Some(file);
        let size = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        Some(self.control(session, &[self.maker.size_tag.unwrap_or(0x80), 2], &size))
    }

    /// The control information after a selection, as the maker gives it.
    fn control(&self, session: &mut Session, header: &[u8], value: &[u8]) -> Vec<u8> {
        if self.maker.size_tag.is_none() && self.maker.waits.is_none() {
            return word(OK);
        }
        let objects = [header, value].concat();
        let length = u8::try_from(objects.len()).unwrap_or(u8::MAX);
        // Old cards answer in a form of their own, without tags.
        let answer = match self.maker.size_tag {
            Some(_) => [&[0x6F, length], objects.as_slice()].concat(),
            None => vec![0x00, 0x00, 0x10, 0x00],
        };
        match self.maker.waits {
            None => [answer, word(OK)].concat(),
            Some(status) => {
                let length = u8::try_from(answer.len()).unwrap_or(u8::MAX);
                session.waiting = answer;
                vec![status, length]
            }
        }
    }

    fn read(&self, session: &Session, offset: u16, le: u8) -> Vec<u8> {
        if self.maker.endless && session.file.is_some() {
            return if offset < 4 {
                [[0x30, 0x82, 0x7F, 0x00].get(usize::from(offset)..).unwrap_or_default(), &word(OK)].concat()
            } else {
                [vec![0x04], word(OK)].concat()
            };
        }
        let Some(bytes) = session.file.and_then(|file| self.file(file)) else {
            return word(NO_FILE_SELECTED);
        };
        let Some(rest) = bytes.get(usize::from(offset)..).filter(|rest| !rest.is_empty()) else {
            return word(WRONG_OFFSET);
        };
        let wanted = if le == 0 { 256 } else { usize::from(le) };
        if wanted > rest.len() && self.maker.corrects_length {
            return word(0x6C00 | rest.len() as u16);
        }
        let part = rest.get(..wanted.min(self.maker.most_at_once)).unwrap_or(rest);
        let status = if wanted > rest.len() && part.len() == rest.len() { END_OF_FILE } else { OK };
        [part, &word(status)].concat()
    }

    pub(crate) fn structure(&self) -> &Structure {
        self.structure.get_or_init(|| (self.make)())
    }

    fn file(&self, file: u16) -> Option<Vec<u8>> {
        let structure = self.structure();
        let mut bytes = match file {
            EF_ELS => structure.ef_els.clone(),
            EF_CERT if !structure.ef_cert.is_empty() => structure.ef_cert.clone(),
            _ => return None,
        };
        bytes.resize(bytes.len().max(self.maker.file_size), 0x00);
        Some(bytes)
    }
}

fn fetch(session: &mut Session, le: u8) -> Vec<u8> {
    let length = session.waiting.len();
    let wanted = if le == 0 { 256 } else { usize::from(le) };
    if wanted > length {
        return word(if length < 256 { 0x6C00 | length as u16 } else { WRONG_LENGTH });
    }
    let rest = session.waiting.split_off(wanted);
    let part = std::mem::replace(&mut session.waiting, rest);
    let status = match session.waiting.len() {
        0 => OK,
        left => 0x6100 | left.min(255) as u16,
    };
    [part, word(status)].concat()
}

fn word(status: u16) -> Vec<u8> {
    status.to_be_bytes().to_vec()
}
