//! Rules for measures and attributes, of a record or of a segment.

use std::collections::HashSet;

use super::{Violations, admits, clip, text};
use crate::limits;
use crate::record::{Attribute, Measure};
use crate::registry::{self, Kind, Metric};

/// `base` points at what they belong to.
pub(super) fn measures(measures: &[Measure], kind: Option<&Kind>, base: &str, found: &mut Violations) {
    if !found.count(measures.len(), limits::PROPERTIES, &format!("{base}/measures")) {
        return;
    }
    let mut seen = HashSet::new();
    for (at, measure) in measures.iter().enumerate() {
        let pointer = format!("{base}/measures/{at}");
        let Some(metric) = metric(&measure.metric, kind, &pointer, found) else { continue };
        if !seen.insert(metric.id) {
            found.add("duplicate", &pointer, format!("{} stands here twice", metric.id));
        }
        if measure.unit.as_deref().is_some_and(|unit| unit != metric.unit) {
            let message = format!("{} is stored in {}: convert it, and leave the unit out", metric.id, metric.unit);
            found.add("wrong-unit", format!("{pointer}/unit"), message);
        }
        number(metric, measure.value, || format!("{pointer}/value"), found);
    }
}

/// `base` points at what they belong to.
pub(super) fn attributes(attributes: &[Attribute], kind: Option<&Kind>, base: &str, found: &mut Violations) {
    if !found.count(attributes.len(), limits::PROPERTIES, &format!("{base}/attributes")) {
        return;
    }
    let mut seen = HashSet::new();
    for (at, attribute) in attributes.iter().enumerate() {
        let pointer = format!("{base}/attributes/{at}");
        let Some(row) = self::attribute(&attribute.attribute, kind, &pointer, found) else { continue };
        let value = if row.many { attribute.value.as_str() } else { "" };
        if !seen.insert((row.id, value)) {
            found.add("duplicate", &pointer, format!("{} stands here twice", row.id));
        }
        text::value(row, &attribute.value, &format!("{pointer}/value"), found);
    }
}

/// The registry's row, if there is one. One that does not admit the kind is told and given.
pub(super) fn metric(id: &str, kind: Option<&Kind>, pointer: &str, found: &mut Violations) -> Option<&'static Metric> {
    let metric = registry::metric(id);
    match metric {
        None => {
            let message = format!("{:?} is no metric in the registry", clip(id));
            found.add("unknown-metric", format!("{pointer}/metric"), message);
        }
        Some(metric) if !admits(metric.kinds, kind) => {
            let message = format!("{} stands in records of {}", metric.id, metric.kinds.join(", "));
            found.add("wrong-kind", format!("{pointer}/metric"), message);
        }
        Some(_) => {}
    }
    metric
}

/// The registry's row, if there is one. One that does not admit the kind is told and given.
pub(super) fn attribute(
    id: &str,
    kind: Option<&Kind>,
    pointer: &str,
    found: &mut Violations,
) -> Option<&'static registry::Attribute> {
    let attribute = registry::attribute(id);
    match attribute {
        None => {
            let message = format!("{:?} is no attribute in the registry", clip(id));
            found.add("unknown-attribute", format!("{pointer}/attribute"), message);
        }
        Some(attribute) if !admits(attribute.kinds, kind) => {
            let message = format!("{} stands in records of {}", attribute.id, attribute.kinds.join(", "));
            found.add("wrong-kind", format!("{pointer}/attribute"), message);
        }
        Some(_) => {}
    }
    attribute
}

/// Says what is wrong with a value, and whether anything is.
pub(super) fn number(metric: &Metric, value: f64, pointer: impl Fn() -> String, found: &mut Violations) -> bool {
    if !value.is_finite() {
        found.add("not-finite", pointer(), format!("{value} is no value: leave out what was not measured"));
    } else if value < metric.min || value > metric.max {
        let Metric { id, unit, min, max, .. } = metric;
        found.add("out-of-bounds", pointer(), format!("{value} is no {id}: from {min} to {max}, in {unit}"));
    } else {
        return false;
    }
    true
}
