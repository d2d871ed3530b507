/** Why a call failed, in the words of the server's problem document or of the network. */

export interface FieldError {
  field: string
  message: string
}

export interface Problem {
  title?: string
  detail?: string
  code?: string
  errors?: FieldError[]
  [more: string]: unknown
}

/** `code` is stable and for the program; `title` and `detail` are for the person. `status` is 0 when nobody answered. */
export class ApiError extends Error {
  readonly code: string
  readonly title: string
  readonly detail: string
  /** What is wrong with each field, by its name. */
  readonly fields: Record<string, string>

  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** Seconds after which another try is allowed. */
    readonly retryAfter?: number,
  ) {
    super(problem.detail || problem.title || '服务暂时不可用，请稍后再试')
    this.code = problem.code ?? 'Unknown'
    this.title = problem.title ?? this.message
    this.detail = problem.detail ?? ''
    this.fields = Object.fromEntries((problem.errors ?? []).map((error) => [error.field, error.message]))
  }

  /** Whether the request may not have reached the server. */
  get isOffline(): boolean {
    return this.status === 0
  }

  /** Whether the server may have done what was asked, all the same. */
  get isUnsure(): boolean {
    return this.isOffline || this.status >= 500
  }
}

export const offline = () => new ApiError(0, { code: 'Offline', title: '网络不可用', detail: '请检查网络后重试' })

export const timedOut = () => new ApiError(0, { code: 'TimedOut', title: '网络较慢', detail: '等待超时，请重试' })

/** Any failure as an ApiError, so that pages need to know one kind. */
export function asApiError(failure: unknown): ApiError {
  if (failure instanceof ApiError) return failure
  return new ApiError(0, { code: 'Unexpected', title: '出了点问题', detail: '页面遇到了意外情况，请重试' })
}
