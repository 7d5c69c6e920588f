import { asNameServer, candidates, formatNameServer, type NameServer } from "../../dns/internal.ts";
import type { Probe } from "../probe/probe.ts";
import { type AnswerSeen, askServer, bare } from "./ask.ts";
import { judgeResolvers } from "./judge_resolvers.ts";
import { oneServer, resolverConfig, resolverCount } from "./servers.ts";

/** The name to ask for. */
export interface ResolversInput {
  /** Name in ASCII. */
  readonly host: string;
  /** Whether the records for HTTPS are asked for. */
  readonly https: boolean;
  /** Called with each server that has answered. */
  readonly onAnswer?: (server: NameServer) => void;
}

/** What a server says of the name. */
export interface ServerSeen {
  /** The server. */
  readonly server: string;
  /** Addresses of each family, and the record for HTTPS if it was asked for. */
  readonly a: AnswerSeen;
  readonly aaaa: AnswerSeen;
  readonly https?: AnswerSeen;
  /** The name of the search list that has addresses although the name itself has none. */
  readonly searched?: string;
}

/** What the name servers of the system, or those given, say. */
export interface ResolversSeen {
  /** False without the permission for the system's file. */
  readonly permitted: boolean;
  /** Each server. */
  readonly servers: readonly ServerSeen[];
  /** Domains of the search list. */
  readonly search: readonly string[];
  /** Milliseconds that an answer may take until it counts as slow. */
  readonly slow: number;
}

/** Most servers and names of the search list that are asked. */
const [MOST_SERVERS, MOST_SEARCHED] = [8, 3];

/** Every name server of the system, asked for the same. */
export const resolversProbe: Probe<ResolversInput, ResolversSeen> = {
  name: "resolvers",
  layer: "name",
  async observe({ host, https, onAnswer }, context) {
    const config = await resolverConfig(context);
    const slow = Math.min(context.timeout, 3000) / 5;
    if (!config) return { permitted: false, servers: [], search: [], slow };
    const others = candidates(host, config).filter(({ asWritten }) => !asWritten).slice(0, MOST_SEARCHED);
    const ask = async (given: (typeof config.servers)[number]): Promise<ServerSeen> => {
      const server = asNameServer(given, config.tcp);
      const { config: one, limit } = oneServer(config, server, context.timeout);
      const limits = { signal: context.signal, timeout: limit, trace: context.trace };
      const question = async (name: string, type: "A" | "AAAA" | "HTTPS") => {
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
      return {
        server: formatNameServer(server),
        a,
        aaaa,
        ...(record && { https: record }),
        ...(searched !== undefined && { searched: bare(searched) }),
      };
    };
    const servers = await Promise.all(config.servers.slice(0, MOST_SERVERS).map(ask));
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
  summary({ permitted, servers }) {
    if (!permitted) return "resolvers not permitted";
    const answering = servers.filter(({ a, aaaa }) => isAnswer(a) || isAnswer(aaaa)).length;
    return resolverCount(answering, servers.length);
  },
};

/** Returns whether a server answered at all. */
export function isAnswer({ status }: AnswerSeen): boolean {
  return status !== "silent" && status !== "unreachable" && status !== "malformed";
}
