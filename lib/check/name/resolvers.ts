import { isLocalHost } from "../../core/mod.ts";
import { asNameServer, candidates, formatNameServer } from "../../dns/internal.ts";
import type { Probe } from "../probe/probe.ts";
import { type AnswerSeen, askServer, bare } from "./ask.ts";
import { judgeResolvers } from "./judge_resolvers.ts";
import { oneServer, resolverConfig, resolverCount } from "./servers.ts";
import type { ResolversInput, ResolversSeen, ServerSeen } from "./resolvers_seen.ts";

/** Most servers and names of the search list that are asked. */
const [MAX_SERVERS, MAX_SEARCHED] = [8, 3];

/** Milliseconds after which an answer counts as slow: most come from a cache within 50. */
const SLOW_MS = 500;

/** Answers that a name server may give for every name, whether it exists or not. */
const DOUBTED = /^(?:NXDOMAIN|NODATA|SERVFAIL)$/;

/** Every name server of the system, asked for the same. */
export const resolversProbe: Probe<ResolversInput, ResolversSeen> = {
  name: "resolvers",
  layer: "name",
  async observe({ host, https, onAnswer }, context) {
    const { config, problem } = await resolverConfig(context);
    const { connections } = context;
    const slow = Math.min(SLOW_MS, context.timeout / 2);
    const none = { servers: [], search: [], slow };
    if (!config) return { permitted: problem !== undefined, ...none, ...(problem !== undefined && { problem }) };
    const others = candidates(host, config).filter(({ asWritten }) => !asWritten).slice(0, MAX_SEARCHED);
    const ask = async (given: (typeof config.servers)[number]): Promise<ServerSeen> => {
      const server = asNameServer(given, config.tcp);
      const { config: one, limit } = oneServer(config, server, context.timeout);
      const limits = { signal: context.signal, timeout: limit, trace: context.trace, connections };
      const question = async (name: string, type: "A" | "AAAA" | "HTTPS" | "NS") => {
        const answer = await askServer(name, type, one, limits);
        if (isAnswer(answer)) onAnswer?.(server);
        return answer;
      };
      const searching = others.map(({ name }) => question(name, "A"));
      const [a, aaaa, record] = await Promise.all([
        question(host, "A"),
        question(host, "AAAA"),
        https ? question(host, "HTTPS") : undefined,
      ]);
      const found = (await Promise.all(searching)).findIndex(({ data }) => data.length > 0);
      const searched = others[found]?.name;
      const doubted = [a, aaaa].every(({ status }) => DOUBTED.test(status));
      return {
        server: formatNameServer(server),
        ...(!context.servers && isLocalHost(server.host) && { local: true }),
        a,
        aaaa,
        ...(record && { https: record }),
        ...(doubted && { root: await question(".", "NS") }),
        ...(searched !== undefined && { searched: bare(searched) }),
      };
    };
    const servers = await Promise.all(config.servers.slice(0, MAX_SERVERS).map(ask));
    return { permitted: true, servers, search: config.search, slow };
  },
  judge: judgeResolvers,
  facts({ servers }) {
    const answered = servers.flatMap(({ a }) => isAnswer(a) ? [a.ms] : []);
    return {
      resolvers: servers.length,
      "resolvers-answering": answered.length,
      ...(answered.length > 0 && { "resolver": Math.min(...answered) }),
    };
  },
  summary({ permitted, problem, servers }) {
    if (problem !== undefined) return "no resolver file";
    if (!permitted) return "resolvers not permitted";
    const answering = servers.filter(({ a, aaaa }) => isAnswer(a) || isAnswer(aaaa)).length;
    return resolverCount(answering, servers.length);
  },
};

/** Returns whether a server answered at all. */
export function isAnswer({ status }: AnswerSeen): boolean {
  return status !== "silent" && status !== "unreachable" && status !== "malformed";
}
