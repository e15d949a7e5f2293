// Is the gateway on this machine alive? For engines that ask by starting a command: exit code 0, or 1.
import { get } from 'node:http'

const { HOST: host = '', MANAGEMENT_PORT: port = '' } = process.env
const anywhere = host === '' || host === '0.0.0.0' || host === '::'

const question = get({ host: anywhere ? '127.0.0.1' : host, port: Number(port === '' ? 4001 : port), path: '/livez', timeout: 2_000 }, answer => {
  answer.resume()
  process.exitCode = answer.statusCode === 200 ? 0 : 1
})
question.on('timeout', () => { question.destroy() })
question.on('error', () => { process.exitCode = 1 })
