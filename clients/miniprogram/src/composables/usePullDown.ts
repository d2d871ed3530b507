import { onPullDownRefresh } from '@dcloudio/uni-app'
import { ApiError } from '@/api'
import { toast } from './feedback'

/** What `load` and `refresh` give: why what is still shown is not the newest. */
export type Outcome = ApiError | null | void | Outcome[]

/** Whoever pulls the page down sees it anew, or hears why not. */
export function usePullDown(renew: () => Promise<Outcome>): void {
  onPullDownRefresh(async () => {
    const failure = failureIn(await renew())
    uni.stopPullDownRefresh()
    if (failure) toast(`没有刷新成功，${failure.message}`)
  })
}

function failureIn(outcome: Outcome): ApiError | undefined {
  if (Array.isArray(outcome)) return outcome.map(failureIn).find(Boolean)
  return outcome instanceof ApiError ? outcome : undefined
}
