// An OpenID Connect provider of oidc-provider, which is certified, for the accounts and the client in argv[2] (JSON).
import { Provider } from 'oidc-provider';

const { issuer, client, accounts, seconds } = JSON.parse(process.argv[2]);

const provider = new Provider(issuer, {
  clients: [client],
  scopes: ['openid', 'offline_access', 'email', 'profile'],
  claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
  // As Entra and Cognito do, which put claims into the ID token.
  conformIdTokenClaims: false,
  findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  issueRefreshToken: () => true,
  ttl: { AccessToken: seconds, IdToken: seconds, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
  // Its own agent refuses addresses of this machine, where Open WebUI is.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  cookies: { keys: ['made up for tests'] },
  features: {
    // Its own pages: a login is taken with any password.
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
});

for (const event of ['server_error', 'grant.error', 'backchannel.error', 'backchannel.success', 'grant.success']) {
  provider.on(event, (...told) => console.log(event, ...told.filter((one) => one instanceof Error).map(String)));
}
provider.listen(Number(new URL(issuer).port), '127.0.0.1');
