/** Work that takes a while and goes on while the person does something else. */
import { reactive } from 'vue'
import { ApiError } from '@/api/client'

export interface Task {
  id: number
  title: string
  done: number
  total: number | null
  failures: { what: string; why: string }[]
  state: 'running' | 'finished' | 'stopped' | 'failed'
  stopping: boolean
}

export const tasks = reactive<Task[]>([])
let last = 0

/** Run `work` as a task shown in the corner; it looks at `task.stopping` between steps. */
export async function startTask(title: string, total: number | null, work: (task: Task) => Promise<void>): Promise<Task> {
  tasks.push({ id: ++last, title, done: 0, total, failures: [], state: 'running', stopping: false })
  const task = tasks[tasks.length - 1]!
  try {
    await work(task)
    task.state = task.stopping ? 'stopped' : 'finished'
  } catch (failure) {
    task.state = 'failed'
    task.failures.push({ what: title, why: wordsOf(failure) })
  }
  return task
}

/** One after another; a failure is noted and the rest goes on. */
export function forEach<Item>(
  title: string,
  items: Item[],
  nameOf: (item: Item) => string,
  work: (item: Item) => Promise<unknown>,
): Promise<Task> {
  return startTask(title, items.length, async (task) => {
    for (const item of items) {
      if (task.stopping) return
      try {
        await work(item)
      } catch (failure) {
        task.failures.push({ what: nameOf(item), why: wordsOf(failure) })
      }
      task.done += 1
    }
  })
}

const PART = 10

/** Some at once; the answer says of each why it was refused, if it was. */
export function inParts<Item>(
  title: string,
  items: Item[],
  nameOf: (item: Item) => string,
  send: (items: Item[]) => Promise<(string | undefined)[]>,
): Promise<Task> {
  return startTask(title, items.length, async (task) => {
    for (let from = 0; from < items.length && !task.stopping; from += PART) {
      const part = items.slice(from, from + PART)
      const refusals = await send(part)
      task.failures.push(...part.flatMap((item, at) => (refusals[at] ? [{ what: nameOf(item), why: refusals[at] }] : [])))
      task.done += part.length
    }
  })
}

export function dismiss(task: Task): void {
  const index = tasks.findIndex((one) => one.id === task.id)
  if (index >= 0) tasks.splice(index, 1)
}

function wordsOf(failure: unknown): string {
  if (failure instanceof ApiError) return failure.message
  console.error(failure)
  return '出现意外问题'
}
