import { type ClientQuery, decodeMessage, encodeMessage, type MessageParts } from "../../lib/dns/internal.ts";

/** Returns a query as the sources of a server get it. */
export function clientQuery(
  name: string,
  type: string,
  options: Partial<ClientQuery> & { readonly class?: string; readonly parts?: Partial<MessageParts> } = {},
): ClientQuery {
  const { class: klass = "IN", parts, ...rest } = options;
  const question = { name, type, class: klass };
  return {
    question,
    dnssecOk: false,
    checkingDisabled: false,
    recursionDesired: true,
    client: { hostname: "127.0.0.1", port: 40_000 },
    transport: "udp",
    message: decodeMessage(encodeMessage({ id: 7, questions: [question], ...parts })),
    ...rest,
  };
}
