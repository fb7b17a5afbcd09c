//! Which addresses may be connected to.
//!
//! A public name can point anywhere, so the name proves nothing. What is refused are the special-purpose blocks of the IANA
//! registries (RFC 6890 and its updates) and the addresses at which clouds hand out credentials. For IPv6 it is the other way
//! round: only global unicast is let through, and of that not the blocks that carry an IPv4 address within, since those are
//! other spellings of what was refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// Refused blocks of IPv4, and what each is.
const SPECIAL_V4: &[(Ipv4Net, &str)] = &[
    (v4(0, 0, 0, 0, 8), "this network"),
    (v4(10, 0, 0, 0, 8), "private"),
    (v4(100, 64, 0, 0, 10), "carrier-grade NAT"),
    (v4(127, 0, 0, 0, 8), "loopback"),
    (v4(168, 63, 129, 16, 32), "cloud metadata"),
    (v4(169, 254, 0, 0, 16), "link-local or cloud metadata"),
    (v4(172, 16, 0, 0, 12), "private"),
    (v4(192, 0, 0, 0, 24), "protocol assignments"),
    (v4(192, 0, 2, 0, 24), "documentation"),
    (v4(192, 88, 99, 0, 24), "6to4 relay"),
    (v4(192, 168, 0, 0, 16), "private"),
    (v4(198, 18, 0, 0, 15), "benchmarking"),
    (v4(198, 51, 100, 0, 24), "documentation"),
    (v4(203, 0, 113, 0, 24), "documentation"),
    (v4(224, 0, 0, 0, 4), "multicast"),
    (v4(240, 0, 0, 0, 4), "reserved or broadcast"),
];

/// Blocks of IPv6 that have a name worth telling; whatever else lies outside of global unicast is refused without one.
const SPECIAL_V6: &[(Ipv6Net, &str)] = &[
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), "unspecified"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "loopback"),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), "IPv4-mapped"),
    (v6(0, 0, 0, 96), "IPv4-compatible"),
    (v6(0x64, 0xff9b, 0, 96), "NAT64"),
    (v6(0x64, 0xff9b, 1, 48), "local NAT64"),
    (v6(0x100, 0, 0, 64), "discard"),
    (v6(0x2001, 0, 0, 32), "Teredo"),
    (v6(0x2001, 0, 0, 23), "protocol assignments"),
    (v6(0x2001, 0xdb8, 0, 32), "documentation"),
    (v6(0x2002, 0, 0, 16), "6to4"),
    (v6(0x3fff, 0, 0, 20), "documentation"),
    (v6(0xfc00, 0, 0, 7), "unique local or cloud metadata"),
    (v6(0xfe80, 0, 0, 10), "link-local"),
    (v6(0xfec0, 0, 0, 10), "site-local"),
    (v6(0xff00, 0, 0, 8), "multicast"),
];

/// The only part of IPv6 that is handed out for the public network.
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 0, 3);

/// Judges addresses.
#[derive(Debug, Clone, Default)]
pub struct AddressPolicy {
    permitted: Vec<IpNet>,
}

impl AddressPolicy {
    /// Public addresses only: what production has.
    pub fn strict() -> Self {
        Self::default()
    }

    /// Also lets this block through, in exactly this spelling: 127.0.0.0/8 does not open `::ffff:127.0.0.1`. For tests, and for
    /// operators who said so.
    #[must_use]
    pub fn permitting(mut self, net: IpNet) -> Self {
        self.permitted.push(net);
        self
    }

    /// Lets everything through: where the operator chose the address, as in a rewrite.
    pub(crate) fn anywhere() -> Self {
        Self::default()
            .permitting(IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)))
            .permitting(IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)))
    }

    /// What the address is, where it may not be connected to.
    pub fn refusal(&self, address: IpAddr) -> Option<&'static str> {
        if self.permitted.iter().any(|net| net.contains(&address)) {
            return None;
        }
        match address {
            IpAddr::V4(address) => named(SPECIAL_V4, |net| net.contains(&address)),
            IpAddr::V6(address) => named(SPECIAL_V6, |net| net.contains(&address))
                .or_else(|| (!GLOBAL_UNICAST.contains(&address)).then_some("not global unicast")),
        }
    }
}

fn named<N>(table: &[(N, &'static str)], holds: impl Fn(&N) -> bool) -> Option<&'static str> {
    table.iter().find(|(net, _)| holds(net)).map(|(_, name)| *name)
}
