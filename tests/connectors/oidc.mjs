// A real OpenID provider (oidc-provider, from npm) with clients for the tests. Whoever is asked for is signed in.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
const [folder, port, ...backs] = process.argv.slice(2)
const from = createRequire(folder + '/package.json')
const { default: Provider } = await import(pathToFileURL(from.resolve('oidc-provider')))

const client = (client_id) => ({ client_id, client_secret: 'three words here', redirect_uris: backs })
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: ['gatepost', 'another'].map(client),
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  ttl: { IdToken: 600 },
  claims: { openid: ['sub', 'amr'], email: ['email'] },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: 'assistant.head1@school.example' }) }),
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
})
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  const accountId = ctx.query.as
  if (!accountId) {
    ctx.body = '<!doctype html><title>The provider</title><form><label>Who <input name="as"></label><button>Go</button></form>'
    ctx.type = 'html'
    return
  }
  const login = { accountId, amr: ctx.query.amr ? [ctx.query.amr] : [] }
  const result = ctx.query.no ? { error: 'access_denied' } : { login }
  await provider.interactionFinished(ctx.req, ctx.res, result)
  ctx.respond = false
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
