//! The conversation with the card: select the application, select a file, read it to its end. Cards of several makers
//! differ in every one of these, and a hostile card in more.

use der::{Decode, Header, Reader, SliceReader, Tag};
use zeroize::Zeroizing;

use super::{Broken, ElsFault};
use crate::Link;
use crate::reading::{Answer, split};

const APPLICATION: [u8; 7] = [0xD6, 0x16, 0x00, 0x00, 0x30, 0x01, 0x01];

/// What one READ BINARY asks for: some cards have no larger buffer.
const CHUNK: u8 = 0x80;
/// READ BINARY's offset has 15 bits (ISO 7816-4, 7.2.3), so no more can be read. Real files have 2 to 4 KiB.
const MOST_BYTES: usize = 0x8000;
/// The largest file takes 256 reads and as many GET RESPONSEs; the rest is for selecting and for short reads.
const MOST_COMMANDS: u32 = 1_000;
/// DER's tag and the longest length that a file can have.
const HEADER: usize = 6;

/// The application's files.
#[derive(Clone, Copy)]
pub(super) enum File {
    Certificate,
    Els,
}

impl File {
    fn id(self) -> [u8; 2] {
        match self {
            File::Certificate => [0x00, 0x01],
            File::Els => [0x00, 0x02],
        }
    }
}

/// A conversation that ends, whatever the card says.
pub(super) struct Talk<'a> {
    link: &'a mut dyn Link,
    left: u32,
}

impl<'a> Talk<'a> {
    pub(super) fn new(link: &'a mut dyn Link) -> Self {
        Self { link, left: MOST_COMMANDS }
    }

    /// False: the card has no ELS.
    pub(super) fn select_application(&mut self) -> Result<bool, Broken> {
        let ways = [[0x04, 0x04], [0x04, 0x00], [0x04, 0x0C]];
        Ok(match self.select(&ways, &APPLICATION)? {
            Selected::Yes { .. } => true,
            Selected::Absent => false,
            Selected::Refused { status } => return Err(ElsFault::Refused { status }.into()),
        })
    }

    /// Reads a file of the selected application: its DER structure, without the padding behind it.
    pub(super) fn read(&mut self, file: File) -> Result<Zeroizing<Vec<u8>>, Broken> {
        let ways = [[0x02, 0x00], [0x02, 0x04], [0x02, 0x0C], [0x00, 0x00]];
        let size = match self.select(&ways, &file.id())? {
            Selected::Yes { size } => size,
            Selected::Absent => return Err(ElsFault::Refused { status: 0x6A82 }.into()),
            Selected::Refused { status } => return Err(ElsFault::Refused { status }.into()),
        };
        // At once as large as it can become: a growing one would leave copies of a person's data in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_BYTES + usize::from(CHUNK) * 2));
        let mut whole = None;
        while whole.is_none_or(|whole| bytes.len() < whole) {
            // Before the structure's own length is known, the file's must do.
            let end = whole.or(size).unwrap_or(MOST_BYTES);
            let rest = end.saturating_sub(bytes.len()).clamp(1, usize::from(CHUNK));
            let part = self.read_part(bytes.len(), u8::try_from(rest).unwrap_or(CHUNK))?;
            bytes.extend_from_slice(&part);
            if whole.is_none() && (bytes.len() >= HEADER || part.is_empty()) {
                whole = Some(structure(&bytes)?);
            }
            if part.is_empty() && whole.is_some_and(|whole| bytes.len() < whole) {
                return Err(ElsFault::Truncated.into());
            }
        }
        bytes.truncate(whole.unwrap_or_default());
        Ok(bytes)
    }

    /// Empty at the end of the file.
    fn read_part(&mut self, offset: usize, le: u8) -> Result<Zeroizing<Vec<u8>>, Broken> {
        let offset =
            u16::try_from(offset).ok().filter(|offset| *offset < 0x8000).ok_or(ElsFault::TooLarge)?;
        let [high, low] = offset.to_be_bytes();
        let answer = self.exchange(&[0x00, 0xB0, high, low, le])?;
        match answer.status {
            // 6282: the file ended before Le bytes.
            0x9000 | 0x6282 => Ok(answer.data),
            0x6B00 | 0x6A86 | 0x6700 if offset > 0 => Ok(Zeroizing::default()),
            status => Err(ElsFault::Refused { status }.into()),
        }
    }

    pub(super) fn iccsn(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        self.select(&[[0x00, 0x00], [0x00, 0x0C]], &[0x3F, 0x00])?;
        let found = self.select(&[[0x02, 0x00], [0x02, 0x0C], [0x00, 0x00]], &[0x2F, 0x02])?;
        if !matches!(found, Selected::Yes { .. }) {
            return Ok(None);
        }
        let data = self.read_part(0, CHUNK)?;
        let number = objects(&data).find(|(tag, _)| *tag == 0x5A).map(|(_, value)| value);
        Ok(number.filter(|number| (8..=10).contains(&number.len())).map(<[u8]>::to_vec))
    }

