//! Where a secret lives.

/// The row that a secret belongs to. It is authenticated with the secret, and not stored in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place<'a> {
    /// Whose data key: the project, or `operator` for the operator's own.
    pub tenant: &'a str,
    /// The connection; empty for what belongs to none.
    pub connection: &'a str,
    /// Which secret: `access-token`, `jar`.
    pub name: &'a str,
}

impl Place<'_> {
    /// Additional data for the secret: each part with its length before it, so that no two places read the same.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = b"gearshift secret 1".to_vec();
        for part in [self.tenant, self.connection, self.name] {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part.as_bytes());
        }
        out
    }
}
