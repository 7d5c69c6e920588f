import { concat, ToucanError } from "../../core/mod.ts";
import { HttpMessageError } from "../codec/invalid.ts";
import { encodeOctets } from "../codec/octets.ts";
import { reasonOf } from "../codec/status.ts";
import { dateLine } from "./response/date_line.ts";
import { prepareResponse } from "./response/prepared.ts";

/** Statuses of client errors other than malformed messages. */
const CLIENTS: Readonly<Record<string, number>> = { "body-timeout": 408, "header-timeout": 408, "body-cut": 400 };

/** The status that tells a client of an error: that of what it sent, or that we have failed. */
export function errorStatus(error: unknown): number {
  if (error instanceof HttpMessageError) return error.status;
  return (error instanceof ToucanError ? CLIENTS[error.code] : undefined) ?? 500;
}

/** Returns the body of an error response: nothing but its status. */
export function errorText(status: number): string {
  return `${status} ${reasonOf(status)}\n`;
}

/** A whole response that tells of an error, and that the connection ends. */
export function errorBytes(status: number): Uint8Array<ArrayBuffer> {
  const headers = { "Content-Type": "text/plain; charset=utf-8" };
  const { head, body } = prepareResponse({ status, headers, body: errorText(status) });
  return concat([head, dateLine(), encodeOctets("Connection: close\r\n\r\n"), body]);
}
