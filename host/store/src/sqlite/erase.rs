//! Taking everything of a connection away.

use super::{Sqlite, connections};
use crate::{Erased, StoreError};

/// What is deleted for a connection, children before parents, each with the count that it adds to. The statements bind
/// the connection as `?1`.
const STEPS: [(&str, Count); 13] = [
    ("DELETE FROM deliveries WHERE seq IN (SELECT seq FROM events WHERE connection = ?1)", Count::None),
    ("DELETE FROM events WHERE connection = ?1", Count::Events),
    ("DELETE FROM facets WHERE record IN (SELECT id FROM records WHERE connection = ?1)", Count::None),
    ("DELETE FROM record_keys WHERE connection = ?1", Count::None),
    ("UPDATE records SET merged_into = NULL WHERE connection = ?1 AND merged_into IS NOT NULL", Count::None),
    ("DELETE FROM records WHERE connection = ?1", Count::Records),
    ("DELETE FROM tombstones WHERE connection = ?1", Count::None),
    ("DELETE FROM documents WHERE connection = ?1", Count::Documents),
    ("DELETE FROM streams WHERE connection = ?1", Count::None),
    ("DELETE FROM jobs WHERE connection = ?1", Count::Jobs),
    ("DELETE FROM logins WHERE connection = ?1", Count::Secrets),
    ("DELETE FROM secrets WHERE connection = ?1", Count::Secrets),
    ("DELETE FROM exchanges WHERE connection = ?1", Count::Exchanges),
];

#[derive(Clone, Copy)]
enum Count {
    None,
    Secrets,
    Exchanges,
    Documents,
    Records,
    Jobs,
    Events,
}

fn add(erased: &mut Erased, to: Count, rows: u64) {
    let place = match to {
        Count::None => return,
        Count::Secrets => &mut erased.secrets,
        Count::Exchanges => &mut erased.exchanges,
        Count::Documents => &mut erased.documents,
        Count::Records => &mut erased.records,
        Count::Jobs => &mut erased.jobs,
        Count::Events => &mut erased.events,
    };
    *place += rows;
}

impl Sqlite {
    pub(super) async fn erase(&self, id: &str) -> Result<Erased, StoreError> {
        let mut erased = Erased::default();
        let alone = self.bodies.write().await;
        let mut tx = self.write().await?;
        connections::load(&mut tx, id).await?;
        let hashes: Vec<String> = sqlx::query_scalar("SELECT DISTINCT body_hash FROM exchanges WHERE connection = ?")
            .bind(id)
            .fetch_all(&mut *tx)
            .await?;
        for (statement, to) in STEPS {
            let done = sqlx::query(statement).bind(id).execute(&mut *tx).await?;
            add(&mut erased, to, done.rows_affected());
        }
        let gone = Self::drop_body_rows(&mut tx, Some(&hashes)).await?;
        sqlx::query("DELETE FROM connections WHERE id = ?").bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        erased.bodies = gone.len() as u64;
        // A crash here leaves files that no row names; the next collection finds them.
        self.archive.remove(gone.into_iter().map(|(hash, _)| hash).collect()).await?;
        drop(alone);
        Ok(erased)
    }
}
