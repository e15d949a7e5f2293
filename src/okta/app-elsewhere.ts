// What is to be said where two customers come in through one app of one Okta?

export const APP_ELSEWHERE = 'Another tenant has a connection to the same app in Okta: whoever is assigned to the app can reach both tenants. Make an app in Okta for each, unless this is meant.'
