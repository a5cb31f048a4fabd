//! Custom fields of cardholders and cards: by the contract's names and lengths.

use super::envelope::Wrong;
use super::form::Form;
use super::model::Field;
use crate::contract::CustomField;

/// `custom_fields`, of which each may stand once; a mandatory one that's missing is refused at the array.
pub(super) fn read(form: &mut Form, of: &[CustomField]) -> Vec<Field> {
    const NAME: &str = "custom_fields";
    let mut seen: Vec<String> = Vec::new();
    let fields = form.list(NAME, |form| {
        let name = form.mandatory("name", Form::text);
        let value = form.mandatory("value", Form::text);
        let name = name?;
        match of.iter().find(|field| field.name == name) {
            None => form.refuse("name", Wrong::Choice),
            Some(_) if seen.contains(&name) => form.refuse("name", Wrong::NotUnique),
            Some(field) => {
                let length = value.as_ref().map(|value| value.chars().count());
                if length.is_some_and(|length| length < field.min || length > field.max) {
                    form.refuse("value", Wrong::Range);
                }
            }
        }
        seen.push(name.clone());
        Some(Field { name, value: value? })
    });
    if of.iter().any(|field| field.mandatory && !seen.contains(&field.name)) {
        form.refuse(NAME, Wrong::Required);
    }
    fields.unwrap_or_default()
}
