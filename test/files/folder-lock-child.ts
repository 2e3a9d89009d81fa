/**
 * `lock-child.ts FOLDER`: takes the lock whenever it reads a line 'take', and lets go at a line 'release'; answers each.
 * `lock-child.ts FOLDER JOURNAL`: takes it and lets go again and again, until killed; writes down when it had it.
 */
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockFolder } from '../../src/files/folder-lock-node.ts'
import type { FolderLock } from '../../src/files/folder-lock-node.ts'

const [folder, journal] = process.argv.slice(2)
let lock: FolderLock | undefined

async function answer(line: string): Promise<string> {
  try {
    if (line === 'take') lock = await lockFolder(folder)
    else await lock?.release()
    return line === 'take' ? 'taken' : 'released'
  } catch (error) {
    return String(error)
  }
}

if (journal === undefined) {
  console.log(`pid ${process.pid}`)
  for await (const line of createInterface(process.stdin)) console.log(await answer(line))
} else {
  for (;;) {
    if ((await answer('take')) !== 'taken') continue
    appendFileSync(journal, `enter ${process.pid}\n`)
    await sleep(Math.random() * 20)
    appendFileSync(journal, `leave ${process.pid}\n`)
    await answer('release')
  }
}
