import { kind } from "./finding.ts";

const said = ({ line }: { readonly line: string }) => line === "" ? [] : [`it sends: ${line}`];

/** Findings about what an open port says. */
export const TALK_FINDINGS = {
  "waits-for-client": kind<{ address: string; port: number }>({
    layer: "reach",
    mark: "good",
    means: "the server accepts the connection and sends nothing first, as most protocols have it",
    says: ({ address, port }) => `${address} port ${port} accepts connections, and sends nothing by itself`,
  }),
  "greeting": kind<{ protocol: string; line: string }>({
    layer: "reach",
    mark: "good",
    means: "the server greets the client",
    says: ({ protocol, line }) => `the port speaks ${protocol}: ${line}`,
  }),
  "closed-at-once": kind<{ address: string; port: number }>({
    layer: "reach",
    mark: "fault",
    who: "the owner of the server",
    means: "the server accepts the connection and closes it at once",
    says: ({ address, port }) =>
      `${address} port ${port} accepts connections and closes them at once: the server rejects this client, has too ` +
      `many, or what stands behind its proxy is down`,
  }),
  "port-silent": kind<{ address: string; port: number }>({
    layer: "reach",
    mark: "warning",
    who: "the owner of the server",
    means: "the server accepts the connection and sends nothing, whatever the client sends",
    says: ({ address, port }) =>
      `${address} port ${port} accepts connections, but answers neither TLS nor HTTP: the program behind it hangs`,
  }),
  "tls-on-plain-port": kind<{ address: string; port: number; expected: string }>({
    layer: "reach",
    mark: "fault",
    who: "you",
    means: "the port speaks TLS from the start, and the target is without TLS",
    says: ({ port, expected }) => `port ${port} speaks TLS from the start, not ${expected} without TLS`,
  }),
  "plain-on-tls-port": kind<{ address: string; port: number; protocol: string; line: string }>({
    layer: "reach",
    mark: "fault",
    who: "you",
    means: "the port speaks a protocol without TLS, and the target is with TLS",
    says: ({ port, protocol }) => `port ${port} speaks ${protocol} without TLS`,
    evidence: said,
  }),
  "speaks-other-protocol": kind<
    { address: string; port: number; expected: string; protocol: string; line: string }
  >({
    layer: "reach",
    mark: "fault",
    who: "you",
    means: "the port speaks another protocol than that of the target",
    says: ({ port, expected, protocol }) => `port ${port} speaks ${protocol}, not ${expected}`,
    evidence: said,
  }),
};
