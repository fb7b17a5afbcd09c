//! The one door out: routes, addresses, credentials, cookies, archive of exchanges.
