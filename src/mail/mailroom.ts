// Which mails does the gateway send? Each by its name, in the vendor's name; none where no mail server is set.
import type { Secret } from '../secret.ts'
import { createMail, type MailTrouble } from './mail.ts'
import { buildInvitation, buildSetupLink, type InvitationMail, type Message, type SetupLinkMail } from './messages.ts'
import { buildLive, buildLiveChange, buildSecretExpiry, type LiveChangeMail, type LiveMail, type SecretExpiryMail } from './notice-messages.ts'

export interface MailroomOptions {
  /** Null where nothing is mailed. */
  readonly mail: { readonly smtpUrl: Secret, readonly from: string } | null
  readonly brand: { readonly name: string, readonly supportEmail: string | null }
  readonly onTrouble: (trouble: MailTrouble) => void
}

type Unsigned<Mail> = Omit<Mail, 'vendor' | 'supportEmail'>

/** Each tells whether the mail server has taken the mail, and never throws. */
export interface Mailroom {
  /** Whether there is a mail server at all. */
  readonly delivers: boolean
  sendInvitation (mail: Unsigned<InvitationMail>): Promise<boolean>
  sendSetupLink (mail: Unsigned<SetupLinkMail>): Promise<boolean>
  sendLive (mail: Unsigned<LiveMail>): Promise<boolean>
  sendLiveChange (mail: Unsigned<LiveChangeMail>): Promise<boolean>
  sendSecretExpiry (mail: Unsigned<SecretExpiryMail>): Promise<boolean>
  close (): void
}

export function openMailroom ({ mail, brand, onTrouble }: MailroomOptions): Mailroom {
  const post = mail === null ? null : createMail({ ...mail, onTrouble })
  const sender = { vendor: brand.name, supportEmail: brand.supportEmail }
  const send = async (message: Message): Promise<boolean> => post !== null && await post.send(message)
  return {
    delivers: post !== null,
    sendInvitation: async mail => await send(buildInvitation({ ...mail, ...sender })),
    sendSetupLink: async mail => await send(buildSetupLink({ ...mail, ...sender })),
    sendLive: async mail => await send(buildLive({ ...mail, ...sender })),
    sendLiveChange: async mail => await send(buildLiveChange({ ...mail, ...sender })),
    sendSecretExpiry: async mail => await send(buildSecretExpiry({ ...mail, ...sender })),
    close () { post?.close() }
  }
}
