import type { Connection } from "../../core/mod.ts";
import { encodeResponseHead } from "../codec/encode.ts";
import { Fields, type FieldsInit } from "../codec/fields/fields.ts";

/** Another protocol that takes the connection over (RFC 9110, section 7.8). */
export interface Upgrade {
  /** Its name, as the client asked for it: `websocket`. */
  readonly protocol: string;
  /**
   * Takes the connection over when the head has been sent; `rest` are bytes of the client that have come already. The connection
   * is closed when this resolves. The server applies no timeouts to it any more.
   */
  readonly take: (connection: Connection, rest: Uint8Array<ArrayBuffer>) => Promise<void>;
}

/** The head of the response that hands the connection over. */
export function upgradeHead({ protocol }: Upgrade, headers: FieldsInit | undefined): Uint8Array<ArrayBuffer> {
  const own: [string, string][] = [["Upgrade", protocol], ["Connection", "Upgrade"]];
  return encodeResponseHead({
    status: 101,
    headers: [...own, ...(headers === undefined ? [] : headers instanceof Fields ? headers : new Fields(headers))],
  });
}
