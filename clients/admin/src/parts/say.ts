/** Short messages, failures, and questions before what cannot be undone. */
import { ElMessage, ElMessageBox, ElNotification } from 'element-plus'
import { h } from 'vue'
import { ApiError } from '@/api/client'

export function done(text: string): void {
  ElMessage.success(text)
}

/** Show a failure with its request id, so that support can find it. */
export function reportFailure(failure: unknown): void {
  if (failure === 'cancel' || failure === 'close') return
  if (!(failure instanceof ApiError)) {
    console.error(failure)
    ElMessage.error('页面出现问题，请刷新后重试')
    return
  }
  const { title, detail, fields, problem } = failure
  const lines = [detail === title ? '' : detail, ...Object.values(fields)].filter(Boolean)
  const request = problem.request_id
  ElNotification({
    type: failure.status === 409 ? 'warning' : 'error',
    title,
    duration: 6000,
    message: h('div', [
      ...lines.map((line) => h('div', line)),
      request ? h('div', { class: 'request-id' }, `请求编号 ${request}`) : null,
    ]),
  })
}

export interface Danger {
  title: string
  /** What will happen, and what cannot be undone. */
  text: string
  action: string
  /** The person must type this. */
  type?: string
  /** Ask for a reason of at least two characters. */
  reason?: string
}

/** Ask before something serious; the reason (or ''), or null when the person thinks better of it. */
export async function confirmDanger(danger: Danger): Promise<string | null> {
  const common = {
    confirmButtonText: danger.action,
    cancelButtonText: '取消',
    confirmButtonClass: 'el-button--danger',
    customClass: 'confirm-danger',
    autofocus: false,
    closeOnHashChange: false, // going back asks as well, and changes the address before it does
  }
  try {
    if (!danger.type && !danger.reason) {
      await ElMessageBox.confirm(danger.text, danger.title, { ...common, type: 'warning' })
      return ''
    }
    const hint = danger.type ? `${danger.text}请输入「${danger.type}」确认。` : danger.text
    const { value } = await ElMessageBox.prompt(hint, danger.title, {
      ...common,
      inputType: danger.reason ? 'textarea' : 'text',
      inputPlaceholder: danger.reason ?? danger.type ?? '',
      inputValidator: (text: string) =>
        danger.type ? text?.trim() === danger.type || '与要求的文字不一致' : (text?.trim().length ?? 0) >= 2 || '请至少写两个字',
    })
    return danger.reason ? value.trim() : ''
  } catch {
    return null
  }
}
