/** Instants as people in China read them. No Intl: the mini-program's engines do not all have it. */

const SHANGHAI_MS = 8 * 3600_000 // no summer time since 1991
const DAY_MS = 24 * 3600_000

interface Wall {
  year: number
  month: number
  day: number
  time: string
  /** Days since 1970 in Shanghai. */
  count: number
}

function wall(instant: string | number): Wall {
  const shifted = (typeof instant === 'number' ? instant : Date.parse(instant)) + SHANGHAI_MS
  const date = new Date(shifted)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    time: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
    count: Math.floor(shifted / DAY_MS),
  }
}

const two = (number: number) => String(number).padStart(2, '0')

/** "11月22日", with the year when it is another. */
export function dateText(instant: string, now: number = Date.now()): string {
  const { year, month, day } = wall(instant)
  const date = `${month}月${day}日`
  return year === wall(now).year ? date : `${year}年${date}`
}

/** "2026年11月22日 10:00": for what is kept and compared. */
export function dateTimeText(instant: string): string {
  const { year, month, day, time } = wall(instant)
  return `${year}年${month}月${day}日 ${time}`
}

/** "今天 10:00", "昨天 10:00", "11月22日 10:00", with the year when it is another. */
export function momentText(instant: string, now: number = Date.now()): string {
  const then = wall(instant)
  const today = wall(now)
  if (then.count === today.count) return `今天 ${then.time}`
  if (then.count === today.count - 1) return `昨天 ${then.time}`
  const day = dateText(instant, now)
  return then.year === today.year ? `${day} ${then.time}` : day
}

/** A business day: "2026-11-22" → "11月22日", with the year when it is another. */
export const businessDayText = (day: string, now: number = Date.now()): string => dateText(`${day}T00:00:00+08:00`, now)

/** Time left: "29:05", "1:00:00", "3天"; "0:00" when it is over. */
export function remainingText(until: string, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.floor((Date.parse(until) - now) / 1000))
  if (seconds >= 48 * 3600) return `${Math.floor(seconds / 86400)}天`
  const hours = Math.floor(seconds / 3600)
  const rest = `${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`
  return hours ? `${hours}:${rest}` : rest
}
