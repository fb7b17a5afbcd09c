//! What tests of refusals share.

use gearshift_manifest::{Manifest, ManifestError};

/// One edit, and what must come of it: the code, a text that stands where the error points, a part of the message.
pub(crate) type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// What is said of a text that must be refused.
pub(crate) fn refuse(text: &str) -> ManifestError {
    Manifest::parse(text).expect_err("this should be refused")
}

/// Makes each edit alone.
pub(crate) fn check(base: &str, cases: &[Case]) {
    for (from, to, code, place, message) in cases {
        assert!(base.contains(from), "the base has no {from}");
        let text = base.replacen(from, to, 1);
        let error = match Manifest::parse(&text) {
            Err(error) => error,
            Ok(_) => panic!("`{to}` passes"),
        };
        assert_eq!(error.code(), *code, "`{to}`: {error}");
        assert!(error.message.contains(message), "`{to}`: {error}");
        let line = text.lines().nth(error.line - 1).unwrap();
        let rest: String = line.chars().skip(error.column - 1).collect();
        assert!(rest.starts_with(place), "`{to}`: {error}\npoints at: {rest}");
    }
}
