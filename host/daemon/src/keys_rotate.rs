//! `gearshift keys rotate`: every secret comes under a new key while the daemon serves.
//!
//! The order is what makes it safe. The new key is written first, so that whoever meets it can open what is under it. Then the
//! daemons that run have time to see it; from then on they seal with it. Only then are blobs wrapped anew, pass by pass, until
//! one finds nothing; and since a blob that was sealed before may still be on its way to the database, another pass has to find
//! nothing some time later. Then the old keys go. Whatever fails or is killed before that leaves all keys in place, and the
//! next rotation does the rest.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use gearshift_store::{SealedPlace, SealedRows};
use gearshift_vault::{KeyFile, KeyId, LocalKeys, Vault, VaultError};

/// How a rotation takes its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Until every running daemon has seen the new key. Default: twice as long as a daemon believes its key file.
    pub(crate) looked: Duration,
    /// From a pass that found nothing to the one that confirms it. Default: 45 s: a daemon seals and then writes, and a write
    /// waits up to 30 s for its turn and 10 s for another process.
    pub(crate) settled: Duration,
    /// Blobs that are read at once. Default: 200: each is some KiB and a short transaction of its own.
    pub(crate) batch: u32,
    /// Passes after which it is given up. Default: 100. Three do where nothing is amiss, and one more for each late writer.
    pub(crate) passes: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { looked: LocalKeys::LOOK_AGAIN * 2, settled: Duration::from_secs(45), batch: 200, passes: 100 }
    }
}

/// What a rotation did.
#[derive(Debug)]
pub(crate) struct Rotated {
    /// The new key.
    pub(crate) key: KeyId,
    /// Blobs that were wrapped anew.
    pub(crate) rows: u64,
    /// Blobs that are damaged or of a newer release. While there is one, the old keys stay: it may be under one of them.
    pub(crate) damaged: u64,
    /// Blobs under keys that are not in the file. They were lost before.
    pub(crate) lost: u64,
    /// The keys that went.
    pub(crate) retired: Vec<KeyId>,
}

impl fmt::Display for Rotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets were brought under key {}", self.rows, self.key)?;
        if self.damaged > 0 {
            write!(
                f,
                "; {} are damaged, so the old keys stay: the log names them, erase them and rotate again",
                self.damaged
            )?;
        }
        if self.lost > 0 {
            write!(
                f,
                "; {} are under keys that are not in the file, and were lost before: the log names them",
                self.lost
            )?;
        }
        match self.retired.len() {
            0 => f.write_str("; no key was taken out of the file"),
            1 => f.write_str("; the old key was taken out of the file"),
            keys => write!(f, "; {keys} old keys were taken out of the file"),
        }
    }
}

/// Adds a key to the file, brings every blob under it, and takes the others out of the file unless `keep_old`. Safe while
/// daemons serve from the same file and database. It takes [`Pace::settled`] and a little more; with `keep_old`, a few seconds.
pub(crate) async fn rotate<S>(store: &S, file: &Path, keep_old: bool) -> anyhow::Result<Rotated>
where
    S: SealedRows + Sync + ?Sized,
{
    rotate_at(store, file, keep_old, Pace::default()).await
}

/// The same at a pace of one's own.
pub(crate) async fn rotate_at<S>(store: &S, file: &Path, keep_old: bool, pace: Pace) -> anyhow::Result<Rotated>
where
    S: SealedRows + Sync + ?Sized,
{
    let keys = KeyFile::new(file);
    let key = keys.add()?;
    tracing::info!(%key, "the new key stands in the file: waiting for running daemons to see it");
    tokio::time::sleep(pace.looked).await;
    let vault = Vault::new(Arc::new(LocalKeys::from_file(file)?));
    let mut rotated = Rotated { key, rows: 0, damaged: 0, lost: 0, retired: Vec::new() };
    let mut settled = false;
    for number in 1..=pace.passes {
        let pass = pass(store, &vault, pace.batch).await.context("the old keys are still in the file: start again")?;
        tracing::info!(number, found = pass.found, replaced = pass.replaced, "looked through all that is sealed");
        rotated.rows += pass.replaced;
        (rotated.damaged, rotated.lost) = (pass.damaged, pass.lost);
        if pass.found > 0 {
            settled = false;
        } else if keep_old || pass.damaged > 0 {
            return Ok(rotated);
        } else if settled {
            rotated.retired = keys.retire(key)?;
            return Ok(rotated);
        } else {
            tokio::time::sleep(pace.settled).await;
            settled = true;
        }
    }
    bail!(
        "somebody goes on sealing under another key than {key}: does a daemon read another key file, or keys from its \
         environment? The old keys are still in the file"
    )
}

/// One look at everything that is sealed.
#[derive(Debug, Default)]
struct Pass {
    /// Blobs that are not under the current key and could be.
    found: u64,
    replaced: u64,
    damaged: u64,
    lost: u64,
}

