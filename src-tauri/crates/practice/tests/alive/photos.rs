//! `cardholders.setPhoto`, read back by `cardholders.getPhoto`.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, Rgba};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json as object};

use crate::common::{Alive, faults, json, refused, university};
use crate::{fault, isic, names, new_person};

fn rgb(width: u32, height: u32) -> DynamicImage {
    image::RgbImage::from_fn(width, height, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90])).into()
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Vec::new();
    picture.write_to(&mut Cursor::new(&mut file), format).unwrap();
    file
}

async fn send(alive: &Alive<'_>, form: Form) -> (u16, Value) {
    let request = alive.http.post(alive.url("cardholders.setPhoto")).bearer_auth(&alive.token);
    json(request.multipart(form).send().await.unwrap()).await
}

fn form(holder: &Value, file: Vec<u8>) -> Form {
    let part = Part::bytes(file).file_name("portrait.jpg").mime_str("image/jpeg").unwrap();
    Form::new().text("cardholder_id", holder.to_string()).part("photo", part)
}

async fn set(alive: &Alive<'_>, holder: &Value, file: Vec<u8>) -> Result<(), Vec<(String, String)>> {
    let answer = send(alive, form(holder, file)).await;
    if answer.0 == 200 {
        assert_eq!(answer.1, object!({ "message": "OK", "data": [] }));
        return Ok(());
    }
    Err(faults(&refused(answer, 422, 1001)))
}

async fn get(alive: &Alive<'_>, holder: &Value) -> (String, Vec<u8>) {
    let id = holder.to_string();
    let answer = alive.ask("cardholders.getPhoto", &[("cardholder_id", &id)]).await;
    assert_eq!(answer.status(), 200);
    let media = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (media, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_jpeg_or_png_is_kept_as_it_was_sent_and_overwrites_the_one_before() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    for (format, media) in [(ImageFormat::Jpeg, "image/jpg"), (ImageFormat::Png, "image/png")] {
        let file = file(&rgb(450, 540), format);
        set(&alive, &holder, file.clone()).await.unwrap();
        assert_eq!(get(&alive, &holder).await, (media.to_owned(), file));
    }
}

#[tokio::test]
async fn a_photo_modifies_the_cardholder_and_reaches_a_card_at_its_update() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let card = alive.done("cards.report", &isic(&holder, 1)).await;
    university.clock().forward(jiff::SignedDuration::from_secs(10));
    set(&alive, &holder, file(&rgb(450, 540), ImageFormat::Jpeg)).await.unwrap();
    let since = [("limit", "9"), ("modified_from", "2026-02-10T10:00:10+01:00")];
    assert_eq!(alive.data("cardholders.list", &since).await[0]["cardholder_id"], holder);
    assert_eq!(alive.shown(&card).await["photo_sha256"], Value::Null);
    alive.done("cards.update", &object!({ "card_id": card["card_id"], "smart_technologies": [] })).await;
    assert!(alive.shown(&card).await["photo_sha256"].is_string());
    // `set` leaves the photo alone (decision N33).
    let same = crate::with(crate::person("a@x.example"), object!({ "cardholder_id": holder }));
    alive.done("cardholders.set", &same).await;
    get(&alive, &holder).await;
}

#[tokio::test]
async fn a_photo_has_at_least_450_by_540_pixels() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    for (width, height) in [(449, 540), (450, 539), (540, 450), (1, 1)] {
        let small = file(&rgb(width, height), ImageFormat::Jpeg);
        assert_eq!(
            set(&alive, &holder, small).await,
            Err(fault("photo", "OUT_OF_RANGE_ERROR")),
            "{width}×{height}"
        );
    }
}

#[tokio::test]
async fn a_photo_has_at_most_3_000_000_bytes() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    // What follows the end of a JPEG is ignored by every reader.
    let mut whole = file(&rgb(450, 540), ImageFormat::Jpeg);
    whole.resize(3_000_000, 0);
    set(&alive, &holder, whole.clone()).await.unwrap();
    for size in [3_000_001, 30_000_000] {
        whole.resize(size, 0);
        assert_eq!(
            set(&alive, &holder, whole.clone()).await,
            Err(fault("photo", "OUT_OF_RANGE_ERROR")),
            "{size}"
        );
    }
}

