import {
  decodeMessage,
  type DnsMessage,
  encodeMessage,
  packMessages,
  parseTsigKeys,
  type ResourceRecord,
  tsigSize,
  verifyQuery,
} from "../../lib/dns/internal.ts";
import { framed } from "./scripted_dns.ts";

/** A file with the key of the server. */
export const KEY_FILE =
  'key "k.test" {\n  algorithm hmac-sha256;\n  secret "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=";\n};\n';
const KEYS = parseTsigKeys(KEY_FILE);

/** A server of transfers. */
export interface TransferServer extends AsyncDisposable {
  readonly address: string;
}

/** Serves transfers of types.test., without the last `cut` messages. */
export function transferServer(answers: (query: DnsMessage) => readonly ResourceRecord[], cut = 0): TransferServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    for await (const connection of listener) {
      using open = connection;
      const buffer = new Uint8Array(1024);
      const count = await open.read(buffer) ?? 0;
      if (count === 0) continue;
      const bytes = buffer.slice(2, count);
      const query = decodeMessage(bytes);
      const verified = await verifyQuery(bytes, query, KEYS, Math.floor(Date.now() / 1000));
      const chain = verified.kind === "signed" ? verified.chain : undefined;
      const head = { id: query.id, response: true, questions: query.questions };
      const refused = query.questions[0]?.name !== "types.test.";
      const list = verified.kind === "rejected"
        ? [verified.answer]
        : refused
        ? [encodeMessage({ ...head, rcode: 5 })]
        : packMessages(head, answers(query), { limit: 1500, reserve: tsigSize(KEYS[0] ?? never()) });
      const signed = [];
      for (const message of list) {
        signed.push(chain ? await chain.sign(message, { time: Math.floor(Date.now() / 1000) }) : message);
      }
      const frames = signed.map(framed);
      for (const frame of cut > 0 ? frames.slice(0, -cut) : frames) await open.write(frame);
    }
  };
  const served = serve();
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}

function never(): never {
  throw new Error("there is a key");
}
