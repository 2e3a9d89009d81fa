import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Where systems install a browser of the Chromium family. */
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** No sandbox since continuous integration runs as root; the rest keeps the browser from talking to anybody but the page. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Flags by which WebGPU has a GPU where there is none: SwiftShader, which computes everything on the CPU, slowly. */
export const softwareWebGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']

/** The package's own fonts.conf looks in /tmp; a bare system has no other fonts. */
const fontsBesideThisFile = '<?xml version="1.0"?><fontconfig><dir prefix="relative">fonts</dir></fontconfig>\n'

interface Installation {
  executablePath: string
  env: Record<string, string>
}

/**
 * Starts a headless Chromium: the one that CHROMIUM_PATH names, else an installed one, else (Linux on x64) the one inside the
 * package @sparticuz/chromium. The caller closes it. More `args` follow the usual flags.
 */
export async function launchChromium(args: string[] = []): Promise<Browser> {
  const { executablePath, env } = await findChromium()
  return chromium.launch({ executablePath, args: [...flags, ...args], env: { ...process.env, ...env } })
}

/**
 * Calls a function that a module exports, inside a page, with its result as a value. Code for pages lives in such modules:
 * a function handed to `page.evaluate` would carry what the test runner made of its imports.
 */
export function callInPage(page: Page, module: string, name: string, ...args: unknown[]): Promise<unknown> {
  const call = `import(${JSON.stringify(module)}).then((module) => module[${JSON.stringify(name)}](...${JSON.stringify(args)}))`
  return page.evaluate(call)
}

/** The executable, and what its environment has to say; unpacks it first where it lies in the package. */
export async function findChromium(): Promise<Installation> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? installed.find((path) => existsSync(path))
  if (executablePath) return { executablePath, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackChromium()
  throw new Error('No Chromium was found: install Chrome or Chromium, or set CHROMIUM_PATH to its executable.')
}

/** The package holds compressed files; they are unpacked once per version, next to the other packages. */
async function unpackChromium(): Promise<Installation> {
  const manifest = new URL('../../package.json', import.meta.resolve('@sparticuz/chromium'))
  const { version } = JSON.parse(await readFile(manifest, 'utf8'))
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
  const folder = join(cache, `chromium-${version}`)
  if (!existsSync(folder)) await unpackInto(folder, cache)
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  }
}

/**
 * The package unpacks into the temporary folder, without its libraries (NSS and others that bare systems lack) unless it runs
 * on Amazon Linux 2023. A process of its own is told that it does. Two test files may get here at once: the last one loses.
 */
async function unpackInto(folder: string, cache: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(`${folder}-`)
  const script = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())"
  const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  try {
    await promisify(execFile)(process.execPath, ['--eval', script], { cwd: cache, env })
    await writeFile(join(fresh, 'fonts/fonts.conf'), fontsBesideThisFile)
    await rename(fresh, folder)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}
