/** Something a person wants done once: retries of it carry the same key, a changed or new wish another. */
export class Intent {
  private body = ''
  private key = ''

  constructor(private readonly newKey: () => string = randomKey) {}

  /** The key for this body; the same until the body changes or the server has done it. */
  keyFor(body: unknown): string {
    const text = JSON.stringify(body ?? null)
    if (!this.key || text !== this.body) {
      this.key = this.newKey()
      this.body = text
    }
    return this.key
  }

  /** The server did it: whoever asks again wants it again. */
  done(): void {
    this.key = ''
  }
}

const SIGNS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A key nobody else uses; not a secret. */
export function randomKey(): string {
  return Array.from({ length: 32 }, () => SIGNS[Math.floor(Math.random() * SIGNS.length)]).join('')
}
