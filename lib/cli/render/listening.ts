import { reachableHosts } from "./reachable_hosts.ts";
import type { LISTENING } from "../grammar/common_records.ts";
import type { Output } from "../stdio/output.ts";

/** Where a server accepts clients of one protocol. */
export interface Listener {
  /** The scheme of its URL: `http`. */
  readonly scheme: string;
  /** Its address: `127.0.0.1:8000`, `[::1]:8000` or `unix:/path`. */
  readonly addr: string;
  /** The path of its URL. @default "" */
  readonly path?: string;
  /** The pin of its certificate, where the server made that. */
  readonly pin?: string;
}

/**
 * Reports that a server is ready, once for each listener: with `--json` as a record, otherwise as the line
 * `listening on URL` on stderr, with its pin in the next line, and the URLs of the machine's addresses where it
 * listens on all of them.
 */
export function reportListening(output: Output<typeof LISTENING>, listeners: readonly Listener[]): void {
  for (const { scheme, addr, path = "", pin } of listeners) {
    const port = /^unix:/.test(addr) ? undefined : Number(/:(\d+)$/.exec(addr)?.[1]);
    const url = port === undefined ? addr : `${scheme}://${addr}${path}`;
    const urls = reachableHosts(addr).map((host) => `${scheme}://${host}:${port}${path}`);
    if (output.json) {
      output.record({ event: "listening", url, urls: urls.length > 0 ? urls : undefined, address: addr, port, pin });
    } else {
      output.note(`listening on ${url}${pin === undefined ? "" : `\npin ${pin}`}`);
      urls.forEach((url) => output.note(`  ${url}`));
    }
  }
  output.flush();
}
