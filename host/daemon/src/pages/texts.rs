//! What users read, in every language that is spoken.

use gearshift_connect::Language;

/// A table of texts: a row has all languages, so that none can lack one. `{project}` and `{provider}` are filled in.
macro_rules! texts {
    ($($key:ident: $en:literal, $de:literal;)+) => {
        /// The texts of a page.
        pub(super) struct Texts {
            $(pub(super) $key: String,)+
        }

        impl Texts {
            /// The texts in a language, about a project and a provider.
            pub(super) fn new(language: Language, project: &str, provider: &str) -> Self {
                Self { $($key: fill(match language { Language::En => $en, Language::De => $de }, project, provider),)+ }
            }
        }

        #[cfg(test)]
        const ROWS: &[(&str, [&str; 2])] = &[$((stringify!($key), [$en, $de]),)+];
    };
}

fn fill(text: &str, project: &str, provider: &str) -> String {
    text.replace("{provider}", provider).replace("{project}", project)
}

texts! {
    pick_title: "What would you like to connect?", "Was möchten Sie verbinden?";
    pick_lead: "{project} asks to read your data from a service that you use. Choose which one.",
        "{project} möchte Daten aus einem Dienst lesen, den Sie nutzen. Wählen Sie, aus welchem.";
    pick_search: "Search for a service", "Dienst suchen";
    pick_submit: "Search", "Suchen";
    pick_list: "Services", "Dienste";
    pick_none: "No service has that name.", "Kein Dienst heißt so.";
    pick_all: "Show all services", "Alle Dienste zeigen";

    consent_title: "Connect {provider} with {project}", "{provider} mit {project} verbinden";
    consent_lead: "{project} asks to read these from your account at {provider}:",
        "{project} möchte aus Ihrem Konto bei {provider} lesen:";
    consent_how: "How you sign in", "So melden Sie sich an";
    consent_there: "You sign in at {provider} itself and decide there what to allow. Your password stays with {provider}.",
        "Sie melden sich bei {provider} selbst an und entscheiden dort, was Sie erlauben. Ihr Passwort bleibt bei {provider}.";
    consent_password: "You enter your sign-in for {provider} on the next page. It is sent to {provider} and to nobody else; \
                       {project} does not see it.",
        "Auf der nächsten Seite geben Sie Ihre Zugangsdaten für {provider} ein. Sie gehen an {provider} und an niemanden sonst; \
         {project} sieht sie nicht.";
    consent_key: "You enter a key from {provider} on the next page. It is shown to {provider} and to nobody else; {project} does \
                  not see it.",
        "Auf der nächsten Seite geben Sie einen Schlüssel von {provider} ein. Er wird {provider} gezeigt und niemandem sonst; \
         {project} sieht ihn nicht.";
    consent_unofficial: "{provider} has no public interface for this. Your data is read in the way in which {provider}’s own \
                         website or app reads it, and that may stop working.",
        "{provider} hat dafür keine öffentliche Schnittstelle. Ihre Daten werden so gelesen, wie die Website oder App von \
         {provider} es selbst tut; das kann eines Tages nicht mehr gehen.";
    consent_go: "Continue to {provider}", "Weiter zu {provider}";
    consent_go_form: "Agree and continue", "Zustimmen und weiter";
    another: "Choose another service", "Anderen Dienst wählen";
    leave: "Not now, back to {project}", "Jetzt nicht, zurück zu {project}";

    form_title: "Sign in to {provider}", "Bei {provider} anmelden";
    form_title_key: "Your key from {provider}", "Ihr Schlüssel von {provider}";
    form_lead: "Use the same sign-in as in {provider}’s own website or app.",
        "Mit denselben Daten wie auf der Website oder in der App von {provider}.";
    form_optional: "optional", "freiwillig";
    form_keep: "Keep my password for {provider}", "Mein Passwort für {provider} aufbewahren";
    form_keep_hint: "Not ticked: the password is used once, now, and forgotten. When {provider} ends the sign-in one day, you are \
                     asked again. Ticked: it is kept, encrypted, and you are signed in again without being asked.",
        "Ohne Haken wird das Passwort jetzt einmal benutzt und vergessen. Beendet {provider} die Anmeldung eines Tages, werden \
         Sie wieder gefragt. Mit Haken wird es verschlüsselt aufbewahrt, und Sie werden ohne Rückfrage wieder angemeldet.";
    form_key_kept: "The key is kept, encrypted, for as long as you are connected: your data cannot be read without it.",
        "Der Schlüssel wird verschlüsselt aufbewahrt, solange Sie verbunden sind: Ohne ihn lassen sich Ihre Daten nicht lesen.";
    form_go: "Sign in and connect", "Anmelden und verbinden";
    form_go_key: "Connect", "Verbinden";
    form_back: "Back", "Zurück";
    problem: "There is a problem", "Da stimmt etwas nicht";
    problem_prefix: "Problem: ", "Problem: ";
    missing: "Fill this in:", "Bitte ausfüllen:";
    refused: "{provider} does not accept this sign-in. Check what you entered, and try it in {provider}’s own website or app.",
        "{provider} nimmt diese Anmeldung nicht an. Prüfen Sie Ihre Eingaben, am besten auch auf der Website oder in der App von \
         {provider}.";
    refill: "Enter your sign-in again: it is not remembered.", "Geben Sie Ihre Daten noch einmal ein: Sie werden nicht gemerkt.";

    choose_title: "Which account do you mean?", "Welches Konto meinen Sie?";
    choose_lead: "Your sign-in at {provider} opens several. One of them is connected with {project}.",
        "Ihre Anmeldung bei {provider} öffnet mehrere. Eines davon wird mit {project} verbunden.";
    choose_go: "Connect this account", "Dieses Konto verbinden";

    done_title: "Connected", "Verbunden";
    done_text: "Your account at {provider} is connected with {project}.", "Ihr Konto bei {provider} ist mit {project} verbunden.";
    done_close: "You can close this page.", "Sie können diese Seite schließen.";
    done_on: "Continue to {project}", "Weiter zu {project}";
    failed_title: "Not connected", "Nicht verbunden";
    failed_text: "Something went wrong, and nothing was connected. Try again; if it happens once more, tell {project}.",
        "Etwas ist schiefgegangen, und nichts wurde verbunden. Versuchen Sie es noch einmal; passiert es wieder, sagen Sie es \
         {project}.";
    denied_title: "You did not allow access", "Sie haben den Zugriff nicht erlaubt";
    denied_text: "{provider} says that access was not allowed. Nothing was connected. Try again if that was a mistake.",
        "{provider} meldet, dass der Zugriff nicht erlaubt wurde. Nichts wurde verbunden. War das ein Versehen, versuchen Sie es \
         noch einmal.";
    unavailable_title: "{provider} does not answer", "{provider} antwortet nicht";
    unavailable_text: "Nothing was connected. Try again in some minutes.",
        "Nichts wurde verbunden. Versuchen Sie es in einigen Minuten noch einmal.";
    required_title: "{provider} needs something from you first", "{provider} braucht zuerst etwas von Ihnen";
    required_text: "It is done in {provider}’s own website or app. Then try again here.",
        "Das geht auf der Website oder in der App von {provider}. Versuchen Sie es danach hier noch einmal.";
    to_do: "What to do", "Was zu tun ist";
    unoffered_title: "This cannot be connected here", "Das lässt sich hier nicht verbinden";
    unoffered_text: "{project} does not offer this service. Nothing was connected.",
        "{project} bietet diesen Dienst nicht an. Nichts wurde verbunden.";
    issuer_title: "This sign-in was broken off", "Diese Anmeldung wurde abgebrochen";
    issuer_text: "The answer did not come from {provider}. To be safe, nothing was connected. Begin again.",
        "Die Antwort kam nicht von {provider}. Zur Sicherheit wurde nichts verbunden. Beginnen Sie noch einmal.";
    expired_title: "This page has expired", "Diese Seite ist abgelaufen";
    expired_text: "Too much time has passed. Nothing was connected. Go back to {project} and begin again.",
        "Es ist zu viel Zeit vergangen. Nichts wurde verbunden. Gehen Sie zurück zu {project} und beginnen Sie noch einmal.";
    stale_title: "This page cannot be used", "Diese Seite lässt sich nicht benutzen";
    stale_text: "It has been used, has expired, or was opened in another browser. What was connected before stays connected. Go \
                 back to where you came from, and begin again if you need to.",
        "Sie wurde schon benutzt, ist abgelaufen oder wurde in einem anderen Browser geöffnet. Was verbunden war, bleibt \
         verbunden. Gehen Sie dorthin zurück, woher Sie kamen, und beginnen Sie bei Bedarf noch einmal.";
    shown_title: "Begin on the page itself", "Bitte auf der Seite selbst beginnen";
    shown_text: "Your browser did not bring what our page gave it. Allow cookies for this site, go back to where you came from, and \
                 begin again.",
        "Ihr Browser hat nicht mitgebracht, was unsere Seite ihm gab. Erlauben Sie Cookies für diese Seite, gehen Sie dorthin \
         zurück, woher Sie kamen, und beginnen Sie noch einmal.";
    retry: "Try again", "Noch einmal versuchen";
    back: "Back to {project}", "Zurück zu {project}";
    footer: "Gearshift connects {project} with services that you use.",
        "Gearshift verbindet {project} mit Diensten, die Sie nutzen.";
    footer_plain: "Gearshift connects accounts.", "Gearshift verbindet Konten.";
}

