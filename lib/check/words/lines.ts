import { kind } from "./finding.ts";

/** Findings that all line protocols have: SMTP, IMAP, POP3, FTP, NNTP, IRC. */
export const LINE_FINDINGS = {
  "greeted": kind<{ protocol: string; text: string }>({
    layer: "application",
    mark: "good",
    means: "the server of a line protocol greets",
    says: ({ protocol, text }) => `${protocol}: ${text}`,
  }),
  "greeting-silent": kind<{ protocol: string; ms: number }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the port accepts connections, but the server does not send a greeting",
    says: ({ protocol, ms }) => `the port accepts connections, but no ${protocol} greeting came within ${ms} ms`,
    evidence: () => ["a server that hangs, is overloaded, or makes unknown clients wait"],
  }),
  "greeting-slow": kind<{ protocol: string; bytes: number; ms: number }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the greeting comes so slowly that it was not complete in time",
    says: ({ protocol, bytes, ms }) =>
      `the server answers too slowly: ${bytes} byte${
        bytes === 1 ? "" : "s"
      } of the ${protocol} greeting came in ${ms} ms`,
  }),
  "greeting-needs-tls": kind<{ protocol: string; port: number }>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the server waits for a TLS handshake, but was addressed without TLS",
    says: ({ protocol, port }) => `port ${port} speaks TLS from the first byte: ${protocol} without TLS gets no answer`,
    evidence: () => ["no greeting came in the clear, and a TLS handshake was answered"],
  }),
  "greeting-closed": kind<{ protocol: string; reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server closes the connection before it greets",
    says: ({ protocol }) => `the server closes the connection before its ${protocol} greeting`,
    evidence: (
      { reason },
    ) => [reason, "often a rule for the address of the client, a limit, or a service behind it that is down"],
  }),
  "greeting-foreign": kind<{ protocol: string; found: string; port: number; text: string }>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the port answers in another protocol",
    says: ({ protocol, found, port }) => `port ${port} does not speak ${protocol}, but ${found}`,
    evidence: ({ text }) => [text],
  }),
  "greeting-invalid": kind<{ protocol: string; reason: string; text: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the first line of the server is not of the protocol",
    says: ({ protocol }) => `what the server sends is not ${protocol}`,
    evidence: ({ text, reason }) => [text, reason],
  }),
  "greeting-refused": kind<{ protocol: string; text: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server greets with a refusal",
    says: ({ protocol }) => `the ${protocol} server refuses this client in its greeting`,
    evidence: ({ text }) => [text],
  }),
  "hello-refused": kind<{ protocol: string; text: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server refuses the command that begins a session",
    says: ({ protocol }) => `the ${protocol} server refuses to begin a session`,
    evidence: ({ text }) => [text],
  }),
  "session-failed": kind<{ protocol: string; reason: string }>({
    layer: "application",
    mark: "fault",
    blame: "network",
    who: "the owner of the server",
    means: "the session with the server ended with an error",
    says: ({ protocol, reason }) => `the ${protocol} session failed: ${reason}`,
  }),
  "session-timed-out": kind<{ protocol: string; operation: string; ms: number; bytes?: number }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the server stopped answering in the middle of the session, or sends a reply that does not end",
    says: ({ protocol, operation, ms, bytes = 0 }) =>
      `the ${protocol} server does not finish its reply: ${
        bytes === 0 ? "nothing whole" : `${bytes} byte${bytes === 1 ? "" : "s"} without an end`
      } came for ${operation} within ${ms} ms`,
  }),
  "login-in-clear": kind<{ protocol: string; ways: readonly string[] }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the server accepts passwords before TLS",
    says: ({ protocol, ways }) =>
      `the ${protocol} server accepts passwords without TLS (${ways.join(", ")}): they cross the network readable`,
  }),
  "starttls-offered": kind<{ protocol: string }>({
    layer: "tls",
    mark: "good",
    means: "the server starts TLS by a command",
    says: ({ protocol }) => `the ${protocol} server starts TLS when asked`,
  }),
  "starttls-not-offered": kind<{ protocol: string }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the server offers no TLS",
    says: ({ protocol }) => `the ${protocol} server offers no TLS: everything crosses the network readable`,
  }),
  "starttls-refused": kind<{ protocol: string; text: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server offers TLS, and refuses the command that starts it",
    says: ({ protocol }) => `the ${protocol} server offers TLS, but refuses to start it`,
    evidence: ({ text }) => [
      text,
      // Temporary reason (RFC 3207 §4): of the server itself, not of the client.
      ...(/^454\b/.test(text)
        ? ["usually a certificate or key that the server cannot read, or that do not belong together: see its log"]
        : []),
    ],
  }),
  "starttls-broken": kind<{ protocol: string; reason: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server agrees to start TLS, and the handshake fails",
    says: ({ protocol }) => `the ${protocol} server agrees to start TLS, but the handshake fails`,
    evidence: ({ reason }) => [reason],
  }),
};
