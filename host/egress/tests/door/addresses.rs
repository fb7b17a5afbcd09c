//! A public name can lead anywhere. Wherever it is not public, nobody is connected to.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::support::{Keys, Names, Provider, RIDE, Reply, SilentListener, door, users};

const URL: &str = "https://www.ride.test/api/v3/athlete";

/// A door whose provider's name leads to the listener's port at this address.
async fn refused(addresses: &[&str], silent: &SilentListener) -> String {
    let addresses: Vec<SocketAddr> =
        addresses.iter().map(|each| SocketAddr::new(each.parse::<IpAddr>().unwrap(), silent.port())).collect();
    let names = Names::default().answer("www.ride.test", &addresses);
    let door = door(RIDE).names(names).keys(Keys::default().token("token-of-the-user")).build().await;
    let error = door.pull(users(URL)).await.unwrap_err();
    assert_eq!(error.code(), "denied", "{addresses:?}: {error}");
    assert_eq!(door.names.asked(), ["www.ride.test"]);
    silent.assert_silent();
    error.to_string()
}

#[tokio::test]
async fn the_listener_would_notice() {
    let silent = SilentListener::new();
    let door = door(RIDE)
        .names(Names::default().answer("www.ride.test", &[silent.address()]))
        .permitting("127.0.0.0/8")
        .with(|settings| settings.connect_timeout = Duration::from_millis(200))
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    assert_eq!(door.pull(users(URL)).await.unwrap_err().code(), "connect");
    silent.assert_visited();
}

#[tokio::test]
async fn a_name_for_loopback_is_refused() {
    let silent = SilentListener::new();
    let message = refused(&["127.0.0.1"], &silent).await;
    assert!(message.contains("loopback") && message.contains("egress.rewrites"), "{message}");
}

#[tokio::test]
async fn a_name_for_cloud_metadata_is_refused() {
    let silent = SilentListener::new();
    for address in ["169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "192.0.0.192"] {
        refused(&[address], &silent).await;
    }
}

#[tokio::test]
async fn every_special_block_is_refused() {
    let silent = SilentListener::new();
    for address in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.255.255.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "100::1",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        refused(&[address], &silent).await;
    }
}

#[tokio::test]
async fn an_ipv4_address_within_an_ipv6_one_is_refused() {
    let silent = SilentListener::new();
    for address in [
        // The kernel connects these two to the listener, if it is let.
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:93.184.216.34",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::1",
        "2001:0:7f00:1::1",
    ] {
        refused(&[address], &silent).await;
    }
}

#[tokio::test]
async fn one_bad_address_among_good_ones_refuses_all() {
    let silent = SilentListener::new();
    refused(&["93.184.216.34", "127.0.0.1"], &silent).await;
    refused(&["127.0.0.1", "93.184.216.34"], &silent).await;
    refused(&["2606:2800:220:1::1", "::ffff:127.0.0.1"], &silent).await;
}

#[tokio::test]
async fn what_is_permitted_in_one_spelling_is_not_in_another() {
    let silent = SilentListener::new();
    let names = Names::default()
        .answer("www.ride.test", &[SocketAddr::new("::ffff:127.0.0.1".parse().unwrap(), silent.port())]);
    let door = door(RIDE)
        .names(names)
        .permitting("127.0.0.0/8")
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    assert_eq!(door.pull(users(URL)).await.unwrap_err().code(), "denied");
}

#[tokio::test]
async fn a_name_that_changes_between_look_ups_gets_no_second_one() {
    let silent = SilentListener::new();
    let honest = Provider::start(|_| Reply::ok("{}")).await;
    // What is permitted stands for a public address; the second answer is where the attacker wants us. Nobody speaks TLS at the
    // first, so the request fails there, having connected.
    let names = Names::default()
        .answer("www.ride.test", &[SocketAddr::new("127.0.0.2".parse().unwrap(), honest.address().port())])
        .answer("www.ride.test", &[silent.address()]);
    let door = door(RIDE)
        .names(names)
        .permitting("127.0.0.2/32")
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    assert_eq!(door.pull(users(URL)).await.unwrap_err().code(), "connect");
    assert_eq!(door.names.asked().len(), 1);
    silent.assert_silent();
    // And the next request is judged anew.
    assert_eq!(door.pull(users(URL)).await.unwrap_err().code(), "denied");
    assert_eq!(door.names.asked().len(), 2);
}

#[tokio::test]
async fn a_name_without_an_address_says_so() {
    let door = door(RIDE).keys(Keys::default().token("token-of-the-user")).build().await;
    let error = door.pull(users(URL)).await.unwrap_err();
    assert_eq!(error.code(), "connect");
    assert!(error.to_string().contains("www.ride.test"), "{error}");
}
