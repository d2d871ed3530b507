/** How a payment stands, for whoever just paid. */
import type { Schemas } from '@/api'

type State = Schemas['PaymentView']['state']

export type Outcome = 'paid' | 'waiting' | 'checking' | 'failed'

const OUTCOMES: Record<State, Outcome> = {
  created: 'waiting',
  prepaid: 'waiting',
  awaiting: 'waiting',
  voucher_submitted: 'checking',
  mismatched: 'failed',
  rejected: 'failed',
  failed: 'failed',
  closed: 'failed',
  succeeded: 'paid',
  confirmed: 'paid',
  settled: 'paid',
  partly_refunded: 'paid',
  refunded: 'paid',
  held: 'checking',
  committed: 'checking',
  due: 'checking',
  overdue: 'checking',
}

export const outcomeOf = (state: State): Outcome => OUTCOMES[state]

/** Pauses between questions, in milliseconds; the last question is after about a minute. */
export const PAUSES = [1000, 1500, 2000, 3000, 4000, 5000, 8000, 10_000, 12_000, 15_000]
