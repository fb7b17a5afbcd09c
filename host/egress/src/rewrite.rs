//! Origins that the operator sends elsewhere.

use url::Url;

use crate::EgressError;

/// One rewrite: `https://www.strava.com` to `http://127.0.0.1:9100/strava`. Everything under the first goes to the second, with
/// the rest of its path. Routes, rules and cookies still see the first, so that an adapter behaves as it will in earnest.
#[derive(Debug, Clone)]
pub struct Rewrite {
    from: Url,
    to: Url,
}

impl Rewrite {
    /// Reads a pair of origins, each with an optional path.
    ///
    /// # Errors
    /// `invalid` where one of them is not `http` or `https`, or has a query, a fragment or user information.
    pub fn parse(from: &str, to: &str) -> Result<Self, EgressError> {
        Ok(Self { from: origin(from)?, to: origin(to)? })
    }

    fn rest<'u>(&self, url: &'u Url) -> Option<&'u str> {
        if self.from.origin() != url.origin() {
            return None;
        }
        let rest = url.path().strip_prefix(prefix(&self.from))?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }
}

/// Where the URL goes by the longest rewrite that covers it.
pub(crate) fn apply(rewrites: &[Rewrite], url: &Url) -> Option<Url> {
    let (rewrite, rest) = rewrites
        .iter()
        .filter_map(|rewrite| Some((rewrite, rewrite.rest(url)?)))
        .max_by_key(|(rewrite, _)| prefix(&rewrite.from).len())?;
    let mut target = rewrite.to.clone();
    target.set_path(&format!("{}{rest}", prefix(&rewrite.to)));
    target.set_query(url.query());
    Some(target)
}

fn prefix(url: &Url) -> &str {
    url.path().trim_end_matches('/')
}

fn origin(text: &str) -> Result<Url, EgressError> {
    let refuse = |why: &str| {
        EgressError::invalid(format!(
            "`{text}` in egress.rewrites {why}: write it as https://www.example.com or http://127.0.0.1:9100/name"
        ))
    };
    let url = Url::parse(text).map_err(|error| refuse(&format!("is no URL ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("is neither http nor https"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("has more than origin and path"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(pairs: &[(&str, &str)], url: &str) -> Option<String> {
        let rewrites: Vec<_> = pairs.iter().map(|(from, to)| Rewrite::parse(from, to).unwrap()).collect();
        apply(&rewrites, &Url::parse(url).unwrap()).map(Into::into)
    }

    #[test]
    fn the_rest_of_path_and_query_is_kept() {
        let pairs = [("https://www.ride.test", "http://127.0.0.1:9100/ride")];
        assert_eq!(
            rewritten(&pairs, "https://www.ride.test/api/v3/a%2Fb?x=1&y=%20").as_deref(),
            Some("http://127.0.0.1:9100/ride/api/v3/a%2Fb?x=1&y=%20")
        );
        assert_eq!(rewritten(&pairs, "https://www.ride.test").as_deref(), Some("http://127.0.0.1:9100/ride/"));
    }

    #[test]
    fn the_longest_prefix_wins_and_ends_at_a_segment() {
        let pairs = [("https://a.test/", "http://127.0.0.1:1"), ("https://a.test/oauth", "http://127.0.0.1:2/o")];
        assert_eq!(rewritten(&pairs, "https://a.test/oauth/token").as_deref(), Some("http://127.0.0.1:2/o/token"));
        assert_eq!(rewritten(&pairs, "https://a.test/oauthish").as_deref(), Some("http://127.0.0.1:1/oauthish"));
    }

    #[test]
    fn another_scheme_port_or_host_is_not_covered() {
        let pairs = [("https://a.test", "http://127.0.0.1:1")];
        for url in ["http://a.test/", "https://a.test:8443/", "https://b.a.test/", "https://a.test.evil.test/"] {
            assert_eq!(rewritten(&pairs, url), None, "{url}");
        }
    }

    #[test]
    fn more_than_an_origin_is_told_off() {
        for text in ["ftp://a.test", "https://u:p@a.test", "https://a.test/?q", "www.a.test"] {
            assert_eq!(Rewrite::parse(text, "http://127.0.0.1:1").unwrap_err().code(), "invalid", "{text}");
        }
    }
}
