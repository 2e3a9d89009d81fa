// Installs the rivals of `npm run bench` beside this file: node bench/peers/install.mjs [python|javascript]
//
// Python's go to .venv (about 5 GB: PyPI's only PyTorch for Linux on x86-64 is the CUDA build, and it does not load without
// its CUDA libraries), JavaScript's to node_modules here. Nothing of it is part of the project's own npm install.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const here = fileURLToPath(new URL('.', import.meta.url))
const venv = join(here, '.venv')
const venvPython = join(venv, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))

const run = (command, ...args) => execFileSync(command, args, { cwd: here, stdio: 'inherit' })
const ask = (command, ...args) => execFileSync(command, args, { cwd: here, encoding: 'utf8' }).trim()

/** The newest JAX wants Python 3.12; torch.compile's guards are slow in 3.13.0, so 3.12 is asked for first. */
function findPython() {
  const pyenv = join(homedir(), '.pyenv', 'versions')
  const versions = existsSync(pyenv) ? readdirSync(pyenv).map((version) => join(pyenv, version, 'bin', 'python3')) : []
  const candidates = [process.env.PYTHON, 'python3.12', 'python3.14', 'python3.13', 'python3', ...versions]
  const recent = 'import sys; sys.exit(sys.version_info < (3, 12))'
  const found = candidates.find((python) => python && spawnSync(python, ['-c', recent]).status === 0)
  if (!found) throw new Error('No Python from 3.12 on was found; install one, or name it in the variable PYTHON.')
  return found
}

// What PyTorch asks for here, less Triton: 1 GB that only GPUs use.
const TORCH_NEEDS = `
from importlib.metadata import requires
from pip._vendor.packaging.requirements import Requirement
for need in map(Requirement, requires("torch")):
    if need.name != "triton" and (need.marker is None or need.marker.evaluate({"extra": ""})):
        need.marker = None
        print(need)
`

function installPython() {
  if (!existsSync(venvPython)) run(findPython(), '-m', 'venv', venv)
  const pip = (...args) =>
    run(venvPython, '-m', 'pip', 'install', '--quiet', '--upgrade', '--no-warn-conflicts', ...args)
  pip('--no-deps', 'torch')
  pip('numpy', 'jax[cpu]', ...ask(venvPython, '-c', TORCH_NEEDS).split(/\r?\n/))
  const versions = 'import torch, jax, platform; print(platform.python_version(), torch.__version__, jax.__version__)'
  const [python, torch, jax] = ask(venvPython, '-c', versions).split(' ')
  console.log(`Python ${python}: torch ${torch}, jax ${jax}`)
}

function installJavaScript() {
  run('npm', 'install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error')
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  const listed = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`)
  console.log(`JavaScript: ${listed.join(', ')}`)
}

const parts = { python: installPython, javascript: installJavaScript }
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)
for (const part of chosen) {
  if (!Object.hasOwn(parts, part))
    throw new Error(`There is no part '${part}'; choose from ${Object.keys(parts).join(', ')}.`)
  parts[part]()
}
