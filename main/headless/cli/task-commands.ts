import type { Api } from '../../../common/api/index.ts'
import type { Task } from '../../../common/api/tasks.ts'
import type { CommandGroup } from '../../cli/command-group.ts'
import { ask, command } from '../../cli/commands.ts'
import { jobWords, lineWords } from '../../cli/in-words.ts'
import { pick } from '../../cli/pick.ts'

const progressOf = ({ progress, state }: Task): string => {
  if (!progress || state === 'done') return ''
  const { step, done, of, unit } = progress
  if (unit === 'share') return `, ${step} ${Math.round(100 * done)} %`
  return `, ${step} ${Math.round(done)}${of === null ? '' : ` of ${of}`} ${unit}`
}
const inWords = (task: Task): string =>
  `${task.id}  ${task.type} ${task.name}: ` +
  `${task.state}${progressOf(task)}${task.reason === null ? '' : ` (${jobWords(task.reason)})`}`

const taskCalled = async (api: Api, wanted: string): Promise<Task> =>
  pick('task', await api.tasks.list(), wanted, ({ id, name }) => [id, name])
const tasksNow = async (api: Api): Promise<{ tasks: readonly Task[] }> => ({ tasks: await api.tasks.list() })
const listInWords = ({ tasks }: { readonly tasks: readonly Task[] }): string =>
  tasks.map(inWords).join('\n') || 'nothing is under way'

/** `tasks`: imports, downloads, training, styles and releases, wherever they were started. */
export const taskCommands: CommandGroup = (program) => {
  const tasks = command(program, 'tasks', 'list long work: imports, downloads, training, styles, releases').action(
    ask(tasksNow, listInWords),
  )
  const verbs = [
    ['pause', 'pause a task that can go on from where it stands', (api: Api, id: string) => api.tasks.pause({ id })],
    [
      'resume',
      'go on with a paused task, or try a failed one again',
      (api: Api, id: string) => api.tasks.resume({ id }),
    ],
    ['cancel', 'give a task up, or take an ended one off the list', (api: Api, id: string) => api.tasks.cancel({ id })],
  ] as const
  for (const [verb, words, run] of verbs)
    command(tasks, `${verb} <task>`, words).action(
      ask(async (api, _options, [wanted]) => {
        await run(api, (await taskCalled(api, wanted)).id)
        return tasksNow(api)
      }, listInWords),
    )
  command(tasks, 'log <task>', 'show what a task has said').action(
    ask(
      async (api, _options, [wanted]) => ({ log: await api.tasks.log({ id: (await taskCalled(api, wanted)).id }) }),
      ({ log }) =>
        log.map((line) => `${new Date(line.time).toISOString()}  ${lineWords(line)}`).join('\n') || 'the log is empty',
    ),
  )
}
