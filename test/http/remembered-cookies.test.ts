// Is the right session remembered for each cookie, however many there are and whatever else comes by?
import t from 'tap'
import { Signer } from '@fastify/cookie'
import { rememberCookies } from '../../src/http/remembered-cookies.ts'

const signer = new Signer(['a-cookie-secret-0123456789-abcdefgh'], 'sha256')
const cookie = (index: number) => signer.sign(`wqYwCLEZ6p9q2QZ9vY9p5m8oJ${String(index).padStart(7, '0')}`)

void t.test('What is kept is found again, and nothing else', t => {
  const cookies = rememberCookies(10)
  cookies.keep('one.signature', 'hash of one')
  t.equal(cookies.find('one.signature')?.idHash, 'hash of one')
  t.equal(cookies.find('one.signature'), cookies.find('one.signature'), 'the same key each time')
  for (const other of ['', 'one.signatur', 'one.signaturE', 'two.signature', 'one.signature ', 'x', '__proto__']) t.equal(cookies.find(other), undefined, other)
  t.end()
})

void t.test('Cookies that end alike are not taken for each other; the last one is remembered', t => {
  const cookies = rememberCookies(10)
  cookies.keep('one.signature', 'hash of one')
  cookies.keep('two.signature', 'hash of two')
  t.equal(cookies.find('two.signature')?.idHash, 'hash of two')
  t.equal(cookies.find('one.signature'), undefined)
  t.end()
})

void t.test('Nor are they where one of them is of the generation before', t => {
  const cookies = rememberCookies(2)
  cookies.keep('one.signature', 'hash of one')
  for (let index = 0; index < 2; index++) cookies.keep(cookie(index), 'stranger')
  t.equal(cookies.find('two.signature'), undefined)
  t.equal(cookies.find('one.signature')?.idHash, 'hash of one', 'it is still there')
  t.end()
})

void t.test('Of many thousand real ones next to none is lost, whether bare or escaped', t => {
  for (const spell of [(text: string) => text, encodeURIComponent]) {
    const cookies = rememberCookies(50_000)
    for (let index = 0; index < 50_000; index++) cookies.keep(spell(cookie(index)), String(index))
    let lost = 0
    for (let index = 0; index < 50_000; index++) {
      const found = cookies.find(spell(cookie(index)))
      if (found === undefined) lost++
      else if (found.idHash !== String(index)) t.fail(`${index} was taken for ${found.idHash}`)
    }
    // Among four thousand million numbers, a third of a pair is expected to share one.
    t.ok(lost <= 5, `${lost} of 50,000 lost`)
  }
  t.end()
})

void t.test('Whoever comes back within a generation stays; whoever does not is forgotten with the next but one', t => {
  const cookies = rememberCookies(3)
  const often = cookies.keep(cookie(0), 'often')
  cookies.keep(cookie(1), 'once')
  for (let index = 2; index < 12; index++) {
    cookies.keep(cookie(index), 'stranger')
    t.equal(cookies.find(cookie(0)), often, `after ${index}`)
  }
  t.equal(cookies.find(cookie(1)), undefined)
  t.equal([...Array(12).keys()].filter(index => cookies.find(cookie(index)) !== undefined).length <= 6, true, 'two generations at most')
  t.end()
})
