// What can a customer's admin do in a setup? All of its verbs, from the link to the last domain, with what they need together.
import { createSetupLink, type CreateSetupLinkNeeds } from './create-setup-link.ts'
import { enterSetup, type EnterSetupNeeds } from './enter-setup.ts'
import { findOrganization, type FindOrganizationNeeds } from './find-organization.ts'
import { findOpened, openSetup, type OpenSetupNeeds, seeSetupLink } from './open-setup.ts'
import { claimDomain, dropClaim, proveDomain, type ProveDomainNeeds } from './prove-domain.ts'
import { chooseOrganization, promoteSettings, saveCredentials, type SaveSetupNeeds } from './save-setup.ts'
import type { StartLoginNeeds } from './start-login.ts'
import { startTest } from './test-connection.ts'

export type SetUpNeeds = CreateSetupLinkNeeds & EnterSetupNeeds & FindOrganizationNeeds & OpenSetupNeeds & ProveDomainNeeds & SaveSetupNeeds & StartLoginNeeds

export function setUp (needs: SetUpNeeds) {
  return {
    createSetupLink: createSetupLink(needs),
    seeSetupLink: seeSetupLink(needs),
    openSetup: openSetup(needs),
    isOpenHere: findOpened(needs),
    enterSetup: enterSetup(needs),
    findOrganization: findOrganization(needs),
    chooseOrganization: chooseOrganization(needs),
    saveCredentials: saveCredentials(needs),
    promoteSettings: promoteSettings(needs),
    startTest: startTest(needs),
    claimDomain: claimDomain(needs),
    proveDomain: proveDomain(needs),
    dropClaim: dropClaim(needs)
  }
}
