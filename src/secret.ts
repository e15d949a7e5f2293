// How is a value kept out of logs, errors and JSON? By being an object that prints as nothing.
import { inspect } from 'node:util'

/** A sensitive string. Every way of printing it yields `[secret]`; only `reveal()` gives the value. */
export class Secret {
  readonly #value: string

  constructor (value: string) {
    this.#value = value
  }

  /** The value itself. Call it where the value is used, never before. */
  reveal (): string {
    return this.#value
  }

  toString (): string {
    return '[secret]'
  }

  toJSON (): string {
    return '[secret]'
  }

  [inspect.custom] (): string {
    return '[secret]'
  }
}

/** A key that seals what is kept in the database. */
export interface SealingKey {
  readonly id: string
  /** 32 bytes in base64. */
  readonly key: Secret
}
