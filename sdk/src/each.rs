//! Lists in which a bad item costs itself alone.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::{self, Wrong};

/// An item that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Its place in the list.
    pub index: usize,
    /// What is wrong with it; the pointer begins at the item.
    pub wrong: Wrong,
}

/// A JSON list whose items are read one by one: where a `Vec` fails as a whole, this keeps what is good.
///
/// It has to be read with this crate's [`json`], with [`Fetched::json`](crate::Fetched::json) or with
/// [`Response::json`](crate::Response::json).
#[derive(Clone, Debug)]
pub struct Each<T> {
    items: Vec<Result<T, Bad>>,
}

impl<T> Default for Each<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T> Each<T> {
    /// For `#[serde(deserialize_with = "Each::one_or_more")]`: a list, or where it has one item that item by itself, as providers
    /// write it whose JSON is born of XML. With `#[serde(default)]` it may be left out.
    ///
    /// # Errors
    /// For what is neither a list nor an object.
    pub fn one_or_more<'de, D: Deserializer<'de>>(d: D) -> Result<Self, D::Error>
    where
        T: DeserializeOwned,
    {
        let raw = Box::<RawValue>::deserialize(d)?;
        let read = match raw.get() {
            one if one.starts_with('{') => json::read(format!("[{one}]").as_bytes()),
            list => json::read(list.as_bytes()),
        };
        read.map_err(|wrong| de::Error::custom(wrong.message))
    }

    /// How many there are, bad ones included.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none, not even bad ones.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Those that could be read.
    pub fn good(&self) -> impl Iterator<Item = &T> {
        self.items.iter().filter_map(|item| item.as_ref().ok())
    }

    /// The first that could not be read.
    pub fn first_bad(&self) -> Option<&Bad> {
        self.items.iter().find_map(|item| item.as_ref().err())
    }
}

impl<T> IntoIterator for Each<T> {
    type Item = Result<T, Bad>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for Items<T> {
            type Value = Each<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Each<T>, A::Error> {
                let mut items = Vec::new();
                while let Some(raw) = seq.next_element::<Box<RawValue>>()? {
                    let index = items.len();
                    items.push(json::read(raw.get().as_bytes()).map_err(|wrong| Bad { index, wrong }));
                }
                Ok(Each { items })
            }
        }
        d.deserialize_seq(Items(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_item_costs_itself_alone() {
        let each: Each<(u8, u8)> = json::read(b"[[1, 2], [3, \"x\"], 5, [7, 8]]").unwrap();
        assert_eq!(each.good().collect::<Vec<_>>(), [&(1, 2), &(7, 8)]);
        let bad = each.first_bad().unwrap();
        assert_eq!((bad.index, bad.wrong.pointer.as_str()), (1, "/1"));
        assert_eq!(each.len(), 4);
    }

    #[test]
    fn one_alone_may_stand_without_its_list() {
        #[derive(Deserialize)]
        struct Meals {
            #[serde(default, deserialize_with = "Each::one_or_more")]
            meal: Each<Meal>,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Meal {
            id: u8,
        }
        let ids = |text: &str| {
            let meals: Meals = json::read(text.as_bytes()).unwrap();
            (meals.meal.good().map(|meal| meal.id).collect::<Vec<_>>(), meals.meal.len())
        };
        assert_eq!(ids(r#"{"meal": [{"id": 1}, {"id": 2}, {}]}"#), (vec![1, 2], 3));
        assert_eq!(ids(r#"{"meal":  {"id": 1}}"#), (vec![1], 1));
        assert_eq!(ids(r#"{"meal": {"id": "x"}}"#), (vec![], 1));
        assert_eq!(ids("{}"), (vec![], 0));
        assert!(json::read::<Meals>(br#"{"meal": "none"}"#).is_err());
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        assert!(json::read::<Each<u8>>(b"{}").is_err());
    }
}
