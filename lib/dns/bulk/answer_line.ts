import { HARMFUL_CODE_UNITS } from "../../core/harmful.ts";
import { flagNames, missingName, missingType } from "../client/lookup_result.ts";
import { RCODE } from "../client/status.ts";
import { expandData } from "../codec/expand.ts";
import { decodeHead } from "../codec/message.ts";
import { decodeData } from "../codec/rdata/data.ts";
import { Reader } from "../codec/reader.ts";
import { META_TYPES, TYPE_NUMBERS, typeName } from "../codec/types.ts";
import { MessageScan } from "./message_scan.ts";

/** A question whose response is written, and how it came. */
export interface AnsweredQuestion {
  /** The input, which needs no escapes in JSON. */
  readonly input: string;
  /** The name, absolute; likewise. */
  readonly name: string;
  /** The type. */
  readonly type: string;
  /** Its number. */
  readonly typeNumber: number;
  /** The server. */
  readonly server: string;
  /** Duration in milliseconds. */
  readonly ms: number;
}

/**
 * Writes the usual responses as the JSON lines that their records would be: records of the name itself, or the SOA record
 * of a zone that has none. Whatever else there is in a response makes it unusual, and the general way decodes it.
 */
export class AnswerLines {
  readonly #scan = new MessageScan();
  readonly #flags = new Map<number, string>();

  /** Returns status and line of a response whose question ends at `end`, or undefined if it is unusual. */
  write(reply: Uint8Array, end: number, question: AnsweredQuestion): { status: string; line: string } | undefined {
    const scan = this.#scan;
    if (question.typeNumber === META_TYPES.ANY || typeName(question.typeNumber) !== question.type) return undefined;
    if (!scan.read(reply, end, question.typeNumber)) return undefined;
    const { input, name, type, server, ms } = question;
    const negative = scan.answers.length === 0;
    const missing = scan.rcode === RCODE.NOERROR;
    if (!missing && (scan.rcode !== RCODE.NXDOMAIN || !negative)) return undefined;
    if (negative && scan.negativeTtl === undefined) return undefined;
    const status = negative ? missing ? "NODATA" : "NXDOMAIN" : "NOERROR";
    const start =
      `{"input":"${input}","name":"${name}","type":"${type}","status":"${status}","server":"${server}","ms":`;
    const flags = this.#flagsOf(reply);
    if (negative) {
      const bare = name.slice(0, -1);
      const message = missing ? missingType(bare, type, server) : missingName(bare, server);
      return {
        status,
        line: `${start}${ms},${flags},"negativeTtl":${scan.negativeTtl},"attempts":1,"transport":"udp","tcp":false,` +
          `"answers":[],"error":{"code":"${missing ? "no-data" : "name-not-found"}","message":"${message}"}}`,
      };
    }
    let line = `${start}${ms},${flags},"attempts":1,"transport":"udp","tcp":false,"answers":[`;
    const { answers } = scan;
    for (let index = 0; index < answers.length; index++) {
      const answer = answers[index];
      if (!answer) continue;
      if (index > 0) line += ",";
      line += `{"name":"${name}","type":"${type}","class":"IN","ttl":${answer.ttl},"data":` +
        `${dataText(reply, answer.at, answer.size, type, question.typeNumber)}}`;
    }
    return { status, line: `${line}]}` };
  }

  #flagsOf(reply: Uint8Array): string {
    const bits = (reply[2] ?? 0) << 8 | (reply[3] ?? 0);
    let text = this.#flags.get(bits);
    if (text === undefined) {
      text = `"flags":${JSON.stringify(flagNames(decodeHead(reply)))}`;
      this.#flags.set(bits, text);
    }
    return text;
  }
}

/** Data of a record in zone file form, and behind it the fields. */
function dataText(bytes: Uint8Array, at: number, size: number, type: string, typeNumber: number): string {
  if (typeNumber === TYPE_NUMBERS.A && size === 4) {
    const address = `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
    return `"${address}","address":"${address}"`;
  }
  const { data, fields } = decodeData(type, expandData(typeNumber, new Reader(bytes, { at }), size));
  const parts = JSON.stringify(fields).slice(1, -1);
  const text = JSON.stringify(data);
  return (parts === "" ? text : `${text},${parts}`).replace(HARMFUL_CODE_UNITS, escape);
}

/** Escapes a character as JSON does: each UTF-16 code unit by itself. */
function escape(char: string): string {
  return char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
