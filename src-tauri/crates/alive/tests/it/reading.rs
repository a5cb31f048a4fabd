//! Records and photos as the manual's samples have them, and as a real server may have them.

use alive::{
    AddressType, Card, CardId, CardNumber, CardType, Cardholder, CardholderId, Date, Environment, Error,
    Form, LegalRepresentativeType, Open, PhotoKind, SmartTechnologyType, Status, StudentStatus,
};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

use crate::server::{answering, client_of, with_tokens};

async fn cardholder(id: u64, status: u16, body: &'static str) -> Result<Cardholder, Error> {
    answering("/cardholders.get", status, body).await.cardholder(CardholderId(id)).await
}

async fn card(id: u64, body: &'static str) -> Result<Card, Error> {
    answering("/cards.get", 200, body).await.card(CardId(id)).await
}

#[tokio::test]
async fn the_manuals_cardholder_is_read_whole() {
    let sample = include_str!("../samples/cardholders.set.response.json");
    let holder = cardholder(1_694_452, 200, sample).await.unwrap();
    assert_eq!(holder.external_id.as_deref(), Some("ST44211"));
    assert_eq!(holder.institution_id, Some(29707));
    assert_eq!(holder.last_name.as_deref(), Some("Janík"));
    assert_eq!(holder.date_of_birth, Some(Date::constant(1994, 4, 15)));
    assert_eq!(holder.grade, Some(7));
    assert_eq!((holder.roles.student, holder.roles.employee), (Some(true), None));
    assert!(holder.student_status.unwrap().is(StudentStatus::FullTime));
    assert!(holder.addresses[0].kind.as_ref().unwrap().is(AddressType::Registered));
    assert_eq!(holder.addresses[0].district.as_deref(), Some("Hlavní město Praha"));
    let representative = &holder.legal_representatives[0];
    assert!(representative.kind.as_ref().unwrap().is(LegalRepresentativeType::Mother));
    assert_eq!(holder.custom_fields[0].value, "7110EQ4");
}

#[tokio::test]
async fn the_manuals_cards_are_read_whole() {
    let report = card(35502, include_str!("../samples/cards.report.response.json")).await.unwrap();
    assert!(
        report.kind.is(CardType::Isic) && report.form.is(Form::Digital) && report.status.is(Status::Active)
    );
    assert_eq!(report.number, CardNumber::new("s420 123456789a").ok());
    assert_eq!(report.valid_to, Some(Date::constant(2020, 12, 31)));
    assert!(report.smart_technologies[1].kind.is(SmartTechnologyType::ContactlessEmMarine));
    assert_eq!(report.smart_technologies[1].value, "8100A7BC5D");
    assert_eq!(report.institution_name_line_2.as_deref(), Some("Kolín"));

    let alumni = card(674_330, include_str!("../samples/cards.request.response.json")).await.unwrap();
    assert!(alumni.kind.is(CardType::AliveIdAlumni) && alumni.smart_technologies.is_empty());

    let plastic = card(198_665, include_str!("../samples/cards.issuePlastic.response.json")).await.unwrap();
    assert!(plastic.form.is(Form::DigitalPlastic));
    assert_eq!(plastic.valid_to_plastic, Some(Date::constant(2021, 12, 31)));
    assert_eq!(plastic.design_plastic.as_deref(), Some("SA-420-168"));

    let cancelled = card(198_665, include_str!("../samples/cards.changeStatus.response.json")).await.unwrap();
    assert!(cancelled.status.is(Status::Cancelled));
}

#[tokio::test]
async fn an_anonymised_cardholder_is_still_read() {
    let body = r#"{"data":{"cardholder_id":7,"first_name":null,"last_name":"","date_of_birth":"","roles":[],
        "addresses":null,"custom_fields":[{"name":"library_id","value":null}],"new_attribute":{"a":1}}}"#;
    let holder = cardholder(7, 200, body).await.unwrap();
    assert_eq!((holder.first_name, holder.last_name, holder.date_of_birth), (None, None, None));
    assert_eq!(holder.roles.student, None);
    assert!(holder.addresses.is_empty());
    assert_eq!(holder.custom_fields[0].value, "");
}

#[tokio::test]
async fn whole_numbers_written_as_text_are_read() {
    let body = r#"{"data":[{"cardholder_id":"7","institution_id":"29707","grade":"9"}]}"#;
    let holder = cardholder(7, 200, body).await.unwrap();
    assert_eq!((holder.institution_id, holder.grade), (Some(29707), Some(9)));
    let body = r#"{"data":[{"card_id":"1","cardholder_id":"2","type":"ISIC","form":"DIGITAL","status":"ACTIVE",
        "institution_id":""}]}"#;
    let card = card(1, body).await.unwrap();
    assert_eq!((card.cardholder_id, card.institution_id), (CardholderId(2), None));
    for body in [r#"{"data":{"cardholder_id":"7a"}}"#, r#"{"data":{"cardholder_id":null}}"#, r#"{"data":{}}"#]
    {
        let error = cardholder(7, 200, body).await.unwrap_err();
        assert!(matches!(error, Error::Nonsense { .. }), "{body}");
        assert!(!format!("{error} {error:?}").contains("7a"));
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_an_answer_is_passed_over() {
    let holder = cardholder(7, 200, "\u{feff}{\"data\":[{\"cardholder_id\":7}]}").await.unwrap();
    assert_eq!(holder.cardholder_id, CardholderId(7));
    let missing = cardholder(7, 422, "\u{feff} {\"data\":[],\"code\":3001}").await;
    assert_eq!(missing.unwrap_err(), Error::NotFound);
}

#[tokio::test]
async fn values_newer_than_the_manual_are_kept() {
    let body = r#"{"data":[{"card_id":1,"cardholder_id":2,"number":"A1","type":"EYCA","form":"WATCH","status":"LOST",
        "valid_from":"2024-01-01","valid_to":"2024-12-31","smart_technologies":{"type":"UHF","value":"00FF"}}]}"#;
    let card = card(1, body).await.unwrap();
    assert_eq!(card.kind, Open::Other("EYCA".into()));
    assert_eq!(card.status, Open::Other("LOST".into()));
    assert_eq!(card.smart_technologies[0].kind, Open::Other("UHF".into()));
}

