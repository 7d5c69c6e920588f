import { type Call, clientTls, releasePaths } from "../../../lib/cli/mod.ts";
import { showUntrusted, UsageError } from "../../../lib/core/mod.ts";
import {
  AliasFollower,
  type AnswerSource,
  checkNoLoop,
  Forwarder,
  type NameServer,
  NameTable,
  type OwnAddress,
  readTsigKey,
  readZoneFile,
  systemNameServers,
  type TsigKey,
  type Zone,
  zoneFilePaths,
  ZoneStore,
} from "../../../lib/dns/internal.ts";
import type { SERVE_RECORDS } from "./records.ts";
import type { SERVE_OPTIONS } from "./options.ts";

/** A call of `resolve serve`. */
export type ServeCall = Call<typeof SERVE_OPTIONS, typeof SERVE_RECORDS>;

/** Number of errors of a zone file that are printed. */
const MAX_ERRORS = 20;

/** Reads the names of the operands and of hosts files. */
export function nameTable({ operands, options }: ServeCall): NameTable {
  const names = new NameTable();
  for (const word of operands) names.addWord(word);
  for (const file of options.hosts) names.addHostsFile(file);
  releasePaths(...options.hosts);
  return names;
}

/**
 * Reads the zones, and prints what is wrong with their files.
 *
 * @throws {UsageError} `invalid-zone` when one of them cannot be served.
 */
export function zoneStore({ options, output }: ServeCall): ZoneStore {
  const zones: Zone[] = [];
  for (const { file, origin } of options.zone) {
    const { zone, errors, warnings } = readZoneFile(file, origin);
    for (const warning of warnings) output.note(`warning: ${showUntrusted(warning)}`);
    for (const error of errors.slice(0, MAX_ERRORS)) output.note(showUntrusted(error));
    if (!zone) {
      const isRelative = origin === undefined && errors.some((error) => error.includes("there is no origin"));
      const many = errors.length === 1 ? "1 error" : `${errors.length} errors`;
      throw new UsageError(`cannot serve zone file ${file}: ${many}`, {
        code: "invalid-zone",
        hint: isRelative ? `name the zone: --zone ORIGIN=${file}` : undefined,
      });
    }
    if (zones.some(({ key }) => key === zone.key)) {
      throw new UsageError(`cannot serve zone file ${file}: another file has the zone ${zone.origin}`, {
        code: "invalid-zone",
      });
    }
    zones.push(zone);
  }
  releasePaths(...options.zone.flatMap(({ file }) => zoneFilePaths(file)));
  return new ZoneStore(zones);
}

/** Returns what looks names up at other servers, if there are any. */
export async function forwarder(call: ServeCall, own: readonly OwnAddress[]): Promise<Forwarder | undefined> {
  const { options, output } = call;
  const given = options.forward.filter((server) => server !== "system");
  const { cacert, pin, insecure } = options;
  const tls = given.some(({ protocol }) => protocol === "tls" || protocol === "https");
  const none = { sni: undefined, cert: undefined, key: undefined };
  const settings = await clientTls({ ...none, cacert, pin, insecure, tls }, output, "use a tls:// or https:// server");
  if (options.forward.length === 0) return undefined;
  const servers: NameServer[] = [...given];
  if (options.forward.includes("system")) servers.push(...await systemNameServers(own));
  checkNoLoop(given, own);
  return new Forwarder({
    servers,
    tls: settings && { caCerts: settings.caCerts, pin: settings.pin, insecure: settings.insecure },
    timeout: options.timeout,
    cache: { entries: options["cache-size"] },
  });
}

/** Reads the keys of signatures. */
export async function tsigKeys({ options }: ServeCall): Promise<readonly TsigKey[]> {
  const keys = await Promise.all(options.tsig.map(readTsigKey));
  releasePaths(...options.tsig);
  return keys;
}

/** Returns the sources that know anything, in the order in which they are asked. */
export function sourcesInOrder(
  { operands, options }: ServeCall,
  names: AnswerSource,
  zones: AnswerSource,
  forwards: AnswerSource | undefined,
): AnswerSource[] {
  const known = operands.length + options.hosts.length > 0 ? [names, zones] : [zones];
  const all = forwards ? [...known, forwards] : known;
  return all.length > 1 ? [new AliasFollower(all)] : all;
}
