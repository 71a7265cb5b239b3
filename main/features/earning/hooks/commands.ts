import type { HooksView } from '../../../../common/api/hooks.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { ask, command, whole } from '../../../cli/commands.ts'

function inWords({ config, status: { http, mqtt } }: HooksView): string {
  const mqttState = mqtt?.connected ? 'connected' : (mqtt?.problem ?? 'connecting')
  return [
    `http   ${http ? `${http.url}${http.problem ? `: ${http.problem}` : ''}` : 'off'}`,
    `mqtt   ${mqtt ? `${mqtt.url}, ${mqttState}` : 'off'}`,
    `token  ${config.token ?? 'none yet'}`,
  ].join('\n')
}

/** `hooks`: home automation reads the state, pauses and resumes. */
export const hookCommands: CommandGroup = (program) => {
  const hooks = command(program, 'hooks', 'home automation: state out, pause and resume in').action(
    ask((api) => api.hooks.view({}), inWords),
  )
  command(hooks, 'http', 'open GET /state, POST /pause and POST /resume')
    .option('--port <number>', 'the port', whole, 8765)
    .option('--lan', 'also for other machines of the local network', false)
    .action(
      ask(async (api, { port, lan }) => {
        const { config } = await api.hooks.view({})
        return api.hooks.change({ http: { port, lan }, mqtt: config.mqtt })
      }, inWords),
    )
  command(hooks, 'mqtt <url>', 'publish to and listen to a broker, such as mqtt://homeassistant.local')
    .option('--user <name>', 'the broker’s user')
    .option('--password <text>', 'and the password')
    .option('--topic <topic>', 'tells <topic>/state, hears <topic>/command', 'hearth')
    .action(
      ask(async (api, { user = null, password = null, topic }, [url]) => {
        const { config } = await api.hooks.view({})
        return api.hooks.change({ http: config.http, mqtt: { url, user, password, topic } })
      }, inWords),
    )
  command(hooks, 'token', 'make a new token; the old one stops working').action(
    ask((api) => api.hooks.renewToken({}), inWords),
  )
  command(hooks, 'off', 'close both').action(ask((api) => api.hooks.change({ http: null, mqtt: null }), inWords))
}
