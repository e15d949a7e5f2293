// What do people read in the mails of the gateway? Who writes and why, one link, and until when it is good.
import { writeHtml, writeText } from './letter.ts'

export interface Message {
  /** One address, in its compared form. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

interface Sender {
  /** The vendor, as people know it. */
  readonly vendor: string
  /** Whom to ask; null where nobody is named. */
  readonly supportEmail: string | null
}

export interface InvitationMail extends Sender {
  readonly to: string
  readonly company: string
  readonly url: string
  readonly expiresAt: Date
}

export function buildInvitation (mail: InvitationMail): Message {
  return write(mail, `You are invited to ${mail.vendor}`, {
    greeting: 'Hello,',
    paragraphs: [`${mail.company} uses ${mail.vendor} and has made an account for you (${mail.to}). You sign in with Okta, as you do for your other work; there is no new password.`],
    button: { label: 'Accept the invitation', url: mail.url },
    after: [`The link is for you alone and works once, until ${utcWords(mail.expiresAt)}.`, 'Your address at Okta may be another one than this: the link connects the two.']
  })
}

export interface SetupLinkMail extends InvitationMail {
  /** What the link lets somebody do: everything, or prove the email domains in DNS. */
  readonly part: 'all' | 'domains'
}

export function buildSetupLink (mail: SetupLinkMail): Message {
  const all = mail.part === 'all'
  return write(mail, all ? `Connect ${mail.company}’s Okta to ${mail.vendor}` : `Prove ${mail.company}’s email domains to ${mail.vendor}`, {
    greeting: 'Hello,',
    paragraphs: [all
      ? `${mail.vendor} is ready for single sign-on with ${mail.company}’s Okta. The page behind this link takes an Okta admin through it in a few minutes, and nobody’s sign-in changes before you say so.`
      : `To sign ${mail.company}’s people in by their email address, ${mail.vendor} asks for one TXT record in DNS for each domain. The page behind this link shows what to enter, and checks it.`],
    button: { label: all ? 'Start the setup' : 'Show the DNS records', url: mail.url },
    after: [`The link opens once, in the browser that you go on with, until ${utcWords(mail.expiresAt)}. You can come back to the page for days after that.`, 'Not the right person? Answer the one who asked you; do not forward the link to people outside your company.']
  })
}

export interface LiveMail extends Sender {
  readonly to: string
  readonly company: string
  /** Where people sign in from now on. */
  readonly url: string
}

export function buildLive (mail: LiveMail): Message {
  return write(mail, `${mail.company} now signs in to ${mail.vendor} with Okta`, {
    greeting: 'Hello,',
    paragraphs: [`Single sign-on is live: from now on, ${mail.company}’s people sign in to ${mail.vendor} with Okta, from the sign-in page or from the tile on their Okta dashboard.`],
    button: { label: 'Try it', url: mail.url },
    after: ['Something is not right? It can be switched back with one step: tell us.']
  })
}

export interface SecretExpiryMail extends Sender {
  readonly to: string
  readonly company: string
  readonly expiresAt: Date
  /** Whole days until then; 0 is today. */
  readonly days: number
  readonly url: string
}

export function buildSecretExpiry (mail: SecretExpiryMail): Message {
  const when = mail.days <= 0 ? 'today' : mail.days === 1 ? 'tomorrow' : `in ${mail.days} days`
  return write(mail, `The client secret for ${mail.vendor} in ${mail.company}’s Okta expires ${when}`, {
    greeting: 'Hello,',
    paragraphs: [
      `After ${utcWords(mail.expiresAt)} nobody at ${mail.company} can sign in to ${mail.vendor} unless there is a new secret.`,
      `Make one in Okta: Applications → Applications → ${mail.vendor} → General → Client Credentials → Generate new secret. Keep the old one active, enter the new one here, and sign-in goes on without a break.`
    ],
    button: { label: 'Enter the new secret', url: mail.url },
    after: ['With “Public key / Private key” as client authentication nothing expires, and no secret is handed around.']
  })
}

function write ({ to, vendor, supportEmail }: Sender & { to: string }, subject: string, letter: Omit<Parameters<typeof writeText>[0], 'closing'>): Message {
  const closing = [`${vendor}${supportEmail === null ? '' : ` · ${supportEmail}`}`, 'You did not expect this mail? Then do nothing: without the link nothing happens.']
  return { to, subject, text: writeText({ ...letter, closing }), html: writeHtml({ ...letter, closing }) }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function utcWords (at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 16)} UTC`
}
