//! Field selectors with nesting: `id|user[id|first_name]`.

use serde_json::{Map, Value};

use super::answer::Refusal;

/// A field, and what's wanted inside it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    name: String,
    inside: Option<Vec<Field>>,
}

/// Reads a selector; one that can't be read is `field_invalid`.
pub(super) fn parse(selector: &str) -> Result<Vec<Field>, Refusal> {
    let mut rest = selector;
    let fields = list(&mut rest, 0).filter(|_| rest.is_empty());
    fields.ok_or_else(|| Refusal::field("field_invalid", selector))
}

/// No object of the API is nested deeper; also keeps the recursion small.
const DEEPEST: usize = 8;

fn list(rest: &mut &str, depth: usize) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    loop {
        let end = rest.find(['|', '[', ']']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        *rest = after;
        if name.is_empty() || depth > DEEPEST {
            return None;
        }
        let inside = match rest.strip_prefix('[') {
            None => None,
            Some(after) => {
                *rest = after;
                let inside = list(rest, depth + 1)?;
                *rest = rest.strip_prefix(']')?;
                Some(inside)
            }
        };
        fields.push(Field { name: name.to_owned(), inside });
        match rest.strip_prefix('|') {
            Some(after) => *rest = after,
            None => return Some(fields),
        }
    }
}

/// What's selected of an object that has all its fields. Unknown fields are `field_not_found`, fields inside
/// something that has none `field_invalid`.
pub(super) fn select(object: &Value, fields: &[Field]) -> Result<Value, Refusal> {
    match object {
        Value::Array(items) => items.iter().map(|item| select(item, fields)).collect(),
        Value::Object(members) => {
            let mut selected = Map::new();
            for Field { name, inside } in fields {
                let value = members.get(name).ok_or_else(|| Refusal::field("field_not_found", name))?;
                let value = match inside {
                    None => value.clone(),
                    Some(_) if !value.is_object() && !value.is_array() => {
                        return Err(Refusal::field("field_invalid", name));
                    }
                    Some(inside) => select(value, inside)?,
                };
                selected.insert(name.clone(), value);
            }
            Ok(Value::Object(selected))
        }
        scalar => Ok(scalar.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_selector_nests() {
        let object = json!({ "id": 1, "user": { "id": 2, "first_name": "A" }, "list": [{ "a": 1, "b": 2 }] });
        let selected = select(&object, &parse("id|user[first_name]|list[b]").unwrap()).unwrap();
        assert_eq!(selected, json!({ "id": 1, "user": { "first_name": "A" }, "list": [{ "b": 2 }] }));
    }

    #[test]
    fn a_broken_selector_is_refused() {
        for broken in
            ["|", "id|", "user[", "user[id", "user]", "user[]", "id||type", "user[id]x", &"a[".repeat(99)]
        {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
