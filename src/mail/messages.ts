// What do people read in the mails of the gateway? Who writes and why, one link, and until when it is good.
import { type Letter, writeHtml, writeText } from './letter.ts'

export interface Message {
  /** One address, in its compared form. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Sender {
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

function write (mail: Sender & { to: string }, subject: string, letter: Omit<Letter, 'closing'>): Message {
  return sign(mail, subject, letter, 'You did not expect this mail? Then do nothing: without the link nothing happens.')
}

/** In the vendor's name, with a word on why somebody gets it. */
export function sign ({ to, vendor, supportEmail }: Sender & { to: string }, subject: string, letter: Omit<Letter, 'closing'>, why: string): Message {
  const closing = [`${vendor}${supportEmail === null ? '' : ` · ${supportEmail}`}`, why]
  return { to, subject, text: writeText({ ...letter, closing }), html: writeHtml({ ...letter, closing }) }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** As people read it everywhere. */
export function utcWords (at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 16)} UTC`
}
