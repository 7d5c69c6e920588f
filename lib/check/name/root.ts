import { isLocalHost } from "../../core/mod.ts";
import { asNameServer, formatNameServer } from "../../dns/internal.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import type { MachineTarget } from "../target/target.ts";
import { askServer } from "./ask.ts";
import { judgeRoot } from "./judge_root.ts";
import { oneServer, resolverConfig, resolverCount } from "./servers.ts";
import { signatureTimes } from "./signature_times.ts";
import type { RootSeen, RootServerSeen } from "./root_seen.ts";

/** Whether the configured name servers work: asked for the root and for a name that cannot exist. Nothing else is contacted. */
export const rootProbe: Probe<MachineTarget, RootSeen> = {
  name: "root",
  layer: "name",
  async observe(_target, context) {
    const { config, problem } = await resolverConfig(context);
    if (!config) return { permitted: problem !== undefined, servers: [], ...(problem !== undefined && { problem }) };
    const ask = async (given: (typeof config.servers)[number]): Promise<RootServerSeen> => {
      const server = asNameServer(given, config.tcp);
      const { config: one, limit } = oneServer(config, server, context.timeout);
      const limits: ProbeContext = { ...context, timeout: limit };
      const asked = `${crypto.randomUUID().slice(0, 8)}.invalid.`;
      const [root, missing, signed] = await Promise.all([
        askServer(".", "NS", one, limits),
        askServer(asked, "A", one, limits),
        signatureTimes(one, limits),
      ]);
      return {
        server: formatNameServer(server),
        local: isLocalHost(server.host),
        root,
        missing,
        asked,
        ...(signed && { signed }),
      };
    };
    return { permitted: true, servers: await Promise.all(config.servers.map(ask)) };
  },
  judge: (seen, _target, now) => judgeRoot(seen, now),
  facts({ servers }) {
    const answered = servers.flatMap(({ root }) => /^[a-z]/.test(root.status) ? [] : [root.ms]);
    return {
      resolvers: servers.length,
      "resolvers-answering": answered.length,
      ...(answered.length > 0 && { resolver: Math.min(...answered) }),
    };
  },
  summary({ permitted, problem, servers }) {
    if (problem !== undefined) return "no resolver file";
    if (!permitted) return "resolvers not permitted";
    const answering = servers.filter(({ root }) => !/^[a-z]/.test(root.status)).length;
    return resolverCount(answering, servers.length);
  },
};
