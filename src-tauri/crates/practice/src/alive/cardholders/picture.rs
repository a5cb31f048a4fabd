//! The rules of a photo (manual, `cardholders.setPhoto`; decision N33): JPEG or PNG by content, RGB, at least
//! 450×540 pixels, at most 3,000,000 bytes; transparency becomes white.
//!
//! A PNG with a palette is accepted: its colours are RGB triples. Grey, grey with transparency, and CMYK are not.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, Rgb, RgbImage};

use crate::alive::envelope::Wrong;
use crate::alive::records::Photo;

/// "Max. 3 MB", in bytes.
pub(super) const LARGEST: usize = 3_000_000;
/// Width and height in pixels.
const SMALLEST: (u32, u32) = (450, 540);

/// The photo to keep, or what's wrong with the file.
pub(super) fn accept(file: Vec<u8>) -> Result<Photo, Wrong> {
    if file.len() > LARGEST {
        return Err(Wrong::Range);
    }
    let png = match image::guess_format(&file) {
        Ok(ImageFormat::Png) => true,
        Ok(ImageFormat::Jpeg) if is_rgb_jpeg(&file) => false,
        _ => return Err(Wrong::Format),
    };
    let picture = decode(&file, png)?;
    let flattened = picture.color().has_alpha().then(|| on_white(&picture));
    let file = match flattened {
        None => file,
        Some(flat) => {
            let mut file = Vec::new();
            flat.write_to(&mut Cursor::new(&mut file), ImageFormat::Png).map_err(|_| Wrong::Format)?;
            file
        }
    };
    Ok(Photo::sent(file.into(), png))
}

fn decode(file: &[u8], png: bool) -> Result<DynamicImage, Wrong> {
    let format = |_| Wrong::Format;
    if png {
        whole(PngDecoder::new(Cursor::new(file)).map_err(format)?)
    } else {
        whole(JpegDecoder::new(Cursor::new(file)).map_err(format)?)
    }
}

/// A file of 3 MB can claim to be a picture of terabytes: the usual limits of the decoder hold.
fn whole(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Wrong> {
    if !decoder.color_type().has_color() {
        return Err(Wrong::Format);
    }
    let (width, height) = decoder.dimensions();
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return Err(Wrong::Range);
    }
    decoder.set_limits(image::Limits::default()).map_err(|_| Wrong::Range)?;
    DynamicImage::from_decoder(decoder).map_err(|_| Wrong::Format)
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u16::from);
        Rgb([red, green, blue].map(|part| ((part * alpha + 255 * (255 - alpha) + 127) / 255) as u8))
    })
}

/// Whether a JPEG has three components, by the header of its frame. The decoder turns CMYK to RGB unasked.
fn is_rgb_jpeg(file: &[u8]) -> bool {
    let mut rest = file.get(2..).unwrap_or_default();
    while let [0xFF, marker, after @ ..] = rest {
        match (marker, after) {
            // Fill bytes, and markers without a body.
            (0xFF, _) => rest = &rest[1..],
            (0x01 | 0xD0..=0xD7, _) => rest = after,
            // SOF: length, precision, height, width, components. C4, C8 and CC are other segments.
            (0xC0..=0xCF, [_, _, _, _, _, _, _, components, ..]) if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                return *components == 3;
            }
            (_, [high, low, ..]) => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = after.get(length..).unwrap_or_default();
            }
            _ => return false,
        }
    }
    false
}
