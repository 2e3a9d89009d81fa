import { exportStep } from '../onnx/step.ts'
import { cast } from '../tensor/operations/index.ts'
import { simplify } from '../tensor/simplify.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Accelerator, HostArray } from './accelerator.ts'
import { read, write } from './device.ts'
import type { Device, Variable } from './device.ts'
import { compileForEngine } from './engine-program.ts'
import { inTurn } from './program.ts'
import type { Program, Step } from './program.ts'
import { splitStep } from './split.ts'

/**
 * A step of which the accelerator runs what splitStep gives it, and the device's own threads the rest, one step ahead. After
 * every call of `run` the device's memory holds the whole state, as it does without an accelerator. Null where the step has
 * nothing for the accelerator.
 */
export async function compileForAccelerator<Names extends string>(
  device: Device,
  accelerator: Accelerator,
  { updates, report }: Step<Names>,
): Promise<Program<Names> | null> {
  const names = Object.keys(report)
  const reported = Object.values<Tensor>(report).map((tensor) => cast(tensor, 'f32'))
  const simplified = simplify([...updates.map(([, tensor]) => tensor), ...reported])
  const changes = updates.map(([variable], index) => [variable, simplified[index]] as const)
  const reports = names.map((name, index) => [name, simplified[updates.length + index]] as const)
  const split = splitStep(
    changes.map(([{ tensor }, next]) => [tensor, next]),
    reports.map(([, tensor]) => tensor),
  )
  if (split === null) return null

  const isTheirs = ([, tensor]: readonly [unknown, Tensor]) => split.isAccelerated(tensor)
  const state = changes.filter(isTheirs)
  const theirReport = reports.filter(isTheirs)
  const model = exportStep({
    state: state.map(([{ tensor }, next]) => [tensor, next]),
    residents: split.residents,
    feeds: split.feeds,
    report: theirReport.map(([, tensor]) => tensor),
  })
  const fed = split.feeds.map(({ shape, dtype }) => device.variable('feed', shape, dtype))
  const [host, loaded] = await Promise.all([
    compileForEngine(device, {
      updates: [
        ...changes.filter((change) => !isTheirs(change)),
        ...fed.map((variable, index) => [variable, split.feeds[index]] as const),
      ],
      report: Object.fromEntries(reports.filter((one) => !isTheirs(one))),
    }),
    accelerator.load(model),
  ])

  const held = [
    ...model.state.map(({ name }, index) => ({ name, variable: state[index][0] })),
    ...model.residents.map(({ name }, index) => ({ name, variable: variableOf(device, split.residents[index]) })),
  ]
  /** Which version of each array the accelerator has. */
  const versions = new Map<Variable, number>()
  function uploadChanges(): void {
    for (const { name, variable } of held) {
      const version = device.versionOf(variable)
      if (versions.get(variable) === version) continue
      loaded.upload(name, numbersOf(device, variable))
      versions.set(variable, version)
    }
  }
  async function downloadState(): Promise<void> {
    const values = await loaded.download()
    for (const [index, { name }] of model.state.entries()) {
      const [variable] = state[index]
      write(device, variable, values.get(name) ?? [])
      versions.set(variable, device.versionOf(variable))
    }
  }
  const feeds = () => Object.fromEntries(model.feeds.map(({ name }, index) => [name, numbersOf(device, fed[index])]))

  function prepare() {
    const own = host.run()
    // Where the accelerator fails first, nobody waits for it.
    own.catch(() => {})
    return own
  }

  /** What ended a run: the threads may have gone on from a state that the accelerator never reached. */
  let fault: { readonly cause: unknown } | null = null
  async function run(steps = 1): Promise<Record<Names, number>[]> {
    if (fault !== null) throw fault.cause
    try {
      return await runSound(steps)
    } catch (cause) {
      fault = { cause }
      throw cause
    }
  }

  async function runSound(steps: number): Promise<Record<Names, number>[]> {
    const rows: Record<Names, number>[] = []
    if (steps < 1) return rows
    uploadChanges()
    let ours = prepare()
    for (let step = 1; step <= steps; step++) {
      const [own] = await ours
      const fresh = feeds()
      // While the accelerator is at this step, the threads prepare the next one.
      if (step < steps) ours = prepare()
      const theirs = await loaded.run(fresh)
      const given = { ...own, ...Object.fromEntries(theirReport.map(([name], index) => [name, theirs[index]])) }
      const row = Object.fromEntries(names.map((name) => [name, given[name]]))
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names are those of the report
      rows.push(row as Record<Names, number>)
    }
    await downloadState()
    return rows
  }
  return { ...host, run: inTurn(run) }
}

function numbersOf(device: Device, variable: Variable): HostArray {
  const numbers = read(device, variable)
  return variable.tensor.dtype === 'bool' ? Uint8Array.from(numbers) : numbers
}

function variableOf(device: Device, tensor: Tensor): Variable {
  const variable = device.variables.get(tensor)
  if (variable === undefined) throw new Error('a step depends on an input that is no variable of this device')
  return variable
}
