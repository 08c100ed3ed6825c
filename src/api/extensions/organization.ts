// The organization of the caller's account: who may change what holds for all of its accounts.
//
// GET /_copyhold/organization   → {"ManagementAccountId"}, or {} where there is none

import type { Extension } from '../extension.ts'

/** What AWS Organizations tells every member account. */
export const describeOrganization: Extension = {
  method: 'GET',
  path: '/organization',
  answer: async ({ caller }, { identities }) => ({
    ManagementAccountId: identities.organization(caller.account)?.managementAccount,
  }),
}
