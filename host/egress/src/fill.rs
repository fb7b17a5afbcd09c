//! `[[fill]]`: secret form fields go into a guest's request, escaped by the host, so that a password can neither be seen by the
//! guest nor break out of its place.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gearshift_manifest::{Fill, Place, Transform};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use crate::EgressError;
use crate::held::Held;
use crate::outgoing::Outgoing;

/// The one name that a fill may put somewhere without its being a secret.
const CLIENT_ID: &str = "client-id";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Puts every field of a group in its place.
pub(crate) fn apply(fills: &[&Fill], held: &Held, request: &mut Outgoing) -> Result<(), EgressError> {
    for fill in fills {
        let ours = held.of_client(&fill.field);
        let field = ours.as_ref().or_else(|| held.of_user(&fill.field)).ok_or_else(|| {
            EgressError::denied(format!(
                "the field `{}` is not kept for this connection: the user signs in again",
                fill.field
            ))
        })?;
        let value = transformed(fill.transform, field);
        // The id of a client is public, and would be scrubbed from honest data.
        if fill.field != CLIENT_ID {
            request.injected.add(field);
            request.injected.add(&value);
        }
        match &fill.at {
            Place::Form(name) => into_form(request, name, &value)?,
            Place::Json(pointer) => into_json(request, pointer, &value)?,
            Place::Header(name) => request.put_header(name, &value)?,
        }
    }
    Ok(())
}

fn transformed(transform: Transform, field: &SecretString) -> SecretString {
    let plain = field.expose_secret();
    match transform {
        Transform::Raw => field.clone(),
        Transform::Sha256Hex => hex::encode(digest(&SHA256, plain.as_bytes())).into(),
        Transform::Base64 => STANDARD.encode(plain).into(),
    }
}

/// Replaces the field, wherever the guest had one of that name.
fn into_form(request: &mut Outgoing, name: &str, value: &SecretString) -> Result<(), EgressError> {
    expect_type(request, FORM)?;
    let body = request.body.take().unwrap_or_default();
    let mut form = url::form_urlencoded::Serializer::new(String::with_capacity(body.len() + 64));
    form.extend_pairs(url::form_urlencoded::parse(&body).filter(|(each, _)| each != name));
    form.append_pair(name, value.expose_secret());
    request.body = Some(form.finish().into());
    Ok(())
}

fn into_json(request: &mut Outgoing, pointer: &str, value: &SecretString) -> Result<(), EgressError> {
    expect_type(request, JSON)?;
    let mut body = match &request.body {
        Some(body) => serde_json::from_slice(body).map_err(|_| {
            EgressError::invalid("a [[fill]] puts a field into this body, which is no JSON: send an object")
        })?,
        None => Value::Object(Map::new()),
    };
    *place(&mut body, pointer)? = Value::String(value.expose_secret().to_owned());
    request.body = Some(body.to_string().into());
    Ok(())
}

/// The value that an RFC 6901 pointer names; objects on the way are made.
fn place<'v>(value: &'v mut Value, pointer: &str) -> Result<&'v mut Value, EgressError> {
    let mut place = value;
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = match place {
            Value::Object(object) => object.entry(name).or_insert(Value::Null),
            Value::Array(list) => {
                name.parse().ok().and_then(|at: usize| list.get_mut(at)).ok_or_else(|| nowhere(pointer))?
            }
            _ => return Err(nowhere(pointer)),
        };
    }
    Ok(place)
}

fn nowhere(pointer: &str) -> EgressError {
    EgressError::invalid(format!(
        "a [[fill]] has no place at json:{pointer} in this body: send the objects and lists around it"
    ))
}

fn expect_type(request: &mut Outgoing, wanted: &'static str) -> Result<(), EgressError> {
    match request.headers.get(CONTENT_TYPE) {
        None => {
            request.headers.insert(CONTENT_TYPE, HeaderValue::from_static(wanted));
            Ok(())
        }
        Some(_) if is_type(&request.headers, wanted) => Ok(()),
        Some(_) => Err(EgressError::invalid(format!(
            "a [[fill]] needs a body of type {wanted}: send it as that, or without content-type"
        ))),
    }
}

/// Whether a body is said to be of this type, whatever its parameters.
pub(crate) fn is_type(headers: &HeaderMap, wanted: &str) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|given| given.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(body: Value, pointer: &str) -> Result<Value, EgressError> {
        let mut body = body;
        *place(&mut body, pointer)? = Value::from("x");
        Ok(body)
    }

    #[test]
    fn a_pointer_makes_the_objects_on_its_way() {
        let made = placed(serde_json::json!({ "a": 1 }), "/login/pass~1word").unwrap();
        assert_eq!(made, serde_json::json!({ "a": 1, "login": { "pass/word": "x" } }));
    }

    #[test]
    fn a_pointer_into_a_list_needs_the_item() {
        assert_eq!(placed(serde_json::json!([1, 2]), "/1").unwrap(), serde_json::json!([1, "x"]));
        assert_eq!(placed(serde_json::json!([1, 2]), "/2").unwrap_err().code(), "invalid");
        assert_eq!(placed(serde_json::json!({ "a": 1 }), "/a/b").unwrap_err().code(), "invalid");
    }
}
