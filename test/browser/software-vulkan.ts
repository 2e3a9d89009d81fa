import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findChromium } from './chromium.ts'

/** Where Debian's package of Chromium has what others have beside the executable. */
const debian = '/usr/lib/chromium'

/**
 * What the environment of a process has to say so that WebGPU finds a GPU where there is none: SwiftShader, which Chromium
 * brings along and which computes everything on the CPU, slowly. Null where no Chromium has it.
 */
export async function softwareVulkan(): Promise<Record<string, string> | null> {
  // Nowhere else has ONNX Runtime both WebGPU and Vulkan.
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const { executablePath } = await findChromium()
  const folder = [dirname(executablePath), debian].find((path) => existsSync(join(path, 'vk_swiftshader_icd.json')))
  if (folder === undefined) return null
  const driver = join(folder, 'vk_swiftshader_icd.json')
  // Read when a process starts: it has to find libvulkan.so.1, which Chromium brings along too.
  return { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver }
}
