//! Two daemons on one database.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use gearshift_scenarios::{STRAVA, Town, ever};
use gearshift_simulator::Provider;

/// Accounts whose tokens expire in the same second.
const CONNECTIONS: usize = 1_000;

/// The longest that all renewals may take: ten seconds are usual, and a machine that builds beside it is slow.
const LONGEST: Duration = Duration::from_secs(100);

/// Sign-ins at once.
const BROWSERS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_renew_a_thousand_connections_that_expire_together_once_each() {
    let town = Town::new().riders(CONNECTIONS).activities(0).rides(0).planned(0).days(1).log("warn").await;
    town.install("strava").await;
    let connecting = stream::iter(0..CONNECTIONS).for_each_concurrent(BROWSERS, |rider| {
        let town = town.clone();
        async move {
            let begun = town.begin(STRAVA, rider).await;
            let _ = town.back(&town.agree(&begun, rider, &[]).await).await.ok();
        }
    });
    connecting.await;
    assert_eq!(town.simulator().ledger().tokens.issued, CONNECTIONS as u64);

    let second = town.another_daemon().await;
    town.control().expire(Provider::Strava, None);
    // As if they had been given at the same moment, six hours ago.
    town.disk().await.change("UPDATE secrets SET expires = 1 WHERE name = 'token'").await;
    let last = ever(LONGEST, async || {
        let tokens = town.control().tokens(Provider::Strava);
        (tokens.rotated >= CONNECTIONS as u64).then_some(())
    });
    assert!(last.await.is_some(), "{:?}", town.simulator().ledger().tokens);
    // Whatever would renew twice does so now.
    tokio::time::sleep(Duration::from_secs(6)).await;
    drop(second);
    let ledger = town.simulator().ledger();
    let riders = &ledger.rider_tokens[&Provider::Strava];
    assert_eq!(riders.len(), CONNECTIONS);
    for (rider, tokens) in riders {
        assert_eq!((tokens.rotated, tokens.refused), (1, 0), "{rider}");
    }
    assert_eq!(ledger.tokens.refused, 0);
    assert!(town.connections().await.iter().all(|connection| connection["status"] == "connected"));
}
