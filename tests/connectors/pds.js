// Bluesky's own server (the real one, from npm) beside a stand-in for the directory in which it registers accounts.
const http = require('node:http')
const { createRequire } = require('node:module')
const from = createRequire(process.argv[2] + '/package.json')
const { PDS, envToCfg, envToSecrets, readEnv } = from('@atproto/pds')

const operations = new Map()
const directory = http.createServer((request, response) => {
  const did = decodeURIComponent(request.url.split('/')[1])
  if (request.method === 'POST') {
    let body = ''
    request.on('data', (piece) => (body += piece))
    request.on('end', () => operations.set(did, JSON.parse(body)) && response.end('{}'))
    return
  }
  const found = operations.get(did)
  response.statusCode = found ? 200 : 404
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(found ? documentOf(did, found) : {}))
})

function documentOf(did, operation) {
  const service = Object.entries(operation.services).map(([id, one]) => ({
    id: '#' + id, type: one.type, serviceEndpoint: one.endpoint,
  }))
  const verificationMethod = Object.entries(operation.verificationMethods).map(([id, key]) => ({
    id: did + '#' + id, type: 'Multikey', controller: did, publicKeyMultibase: key.replace('did:key:', ''),
  }))
  return { '@context': [], id: did, alsoKnownAs: operation.alsoKnownAs, verificationMethod, service }
}

directory.listen(0, '127.0.0.1', async () => {
  process.env.PDS_DID_PLC_URL = `http://127.0.0.1:${directory.address().port}`
  const settings = readEnv()
  const server = await PDS.create(envToCfg(settings), envToSecrets(settings))
  await server.start()
  console.log('ready')
})
