import { open, readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { mapBounded } from './map-bounded.ts'
import { reading } from '../files/read-file-node.ts'

/** A file that is meant to be a picture. */
export interface PictureFile {
  readonly path: string
  /** Its place in the folder, parts divided by / everywhere. */
  readonly name: string
  readonly bytes: number
  /** When it was changed, in milliseconds since 1970. */
  readonly changed: number
  /** The number of its class; 0 where there are none. */
  readonly label: number
}

/** The pictures of a folder. */
export interface PictureList {
  /** In the order of their classes, and in each of their names. */
  readonly files: readonly PictureFile[]
  /** The names of the sub-folders, or null where the pictures lie in the folder itself. */
  readonly classes: readonly string[] | null
}

/** What can be read, for sentences. */
export const readableKinds = 'png, jpg, webp, avif, gif or tif'

/** How many files are looked at at a time. */
const atOnce = 16

/** Labels have 16 bits. */
const mostClasses = 2 ** 16

/**
 * The pictures of a folder: those that lie in it, or where it holds none itself those of its sub-folders, each of which is a
 * class, with all that is in them. Names are sorted by code units: the same everywhere, whatever the language. Throws a
 * UserError where there are none, or where the folder holds pictures of both kinds.
 */
export async function listPictures(folder: string): Promise<PictureList> {
  const { own, folders } = await reading('folder', folder, () => contentsOf(folder))
  const files = await picturesAmong(folder, own, 0)
  const classes: { name: string; files: readonly PictureFile[] }[] = []
  for (const name of folders) {
    const inside = await picturesAmong(folder, await filesIn(folder, name), classes.length)
    if (inside.length > 0) classes.push({ name, files: inside })
  }
  if (files.length > 0 && classes.length > 0) {
    throw new UserError(
      `${folder} holds pictures itself (${files[0].name}) and in folders inside of it (${classes[0].files[0].name}); ` +
        'those would be classes, so put its own pictures into a folder inside of it too, or name one of these.',
    )
  }
  if (classes.length > mostClasses) {
    throw new UserError(
      `${folder} holds ${classes.length} folders of pictures; at most ${mostClasses} classes are told apart.`,
    )
  }
  if (files.length > 0) return { files, classes: null }
  if (classes.length === 0) throw new UserError(`${folder} holds no pictures (${readableKinds}).`)
  return { files: classes.flatMap((one) => one.files), classes: classes.map(({ name }) => name) }
}

const isShown = (name: string): boolean => !name.split('/').some((part) => part.startsWith('.'))

/** Links are followed, so that a folder may be put together of others. */
async function contentsOf(folder: string): Promise<{ own: string[]; folders: string[] }> {
  const names = (await readdir(folder)).filter(isShown).toSorted()
  const areFolders = await mapBounded(names, atOnce, async (name) =>
    // A link to nowhere is told of as a picture that cannot be read, if that is what it is called.
    stat(join(folder, name)).then(
      (facts) => facts.isDirectory(),
      () => false,
    ),
  )
  return { own: names.filter((_, at) => !areFolders[at]), folders: names.filter((_, at) => areFolders[at]) }
}

/** All the way down; links to folders are not followed there, as they may lead back up. */
async function filesIn(folder: string, name: string): Promise<string[]> {
  const names = await reading('folder', join(folder, name), () => readdir(join(folder, name), { recursive: true }))
  return names
    .map((inner) => `${name}/${inner.split(sep).join('/')}`)
    .filter(isShown)
    .toSorted()
}

async function picturesAmong(folder: string, names: readonly string[], label: number): Promise<PictureFile[]> {
  const files = await mapBounded(names, atOnce, (name) => pictureAt(folder, name, label))
  return files.filter((file) => file !== null)
}

/** Names of pictures, of kinds that cannot be read too: none of them is passed over in silence. */
const pictureName = /\.(png|jpe?g|jfif|webp|avif|hei[cf]|gif|tiff?|bmp|jxl|jp2|psd|svg)$/i

/** How files of the kinds that are read begin, as Latin-1. */
const pictureStart = /^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|II[*+]\0|MM\0[*+]|....ftyp(?:avi|hei|mif|msf))/s

/** A file that its name or its first bytes say is a picture; null for anything else. */
async function pictureAt(folder: string, name: string, label: number): Promise<PictureFile | null> {
  const path = join(folder, name)
  const isNamed = pictureName.test(name)
  const facts = await stat(path).catch(() => null)
  if (facts === null) return isNamed ? { path, name, bytes: 0, changed: 0, label } : null
  if (!facts.isFile() || !(isNamed || (await startsAsPicture(path)))) return null
  return { path, name, bytes: facts.size, changed: facts.mtimeMs, label }
}

async function startsAsPicture(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null)
  if (file === null) return false
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(12), 0, 12, 0)
    return pictureStart.test(Buffer.from(buffer).toString('latin1', 0, bytesRead))
  } finally {
    await file.close()
  }
}