async fn pass<S>(store: &S, vault: &Vault, batch: u32) -> anyhow::Result<Pass>
where
    S: SealedRows + Sync + ?Sized,
{
    let mut pass = Pass::default();
    let mut after: Option<SealedPlace> = None;
    loop {
        let rows = store.sealed_rows(after.as_ref(), batch).await?;
        let Some(last) = rows.last() else { return Ok(pass) };
        after = Some(last.place.clone());
        for row in rows.iter().filter(|row| !row.sealed.is_empty()) {
            match vault.rewrap(&row.tenant, &row.sealed).await {
                Ok(None) => {}
                Ok(Some(with)) => {
                    pass.found += 1;
                    // Where somebody wrote meanwhile, the next pass sees what they wrote.
                    pass.replaced += u64::from(store.replace_sealed(row, &with).await?);
                }
                Err(error @ (VaultError::Tampered | VaultError::Unreadable)) => {
                    tracing::warn!(place = ?row.place, tenant = row.tenant, %error, "a sealed secret is damaged");
                    pass.damaged += 1;
                }
                Err(error @ VaultError::OtherKey { .. }) => {
                    tracing::warn!(place = ?row.place, tenant = row.tenant, %error, "a sealed secret is lost");
                    pass.lost += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};
    use std::ops::Bound;
    use std::path::PathBuf;
    use std::sync::Mutex;

    use gearshift_store::{Destination, Outbox as _, SealedColumn, SealedRow, Sqlite, StoreError};
    use gearshift_vault::Place;

    use super::*;

    const AT_ONCE: Pace = Pace { looked: Duration::ZERO, settled: Duration::ZERO, batch: 2, passes: 10 };

    /// Sealed blobs in memory, and what is written between two passes: when that many passes have ended.
    #[derive(Default)]
    struct Rows {
        rows: Mutex<BTreeMap<SealedPlace, SealedRow>>,
        passes: Mutex<u32>,
        late: Mutex<HashMap<u32, SealedRow>>,
    }

    impl Rows {
        fn put(&self, row: SealedRow) {
            self.rows.lock().unwrap().insert(row.place.clone(), row);
        }

        async fn open(&self, vault: &Vault, connection: &str) -> Result<Vec<u8>, VaultError> {
            let row = self.rows.lock().unwrap().get(&place(connection)).cloned().unwrap();
            vault.open(&Place { tenant: &row.tenant, connection, name: "token" }, &row.sealed).await.map(|p| p.to_vec())
        }
    }

    #[async_trait::async_trait]
    impl SealedRows for Rows {
        async fn sealed_rows(&self, after: Option<&SealedPlace>, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let mut rows = self.rows.lock().unwrap();
            let found: Vec<_> =
                rows.range((from, Bound::Unbounded)).take(limit as usize).map(|(_, row)| row.clone()).collect();
            if found.is_empty() {
                let mut passes = self.passes.lock().unwrap();
                *passes += 1;
                if let Some(row) = self.late.lock().unwrap().remove(&*passes) {
                    rows.insert(row.place.clone(), row);
                }
            }
            Ok(found)
        }

        async fn replace_sealed(&self, row: &SealedRow, with: &[u8]) -> Result<bool, StoreError> {
            let mut rows = self.rows.lock().unwrap();
            let Some(there) = rows.get_mut(&row.place).filter(|there| *there == row) else { return Ok(false) };
            there.sealed = with.to_vec();
            Ok(true)
        }
    }

    fn place(connection: &str) -> SealedPlace {
        SealedPlace { column: SealedColumn::Secret, key: (connection.to_owned(), "token".to_owned()) }
    }

    /// A vault as a running daemon has it, which never has time to look at its file by itself.
    fn daemon(file: &Path) -> Vault {
        Vault::new(Arc::new(LocalKeys::from_file_or_new(file).unwrap().look_again(Duration::from_secs(24 * 60 * 60))))
    }

    async fn row(vault: &Vault, tenant: &str, connection: &str) -> SealedRow {
        let sealed = vault.seal(&Place { tenant, connection, name: "token" }, connection.as_bytes()).await.unwrap();
        SealedRow { place: place(connection), tenant: tenant.to_owned(), sealed }
    }

    /// A key file, a daemon, and five secrets of two tenants.
    async fn world() -> (tempfile::TempDir, PathBuf, Vault, Rows) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keys");
        let vault = daemon(&file);
        let rows = Rows::default();
        for (tenant, connection) in [("acme", "a"), ("acme", "b"), ("acme", "c"), ("zeta", "d"), ("zeta", "e")] {
            rows.put(row(&vault, tenant, connection).await);
        }
        (dir, file, vault, rows)
    }

    #[tokio::test]
    async fn every_secret_comes_under_the_new_key_and_the_old_one_goes() {
        let (_dir, file, running, rows) = world().await;
        let old = KeyFile::new(&file).ids().unwrap();
        let rotated = rotate_at(&rows, &file, false, AT_ONCE).await.unwrap();
        assert_eq!((rotated.rows, rotated.damaged, rotated.lost), (5, 0, 0));
        assert_eq!(rotated.retired, old);
        assert_eq!(KeyFile::new(&file).ids().unwrap(), [rotated.key]);
        for vault in [&running, &daemon(&file)] {
            for connection in ["a", "b", "c", "d", "e"] {
                assert_eq!(rows.open(vault, connection).await.unwrap(), connection.as_bytes());
            }
        }
    }

    #[tokio::test]
    async fn what_is_written_late_under_the_old_key_is_not_lost() {
        // After the pass that does the work, and after the one that finds nothing.
        for late in [1, 2] {
            let (_dir, file, running, rows) = world().await;
            let written = row(&running, "acme", "aa").await;
            rows.late.lock().unwrap().insert(late, written);
            let rotated = rotate_at(&rows, &file, false, AT_ONCE).await.unwrap();
            assert_eq!((rotated.rows, rotated.retired.len()), (6, 1), "written after pass {late}");
            assert_eq!(rows.open(&daemon(&file), "aa").await.unwrap(), b"aa", "written after pass {late}");
        }
    }

    #[tokio::test]
    async fn who_never_stops_sealing_with_the_old_key_keeps_it_alive() {
        let (_dir, file, running, rows) = world().await;
        for pass in 1..=AT_ONCE.passes {
            let written = row(&running, "acme", "aa").await;
            rows.late.lock().unwrap().insert(pass, written);
        }
        let error = rotate_at(&rows, &file, false, AT_ONCE).await.unwrap_err();
        assert!(error.to_string().contains("another key file"), "{error}");
        assert_eq!(KeyFile::new(&file).ids().unwrap().len(), 2);
        assert_eq!(rows.open(&daemon(&file), "aa").await.unwrap(), b"aa");
    }

    #[tokio::test]
    async fn old_keys_stay_where_that_is_asked_for_and_where_something_is_damaged() {
        let (_dir, file, _running, rows) = world().await;
        let rotated = rotate_at(&rows, &file, true, AT_ONCE).await.unwrap();
        assert_eq!((rotated.rows, rotated.retired.len()), (5, 0));
        rows.rows.lock().unwrap().get_mut(&place("b")).unwrap().sealed[20] ^= 1;
        let rotated = rotate_at(&rows, &file, false, AT_ONCE).await.unwrap();
        assert_eq!((rotated.rows, rotated.damaged, rotated.retired.len()), (4, 1, 0));
        assert!(rotated.to_string().contains("1 are damaged, so the old keys stay"), "{rotated}");
        assert_eq!(KeyFile::new(&file).ids().unwrap().len(), 3);

        // Without the damaged one they go, all of them.
        rows.rows.lock().unwrap().remove(&place("b"));
        let rotated = rotate_at(&rows, &file, false, AT_ONCE).await.unwrap();
        assert_eq!((rotated.rows, rotated.damaged, rotated.retired.len()), (4, 0, 3));
        assert_eq!(rows.open(&daemon(&file), "e").await.unwrap(), b"e");
    }

    #[tokio::test]
    async fn a_blob_under_a_key_that_nobody_has_does_not_hold_up_the_others() {
        let (dir, file, _running, rows) = world().await;
        rows.put(row(&daemon(&dir.path().join("strange")), "acme", "c").await);
        let rotated = rotate_at(&rows, &file, false, AT_ONCE).await.unwrap();
        assert_eq!((rotated.rows, rotated.lost, rotated.retired.len()), (4, 1, 1));
    }

    #[tokio::test]
    async fn the_store_gives_and_takes_what_a_rotation_needs() {
        let (dir, file, running, _) = world().await;
        let store = Sqlite::open(":memory:", dir.path().join("archive")).await.unwrap();
        let place = Place { tenant: "acme", connection: "", name: "destination" };
        let destination = Destination {
            id: "one".into(),
            project: "acme".into(),
            url: "https://receiver.test/".into(),
            secret_sealed: running.seal(&place, b"made-up").await.unwrap(),
            format: gearshift_store::Format::Gearshift,
            enabled: true,
            created: 0,
        };
        store.put_destination(&destination).await.unwrap();
        let rotated = rotate_at(&*store, &file, false, AT_ONCE).await.unwrap();
        assert_eq!((rotated.rows, rotated.retired.len()), (1, 1));
        let after = &store.destinations(None).await.unwrap()[0];
        assert_eq!(daemon(&file).open(&place, &after.secret_sealed).await.unwrap().as_slice(), b"made-up");
    }
}
