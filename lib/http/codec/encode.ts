import { UsageError } from "../../core/errors/errors.ts";
import { Fields, type FieldsInit } from "./fields/fields.ts";
import { encodeOctets, isToken } from "./octets.ts";
import { reasonOf } from "./status.ts";

/** Parts of the head of a request. */
export interface RequestHeadInit {
  /** The method, a token. */
  readonly method: string;
  /** The target as it goes over the wire. */
  readonly target: string;
  /** The fields. */
  readonly headers: FieldsInit;
}

/** Parts of the head of a response. */
export interface ResponseHeadInit {
  /** The status, 100 to 999. */
  readonly status: number;
  /** The reason phrase. @default the usual one */
  readonly reason?: string;
  /** The fields. */
  readonly headers: FieldsInit;
}

/**
 * Writes the head of a request (RFC 9112 §3). Nothing that could end a line early gets into it.
 *
 * @throws {UsageError} `invalid-method`, `invalid-target`, `invalid-field`.
 * @example
 * ```ts
 * import { encodeRequestHead } from "../internal.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const bytes = encodeRequestHead({ method: "GET", target: "/", headers: { Host: "example.test" } });
 * assertEquals(new TextDecoder().decode(bytes), "GET / HTTP/1.1\r\nHost: example.test\r\n\r\n");
 * assertThrows(() => encodeRequestHead({ method: "GET", target: "/", headers: { A: "b\r\nC: d" } }));
 * ```
 */
export function encodeRequestHead({ method, target, headers }: RequestHeadInit): Uint8Array<ArrayBuffer> {
  if (!isToken(method)) throw new UsageError(`invalid method ${JSON.stringify(method)}`, { code: "invalid-method" });
  if (!/^[\x21\x22\x24-\x7e]+$/.test(target)) {
    throw new UsageError(`invalid request target ${JSON.stringify(target)}`, { code: "invalid-target" });
  }
  return encodeOctets(`${method} ${target} HTTP/1.1\r\n${fieldLines(headers)}\r\n`);
}

/**
 * Writes the head of a response (RFC 9112 §4).
 *
 * @throws {UsageError} `invalid-status`, `invalid-field`.
 */
export function encodeResponseHead({ status, reason, headers }: ResponseHeadInit): Uint8Array<ArrayBuffer> {
  return encodeOctets(`${statusLine(status, reason)}${fieldLines(headers)}\r\n`);
}

/** The first line of a response, with its line end. */
export function statusLine(status: number, reason: string = reasonOf(status)): string {
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw new UsageError(`invalid status ${status}`, { code: "invalid-status" });
  }
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(reason)) {
    throw new UsageError("the reason phrase has a control character", { code: "invalid-status" });
  }
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

/** Field lines, each with its line end. */
export function fieldLines(headers: FieldsInit): string {
  let text = "";
  // Whatever was not checked yet is checked here.
  for (const [name, value] of headers instanceof Fields ? headers : new Fields(headers)) {
    text += `${name}: ${value}\r\n`;
  }
  return text;
}
