//! Manifests of made-up providers.

/// A provider with OAuth: everything below /api/v3/ is the user's, /public/ is for anybody.
pub(crate) const RIDE: &str = r#"
contract = "0.1"
name = "ride"
version = "1.0.0"

[[provider]]
id = "RIDE"
name = "Ride"
access = "byo-key"

[auth]
id = "oauth2"
scheme = "oauth2"
authorize = "https://www.ride.test/oauth/authorize"
token = "https://www.ride.test/oauth/token"

[[route]]
host = "www.ride.test"
path = "/api/v3/"
methods = ["GET"]
credential = "user"
secret-query = ["signed"]

[[route]]
host = "www.ride.test"
path = "/public/"
methods = ["GET", "POST"]

[[route]]
host = "*.files.test"
linked = true
methods = ["GET"]

[[stream]]
name = "activities"
yields = ["activity"]
facets = ["activity"]
"#;

/// A provider with a form, cookies, and a token in the answer to it.
pub(crate) const SESSION: &str = r#"
contract = "0.1"
name = "session"
version = "1.0.0"

[[provider]]
id = "RIDE"
name = "Ride"
access = "unofficial"

[auth]
id = "form"
scheme = "session"
form = [
    { name = "email", label = "E-mail" },
    { name = "password", label = "Password", secret = true },
]
carry = { header = "x-session", value = "Session {{token}}" }

[[fill]]
name = "login"
method = "POST"
url = "https://www.ride.test/app/login"
field = "password"
at = "form:Password"

[[fill]]
name = "login-json"
method = "POST"
url = "https://www.ride.test/app/login"
field = "password"
at = "json:/credentials/pass~1word"

[[fill]]
name = "login-hashed"
method = "POST"
url = "https://www.ride.test/app/login"
field = "password"
at = "form:hash"
transform = "sha256-hex"

[[fill]]
name = "login-header"
method = "POST"
url = "https://www.ride.test/app/login"
field = "password"
at = "header:x-password"
transform = "base64"

[[fill]]
name = "renew"
method = "POST"
url = "https://www.ride.test/app/renew"
field = "refresh"
at = "form:refresh"

[[capture]]
url = "https://www.ride.test/app/login"
from = "json:/auth/token"
as = "token"
expires = "json:/auth/expires"

[[capture]]
url = "https://www.ride.test/app/login"
from = "header:x-refresh"
as = "refresh"
lifetime = "1h"

[[capture]]
url = "https://www.ride.test/app/page"
from = "regex:data-csrf=\"([^\"]+)\""
as = "csrf"

[[capture]]
url = "https://www.ride.test/app/*"
from = "cookie:device"
as = "device"

[[route]]
host = "www.ride.test"
path = "/app/"
methods = ["GET", "POST"]
credential = "user"

[[route]]
host = "www.ride.test"
path = "/about/"
methods = ["GET"]

[[stream]]
name = "activities"
yields = ["activity"]
facets = ["activity"]
"#;

/// A provider with a key in the query.
pub(crate) const KEYED: &str = r#"
contract = "0.1"
name = "keyed"
version = "1.0.0"

[[provider]]
id = "RIDE"
name = "Ride"
access = "public-api"

[auth]
id = "key"
scheme = "key"
carry = { query = "apikey", value = "{{key}}" }

[[route]]
host = "api.ride.test"
path = "/"
methods = ["GET"]
credential = "user"

[[stream]]
name = "activities"
yields = ["activity"]
facets = ["activity"]
"#;

/// A provider where some calls carry the project's own credential.
pub(crate) const CLIENT: &str = r#"
contract = "0.1"
name = "client"
version = "1.0.0"

[[provider]]
id = "RIDE"
name = "Ride"
access = "byo-key"

[auth]
id = "oauth2"
scheme = "oauth2"
authorize = "https://www.ride.test/oauth/authorize"
token = "https://www.ride.test/oauth/token"
carry = [
    { header = "authorization", value = "Bearer {{token}}" },
    { credential = "client", query = "client_id", value = "{{client-id}}" },
    { credential = "client", header = "x-client-secret", value = "{{client-secret}}" },
]

[[route]]
host = "www.ride.test"
path = "/hooks"
methods = ["GET"]
credential = "client"

[[route]]
host = "www.ride.test"
path = "/operator"
methods = ["GET"]
credential = "operator"

[[stream]]
name = "activities"
yields = ["activity"]
facets = ["activity"]
"#;

/// A provider with OAuth 1.0a, whose signatures stand in the query.
pub(crate) const SIGNED: &str = r#"
contract = "0.1"
name = "signed"
version = "1.0.0"

[[provider]]
id = "RIDE"
name = "Ride"
access = "byo-key"

[auth]
id = "oauth1"
scheme = "oauth1"
request-token = "https://www.ride.test/oauth/request_token"
authorize = "https://www.ride.test/oauth/authorize"
token = "https://www.ride.test/oauth/access_token"
place = "query"

[[fill]]
name = "secret"
method = "POST"
url = "https://www.ride.test/api/notes"
field = "client-secret"
at = "form:proof"

[[route]]
host = "www.ride.test"
path = "/api/"
methods = ["GET", "POST"]
credential = "user"

[[route]]
host = "www.ride.test"
path = "/foods/"
methods = ["GET"]
credential = "client"

[[stream]]
name = "activities"
yields = ["activity"]
facets = ["activity"]
"#;
