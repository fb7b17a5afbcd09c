//! What the templates are filled with.

use askama::Template;
use gearshift_connect::{Amiss, Choice, Language, Offer, SignInBy, Unfinished, Visit};

use super::texts::{self, Texts};

/// What every page has.
pub(super) struct Frame {
    /// BCP 47.
    pub(super) lang: &'static str,
    pub(super) t: Texts,
    /// The path of this installation, without a slash at its end.
    pub(super) root: String,
    /// The path of the session's pages; empty where there is none.
    pub(super) base: String,
    pub(super) proof: String,
    pub(super) project: Option<Mark>,
    pub(super) provider: Option<Mark>,
    /// Where the user leaves to, having connected nothing.
    pub(super) leave: Option<String>,
}

/// A name's initials on a colour of their own: no provider's trademark, and yet told apart.
pub(super) struct Mark {
    pub(super) letters: String,
    /// One of [`COLOURS`] classes of the style sheet.
    pub(super) colour: usize,
}

/// How many colours marks have.
const COLOURS: usize = 6;

impl Mark {
    pub(super) fn new(name: &str) -> Self {
        let initials = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
        let letters = initials.take(2).flat_map(char::to_uppercase).collect();
        let sum = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        Self { letters, colour: sum % COLOURS }
    }
}

impl Frame {
    /// A page that belongs to no session.
    pub(super) fn bare(root: String, language: Language) -> Self {
        Self {
            lang: language.tag(),
            t: Texts::new(language, "", ""),
            root,
            base: String::new(),
            proof: String::new(),
            project: None,
            provider: None,
            leave: None,
        }
    }

    /// A page of a session, about a provider by its name.
    pub(super) fn of(root: String, id: &str, visit: &Visit, language: Language, provider: Option<&str>) -> Self {
        Self {
            t: Texts::new(language, &visit.project, provider.unwrap_or_default()),
            base: format!("{root}/connect/{id}"),
            proof: visit.proof.clone(),
            project: Some(Mark::new(&visit.project)),
            provider: provider.map(Mark::new),
            leave: visit.back("cancelled"),
            ..Self::bare(root, language)
        }
    }
}

/// The choice of a provider.
#[derive(Template)]
#[template(path = "pick.html")]
pub(super) struct Pick {
    pub(super) f: Frame,
    pub(super) searched: String,
    pub(super) search: bool,
    pub(super) services: Vec<Service>,
}

/// One of them.
pub(super) struct Service {
    pub(super) provider: String,
    pub(super) name: String,
    pub(super) mark: Mark,
}

impl From<Offer> for Service {
    fn from(offer: Offer) -> Self {
        Self { mark: Mark::new(&offer.name), provider: offer.provider, name: offer.name }
    }
}

/// What is read, at whom and for whom.
#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct Consent {
    pub(super) f: Frame,
    pub(super) provider: String,
    pub(super) reads: Vec<String>,
    /// How one signs in there.
    pub(super) how: String,
    pub(super) go: String,
    pub(super) official: bool,
    pub(super) others: bool,
}

/// A provider's form.
#[derive(Template)]
#[template(path = "form.html")]
pub(super) struct SignIn {
    pub(super) f: Frame,
    pub(super) provider: String,
    /// A key and no password.
    pub(super) key: bool,
    /// Whether there is something that could be kept.
    pub(super) keeps: bool,
    pub(super) keep: bool,
    pub(super) fields: Vec<Input>,
    pub(super) problem: Option<String>,
}

/// One field of it.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) label: String,
    /// What the manifest says is in English, whatever the page is.
    pub(super) label_foreign: bool,
    pub(super) help: Option<String>,
    pub(super) help_foreign: bool,
    pub(super) secret: bool,
    pub(super) optional: bool,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) value: String,
    pub(super) missing: bool,
}

impl SignIn {
    /// A form that nobody has filled in yet.
    pub(super) fn new(f: Frame, offer: &Offer, language: Language) -> Self {
        let foreign = language != Language::En;
        let input = |field: &gearshift_connect::FormField| {
            let label = texts::label(&field.name, language);
            Input {
                name: field.name.clone(),
                label: label.map_or_else(|| field.label.clone(), str::to_owned),
                label_foreign: foreign && label.is_none(),
                help: field.help.clone(),
                help_foreign: foreign,
                secret: field.secret,
                optional: field.optional,
                kind: match field.secret {
                    true => "password",
                    false if field.name == "email" => "email",
                    false => "text",
                },
                autocomplete: texts::autocomplete(&field.name),
                value: String::new(),
                missing: false,
            }
        };
        let key = matches!(offer.by, SignInBy::Key(_));
        let fields: Vec<Input> = offer.by.fields().iter().map(input).collect();
        let keeps = !key && fields.iter().any(|field| field.secret);
        Self { f, provider: offer.provider.clone(), key, keeps, keep: false, fields, problem: None }
    }

    /// The form as it was handed in, and what was amiss with it.
    pub(super) fn go_on(&mut self, unfinished: Unfinished) {
        self.keep = unfinished.keep;
        for field in &mut self.fields {
            let open = unfinished.open.iter().find(|(name, _)| *name == field.name);
            field.value = open.map_or_else(String::new, |(_, value)| value.clone());
            field.missing = !field.optional && !unfinished.filled.contains(&field.name);
        }
        self.problem = match unfinished.amiss {
            Amiss::Denied => Some(self.f.t.refused.clone()),
            Amiss::Incomplete if unfinished.filled.is_empty() => Some(self.f.t.refill.clone()),
            _ => None,
        };
    }

    fn amiss(&self) -> bool {
        self.problem.is_some() || self.fields.iter().any(|field| field.missing)
    }
}

/// The choice among several accounts.
#[derive(Template)]
#[template(path = "choose.html")]
pub(super) struct Choose {
    pub(super) f: Frame,
    pub(super) provider: String,
    pub(super) choices: Vec<Choice>,
}

/// How it ended.
#[derive(Template)]
#[template(path = "ending.html")]
pub(super) struct Ending {
    pub(super) f: Frame,
    pub(super) good: bool,
    pub(super) title: String,
    pub(super) text: String,
    /// What the provider's adapter says to do, in English.
    pub(super) detail: Option<String>,
    /// Where a connected user is led on to by itself.
    pub(super) refresh: Option<String>,
    /// To where, and what that is called; the first is what most will want.
    pub(super) actions: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::Mark;

    #[test]
    fn a_mark_has_the_initials_of_at_most_two_words() {
        for (name, letters) in
            [("Strava", "S"), ("FreeStyle Libre", "FL"), ("Dexcom (outside the US)", "DO"), ("ärzte", "Ä"), ("", "")]
        {
            assert_eq!(Mark::new(name).letters, letters);
        }
    }
}
