/** A file that the server writes while the person goes on: waited for, then downloaded. */
import { reportFailure } from './say'
import { startTask } from './tasks'

interface File {
  export_id: string
  stage: 'running' | 'complete' | 'lapsed'
  url: string | null
}
const PAUSE = 1500

export async function waitForFile<Written extends File>(
  title: string,
  begin: () => Promise<Written>,
  look: (exportId: string) => Promise<Written>,
  countOf: (file: Written) => number,
): Promise<void> {
  let url: string | null = null
  try {
    let file = await begin()
    const task = await startTask(title, null, async (task) => {
      while (file.stage === 'running' && !task.stopping) {
        await new Promise((resume) => setTimeout(resume, PAUSE))
        file = await look(file.export_id)
        task.done = countOf(file)
      }
      if (file.stage === 'lapsed') task.failures.push({ what: title, why: '没有按时写完，请重新导出' })
    })
    if (task.state === 'finished') url = file.url
  } catch (failure) {
    reportFailure(failure)
  }
  if (url) location.assign(url)
}
