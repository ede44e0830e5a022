import { finderOf } from '../envelope/catalogue.js';
import type { Settings } from './schema.js';

/** The settings about statuses that partners send, in the shape the pipeline takes. */
export function lifePolicyOf({ lifecycle, partners }: Settings) {
  return {
    roles: lifecycle.roles,
    subscribed: new Set(partners.filter((p) => p.active && p.lifecycle).map((p) => p.code)),
    flowReports: new Set<string>(lifecycle.flowReports),
  };
}

/** The settings that decide what happens to a flow, in the shape the pipeline takes. */
export function policyOf(settings: Settings) {
  return {
    limits: settings.limits,
    rules: {
      siretKey: settings.rules.siretKey,
      paymentMeansDefault: settings.rules.paymentMeansDefault,
      attachmentSizeBytesMax: settings.limits.attachmentBytesMax,
      attachmentExtensions: settings.rules.attachmentExtensions,
      findingsPerRuleMax: settings.rules.findingsPerRuleMax,
      interfaceCadres: Object.fromEntries(
        settings.interfaces.flatMap(({ code, cadres }) => (cadres === undefined ? [] : [[code, cadres]])),
      ),
    },
    choices: { sets: settings.rules.sets, regrade: settings.rules.regrade },
    directory: { supplier: settings.directory.supplier },
    signatures: {
      all: settings.signatures,
      partners: new Map(
        settings.partners.flatMap(({ code, signatures: { verify } }) =>
          verify === undefined ? [] : [[code, verify] as const],
        ),
      ),
    },
    interfaceOf: finderOf(settings.interfaces),
    works: settings.works,
    nameExtensions: settings.names.extensions,
    engineCode: settings.engine.code,
    irrecevable: settings.engine.irrecevable,
    receives: new Map(settings.partners.flatMap((p) => p.receives.map((siret) => [siret, p.code] as const))),
    connected: new Set(settings.partners.filter((p) => p.active).map((p) => p.code)),
    attemptsMax: settings.engine.attemptsMax,
    statusTurnMsMax: settings.lifecycle.turnMsMax,
    numberPerYear: settings.rules.numberPerYear,
  };
}
