import { computed } from 'vue'
import { useSession } from '@/stores/session'

/** What stands in the place of a price somebody may not see. */
export function usePriceHint() {
  const session = useSession()
  return computed(() => {
    if (!session.isSignedIn) return '登录看经销价'
    return session.company?.state === 'active' ? '价格待定' : '通过审核后可见'
  })
}
