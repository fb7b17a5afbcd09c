//! Lists that stand bare in one answer and in an envelope in another.

use std::fmt;
use std::marker::PhantomData;

use gearshift_sdk::{Each, Failure, Fetched, Normalized, Record, Reject};
use serde::Deserialize;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Names of the members in which a list may stand, one within the other.
pub trait Envelope {
    /// The names. An object that has none of them is no list, and no empty one either.
    const NAMES: &'static [&'static str];
}

/// A list, and where it stood.
#[derive(Debug)]
pub struct Listing<T, E> {
    /// RFC 6901 pointer to it.
    pub at: String,
    /// Its items.
    pub items: Each<T>,
    envelope: PhantomData<E>,
}

impl<T, E> Listing<T, E> {
    fn new(at: String, items: Each<T>) -> Self {
        Self { at, items, envelope: PhantomData }
    }

    /// Makes a record of each item, as [`Normalized::each`].
    ///
    /// # Errors
    /// As [`Normalized::each`].
    pub fn read<R: IntoIterator<Item = Record>>(
        self,
        document: &Fetched,
        part: &str,
        read: impl FnMut(T, &mut Normalized) -> Result<R, Reject>,
    ) -> Result<Normalized, Failure> {
        let part = if document.parts.len() > 1 { format!("/{part}") } else { String::new() };
        let mut out = Normalized::new();
        out.each(document, &format!("{part}{}", self.at), self.items, read)?;
        Ok(out)
    }
}

impl<'de, T: DeserializeOwned, E: Envelope> Deserialize<'de> for Listing<T, E> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Either<T, E>(PhantomData<(T, E)>);
        impl<'de, T: DeserializeOwned, E: Envelope> Visitor<'de> for Either<T, E> {
            type Value = Listing<T, E>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list, bare or in {}", E::NAMES.join(" or "))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                let items = Each::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(Listing::new(String::new(), items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut found, mut strange) = (None, false);
                while let Some(name) = map.next_key::<String>()? {
                    if E::NAMES.contains(&name.as_str()) {
                        let inner: Listing<T, E> = map.next_value()?;
                        found = Some(Listing::new(format!("/{name}{}", inner.at), inner.items));
                    } else {
                        strange = true;
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                match found {
                    Some(listing) => Ok(listing),
                    // v4 leaves a list without items out, as protobuf does.
                    None if !strange => Ok(Listing::new(String::new(), Each::default())),
                    None => Err(de::Error::custom(format!("a list was expected in {}", E::NAMES.join(" or ")))),
                }
            }
        }
        d.deserialize_any(Either(PhantomData))
    }
}
