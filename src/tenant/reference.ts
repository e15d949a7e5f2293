// By which short word do a person on the phone and an operator mean the same login?
import { buildWord } from './id.ts'

const adjectives = 'amber,ample,apt,arctic,azure,balmy,bold,brave,breezy,bright,brisk,calm,candid,cheery,civil,clear,clever,cosy,crisp,daring,dapper,deft,eager,early,earnest,easy,fair,famous,fancy,fine,fleet,fond,frank,fresh,gentle,glad,golden,good,grand,green,happy,hardy,hearty,honest,humble,jolly,keen,kind,lively,loyal,lucky,merry,mild,modest,neat,nimble,noble,open,patient,plucky,polite,prime,proud,quick'.split(',')
const animals = 'alpaca,badger,beaver,bison,bobcat,camel,caribou,cheetah,civet,condor,coral,crane,dingo,dolphin,eagle,egret,falcon,ferret,finch,fox,gazelle,gecko,gibbon,goose,grouse,hare,heron,hornbill,ibex,iguana,jackal,jaguar,kestrel,kiwi,koala,lark,lemur,leopard,lynx,magpie,marmot,marten,meerkat,moose,newt,ocelot,okapi,osprey,otter,owl,panda,parrot,pelican,penguin,plover,puffin,quail,rabbit,raven,robin,salmon,seal,tapir,walrus'.split(',')

export const REFERENCE_BYTES = 7

/**
 * A reference as in `brave-otter-k7q2m`: two words to say and 25 random bits to be unique with, 37 in all.
 * @param random at least `REFERENCE_BYTES` random bytes after the first `from`. Fewer are our own fault: RangeError.
 */
export function buildReference (random: Uint8Array, from = 0): string {
  const [first, second] = [random[from], random[from + 1]]
  if (first === undefined || second === undefined || random.length < from + REFERENCE_BYTES) throw new RangeError(`A reference needs ${REFERENCE_BYTES} random bytes.`)
  return `${adjectives[first & 63]}-${animals[second & 63]}-${buildWord(random, from + 2, from + REFERENCE_BYTES)}`
}

/** Whether the text has the form of a reference. */
export function isReference (text: string): boolean {
  return /^[a-z]{1,12}-[a-z]{1,12}-[2-9a-km-np-z]{5}$/.test(text)
}
