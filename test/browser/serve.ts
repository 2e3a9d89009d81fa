import { readFile, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { isBuiltin } from 'node:module'
import { extname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { stripTypes } from '../../tools/strip-types.mjs'

/** A folder served to pages, at `origin` (http://127.0.0.1:port), until it is closed. */
export interface Site {
  origin: string
  close(): Promise<void>
}

const mediaTypes: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
}

interface ServeOptions {
  /** Whether pages are cross-origin isolated; default true. */
  readonly isolated?: boolean
}

const always = { 'Cache-Control': 'no-store' }

/** Without the first two a page has no shared memory; the third lets such a page load the rest. */
export const isolation = {
  ...always,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

const emptyPage = '<!doctype html><meta charset="utf-8"><title>Forger</title><link rel="icon" href="data:,">'

/**
 * Serves `folder` to pages. TypeScript is stripped of its types on the way and imports of packages are
 * pointed at their files, so that pages and workers import sources as they stand. `/` is an empty page unless the folder
 * has an index.html.
 */
export async function serveFolder(folder: string, { isolated = true }: ServeOptions = {}): Promise<Site> {
  const root = resolve(folder)
  const headers = isolated ? isolation : always
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    try {
      const { type, body } = await answer(root, decodeURIComponent(pathname))
      response.writeHead(200, { ...headers, 'Content-Type': type }).end(body)
    } catch (error) {
      const status = isMissing(error) ? 404 : 500
      response.writeHead(status, { ...headers, 'Content-Type': 'text/plain' }).end(String(error))
    }
  })
  const port = await listen(server)
  return { origin: `http://127.0.0.1:${port}`, close: () => close(server) }
}

async function answer(root: string, pathname: string): Promise<{ type: string; body: string | Uint8Array }> {
  const path = join(root, pathname)
  if (path !== root && !path.startsWith(root + sep)) throw new MissingError(`${pathname} is outside the folder`)
  const file = pathname.endsWith('/') ? join(path, 'index.html') : path
  if (pathname === '/' && !(await exists(file))) return { type: 'text/html', body: emptyPage }
  if (!(await exists(file))) throw new MissingError(`${pathname} is no file`)
  const type = mediaTypes[extname(file)] ?? 'application/octet-stream'
  if (type !== 'text/javascript') return { type, body: await readFile(file) }
  const text = await readFile(file, 'utf8')
  return { type, body: pointPackagesAtFiles(file.endsWith('.ts') ? await stripTypes(text) : text, file, root) }
}

/**
 * Browsers resolve no package names, and import maps do not reach into workers: `from 'zod'` becomes `from '/node_modules/…'`.
 * Node's own modules are left as they are: packages for both worlds import them only where they find themselves in Node.
 */
function pointPackagesAtFiles(text: string, file: string, root: string): string {
  const { importedFiles } = ts.preProcessFile(text)
  const isPackage = (name: string) => /^[@\w]/.test(name) && !/^\w+:/.test(name) && !isBuiltin(name)
  const packages = importedFiles.filter(({ fileName }) => isPackage(fileName))
  return packages.reduceRight((rewritten, { fileName, pos }) => {
    const target = fileURLToPath(import.meta.resolve(fileName, pathToFileURL(file).href))
    const path = relative(root, target).split(sep).join('/')
    const start = pos + 1 // pos is the quote's
    return `${rewritten.slice(0, start)}/${path}${rewritten.slice(start + fileName.length)}`
  }, text)
}

class MissingError extends Error {}
const isMissing = (error: unknown): boolean => error instanceof MissingError

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false

const listen = (server: Server): Promise<number> =>
  new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address && typeof address === 'object') done(address.port)
    })
  })

const close = (server: Server): Promise<void> =>
  new Promise((done, fail) => {
    server.close((error) => (error ? fail(error) : done()))
    server.closeAllConnections()
  })
