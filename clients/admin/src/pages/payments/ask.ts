/** Ask for one short text; null when the person thinks better of it. */
import { ElMessageBox } from 'element-plus'

export async function ask(title: string, text: string, placeholder: string): Promise<string | null> {
  try {
    const { value } = await ElMessageBox.prompt(text, title, {
      closeOnHashChange: false,
      confirmButtonText: '确定',
      cancelButtonText: '取消',
      inputPlaceholder: placeholder,
      inputValidator: (typed: string) => (typed?.trim().length ?? 0) >= 4 || '请至少填写 4 个字符',
    })
    return value.trim()
  } catch {
    return null
  }
}
