//! Portraits of people who don't exist: friendly flat faces drawn by code from a seed, 900×1080 pixels (5:6),
//! RGB, 300 DPI.

mod canvas;
mod clothes;
mod face;
mod hair;
mod look;

use bytes::Bytes;
use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use self::canvas::Canvas;
use self::look::Look;

/// The size that the practice university asks its photographers for.
pub(crate) const SIZE: (u32, u32) = (900, 1080);

/// Who sits for a portrait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sitter {
    pub(crate) seed: u64,
    pub(crate) female: bool,
    /// In years: decides on grey hair and lines.
    pub(crate) age: u16,
}

/// A JPEG or PNG file. None only where there's no memory for the picture.
pub(crate) fn draw(sitter: Sitter, png: bool) -> Option<Bytes> {
    let look = Look::of(sitter);
    let mut canvas = Canvas::new(SIZE, look.background)?;
    hair::behind(&mut canvas, &look);
    clothes::draw(&mut canvas, &look);
    face::draw(&mut canvas, &look);
    hair::before(&mut canvas, &look);
    face::glasses(&mut canvas, &look);
    let picture = canvas.picture()?;
    let mut file = Vec::new();
    let written = if png {
        PngEncoder::new(&mut file).write_image(&picture, SIZE.0, SIZE.1, ExtendedColorType::Rgb8)
    } else {
        let mut encoder = JpegEncoder::new_with_quality(&mut file, 90);
        encoder.set_pixel_density(PixelDensity::dpi(300));
        encoder.write_image(&picture, SIZE.0, SIZE.1, ExtendedColorType::Rgb8)
    };
    written.ok().map(|()| file.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sitter(seed: u64) -> Sitter {
        Sitter { seed, female: seed.is_multiple_of(2), age: 20 + (seed % 40) as u16 }
    }

    #[test]
    fn a_portrait_is_rgb_of_900_by_1080_within_the_manuals_limits() {
        for (png, magic) in [(false, &b"\xFF\xD8\xFF"[..]), (true, &b"\x89PNG"[..])] {
            let file = draw(sitter(1), png).unwrap();
            assert!(file.starts_with(magic) && file.len() < 3_000_000);
            let picture = image::load_from_memory(&file).unwrap();
            assert_eq!((picture.width(), picture.height()), SIZE);
            assert_eq!(picture.color(), image::ColorType::Rgb8);
        }
    }

    #[test]
    fn a_seed_draws_the_same_face_and_another_seed_another_one() {
        assert_eq!(draw(sitter(1), false), draw(sitter(1), false));
        assert_ne!(draw(sitter(1), false), draw(sitter(3), false));
    }
}
