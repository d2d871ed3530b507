/** A list of tracking numbers on its way: read, tried without effect, then sent part by part. */
import { computed, ref, shallowRef } from 'vue'
import { api, type Schemas } from '@/api/client'
import { reportFailure } from '@/parts/say'
import { startTask } from '@/parts/tasks'
import { readList, type Line } from './trackingList'

type Answer = Schemas['OrdersShippedRow']
export interface Row extends Line {
  answer?: Answer
  /** The answer is to the real thing, no longer to the trial. */
  sent?: boolean
}
const TRIED = 100
const SENT = 10
const OUTCOMES = { shipped: ['已发货', 'good'], unchanged: ['此前已按同一单号发出', 'plain'] } as const

export function useBatchShip() {
  const rows = shallowRef<Row[]>([])
  const busy = ref(false)
  const ready = computed(() => rows.value.filter((row) => !row.sent && row.answer?.outcome === 'shipped'))
  const shipped = computed(() => rows.value.filter((row) => row.sent && row.answer?.outcome === 'shipped'))
  const failed = computed(() => rows.value.filter((row) => row.problem || row.answer?.outcome === 'refused'))

  async function ask(part: Row[], dry_run: boolean): Promise<Answer[]> {
    const body = { dry_run, rows: part.map((row) => ({ ...row.shipment!, order_id: null })) }
    const { rows: answers } = await api.post('/admin/shipments/import', { body })
    const found = new Map(part.map((row, at) => [row.row, answers[at]!]))
    rows.value = rows.value.map((row) => (found.has(row.row) ? { ...row, answer: found.get(row.row), sent: !dry_run } : row))
    return answers
  }

  /** Whether the whole list was tried. */
  async function tryOut(text: string, usual: string, chosen: string[]): Promise<boolean> {
    busy.value = true
    try {
      rows.value = readList(text, usual, chosen)
      const readable = rows.value.filter((row) => row.shipment)
      for (let from = 0; from < readable.length; from += TRIED) await ask(readable.slice(from, from + TRIED), true)
      return true
    } catch (failure) {
      reportFailure(failure)
      return false
    } finally {
      busy.value = false
    }
  }

  /** What was not sent, because it was stopped or the network broke, stays ready to be sent. */
  async function send(): Promise<void> {
    const those = ready.value
    busy.value = true
    await startTask('批量发货', those.length, async (task) => {
      for (let from = 0; from < those.length && !task.stopping; from += SENT) {
        const part = those.slice(from, from + SENT)
        const answers = await ask(part, false)
        const refused = part.flatMap((row, at) => (answers[at]!.outcome === 'refused' ? [{ what: row.shipment!.order_no, why: refusalOf(answers[at]!) }] : []))
        task.failures.push(...refused)
        task.done += part.length
      }
    })
    busy.value = false
  }

  return { rows, busy, ready, shipped, failed, tryOut, send }
}

const refusalOf = ({ detail }: Answer) => detail ?? '不能发货'

/** What became of a row, and its tone. */
export function wordsOf({ problem, answer, sent }: Row): readonly [string, string] {
  if (problem) return [problem, 'bad']
  if (!answer) return ['', 'plain']
  if (answer.outcome === 'refused') return [refusalOf(answer), 'bad']
  return !sent && answer.outcome === 'shipped' ? ['可以发货', 'info'] : OUTCOMES[answer.outcome]
}
