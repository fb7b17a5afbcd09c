//! States are words in rows, in JSON and in messages: the same ones.

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its word, as rows and JSON have it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    other => Err(format!(
                        "{other:?} is no {}; known are {}",
                        stringify!($name),
                        [$($word),+].join(", "),
                    )),
                }
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::{
        ChangeKind, ConnectionStatus, DeliveryState, DocumentState, Format, InboundState, JobState, SealedColumn,
        VersionState,
    };

    /// Rows, JSON and messages have the same word, and it leads back.
    macro_rules! agrees {
        ($($name:ident),+) => {
            $(for value in $name::ALL {
                assert_eq!(serde_json::to_value(value).unwrap(), value.as_str());
                assert_eq!(value.to_string().parse::<$name>().as_ref(), Ok(value));
            })+
        };
    }

    #[test]
    fn a_state_has_one_word_everywhere() {
        agrees!(
            ChangeKind,
            ConnectionStatus,
            DeliveryState,
            DocumentState,
            Format,
            InboundState,
            JobState,
            SealedColumn,
            VersionState
        );
    }

    #[test]
    fn an_unknown_word_is_told_with_those_that_are_known() {
        let error = "paused".parse::<JobState>().unwrap_err();
        assert!(error.contains("paused") && error.contains("held"), "{error}");
    }
}
