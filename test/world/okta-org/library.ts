// How is the provider library loaded without a line on everybody's screen? It warns of every Node that is not marked LTS yet.

const warn = console.warn
console.warn = (...said: unknown[]) => {
  if (!String(said[0]).includes('Unsupported runtime')) warn(...said)
}

export const { default: Provider, errors, interactionPolicy } = await import('oidc-provider')

console.warn = warn
