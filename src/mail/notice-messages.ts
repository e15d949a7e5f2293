// What does a customer's administration read about its own single sign-on? That it is live, that it was changed, that its secret ends.
import { type Message, type Sender, sign, utcWords } from './messages.ts'

interface NoticeMail extends Sender {
  readonly to: string
  readonly company: string
  /** Where the company's people sign in. */
  readonly url: string
}

export type LiveMail = NoticeMail

export function buildLive (mail: LiveMail): Message {
  return notify(mail, `${mail.company} now signs in to ${mail.vendor} with Okta`, {
    greeting: 'Hello,',
    paragraphs: [`Single sign-on is live: from now on, ${mail.company}’s people sign in to ${mail.vendor} with Okta, from the sign-in page or from the tile on their Okta dashboard.`],
    button: { label: 'Try it', url: mail.url },
    after: ['Something is not right? It can be switched back with one step: tell us.']
  })
}

export interface LiveChangeMail extends NoticeMail {
  readonly change: keyof typeof changes
  /** Whether somebody did it who had a setup link; else it was the vendor. */
  readonly byLink: boolean
  /** Of the Okta that the connection leads to now. */
  readonly host: string
  readonly at: Date
}

const changes = {
  edited: ({ host }: LiveChangeMail) => `The settings with which ${host} signs your people in were changed, and count at once.`,
  'settings-wait': () => 'New settings were entered. Nothing has changed for your people yet: the settings wait until a test sign-in has passed with them and somebody takes them over.',
  promoted: ({ host }: LiveChangeMail) => `The new settings that were waiting have been taken over, after a test sign-in had passed with them. Your people sign in at ${host} now.`,
  'rolled-back': ({ host }: LiveChangeMail) => `Sign-in at ${host} was switched back to what it was before it went live.`,
  retired: ({ host }: LiveChangeMail) => `Sign-in at ${host} was switched off. Nobody gets in that way any more.`,
  'link-opened': () => 'A setup link was opened in a browser. With it, somebody can see the settings of your single sign-on and try them, and, where the link allows it, enter new ones.'
}

export function buildLiveChange (mail: LiveChangeMail): Message {
  const { vendor, company, change, byLink, at } = mail
  const opened = change === 'link-opened'
  return notify(mail, opened ? `The setup of ${company}’s single sign-on to ${vendor} was opened` : `${company}’s single sign-on to ${vendor} was changed`, {
    greeting: 'Hello,',
    paragraphs: [changes[change](mail), opened ? `That was on ${utcWords(at)}.` : `It was done on ${utcWords(at)} ${byLink ? 'by somebody with a setup link for your company' : `by ${vendor}`}.`],
    button: { label: 'Sign in', url: mail.url },
    after: ['Was it you, or a colleague? Then all is well. If nobody of you knows about it, tell us at once: it can be undone.']
  })
}

export interface SecretExpiryMail extends NoticeMail {
  readonly expiresAt: Date
  /** Whole days until then; 0 is today. */
  readonly days: number
  /** The host of the Okta Admin Console; null where it is not known. */
  readonly adminConsole: string | null
}

export function buildSecretExpiry (mail: SecretExpiryMail): Message {
  const { vendor, company, adminConsole } = mail
  const when = mail.days <= 0 ? 'today' : mail.days === 1 ? 'tomorrow' : `in ${mail.days} days`
  return notify(mail, `The client secret for ${vendor} in ${company}’s Okta expires ${when}`, {
    greeting: 'Hello,',
    paragraphs: [
      `After ${utcWords(mail.expiresAt)} nobody at ${company} can sign in to ${vendor} unless there is a new secret.`,
      `Make one in Okta: Applications → Applications → ${vendor} → General → Client Credentials → Generate new secret. Keep the old one active, and ask us for a setup link to enter the new one: sign-in goes on without a break. Do not mail the secret.`
    ],
    button: adminConsole === null ? { label: 'Sign in', url: mail.url } : { label: 'Open the Okta Admin Console', url: `https://${adminConsole}/` },
    after: ['With “Public key / Private key” as client authentication nothing expires, and no secret is handed around.']
  })
}

function notify (mail: NoticeMail, subject: string, letter: Parameters<typeof sign>[2]): Message {
  return sign(mail, subject, letter, `This goes to the people of ${mail.company} who administer ${mail.vendor} there.`)
}
