// Asks an installed @cloud-copilot/iam-simulate one question a line: `node driver.mjs FOLDER < lines > answers`.
// FOLDER holds its node_modules. It runs as a program of its own, in development only; nothing of it is shipped.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { join, resolve } from 'node:path'

const folder = resolve(process.argv[2], 'node_modules/@cloud-copilot/iam-simulate')
const require = createRequire(join(folder, 'package.json'))
// the core, because the public entry drops context keys that it does not know for an action
const part = path => require(join(folder, 'dist/cjs', path))
const { authorize } = part('core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = part('request/request.js')
const { RequestContextImpl } = part('requestContext.js')
const { DiscoveryContextKeyConstraints } = part('context_keys/discoveryContextKeyConstraints.js')
const { anonymousPrincipal } = require('@cloud-copilot/iam-simulate')
const { loadPolicy } = require('@cloud-copilot/iam-policy')

const load = (value, index = 0) => loadPolicy(value.policy ?? value, { name: value.name ?? `policy-${index}` })
const level = (policies, index) => ({ orgIdentifier: `level-${index}`, policies: policies.map(load) })

function ask(line) {
  const { principal, action, resource, contextVariables } = line.request
  const who = ['*', 'anonymous'].includes(principal) ? anonymousPrincipal : principal
  return authorize({
    request: new AwsRequestImpl(who, resource, action, new RequestContextImpl(contextVariables ?? {})),
    identityPolicies: (line.identityPolicies ?? []).map(load),
    resourcePolicy: line.resourcePolicy && load(line.resourcePolicy),
    permissionBoundaries: line.permissionBoundaryPolicies?.map(load),
    sessionPolicy: line.sessionPolicy && load(line.sessionPolicy),
    serviceControlPolicies: (line.serviceControlPolicies ?? []).map(level),
    resourceControlPolicies: (line.resourceControlPolicies ?? []).map(level),
    vpcEndpointPolicies: line.vpcEndpointPolicies?.length ? line.vpcEndpointPolicies.map(load) : undefined,
    simulationParameters: { simulationMode: 'Strict', discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]) },
    serviceSettings: { s3: { blockPublicAccess: line.blockPublicAccess ?? false } },
  }).result
}

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text)
  let result
  try { result = ask(line) } catch (error) { result = `error: ${error.message}` }
  process.stdout.write(JSON.stringify({ id: line.id, result }) + '\n')
}
