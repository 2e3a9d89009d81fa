import type { RunEvent, RunResult } from '../training/run-event.ts'
import { lineInFile } from '../runs/folder/log-lines.ts'
import type { OpenRun } from '../runs/opening/open-run.ts'
import { UserError } from '../tensor/errors.ts'
import type { TerminalCapabilities } from './terminal/terminal-capabilities.ts'
import { runView } from './terminal/run-view.ts'
import { watchForStop } from './interrupt.ts'
import { checkText } from './text/check-text.ts'
import { beginning, ending, rollbackText } from './text/train-text.ts'

/** How a run is shown. */
interface Following {
  readonly json: boolean
  readonly terminal: TerminalCapabilities
}

/** Trains an open run in front of somebody, and closes it: with a live picture, in plain lines, or as JSON lines. */
export async function follow(run: OpenRun, { json, terminal }: Following): Promise<void> {
  const output = json ? jsonOutput() : terminalOutput(run, terminal)
  const stop = watchForStop(output.end)
  try {
    const { trainRun } = await import('../training/train-run-node.ts')
    output.begin()
    for await (const event of trainRun(run, stop.signal)) await output.show(event)
  } catch (error) {
    // The first failure is the one to report.
    await run.close().catch(() => {})
    throw withWayOn(error, run)
  } finally {
    output.end()
    stop.release()
  }
  await run.close()
  stop.passOn()
}

/** What a person can mend is the place, as a full disk: nothing is lost but the steps since the last checkpoint. */
const withWayOn = (error: unknown, { folder }: OpenRun): unknown =>
  error instanceof UserError
    ? new UserError(
        `${error.message.replace(/\.$/, '')}; once that is mended, "forger resume ${folder.path}" goes on with the run.`,
        { cause: error },
      )
    : error

/** Where the events of a run are shown. */
interface RunOutput {
  begin(): void
  show(event: RunEvent): Promise<void>
  /** Leaves the terminal as it was; may be called more than once. */
  end(): void
}

function terminalOutput(run: OpenRun, terminal: TerminalCapabilities): RunOutput {
  const view = runView(process.stdout, terminal)
  const finish = (result: RunResult) => {
    view.end()
    console.log(ending(run, result))
  }
  return {
    begin: () => console.log(beginning(run)),
    async show(event) {
      if (event.kind === 'progress') {
        const { drawSamples } = await import('../runs/samples/sample-picture-node.ts')
        await view.show(event.progress, () => drawSamples(run))
      } else if (event.kind === 'check') view.say(checkText(event))
      else if (event.kind === 'rollback') view.say(rollbackText(event.line))
      else if (event.kind === 'end') finish(event.result)
    },
    end: view.end,
  }
}

/** Everything but progress, which is for eyes: the lines of the log tell it. */
const jsonOutput = (): RunOutput => ({
  begin: () => {},
  async show(event) {
    if (event.kind !== 'progress')
      console.log(JSON.stringify(event.kind === 'log' ? { ...event, line: lineInFile(event.line) } : event))
  },
  end: () => {},
})
