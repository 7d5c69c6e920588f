import { asNameServer, formatNameServer } from "../../dns/internal.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import type { MachineTarget } from "../target/target.ts";
import { type AnswerSeen, askServer } from "./ask.ts";
import { judgeRoot } from "./judge_root.ts";
import { oneServer, resolverConfig, resolverCount } from "./servers.ts";
import { type SignatureTimes, signatureTimes } from "./signature_times.ts";

/** What a name server says of the root, and of a name that cannot exist. */
export interface RootServerSeen {
  /** The server. */
  readonly server: string;
  /** Its answer to NS of the root. */
  readonly root: AnswerSeen;
  /** Its answer to a name below `invalid` (RFC 6761 §6.4), and below a top-level domain that does not exist. */
  readonly missing: AnswerSeen;
  /** The name asked for. */
  readonly asked: string;
  /** When the signatures of the root are valid, if it returns them. */
  readonly signed?: SignatureTimes;
}

/** What the configured name servers say of the root. */
export interface RootSeen {
  /** False without the permission for the system's file. */
  readonly permitted: boolean;
  readonly servers: readonly RootServerSeen[];
}

/** Whether the configured name servers work: asked for the root and for a name that cannot exist. Nothing else is contacted. */
export const rootProbe: Probe<MachineTarget, RootSeen> = {
  name: "root",
  layer: "name",
  async observe(_target, context) {
    const config = await resolverConfig(context);
    if (!config) return { permitted: false, servers: [] };
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
      return { server: formatNameServer(server), root, missing, asked, ...(signed && { signed }) };
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
  summary({ permitted, servers }) {
    if (!permitted) return "resolvers not permitted";
    const answering = servers.filter(({ root }) => !/^[a-z]/.test(root.status)).length;
    return resolverCount(answering, servers.length);
  },
};
