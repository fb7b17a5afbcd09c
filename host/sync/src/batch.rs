//! How a pushed batch falls into documents: stretches of its lists, found in one reading that keeps nothing.

use std::borrow::Cow;
use std::fmt;

use gearshift_store::Piece;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The lists of a batch, each with the character that its items begin with and what they are called.
const LISTS: [(&str, u8, &str); 2] = [("records", b'{', "an object"), ("deleted", b'"', "an id in text")];

/// Most items of a document. 500 take a sandbox a tenth of the time that it has, and a transaction some 100 ms.
const ITEMS: usize = 500;

/// Bytes after which a document is full. 1 MiB: a record with samples has some KiB, and one with a long route a MiB itself.
const BYTES: usize = 1 << 20;

/// The most items of a batch. 50,000: a phone's page of 5,000 records ten times over.
pub(crate) const ITEMS_MOST: usize = 50_000;

/// Why a batch is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Uncut {
    /// What is wrong, and where.
    Malformed(String),
    /// More than [`ITEMS_MOST`].
    TooMany,
}

/// Finds the stretches. Members beside the lists are the phone's own affair.
pub(crate) fn cut(body: &[u8]) -> Result<Vec<Piece>, Uncut> {
    let mut cutter = Cutter { body, pieces: Vec::new(), items: 0 };
    let malformed = |error: serde_json::Error| Uncut::Malformed(error.to_string());
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    deserializer.deserialize_map(&mut cutter).map_err(malformed)?;
    deserializer.end().map_err(malformed)?;
    match cutter.items {
        0 => Err(Uncut::Malformed("it holds neither `records` nor `deleted`".into())),
        items if items > ITEMS_MOST => Err(Uncut::TooMany),
        _ => Ok(cutter.pieces),
    }
}

struct Cutter<'b> {
    body: &'b [u8],
    pieces: Vec<Piece>,
    items: usize,
}

impl<'b> Visitor<'b> for &mut Cutter<'b> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `records` or `deleted`")
    }

    fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'b, str>>()? {
            match LISTS.iter().find(|(known, ..)| *known == name) {
                Some((name, begins, what)) => {
                    map.next_value_seed(List { cutter: self, name, begins: *begins, what })?
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct List<'c, 'b> {
    cutter: &'c mut Cutter<'b>,
    name: &'static str,
    begins: u8,
    what: &'static str,
}

impl List<'_, '_> {
    /// Where an item stands in the body.
    fn place(&self, item: &RawValue) -> (usize, usize) {
        let start = item.get().as_ptr().addr().saturating_sub(self.cutter.body.as_ptr().addr());
        (start, start + item.get().len())
    }

    fn close(&mut self, (start, end): (usize, usize)) {
        let range = (start as u64, end as u64);
        self.cutter.pieces.push(Piece { name: self.name.to_owned(), range });
    }
}

impl<'b> DeserializeSeed<'b> for List<'_, 'b> {
    type Value = ();

    fn deserialize<D: Deserializer<'b>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'b> Visitor<'b> for List<'_, 'b> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list as `{}`", self.name)
    }

    fn visit_seq<A: SeqAccess<'b>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut open: Option<(usize, usize)> = None;
        let mut items = 0;
        while let Some(item) = list.next_element::<&'b RawValue>()? {
            if item.get().as_bytes().first() != Some(&self.begins) {
                let place = self.cutter.items;
                return Err(A::Error::custom(format!("item {place} of `{}` is not {}", self.name, self.what)));
            }
            self.cutter.items += 1;
            let (start, end) = self.place(item);
            open = match open {
                Some((first, last)) if items == ITEMS || end - first > BYTES => {
                    self.close((first, last));
                    items = 0;
                    Some((start, end))
                }
                Some((first, _)) => Some((first, end)),
                None => Some((start, end)),
            };
            items += 1;
        }
        if let Some(rest) = open {
            self.close(rest);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stretches as text.
    fn texts(body: &str) -> Vec<(String, &str)> {
        let text = |piece: Piece| {
            let (start, end) = (usize::try_from(piece.range.0).unwrap(), usize::try_from(piece.range.1).unwrap());
            (piece.name, &body[start..end])
        };
        cut(body.as_bytes()).unwrap().into_iter().map(text).collect()
    }

    #[test]
    fn a_stretch_is_what_stands_in_the_list() {
        let body = r#" {"at": 7, "records" : [ {"a": "]"} ,{"b": [1]} ], "deleted":["x", "y"], "records": []} "#;
        let expected = [("records".to_owned(), r#"{"a": "]"} ,{"b": [1]}"#), ("deleted".to_owned(), r#""x", "y""#)];
        assert_eq!(texts(body), expected);
    }

    #[test]
    fn a_document_holds_no_more_than_it_may_and_every_item_is_in_one() {
        for (item, most) in [("{}".to_owned(), ITEMS), (format!("{{\"a\":\"{}\"}}", "x".repeat(BYTES / 3)), 3)] {
            let count = most * 2 + 1;
            let body = format!("{{\"records\":[{}]}}", vec![item.as_str(); count].join(","));
            let stretches = texts(&body);
            assert!(stretches.len() > 2);
            let items =
                |text: &str| serde_json::from_str::<Vec<serde_json::Value>>(&format!("[{text}]")).unwrap().len();
            let sizes: Vec<usize> = stretches.iter().map(|(_, text)| items(text)).collect();
            assert!(sizes.iter().all(|size| *size <= most), "{sizes:?}");
            assert_eq!(sizes.iter().sum::<usize>(), count);
        }
    }

    #[test]
    fn what_is_no_batch_is_told() {
        let told = |body: &str| match cut(body.as_bytes()) {
            Err(Uncut::Malformed(why)) => why,
            other => panic!("{body}: {other:?}"),
        };
        assert!(told("[]").contains("an object with `records`"));
        assert!(told("{}").contains("neither"));
        assert!(told(r#"{"records": []}"#).contains("neither"));
        assert!(told(r#"{"records": [{}, 7]}"#).contains("item 1 of `records` is not an object"));
        assert!(told(r#"{"deleted": [{}]}"#).contains("an id in text"));
        assert!(told(r#"{"records": {}}"#).contains("a list as `records`"));
        told(r#"{"records": [{}]"#);
        told(r#"{"records": [{}]} {}"#);
        told("{\"records\": [{\"a\": \"\u{0}\"}]}");
        assert!(cut(b"{\"records\": [{\"a\": \"\xff\"}]}").is_err());
    }

    #[test]
    fn there_is_an_end_to_a_batch() {
        let of = |count: usize| format!("{{\"records\":[{}]}}", vec!["{}"; count].join(","));
        assert!(cut(of(ITEMS_MOST).as_bytes()).is_ok());
        assert_eq!(cut(of(ITEMS_MOST + 1).as_bytes()), Err(Uncut::TooMany));
    }
}
