//! What the names in a record mean: kinds, roles of segments, metrics and attributes.
//!
//! The tables in `wit/registry` are the truth; the generated module beside this one is made from them, for the host here
//! and for adapters in the SDK. An id that is not in these tables is not in a record.

#[rustfmt::skip]
mod generated;


/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind {
    /// Kebab-case.
    pub id: &'static str,
    /// Whether and how it happens in time.
    pub time: Time,
    /// What one record stands for.
    pub doc: &'static str,
}

/// How a kind stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// From a start to an end: a window is needed.
    Span,
    /// At a moment or over a while: a window is needed, or at least a date.
    Moment,
    /// For a day: a date is needed.
    Day,
    /// Not bound to a time: neither window nor date is allowed.
    None,
}

/// What a segment may be within its record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Role {
    /// Kebab-case.
    pub id: &'static str,
    /// Kinds of record in which it may stand.
    pub kinds: &'static [&'static str],
    /// Roles that may enclose it, beside its own; none: it stands by itself.
    pub parents: &'static [&'static str],
    /// What it is.
    pub doc: &'static str,
}

/// A named quantity with one fixed unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Kebab-case.
    pub id: &'static str,
    /// UCUM.
    pub unit: &'static str,
    /// Lowest value that is taken.
    pub min: f64,
    /// Highest value that is taken.
    pub max: f64,
    /// How values become one.
    pub aggregate: Aggregate,
    /// Kinds of record in which it may stand.
    pub kinds: &'static [&'static str],
    /// LOINC code, where one means the same.
    pub loinc: Option<&'static str>,
    /// What it is.
    pub doc: &'static str,
}

/// How many values of a metric become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// Added up.
    Sum,
    /// Averaged, weighted by time.
    Mean,
    /// The lowest.
    Min,
    /// The highest.
    Max,
    /// The newest.
    Last,
    /// They do not.
    None,
}

/// A named word or text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attribute {
    /// Kebab-case.
    pub id: &'static str,
    /// Its text form.
    pub value: Value,
    /// May it stand more than once in the same place?
    pub many: bool,
    /// Kinds of record in which it may stand.
    pub kinds: &'static [&'static str],
    /// What it is.
    pub doc: &'static str,
}

/// The text form of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// One of these.
    Words(&'static [&'static str]),
    /// Free text.
    Text {
        /// Unicode scalar values at most.
        max: usize,
        /// Are line breaks and tabs allowed?
        lines: bool,
    },
    /// `true` or `false`.
    Boolean,
    /// A whole number that fits an `i64`.
    Integer,
    /// RFC 3339 in UTC, ending in `Z`.
    Instant,
    /// `YYYY-MM-DD`.
    Date,
}

/// All kinds, by id.
pub fn kinds() -> &'static [Kind] {
    generated::KINDS
}

/// All roles of segments, by id.
pub fn roles() -> &'static [Role] {
    generated::ROLES
}

/// All metrics, by id.
pub fn metrics() -> &'static [Metric] {
    generated::METRICS
}

/// All attributes, by id.
pub fn attributes() -> &'static [Attribute] {
    generated::ATTRIBUTES
}

/// The kind of that id.
pub fn kind(id: &str) -> Option<&'static Kind> {
    find(kinds(), id, |kind| kind.id)
}

/// The role of that id.
pub fn role(id: &str) -> Option<&'static Role> {
    find(roles(), id, |role| role.id)
}

/// The metric of that id.
pub fn metric(id: &str) -> Option<&'static Metric> {
    find(metrics(), id, |metric| metric.id)
}

/// The attribute of that id.
pub fn attribute(id: &str) -> Option<&'static Attribute> {
    find(attributes(), id, |attribute| attribute.id)
}

fn find<T>(table: &'static [T], id: &str, name: impl Fn(&T) -> &'static str) -> Option<&'static T> {
    table.binary_search_by(|row| name(row).cmp(id)).ok().and_then(|at| table.get(at))
}
