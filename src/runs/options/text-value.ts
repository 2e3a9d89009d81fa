import { itemsOf } from '../../recipes/setting.ts'
import type { JsonSchema } from '../../recipes/setting.ts'

/**
 * What text on a command line stands for where a schema expects something: a number for '64', a list for '128,256' or
 * '[128, 256]', JSON for a group. Text that is no such thing stays text, for the schema to refuse.
 */
export function valueOfText(text: string, schema: JsonSchema | undefined): unknown {
  if (schema?.anyOf) {
    const values = schema.anyOf.map((one) => valueOfText(text, one))
    return values[
      Math.max(
        0,
        values.findIndex((value) => value !== text),
      )
    ]
  }
  switch (schema?.type) {
    case 'string':
      return text
    case 'integer':
    case 'number':
      return numberOf(text)
    case 'array':
      return listOf(text, itemsOf(schema))
    default:
      return jsonOf(text)
  }
}

function numberOf(text: string): number | string {
  const value = Number(text)
  return text.trim() === '' || Number.isNaN(value) ? text : value
}

function listOf(text: string, items: JsonSchema): unknown {
  const json = jsonOf(text)
  if (Array.isArray(json)) return json
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text
  return inner.split(',').map((item) => valueOfText(item.trim(), items))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
