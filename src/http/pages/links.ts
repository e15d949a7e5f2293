// Where do the pages' own forms and links lead, and what are their fields called?

export const links = {
  login: '/auth/login',
  logout: '/auth/logout',
  setup: '/auth/setup',
  operator: '/auth/operator',
  assets: '/auth/assets/'
} as const

/** The hidden field that proves a form came from our own page: another site can post to us but cannot read it. */
export const formTokenField = 'form_token'

/** The hidden field of a form that may be sent once: whoever reloads the answer does nothing again. */
export const formNumberField = 'form_number'
