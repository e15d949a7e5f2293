// What if something comes between a form that may be sent once and what it asks for? Then it is used up, and whoever sent it needs another.

/** Where the next one is; what came between is the `cause`. */
export class SpentForm extends Error {
  readonly page: string

  constructor (page: string, cause: unknown) {
    super('spent-form', { cause })
    this.name = 'SpentForm'
    this.page = page
  }
}