/// Kinds of records, as people call them: identifier, English, German.
const KINDS: [(&str, [&str; 2]); 10] = [
    ("activity", ["Workouts and other activities", "Trainings und andere Aktivitäten"]),
    ("athlete", ["Your profile", "Ihr Profil"]),
    (
        "body",
        ["Measurements of your body, such as weight or glucose", "Körperwerte, zum Beispiel Gewicht oder Glukose"],
    ),
    ("daily", ["Daily totals and scores, such as steps", "Tageswerte, zum Beispiel Schritte"]),
    ("menstruation", ["Your menstrual cycle", "Ihr Zyklus"]),
    ("nutrition", ["What you eat and drink", "Was Sie essen und trinken"]),
    ("observation", ["Other findings, such as symptoms", "Weitere Angaben, zum Beispiel Symptome"]),
    ("planned-workout", ["Planned workouts", "Geplante Trainings"]),
    ("sample", ["Readings over the day, such as heart rate", "Messwerte über den Tag, zum Beispiel Puls"]),
    ("sleep", ["Your sleep", "Ihr Schlaf"]),
];

/// What people call a kind of records.
pub(super) fn kind(id: &str, language: Language) -> String {
    let row = KINDS.iter().find(|(known, _)| *known == id);
    row.map_or_else(|| id.to_owned(), |(_, words)| word(*words, language).to_owned())
}