#[tokio::test]
async fn a_photo_is_rgb_and_not_grey_or_cmyk() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let format = Err(fault("photo", "INVALID_FORMAT_ERROR"));
    let grey = DynamicImage::from(rgb(450, 540).to_luma8());
    let grey_alpha = DynamicImage::from(rgb(450, 540).to_luma_alpha8());
    assert_eq!(set(&alive, &holder, file(&grey, ImageFormat::Jpeg)).await, format);
    assert_eq!(set(&alive, &holder, file(&grey, ImageFormat::Png)).await, format);
    assert_eq!(set(&alive, &holder, file(&grey_alpha, ImageFormat::Png)).await, format);
    // The header of a frame with four components: CMYK, whatever follows.
    let rgb = file(&rgb(450, 540), ImageFormat::Jpeg);
    let mut cmyk = rgb.clone();
    let frame = rgb.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    cmyk[frame + 9] = 4;
    assert_eq!(set(&alive, &holder, cmyk).await, format);
    set(&alive, &holder, rgb).await.unwrap();
}

#[tokio::test]
async fn a_photo_is_a_file_of_jpeg_or_png_by_its_content() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let jpeg = file(&rgb(450, 540), ImageFormat::Jpeg);
    let png = file(&rgb(450, 540), ImageFormat::Png);
    let base64 = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(&jpeg).into_bytes()
    };
    // A path, base64, another format, a torn file.
    for wrong in
        [b"C:\\photos\\portrait.jpg".to_vec(), base64, b"GIF89a".to_vec(), png[..png.len() / 2].to_vec()]
    {
        assert_eq!(set(&alive, &holder, wrong).await, Err(fault("photo", "INVALID_FORMAT_ERROR")));
    }
}

#[tokio::test]
async fn transparency_becomes_white() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let picture = image::RgbaImage::from_fn(450, 540, |x, _| match x {
        0..150 => Rgba([200, 10, 10, 0]),
        150..300 => Rgba([200, 10, 10, 128]),
        _ => Rgba([200, 10, 10, 255]),
    });
    set(&alive, &holder, file(&picture.into(), ImageFormat::Png)).await.unwrap();
    let (media, kept) = get(&alive, &holder).await;
    let kept = image::load_from_memory(&kept).unwrap();
    assert_eq!((media.as_str(), kept.color()), ("image/png", image::ColorType::Rgb8));
    let kept = kept.to_rgb8();
    let pixels = [10, 200, 400].map(|x| kept.get_pixel(x, 5).0);
    assert_eq!(pixels, [[255, 255, 255], [227, 132, 132], [200, 10, 10]]);
}

#[tokio::test]
async fn both_parts_are_mandatory_and_every_fault_is_named() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let faults = faults(&refused(send(&alive, Form::new().text("x", "y")).await, 422, 1001));
    assert_eq!(names(&faults), ["cardholder_id", "photo"]);
    assert!(faults.iter().all(|(_, code)| code == "IS_BLANK_ERROR"));
    let wrong = send(&alive, form(&"x".into(), Vec::new())).await;
    let faults = crate::common::faults(&refused(wrong, 422, 1001));
    let wanted = [fault("cardholder_id", "INVALID_FORMAT_ERROR"), fault("photo", "IS_BLANK_ERROR")];
    assert_eq!(faults, wanted.concat());
    let jpeg = file(&rgb(450, 540), ImageFormat::Jpeg);
    refused(send(&alive, form(&1.into(), jpeg)).await, 404, 3001);
}

#[tokio::test]
async fn a_photo_comes_as_multipart_alone() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    refused(
        alive.post("cardholders.setPhoto", &object!({ "cardholder_id": 1, "photo": "" })).await,
        415,
        1003,
    );
    let direct = alive.http.post(alive.url("cardholders.setPhoto")).bearer_auth(&alive.token);
    let direct = direct.header("content-type", "image/jpeg").body("x").send().await.unwrap();
    refused(json(direct).await, 415, 1003);
}

#[tokio::test]
async fn an_anonymised_person_gets_no_photo() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    alive.post("cardholders.anonymize", &object!({ "cardholder_id": holder })).await;
    let jpeg = file(&rgb(450, 540), ImageFormat::Jpeg);
    assert_eq!(set(&alive, &holder, jpeg).await, Err(fault("cardholder_id", "NOT_ALLOWED_ERROR")));
}

#[tokio::test]
async fn a_jpeg_with_much_before_its_frame_is_read() {
    let university = university().await;
    let alive = Alive::new(&university).await;
    let holder = new_person(&alive, "a@x.example").await;
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 80).encode_image(&rgb(450, 540)).unwrap();
    // A long comment and fill bytes, as cameras write them.
    let comment = [&[0xFF, 0xFE, 0x40, 0x00][..], &vec![7; 0x3FFE], &[0xFF]].concat();
    let file = [&plain[..2], &comment, &plain[2..]].concat();
    set(&alive, &holder, file).await.unwrap();
}
