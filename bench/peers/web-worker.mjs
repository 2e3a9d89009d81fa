// A page's Worker for Node, as far as jax-js needs one: made from a blob's address, it gets and sends plain messages.

import { resolveObjectURL } from 'node:buffer'
import { Worker as NodeWorker } from 'node:worker_threads'

const PAGE = `
  const { parentPort } = require('node:worker_threads')
  globalThis.self = globalThis
  globalThis.postMessage = (message) => parentPort.postMessage(message)
  parentPort.on('message', (data) => globalThis.onmessage({ data }))
`

export class BlobWorker {
  onmessage = () => {}
  onerror = () => {}
  #worker

  constructor(address) {
    this.#worker = resolveObjectURL(address)
      .text()
      .then((source) => {
        const worker = new NodeWorker(PAGE + source, { eval: true })
        worker.on('message', (data) => this.onmessage({ data }))
        worker.on('error', (error) => this.onerror(error))
        return worker
      })
  }

  postMessage(message) {
    void this.#worker.then((worker) => worker.postMessage(message))
  }
}
