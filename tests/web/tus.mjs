// A client of tus that is not Gatepost's own (tus-js-client, from npm): sends one file and tells what happened, line by line.
import { createRequire } from 'node:module'
import { readFileSync, writeSync } from 'node:fs'
const [folder, file, options, breaksAt] = process.argv.slice(2)
const tus = createRequire(folder + '/package.json')('tus-js-client')

const tell = (what) => writeSync(1, JSON.stringify(what) + '\n')
const upload = new tus.Upload(readFileSync(file), {
  ...JSON.parse(options),
  onAfterResponse: (request, answer) => tell({
    method: request.getMethod(),
    status: answer.getStatus(),
    version: answer.getHeader('Tus-Resumable'),
    photo: answer.getHeader('Gatepost-Photo'),
  }),
  onChunkComplete: (size, there) => {
    if (there >= (Number(breaksAt) || Infinity)) process.kill(process.pid, 'SIGKILL') // the phone's battery
  },
  onError: (error) => tell({ refused: error.originalResponse?.getBody() ?? String(error) }),
  onSuccess: () => tell({ address: upload.url }),
  onUploadUrlAvailable: () => tell({ address: upload.url }),
})
upload.start()
