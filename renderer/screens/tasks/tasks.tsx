import { useTranslation } from 'react-i18next'
import type { Task } from '../../../common/api/tasks.ts'
import { useTasks } from '../../state/tasks.ts'
import { Card } from '../../ui/card.tsx'
import { layout } from '../../ui/layout.tsx'
import { Empty, Skeleton } from '../../ui/state.tsx'
import { TaskRow } from './task-row.tsx'

/** All long work in one place: imports, downloads, training, styles, releases, with what they are part of. */
export function Tasks() {
  const { t } = useTranslation()
  const tasks = useTasks()
  if (!tasks) return <Skeleton label={t('tasks.title')} />
  const open = tasks.filter(({ state }) => state === 'queued' || state === 'running' || state === 'paused')
  return (
    <div className={layout.stack}>
      <TaskCard title={t('tasks.open')} empty={t('tasks.none')} tasks={open} />
      <TaskCard
        title={t('tasks.ended')}
        empty={t('tasks.noneEnded')}
        tasks={tasks.filter((task) => !open.includes(task))}
      />
    </div>
  )
}

function TaskCard({
  title,
  empty,
  tasks,
}: {
  readonly title: string
  readonly empty: string
  readonly tasks: readonly Task[]
}) {
  const ids = new Set(tasks.map(({ id }) => id))
  const isChild = ({ parent }: Task): boolean => parent !== null && ids.has(parent)
  return (
    <Card title={title}>
      <div className={layout.stack}>
        {tasks.length === 0 && <Empty>{empty}</Empty>}
        {tasks
          .filter((task) => !isChild(task))
          .flatMap((task) => [task, ...tasks.filter(({ parent }) => parent === task.id)])
          .map((task) => (
            <TaskRow key={task.id} task={task} isPart={isChild(task)} />
          ))}
      </div>
    </Card>
  )
}
