import type { RequestHead } from "../../codec/head.ts";
import { encodeOctets } from "../../codec/octets.ts";
import { dateLine } from "./date_line.ts";
import type { Outgoing } from "./outgoing.ts";
import type { PreparedResponse } from "./prepared.ts";

const CLOSE = encodeOctets("Connection: close\r\n");
const KEEP = encodeOctets("Connection: keep-alive\r\n");
const END = encodeOctets("\r\n");
/** More than Date, Connection and the empty line take. */
const LINES = 128;

/** Puts a prepared response where it goes out with others; false when there is no room. */
export function gather(out: Outgoing, prepared: PreparedResponse, head: RequestHead, keep: boolean): boolean {
  if (!out.fits(prepared.head.length + prepared.body.length + LINES)) return false;
  if (keep && head.version === "1.1" && head.method !== "HEAD") return out.add(prepared.whole(dateLine()));
  out.add(prepared.head);
  out.add(dateLine());
  if (!keep) out.add(CLOSE);
  else if (head.version === "1.0") out.add(KEEP);
  out.add(END);
  if (head.method !== "HEAD") out.add(prepared.body);
  return true;
}
