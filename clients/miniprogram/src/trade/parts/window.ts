/** Delivery windows a buyer may ask for. */
const DAYS = ['工作日', '周末', '每天']
const HOURS = ['09:00-18:00', '09:00-12:00', '13:00-18:00']

export const WINDOWS = DAYS.flatMap((day) => HOURS.map((hours) => `${day} ${hours}`))
