import { open } from 'node:fs/promises'
import { isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { Document } from 'yaml'
import { reading } from '../../files/read-file-node.ts'
import { isGroup } from '../../recipes/read-settings.ts'
import { UserError } from '../../tensor/errors.ts'
import { optionName } from './run-options.ts'

type Tree = Readonly<Record<string, unknown>>

const mostBytes = 2 ** 20

/**
 * Reads options from a file in YAML or JSON: a tree by the names that `--set` knows, or the options.json of an earlier run.
 * Names may also be written as on the command line, sample-every. Throws a UserError that says what is wrong, and where.
 */
export async function readOptionFile(path: string): Promise<Tree> {
  const tree = withOptionNames(parse(await readText(path), path) ?? {})
  if (!isGroup(tree)) throw new UserError(`${path} holds no options; write one on each line, as batch: 64.`)
  return isGroup(tree.options) ? optionsOfRecord(tree.options) : tree
}

/** What an earlier run was told, but for its folder. Null is how it writes that there is no limit. */
const optionsOfRecord = (options: Tree): Tree =>
  Object.fromEntries(Object.entries(options).filter(([name, value]) => name !== 'out' && value !== null))

async function readText(path: string): Promise<string> {
  const bytes = await reading('file', path, () => readStart(path, mostBytes + 1))
  if (bytes.length > mostBytes) throw new UserError(`${path} has more than 1 MB, which is too much for options.`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new UserError(`${path} is no text in UTF-8; options are written in YAML or JSON.`, { cause: error })
  }
}

/** At most that many bytes of a file: devices and pipes do not tell how many they have. */
async function readStart(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    if ((await file.stat()).isDirectory())
      throw new UserError(`${path} is a folder; name a file, as options.json in it.`)
    const bytes = new Uint8Array(most)
    let length = 0
    for (let read = -1; read !== 0; length += read) {
      read = (await file.read(bytes, length, most - length, null)).bytesRead
    }
    return bytes.subarray(0, length)
  } finally {
    await file.close()
  }
}

/** JSON is YAML too. Neither aliases nor tags are taken: they cost more than they are worth among options. */
function parse(text: string, path: string): unknown {
  const lines = new LineCounter()
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${path}, line ${line}, column ${col}`
  }
  // A search for equal names of our own is faster: theirs takes minutes for the longest files.
  const document = parseDocument(text, {
    lineCounter: lines,
    logLevel: 'error',
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  })
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const reason = reasons[code] ?? message.split('\n')[0].replace(/[.:]$/, '')
    throw new UserError(`${at(pos[0])}: this is neither YAML nor JSON: ${reason}.`)
  }
  const twice = nameGivenTwice(document)
  if (twice) throw new UserError(`${at(twice.offset)}: ${twice.name} is given twice; keep one of them.`)
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    throw new UserError(`${path} has an alias (*name); write out what it stands for.`, { cause: error })
  }
}

/** Where their words would not help. */
const reasons: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  TAG_RESOLVE_FAILED: 'tags (!name) are not taken',
}

function nameGivenTwice(document: Document.Parsed): { readonly name: string; readonly offset: number } | null {
  let found: { readonly name: string; readonly offset: number } | null = null
  visit(document, {
    Map(_, { items }) {
      const names = new Set<string>()
      for (const { key } of items) {
        const name = isScalar(key) ? optionName(String(key.value)) : ''
        if (names.has(name)) found ??= { name, offset: isScalar(key) ? (key.range?.[0] ?? 0) : 0 }
        names.add(name)
      }
    },
  })
  return found
}

function withOptionNames(value: unknown): unknown {
  if (!isGroup(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [optionName(name), withOptionNames(member)]))
}
