//! A cardholder's photo, as the file that it is: read (manual, `GET /cardholders.getPhoto`), and checked before it is
//! sent (`POST /cardholders.setPhoto`).

use std::fmt;

use bytes::Bytes;
use wire::Reply;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

use crate::answer::{nonsense, records};
use crate::error::Error;

/// A photo as ALIVE keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// The file.
    pub bytes: Bytes,
    /// What kind of file.
    pub kind: PhotoKind,
}

/// The two kinds of image that ALIVE keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhotoKind {
    /// `image/jpeg`; the manual writes `image/jpg`.
    Jpeg,
    /// `image/png`.
    Png,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo {{ {:?}, {} bytes }}", self.kind, self.bytes.len())
    }
}

impl PhotoKind {
    /// Tells the kind by the first bytes.
    fn of(file: &[u8]) -> Option<Self> {
        match file {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            _ => None,
        }
    }

    /// The registered media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The name under which such a file is sent.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Jpeg => "photo.jpg",
            Self::Png => "photo.png",
        }
    }
}

/// A photo that ALIVE takes (manual, `POST /cardholders.setPhoto`): JPEG or PNG, in colour, at least 450 × 540
/// pixels, below 3,000,000 bytes.
///
/// A transparent PNG is put on white by ALIVE. The picture itself isn't decoded, so a file torn behind its head
/// passes.
#[derive(Clone, PartialEq, Eq)]
pub struct PhotoFile {
    bytes: Bytes,
    kind: PhotoKind,
}

/// Why ALIVE would refuse a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PhotoRefusal {
    /// Neither JPEG nor PNG.
    #[error("neither JPEG nor PNG")]
    Kind,
    /// 3,000,000 bytes or more ("3 MB" in the manual, read strictly).
    #[error("too large a file")]
    TooLarge,
    /// A head that can't be read.
    #[error("a broken file")]
    Broken,
    /// Less than 450 pixels wide or 540 high.
    #[error("{width} × {height} pixels are too few")]
    TooSmall {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Grey or CMYK instead of RGB.
    #[error("not in RGB")]
    Colour,
}

impl PhotoFile {
    /// The least width, in pixels.
    pub const MIN_WIDTH: u32 = 450;
    /// The least height, in pixels.
    pub const MIN_HEIGHT: u32 = 540;
    /// What a file has to stay below, in bytes.
    pub const LIMIT: usize = 3_000_000;

    /// Checks a file by its head. A palette counts as RGB.
    pub fn parse(bytes: impl Into<Bytes>) -> Result<Self, PhotoRefusal> {
        let bytes = bytes.into();
        let kind = PhotoKind::of(&bytes).ok_or(PhotoRefusal::Kind)?;
        if bytes.len() >= Self::LIMIT {
            return Err(PhotoRefusal::TooLarge);
        }
        let head = match kind {
            PhotoKind::Jpeg => jpeg_head(&bytes),
            PhotoKind::Png => png_head(&bytes),
        };
        let Head { width, height, rgb } = head.ok_or(PhotoRefusal::Broken)?;
        if width < Self::MIN_WIDTH || height < Self::MIN_HEIGHT {
            return Err(PhotoRefusal::TooSmall { width, height });
        }
        if rgb { Ok(Self { bytes, kind }) } else { Err(PhotoRefusal::Colour) }
    }

    /// The file.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What kind of file.
    pub fn kind(&self) -> PhotoKind {
        self.kind
    }
}

struct Head {
    width: u32,
    height: u32,
    rgb: bool,
}

/// One component is grey, four are CMYK or YCCK; progressive or not makes no difference.
fn jpeg_head(file: &[u8]) -> Option<Head> {
    let mut decoder = JpegDecoder::new(ZCursor::new(file));
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    Some(Head { width: info.width.into(), height: info.height.into(), rgb: info.components == 3 })
}

/// IHDR has to be the first chunk: width, height, depth, colour type (2 RGB, 3 palette, 6 RGB with transparency).
fn png_head(file: &[u8]) -> Option<Head> {
    let chunk = file.get(8..33)?.strip_prefix(b"\0\0\0\rIHDR")?;
    let number = |at: usize| Some(u32::from_be_bytes(chunk.get(at..at + 4)?.try_into().ok()?));
    Some(Head { width: number(0)?, height: number(4)?, rgb: matches!(chunk.get(9)?, 2 | 3 | 6) })
}

/// Goes by the first bytes and not by the content type, for which the manual names three values.
pub fn read(reply: Reply) -> Result<Option<Photo>, Error> {
    let kind = match &*reply.body {
        [0xFF, 0xD8, 0xFF, ..] => PhotoKind::Jpeg,
        [0x89, b'P', b'N', b'G', ..] => PhotoKind::Png,
        [] if reply.is_success() => return Ok(None),
        _ => {
            return match records::<serde::de::IgnoredAny>(&reply) {
                Err(Error::NotFound) => Ok(None),
                Ok(nothing) if nothing.is_empty() => Ok(None),
                Ok(_) => Err(nonsense(&reply, "an envelope instead of an image".to_owned())),
                Err(error) => Err(error),
            };
        }
    };
    if !reply.is_success() {
        return Err(nonsense(&reply, "an image instead of an envelope".to_owned()));
    }
    Ok(Some(Photo { bytes: reply.body, kind }))
}

impl fmt::Debug for PhotoFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhotoFile {{ {:?}, {} bytes }}", self.kind, self.bytes.len())
    }
}
