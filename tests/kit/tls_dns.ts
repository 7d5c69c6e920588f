import type { HostPort } from "../../lib/core/mod.ts";
import { decodeHead, type DnsHead } from "../../lib/dns/internal.ts";
import type { TestCertificate } from "./certificates.ts";
import { framed } from "./scripted_dns.ts";

/** Starts a DNS server over TLS on 127.0.0.1, with one query on each connection. */
export function tlsDnsServer(
  { cert, key }: Pick<TestCertificate, "cert" | "key">,
  answer: (query: DnsHead) => Uint8Array,
): AsyncDisposable & { readonly addr: HostPort } {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const serve = async () => {
    for await (const connection of listener) {
      using open = connection;
      const bytes = new Uint8Array(1024);
      const count = await open.read(bytes) ?? 0;
      if (count > 2) await open.write(framed(answer(decodeHead(bytes.subarray(2, count)))));
    }
  };
  const served = serve();
  return {
    addr: { transport: "ip", host: "127.0.0.1", port: listener.addr.port },
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}
