//! `gearshift keys` and `gearshift catalogue`: for those who run the daemon.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::Subcommand;
use gearshift_connect::catalogue::{Catalogue, Entry, Registration, Sharing};
use gearshift_store::{Sqlite, Store};
use gearshift_vault::{KeyFile, LocalKeys};

use crate::config::Config;
use crate::house::{KEY_VARIABLE, keys_are_in_environment};
use crate::keys_rotate;

/// The operators' commands.
#[derive(Subcommand)]
pub(crate) enum Operator {
    /// Key-encryption keys, under which all secrets are sealed.
    Keys {
        /// The configuration of the daemon, as `serve` takes it.
        #[arg(long, env = "GEARSHIFT_CONFIG", global = true)]
        config: Option<PathBuf>,
        /// The data folder, in place of the configuration's.
        #[arg(long, global = true)]
        data: Option<PathBuf>,
        #[command(subcommand)]
        what: Keys,
    },
    /// Every provider that is known, and how one comes by an application there.
    Catalogue,
}

/// What is done to keys.
#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Names the keys, the one that wraps first. No key is shown.
    List,
    /// Adds a key, wraps everything anew under it while the daemon goes on, and drops the former one.
    Rotate {
        /// Leaves the former keys in the file: for a copy of the data that was made before.
        #[arg(long)]
        keep_old: bool,
    },
}

/// Carries a command out.
pub(crate) async fn run(operator: Operator) -> anyhow::Result<()> {
    match operator {
        Operator::Catalogue => Ok(write!(std::io::stdout().lock(), "{}", table(Catalogue::get().providers()))?),
        Operator::Keys { config, data, what } => {
            let mut config = Config::read(config.as_deref())?;
            config.data = data.unwrap_or(config.data);
            keys(&config, what).await
        }
    }
}

async fn keys(config: &Config, what: Keys) -> anyhow::Result<()> {
    let file = config.key_file();
    match what {
        Keys::List => {
            let ids = match keys_are_in_environment() {
                true => LocalKeys::from_env(KEY_VARIABLE)?.ids(),
                false => KeyFile::new(&file).ids()?,
            };
            for (place, id) in ids.iter().enumerate() {
                println!("{id} {}", if place == 0 { "wraps" } else { "opens" });
            }
            Ok(())
        }
        Keys::Rotate { .. } if keys_are_in_environment() => bail!(
            "the keys are in {KEY_VARIABLE} and not in a file: put a new key before the others there, restart every daemon, and \
             leave the old ones behind it; what is sealed anew comes under the new key"
        ),
        Keys::Rotate { keep_old } => {
            let store: Arc<dyn Store> =
                Sqlite::open(&config.data.join("gearshift.db"), &config.data.join("archive")).await?;
            let rotated = keys_rotate::rotate(&*store, &file, keep_old).await?;
            println!("{rotated}");
            store.close().await;
            Ok(())
        }
    }
}

/// One line a provider.
fn table(entries: &[Entry]) -> String {
    let mut out = format!(
        "{:<16} {:<26} {:<10} {:<12} {:<13} {}\n",
        "PROVIDER", "NAME", "OWN KEYS", "SHARED KEYS", "PARTNERSHIP", "NEW APPLICATIONS"
    );
    for entry in entries {
        let line = format!(
            "{:<16} {:<26} {:<10} {:<12} {:<13} {}",
            entry.id,
            entry.name,
            if entry.own_keys { "yes" } else { "-" },
            if entry.shared_keys == Sharing::Never { "never" } else { "possible" },
            if entry.partnership { "needed" } else { "-" },
            if entry.new_applications == Registration::Closed { "closed" } else { "open" },
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
