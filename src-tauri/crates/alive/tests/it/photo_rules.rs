//! The manual's rules of a photo, one test each (`POST /cardholders.setPhoto`), and how one is sent.

use std::io::Cursor;

use alive::{CardholderId, Change, PhotoFile, PhotoKind, PhotoRefusal};
use image::{DynamicImage, ImageFormat};

use crate::server::recording;

fn file(picture: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG that may be sent.
pub fn jpeg(width: u32, height: u32) -> PhotoFile {
    PhotoFile::parse(file(DynamicImage::new_rgb8(width, height), ImageFormat::Jpeg)).unwrap()
}

fn refusal(file: Vec<u8>) -> PhotoRefusal {
    PhotoFile::parse(file).unwrap_err()
}

#[test]
fn a_photo_is_jpeg_or_png() {
    assert_eq!(jpeg(450, 540).kind(), PhotoKind::Jpeg);
    for picture in [
        DynamicImage::new_rgb8(450, 540),
        DynamicImage::new_rgba8(450, 540),
        DynamicImage::new_rgb16(450, 540),
    ] {
        assert_eq!(PhotoFile::parse(file(picture, ImageFormat::Png)).unwrap().kind(), PhotoKind::Png);
    }
    for other in [b"GIF89a".to_vec(), b"\x89PNG and no more".to_vec(), Vec::new(), b"<svg/>".to_vec()] {
        assert_eq!(refusal(other), PhotoRefusal::Kind);
    }
}

#[test]
fn a_photo_has_450_by_540_pixels_at_least() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        for (width, height) in [(449, 540), (450, 539), (540, 450)] {
            let small = file(DynamicImage::new_rgb8(width, height), format);
            assert_eq!(refusal(small), PhotoRefusal::TooSmall { width, height });
        }
    }
}

#[test]
fn a_photo_is_below_3_000_000_bytes() {
    let mut large = file(DynamicImage::new_rgb8(450, 540), ImageFormat::Jpeg);
    large.resize(2_999_999, 0);
    assert!(PhotoFile::parse(large.clone()).is_ok());
    large.push(0);
    assert_eq!(refusal(large), PhotoRefusal::TooLarge);
}

#[test]
fn a_grey_photo_is_refused() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        assert_eq!(refusal(file(DynamicImage::new_luma8(450, 540), format)), PhotoRefusal::Colour);
    }
    assert_eq!(refusal(file(DynamicImage::new_luma_a8(450, 540), ImageFormat::Png)), PhotoRefusal::Colour);
}

/// The head of a JPEG of 540 × 600 pixels with that many components, as far as the scan.
fn jpeg_head(frame: u8, components: u8) -> Vec<u8> {
    let mut file = vec![
        0xFF,
        0xD8,
        0xFF,
        frame,
        0,
        8 + 3 * components,
        8,
        600_u16.to_be_bytes()[0],
        600_u16.to_be_bytes()[1],
    ];
    file.extend([540_u16.to_be_bytes()[0], 540_u16.to_be_bytes()[1], components]);
    (1..=components).for_each(|id| file.extend([id, 0x11, 0]));
    file.extend([0xFF, 0xDA, 0, 6 + 2 * components, components]);
    (1..=components).for_each(|id| file.extend([id, 0]));
    file.extend([0, 63, 0, 0xFF, 0xD9]);
    file
}

#[test]
fn a_cmyk_photo_is_refused_baseline_or_progressive() {
    for frame in [0xC0, 0xC2] {
        assert_eq!(refusal(jpeg_head(frame, 4)), PhotoRefusal::Colour, "{frame:x}");
        assert!(PhotoFile::parse(jpeg_head(frame, 3)).is_ok(), "{frame:x}");
        assert_eq!(refusal(jpeg_head(frame, 1)), PhotoRefusal::Colour, "{frame:x}");
    }
}

#[test]
fn a_photo_with_a_broken_head_is_refused() {
    let jpeg = file(DynamicImage::new_rgb8(450, 540), ImageFormat::Jpeg);
    assert_eq!(refusal(jpeg[..40].to_vec()), PhotoRefusal::Broken);
    let png = file(DynamicImage::new_rgb8(450, 540), ImageFormat::Png);
    assert_eq!(refusal(png[..30].to_vec()), PhotoRefusal::Broken);
}

#[tokio::test]
async fn a_photo_is_sent_as_a_file_of_a_form() {
    let (client, log) = recording(|_| (200, r#"{"message":"OK","data":[]}"#.to_owned())).await;
    let png = PhotoFile::parse(file(DynamicImage::new_rgb8(450, 540), ImageFormat::Png)).unwrap();
    for (photo, name, kind) in [(jpeg(450, 540), "photo.jpg", "image/jpeg"), (png, "photo.png", "image/png")]
    {
        client.set_photo(CardholderId(123), photo.clone()).await.unwrap();
        let sent = log.lock().unwrap().remove(0);
        assert_eq!(sent.endpoint, "cardholders.setPhoto");
        let boundary = sent.header("content-type").strip_prefix("multipart/form-data; boundary=").unwrap();
        assert_eq!(sent.header("content-length"), sent.body.len().to_string());
        // Headers in letters, the file byte by byte.
        let at = sent.body.windows(photo.bytes().len()).position(|part| part == photo.bytes()).unwrap();
        let head = std::str::from_utf8(&sent.body[..at]).unwrap().to_lowercase();
        assert_eq!(head.matches(&boundary.to_lowercase()).count(), 2);
        assert!(head.contains("name=\"cardholder_id\"\r\n\r\n123\r\n"), "{head}");
        assert!(head.contains(&format!("name=\"photo\"; filename=\"{name}\"")), "{head}");
        assert!(head.contains(&format!("content-type: {kind}")), "{head}");
        let change = Change::SetPhoto { cardholder: CardholderId(123), photo: photo.clone() };
        assert_eq!((change.endpoint(), &change.body()[..]), ("cardholders.setPhoto", &photo.bytes()[..]));
        assert!(!format!("{change:?}").contains("255"), "no bytes in sight");
    }
}
