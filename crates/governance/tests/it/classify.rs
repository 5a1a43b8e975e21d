//! Proposals: the words that a new mesh comes with, over names of every habit.

use std::collections::BTreeSet;

use governance::classify::{Column, Evidence, propose};
use model::{
    class::{ClassificationFile, Classifications, ValueForm},
    column::ColumnType,
};

/// The classes of a new mesh.
fn classes() -> Classifications {
    let files = model::scaffold::mesh(&"acme".parse().unwrap());
    let (_, text) = files.iter().find(|(path, _)| path.ends_with("pii.yaml")).unwrap();
    let file: ClassificationFile = model::yaml::read(text.as_bytes(), "pii.yaml").unwrap();
    Classifications { roots: [("pii".to_owned(), file)].into() }
}

fn proposed(name: &str, kind: &ColumnType, forms: &BTreeSet<ValueForm>) -> Option<(String, Evidence)> {
    let column = Column { name, kind, forms };
    propose(&column, &classes()).map(|(class, by)| (class.to_string(), by))
}

fn class_of(name: &str, kind: &ColumnType) -> String {
    proposed(name, kind, &BTreeSet::new()).map_or_else(|| "-".to_owned(), |(class, _)| class)
}

#[test]
fn names_suggest_classes_in_every_habit_and_language() {
    for (class, names) in [
        (
            "pii.name",
            "name Name NAME name_2 full_name customer_full_name CustomerName kundenname_voll Kundenname nachname Vorname \
             lastName first-name contact.name holder_name apellido prenom achternaam patient_name user_name nombre_cliente",
        ),
        (
            "pii.email",
            "email EMail E-Mail e_mail EmailAddr email_address customer_email email2 Email_privat work-email emailadresse mail \
             correo_electronico courriel",
        ),
        (
            "pii.phone",
            "phone telefon Telefonnummer home_phone HomePhone mobile_no phone_number PhoneNumber2 fax handynummer telefono \
             Tele\u{301}phone telefoonnummer customer_mobile",
        ),
        ("pii.birth", "birth_date dob DateOfBirth geburtsdatum customer_birthday fecha_de_nacimiento date_naissance"),
        (
            "pii.address",
            "address strasse Straße street_name Anschrift home_address address_line_1 rechnungsadresse Dirección",
        ),
        (
            "pii.national_id",
            "ssn national_id passport_number customer_ssn tax_id steuer_id SocialSecurityNumber dni bsn",
        ),
        ("pii.iban", "iban IBANNumber customer_iban bank_account kontonummer"),
        ("pii.card", "card_number credit_card creditCardNumber kreditkartennummer"),
        ("pii.device", "ip ip_address client_ip MacAddress device_id"),
    ] {
        for name in names.split_whitespace() {
            assert_eq!(class_of(name, &ColumnType::String), class, "{name}");
        }
    }
}

#[test]
fn names_of_other_things_suggest_nothing() {
    for name in
        "file_name product_name host_name hostname filename name_of_product column_name company_name event_name \
        email_count email_template_name email_sent is_email has_phone phone_model phone_type email_domain address_type \
        address_id order_no order_number total note customer_id amount status microphone saxophone emailed mailing \
        renamed namespace username_hash streets homestreet mobile_app_version iban_valid country city birthplace \
        num_phone mail_server tax_rate card_type"
            .split_whitespace()
    {
        assert_eq!(class_of(name, &ColumnType::String), "-", "{name}");
    }
}

#[test]
fn a_type_that_no_mask_of_the_class_is_for_speaks_against_it() {
    assert_eq!(class_of("email", &ColumnType::Boolean), "-");
    assert_eq!(class_of("email_received", &ColumnType::Timestamp), "-");
    assert_eq!(class_of("name", &ColumnType::Integer), "-");
    assert_eq!(class_of("birth_date", &ColumnType::Date), "pii.birth");
    assert_eq!(class_of("phone", &ColumnType::Integer), "pii.phone");
    assert_eq!(class_of("ssn", &ColumnType::Integer), "pii.national_id");
}

#[test]
fn values_speak_where_the_name_says_nothing() {
    let text = ColumnType::String;
    for (form, class) in [
        (ValueForm::Email, "pii.email"),
        (ValueForm::Iban, "pii.iban"),
        (ValueForm::Card, "pii.card"),
        (ValueForm::Ssn, "pii.national_id"),
        (ValueForm::Phone, "pii.phone"),
        (ValueForm::Ip, "pii.device"),
    ] {
        assert_eq!(proposed("c7", &text, &[form].into()), Some((class.to_owned(), Evidence::Values)));
    }
    let both = [ValueForm::Phone, ValueForm::Email].into();
    assert_eq!(proposed("contact", &text, &both).unwrap().0, "pii.email", "the form that proves more");
    assert_eq!(proposed("home_phone", &text, &[ValueForm::Email].into()).unwrap().1, Evidence::Name);
    assert!(propose(&Column { name: "email", kind: &text, forms: &both }, &Classifications::default()).is_none());
}
