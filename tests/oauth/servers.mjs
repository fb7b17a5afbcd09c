// OAuth 2 servers from npm, on loopback. Prints one line of JSON with where they listen, and ends when its standard input does.
//
//   node servers.mjs FOLDER-OF-NODE-MODULES REDIRECT-URI...
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [folder, ...redirects] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));

const { OAuth2Server } = await load("oauth2-mock-server");
const { default: Provider } = await load("oidc-provider");

// What a test may ask about: token requests and revocations as they came, and what oidc-provider says of itself.
const seen = { mock: [], given: [], revocations: 0, oidc: { used: [], given: [], reused: 0, destroyed: 0, errors: [] } };

// oauth2-mock-server: says yes to everybody, and checks PKCE. Its tokens live for seconds here, so that they are renewed.
const mock = new OAuth2Server();
await mock.issuer.keys.generate("RS256");
await mock.start(0, "127.0.0.1");
mock.service.on("beforeResponse", (response, request) => {
  seen.mock.push({ ...request.body });
  response.body.expires_in = 4;
  seen.given.push(response.body.refresh_token);
});
mock.service.on("beforeRevoke", () => (seen.revocations += 1));

// oidc-provider: PKCE required, refresh tokens that rotate and whose second use is found out, redirect URIs to the letter.
const issuer = "https://honest.example.test";
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "harbour",
      client_secret: "secret-of-the-harbour-client",
      redirect_uris: redirects,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  pkce: { required: () => true, methods: ["S256"] },
  scopes: ["openid", "offline_access"],
  features: { revocation: { enabled: true }, devInteractions: { enabled: true } },
  routes: { authorization: "/authorize", token: "/token", revocation: "/revoke", userinfo: "/userinfo" },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  ttl: { AccessToken: 8, RefreshToken: 3600, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 3600, IdToken: 600 },
  cookies: { keys: ["a key of the tests"] },
  async findAccount(_, id) {
    return { accountId: id, claims: async () => ({ sub: id }) };
  },
});
provider.on("grant.success", (context) => {
  const { grant_type: grant, refresh_token: used } = context.oidc.params;
  if (grant === "refresh_token") seen.oidc.used.push(used);
  seen.oidc.given.push({ access: context.body.access_token, refresh: context.body.refresh_token });
});
provider.on("grant.error", (_, error) => {
  seen.oidc.errors.push(error.error);
  if (/already used/.test(error.error_detail ?? "")) seen.oidc.reused += 1;
});
provider.on("refresh_token.destroyed", () => (seen.oidc.destroyed += 1));
const oidc = createServer(provider.callback());
await new Promise((ready) => oidc.listen(0, "127.0.0.1", ready));

const control = createServer((_, response) => response.end(JSON.stringify(seen)));
await new Promise((ready) => control.listen(0, "127.0.0.1", ready));

const at = (server) => `http://127.0.0.1:${server.address().port}`;
console.log(JSON.stringify({ mock: `http://127.0.0.1:${mock.address().port}`, oidc: at(oidc), control: at(control) }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
