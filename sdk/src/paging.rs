//! Cursors for the usual ways of paging. Each is kept as JSON with [`Page::next`](crate::Page::next).

use serde::{Deserialize, Serialize};

use crate::Response;

/// Page numbers: `?page=2&per_page=30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// Which page comes now.
    pub page: u32,
    /// How many items a page has; it may not change on the way.
    pub size: u32,
}

impl Numbered {
    /// Before the first page, which the provider counts as `first`.
    pub fn from(first: u32, size: u32) -> Self {
        Self { page: first, size }
    }

    /// The following page, unless this one was shorter than a full one.
    pub fn after(self, items: usize) -> Option<Self> {
        let full = u32::try_from(items).is_ok_and(|items| items >= self.size) && self.size > 0;
        full.then_some(Self { page: self.page + 1, ..self })
    }
}

/// Offset and limit: `?offset=100&limit=50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    /// How many items are behind us.
    pub offset: u64,
    /// How many items a page has.
    pub limit: u64,
}

impl Offset {
    /// At the beginning.
    pub fn start(limit: u64) -> Self {
        Self { offset: 0, limit }
    }

    /// The following page, unless this one was shorter than a full one or reached a known total.
    pub fn after(self, items: usize, total: Option<u64>) -> Option<Self> {
        let items = items as u64;
        let offset = self.offset + items;
        let more = items > 0 && total.map_or(items >= self.limit, |total| offset < total);
        more.then_some(Self { offset, ..self })
    }
}

/// The address of the next page out of a `link` header (RFC 8288).
pub fn next_link(response: &Response) -> Option<String> {
    response.header("link")?.split(',').find_map(|link| {
        let (target, parameters) = link.split_once(';')?;
        let next = parameters.split(';').any(|parameter| {
            let value = parameter.trim().strip_prefix("rel=").unwrap_or_default();
            value.trim_matches('"').split_whitespace().any(|word| word == "next")
        });
        let target = target.trim().strip_prefix('<')?.strip_suffix('>')?;
        next.then(|| target.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_page_is_the_last() {
        let first = Numbered::from(1, 30);
        assert_eq!(first.after(30), Some(Numbered { page: 2, size: 30 }));
        assert_eq!(first.after(29), None);
        assert_eq!(first.after(0), None);
    }

    #[test]
    fn a_known_total_ends_it() {
        let start = Offset::start(50);
        assert_eq!(start.after(50, Some(50)), None);
        assert_eq!(start.after(50, Some(51)), Some(Offset { offset: 50, limit: 50 }));
        assert_eq!(start.after(0, Some(51)), None, "an empty page would go on for ever");
    }

    #[test]
    fn the_next_link_is_found_among_others() {
        let header = r#"<https://a.example/?p=1>; rel="prev", <https://a.example/?p=3>; title=x; rel="next last""#;
        let response = Response { headers: vec![("Link".into(), header.into())], ..Response::default() };
        assert_eq!(next_link(&response).as_deref(), Some("https://a.example/?p=3"));
    }
}