    /// Selects in each of these ways (P1 and P2), until one does.
    fn select(&mut self, ways: &[[u8; 2]], name: &[u8]) -> Result<Selected, Broken> {
        let mut refused = Selected::Absent;
        let length = u8::try_from(name.len()).unwrap_or_default();
        for [p1, p2] in ways {
            // Without Le: T=0 takes none beside data, and T=1 cards answer without one.
            let answer = self.exchange(&[&[0x00, 0xA4, *p1, *p2, length], name].concat())?;
            match answer.status {
                0x9000 | 0x6200..=0x63FF => return Ok(Selected::Yes { size: file_size(&answer.data) }),
                // Not found, or not in this way: no such application, wrong P1 P2, length, class or command. 6999
                // is what Java cards say of an applet that isn't there.
                0x6A80..=0x6A88 | 0x6700 | 0x6B00 | 0x6D00 | 0x6E00 | 0x6999 => {}
                status => refused = Selected::Refused { status },
            }
        }
        Ok(refused)
    }

    /// Sends a command, corrects its length where the card names another (6CXX), and fetches what it holds ready
    /// (61XX; 9FXX of older cards).
    fn exchange(&mut self, apdu: &[u8]) -> Result<Sensitive, Broken> {
        let mut answer = self.corrected(apdu)?;
        while let [0x61 | 0x9F, le] = answer.status.to_be_bytes() {
            let more = self.corrected(&[0x00, 0xC0, 0x00, 0x00, le])?;
            if answer.data.len() + more.data.len() > MOST_BYTES {
                return Err(ElsFault::TooLarge.into());
            }
            let joined = Zeroizing::new([answer.data.as_slice(), &more.data].concat());
            answer = Sensitive { data: joined, status: more.status };
        }
        Ok(answer)
    }

    fn corrected(&mut self, apdu: &[u8]) -> Result<Sensitive, Broken> {
        let answer = self.transmit(apdu)?;
        let [0x6C, le] = answer.status.to_be_bytes() else {
            return Ok(answer);
        };
        // A command that's a header and Le gets another Le; one with data had none.
        let command = if let [header @ .., _] = apdu
            && apdu.len() == 5
        {
            header
        } else {
            apdu
        };
        self.transmit(&[command, &[le]].concat())
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Sensitive, Broken> {
        self.left = self.left.checked_sub(1).ok_or(ElsFault::Endless)?;
        let Answer { data, status } = split(self.link.transmit(apdu)?)?;
        Ok(Sensitive { data: Zeroizing::new(data), status })
    }
}

/// An [`Answer`] whose data is overwritten after use.
struct Sensitive {
    data: Zeroizing<Vec<u8>>,
    status: u16,
}

enum Selected {
    /// `size`: the file's, where the card said so.
    Yes {
        size: Option<usize>,
    },
    Absent,
    Refused {
        status: u16,
    },
}

/// How long the DER structure is that begins here, header and all.
pub(super) fn structure(bytes: &[u8]) -> Result<usize, ElsFault> {
    // A file that was made and never filled in.
    if matches!(bytes.first(), None | Some(0x00 | 0xFF)) {
        return Err(ElsFault::Blank);
    }
    let mut reader = SliceReader::new(bytes).map_err(|_| ElsFault::NotDer)?;
    let header = Header::decode(&mut reader).map_err(|_| ElsFault::NotDer)?;
    if header.tag() != Tag::Sequence {
        return Err(ElsFault::NotDer);
    }
    let whole = u32::from(header.length()).saturating_add(u32::from(reader.position()));
    usize::try_from(whole).ok().filter(|whole| *whole <= MOST_BYTES).ok_or(ElsFault::TooLarge)
}

/// The size of a selected file: tag 80 (its data) or 81 (with what belongs to it) of its control information
/// (ISO 7816-4, 5.3.3), with or without the template around it.
pub(super) fn file_size(answer: &[u8]) -> Option<usize> {
    let inner = match objects(answer).next() {
        Some((0x6F | 0x62 | 0x64, template)) => template,
        _ => answer,
    };
    let size = |wanted: u8| {
        let (_, value) = objects(inner).find(|(tag, _)| *tag == wanted)?;
        (1..=4)
            .contains(&value.len())
            .then(|| value.iter().fold(0, |size, byte| size << 8 | usize::from(*byte)))
    };
    size(0x80).or_else(|| size(0x81)).filter(|size| *size > 0)
}

/// The BER-TLV objects in a row, up to the first one that's none; of a tag of several bytes the first.
fn objects(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (tag, mut after) = rest.split_first()?;
        if tag & 0x1F == 0x1F {
            let more = after.iter().take_while(|byte| **byte & 0x80 != 0).count();
            after = after.get(more + 1..)?;
        }
        let (length, after) = match after {
            [0x81, length, after @ ..] => (usize::from(*length), after),
            [0x82, high, low, after @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), after),
            [length @ 0..=0x7F, after @ ..] => (usize::from(*length), after),
            _ => return None,
        };
        let (value, after) = after.split_at_checked(length)?;
        rest = after;
        Some((*tag, value))
    })
}