#[tokio::test]
async fn a_missing_record_is_not_found_in_any_dress() {
    let manual = include_str!("../samples/errors.response.1.json");
    for (status, body) in [(404, manual), (422, manual), (200, manual), (404, "{}"), (200, r#"{"data":[]}"#)]
    {
        assert_eq!(cardholder(7, status, body).await.unwrap_err(), Error::NotFound, "{status} {body}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_attributes() {
    let error = cardholder(7, 422, include_str!("../samples/errors.response.2.json")).await.unwrap_err();
    assert!(!error.outcome_unknown());
    let Error::Refused { status: 422, code: Some(1001), message, errors } = error else { panic!("{error}") };
    assert_eq!(message.as_deref(), Some("Invalid data."));
    assert_eq!(errors[1].property_name.as_deref(), Some("secret_access_key"));
    assert_eq!(errors[1].code, "IS_BLANK_ERROR");
}

#[tokio::test]
async fn another_record_than_asked_for_is_nonsense() {
    for body in [r#"{"data":[{"cardholder_id":8}]}"#, r#"{"data":[{"cardholder_id":8},{"cardholder_id":7}]}"#]
    {
        assert!(matches!(cardholder(7, 200, body).await, Err(Error::Nonsense { status: 200, .. })));
    }
}

#[tokio::test]
async fn a_photo_is_known_by_its_first_bytes() {
    let jpeg = ([("content-type", "application/octet-stream")], vec![0xFF, 0xD8, 0xFF, 0xE0, 1]);
    let png = ([("content-type", "image/jpg")], b"\x89PNG\r\n".to_vec());
    for (answer, kind) in [(jpeg, PhotoKind::Jpeg), (png, PhotoKind::Png)] {
        let file = answer.1.clone();
        let (router, _) =
            with_tokens(Router::new().route("/cardholders.getPhoto", get(move || async move { answer })));
        let photo = client_of(router).await.0.photo(CardholderId(7)).await.unwrap().unwrap();
        assert_eq!((photo.kind, &photo.bytes[..]), (kind, &file[..]));
    }
}

#[tokio::test]
async fn no_photo_is_none_and_a_broken_one_an_error() {
    let manual = include_str!("../samples/errors.response.1.json");
    for (status, body) in [(404, manual), (422, manual), (200, ""), (200, r#"{"message":"OK","data":[]}"#)] {
        let client = answering("/cardholders.getPhoto", status, body).await;
        assert_eq!(client.photo(CardholderId(7)).await.unwrap(), None, "{status} {body}");
    }
    for (status, body) in [(200, "<html>"), (404, "<html>"), (200, "GIF89a"), (500, "\u{7f}")] {
        let client = answering("/cardholders.getPhoto", status, body).await;
        let error = client.photo(CardholderId(7)).await.unwrap_err();
        assert!(matches!(error, Error::Nonsense { status: s, .. } if s == status), "{status} {body}");
    }
}

#[tokio::test]
async fn a_photo_behind_a_spent_token_comes_at_the_second_try() {
    let answer = |headers: axum::http::HeaderMap| async move {
        match headers["authorization"] == "Bearer token-0" {
            true => (StatusCode::UNAUTHORIZED, br#"{"data":[],"code":2002}"#.to_vec()),
            false => (StatusCode::OK, vec![0xFF, 0xD8, 0xFF]),
        }
    };
    let (router, _) = with_tokens(Router::new().route("/cardholders.getPhoto", get(answer)));
    assert!(client_of(router).await.0.photo(CardholderId(7)).await.unwrap().is_some());
}

#[test]
fn a_card_number_is_upper_case_without_white_space() {
    assert_eq!(CardNumber::new(" s420 1234\u{a0}56789a\n").unwrap().as_str(), "S420123456789A");
    assert!(CardNumber::new(" \t").is_err());
    assert!(CardNumber::new("S\u{0}1").is_err());
}

#[test]
fn both_environments_are_addresses() {
    for environment in [Environment::Test, Environment::Production] {
        let base = wire::BaseUrl::parse(environment.address()).unwrap();
        assert!(base.join("cards.get").as_str().ends_with("aliveplatform.com/v1/cards.get"));
    }
}