/// Fields of forms that many providers have: name, how a browser completes it, and its label where the manifest speaks English.
const FIELDS: [(&str, &str, &str); 3] = [
    ("email", "username", "E-Mail-Adresse"),
    ("password", "current-password", "Passwort"),
    ("username", "username", "Benutzername oder E-Mail-Adresse"),
];

/// How a browser completes a field.
pub(super) fn autocomplete(field: &str) -> &'static str {
    FIELDS.iter().find(|(known, ..)| *known == field).map_or("off", |(_, token, _)| token)
}

/// A field's label in a language, where it is not the manifest's.
pub(super) fn label(field: &str, language: Language) -> Option<&'static str> {
    match language {
        Language::En => None,
        Language::De => FIELDS.iter().find(|(known, ..)| *known == field).map(|(.., label)| *label),
    }
}

fn word([en, de]: [&'static str; 2], language: Language) -> &'static str {
    match language {
        Language::En => en,
        Language::De => de,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_and_speaks_of_the_same() {
        for (key, [en, de]) in ROWS {
            assert!(!en.trim().is_empty() && !de.trim().is_empty(), "{key}");
            for hole in ["{project}", "{provider}"] {
                assert_eq!(en.contains(hole), de.contains(hole), "{key}: {hole}");
            }
            for text in [en, de] {
                assert!(!fill(text, "P", "Q").contains(['{', '}']), "{key}: {text}");
            }
        }
    }

    #[test]
    fn every_kind_of_the_registry_has_words() {
        for known in gearshift_model::registry::kinds() {
            for language in Language::ALL {
                assert_ne!(kind(known.id, language), known.id);
            }
        }
    }
}
