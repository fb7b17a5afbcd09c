// OAuth 2 servers from npm, on loopback. Prints one line of JSON with where they listen, and ends when its standard input does.
//
//   node servers.mjs FOLDER-OF-NODE-MODULES REDIRECT-URI
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [folder, redirect] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));

const { OAuth2Server } = await load("oauth2-mock-server");
const { default: Provider } = await load("oidc-provider");

// oauth2-mock-server: says yes to everybody, and checks PKCE.
const mock = new OAuth2Server();
await mock.issuer.keys.generate("RS256");
await mock.start(0, "127.0.0.1");
const seen = { mock: [], reused: 0, refreshed: 0, revoked: 0, errors: [] };
mock.service.on("beforeResponse", (response, request) => {
  seen.mock.push(request.body?.grant_type);
  if (response.statusCode === 200) response.body.refresh_token = `refresh-of-the-mock-${seen.mock.length}`;
});

// oidc-provider: PKCE required, refresh tokens that rotate and whose second use is found out, redirect URIs to the letter.
const issuer = "https://honest.example.test";
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "harbour",
      client_secret: "secret-of-the-harbour-client",
      redirect_uris: [redirect],
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
  if (context.oidc.params.grant_type === "refresh_token") seen.refreshed += 1;
});
provider.on("grant.error", (context, error) => {
  seen.errors.push(error.error);
  if (/already used/.test(error.error_detail ?? "")) seen.reused += 1;
});
provider.on("refresh_token.destroyed", () => (seen.revoked += 1));
const oidc = createServer(provider.callback());
await new Promise((ready) => oidc.listen(0, "127.0.0.1", ready));

const control = createServer((_, response) => response.end(JSON.stringify(seen)));
await new Promise((ready) => control.listen(0, "127.0.0.1", ready));

const at = (server) => `http://127.0.0.1:${server.address().port}`;
console.log(JSON.stringify({ mock: `http://127.0.0.1:${mock.address().port}`, oidc: at(oidc), control: at(control) }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
