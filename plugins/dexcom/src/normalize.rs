//! What all answers have in common.

use gearshift_sdk::prelude::*;
use serde::de::DeserializeOwned;

use super::wire::Answer;

/// Reads each item with the pointer to it. One that cannot be read is noted and costs itself alone.
///
/// # Errors
/// `changed` where there are items and none can be read.
pub(crate) fn each<T: DeserializeOwned>(
    document: &Fetched,
    out: &mut Normalized,
    mut read: impl FnMut(T, &str, &mut Normalized) -> Result<(), Reject>,
) -> Result<(), Failure> {
    let answer: Answer<T> = document.json("answer")?;
    let (mut good, mut first) = (false, None);
    for (index, item) in answer.records.into_iter().enumerate() {
        let at = format!("/records/{index}");
        let item = item.map_err(|bad| Reject::new(bad.wrong.pointer, bad.wrong.message));
        match item.and_then(|item| read(item, &at, out)) {
            Ok(()) => good = true,
            Err(Reject { pointer, message }) => {
                let at = at + &pointer;
                first.get_or_insert_with(|| document.changed("answer", &at, message.clone()));
                out.rejected(at, message);
            }
        }
    }
    first.filter(|_| !good).map_or(Ok(()), Err)
}

/// Glucose in the registry's unit. The account's unit stands at each record; a number without one is not guessed at.
pub(crate) fn glucose(value: f64, unit: Option<&str>, at: &str) -> Result<f64, Reject> {
    match unit {
        Some("mg/dL") => Ok(value),
        Some("mmol/L") => Ok(unit::from_glucose_mmol(value)),
        _ => Err(Reject::new(at, format!("glucose in mg/dL or mmol/L was expected, and there is {unit:?}"))),
    }
}

/// What it was entered in or shown by: the app, or else the kind of device.
pub(crate) fn shown_by<'e>(app: Option<&'e str>, device: Option<&'e str>) -> Option<&'e str> {
    app.filter(|app| !app.trim().is_empty()).or(device)
}
