//! Over real TLS with an authority of the test's own: what was judged is what is connected to.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use crate::support::{Door, Keys, Names, Provider, RIDE, Reply, ResponseExt as _, SilentListener, door, users};

const URL: &str = "https://www.ride.test/api/v3/athlete";

/// Roots that know one authority, and a server with its certificate for a name.
fn authority(name: &str) -> (RootCertStore, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let root = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let leaf_key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&leaf_key, &issuer).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(root.der().clone()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap())
        .unwrap();
    (roots, TlsAcceptor::from(Arc::new(config)))
}

async fn door_to(address: SocketAddr, roots: RootCertStore) -> Door {
    // 127.0.0.2 stands for a public address; all else is as in earnest.
    let names =
        Names::default().answer("www.ride.test", &[address]).answer("www.ride.test", &["127.0.0.1:1".parse().unwrap()]);
    door(RIDE)
        .names(names)
        .permitting("127.0.0.2/32")
        .trusting(roots)
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await
}

#[tokio::test]
async fn the_connected_address_is_the_judged_one() {
    let (roots, tls) = authority("www.ride.test");
    let provider = Provider::at("127.0.0.2:0", Some(tls), |_| Reply::ok("{\"id\":1}")).await;
    // Whoever looked the name up again would end at the second answer, which is refused; whoever took the name's port, at 443.
    let door = door_to(provider.address(), roots).await;
    let response = door.pull(users(URL)).await.unwrap();
    assert_eq!(response.text(), "{\"id\":1}");
    let seen = provider.only();
    assert_eq!(seen.header("host"), Some("www.ride.test"));
    assert_eq!(seen.header("authorization"), Some("Bearer token-of-the-user"));
    assert_eq!(door.names.asked(), ["www.ride.test"]);
}

#[tokio::test]
async fn a_kept_connection_is_not_used_once_its_name_leads_elsewhere() {
    let (roots, tls) = authority("www.ride.test");
    let provider = Provider::at("127.0.0.2:0", Some(tls), |_| Reply::ok("")).await;
    let door = door_to(provider.address(), roots).await;
    door.pull(users(URL)).await.unwrap();
    assert_eq!(door.pull(users(URL)).await.unwrap_err().code(), "denied");
    assert_eq!(provider.seen().len(), 1);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_before_anything_is_said() {
    let (roots, tls) = authority("www.other.test");
    let provider = Provider::at("127.0.0.2:0", Some(tls), |_| Reply::ok("")).await;
    let error = door_to(provider.address(), roots).await.pull(users(URL)).await.unwrap_err();
    assert_eq!(error.code(), "connect");
    assert!(provider.seen().is_empty());
}

#[tokio::test]
async fn an_unknown_authority_is_refused() {
    let (_, tls) = authority("www.ride.test");
    let (others, _) = authority("www.ride.test");
    let provider = Provider::at("127.0.0.2:0", Some(tls), |_| Reply::ok("")).await;
    let error = door_to(provider.address(), others).await.pull(users(URL)).await.unwrap_err();
    assert_eq!(error.code(), "connect");
    assert!(provider.seen().is_empty());
}

#[tokio::test]
async fn the_next_address_of_a_name_is_tried() {
    let (roots, tls) = authority("www.ride.test");
    let provider = Provider::at("127.0.0.2:0", Some(tls), |_| Reply::ok("")).await;
    let gone = SilentListener::new();
    let nobody = SocketAddr::new("127.0.0.2".parse().unwrap(), gone.port());
    let names = Names::default().answer("www.ride.test", &[nobody, provider.address()]);
    let door = door(RIDE)
        .names(names)
        .permitting("127.0.0.2/32")
        .trusting(roots)
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    door.pull(users(URL)).await.unwrap();
    assert_eq!(provider.seen().len(), 1);
}
