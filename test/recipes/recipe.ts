// How is a recipe started? The program of one language, ready to be told tokens.

export interface Recipe {
  readonly command: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}
