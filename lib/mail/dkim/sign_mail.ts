import { createHash } from "../../deps/node/hash.ts";
import { asciiHostName, UsageError } from "../../core/mod.ts";
import { parseMailbox } from "../codec/mailbox.ts";
import type { BuiltMail } from "../message/types.ts";
import { readAddresses } from "../mime/addresses.ts";
import { RelaxedBody } from "./codec/relaxed_body.ts";
import { namesToSign, type RawField, rawFields, signedText } from "./codec/signed_header.ts";
import type { DkimKey } from "./dkim_key.ts";

/** Bytes of a header that is looked for. */
const MAX_HEADER_BYTES = 1 << 20;
/** Characters of a line of the signature. */
const LINE_LENGTH = 76;

/**
 * Signs a message with DKIM (RFC 6376, RFC 8463): one signature for each key, relaxed/relaxed, on top of the message. From and the
 * fields that mail programs show are sealed: another one that is added makes the signature invalid.
 *
 * Permissions: `--allow-read=FILE` for each attached file, which is read once more.
 *
 * @param mail Message to sign.
 * @param keys Keys, one signature for each.
 * @returns The signed message.
 * @throws {UsageError} `invalid-message` when it has no header, `invalid-domain` when no domain is known.
 * @throws {SystemError} When an attached file cannot be read or has changed.
 * @example See dkimKey
 * ```ts
 * import { buildMail, signMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = await buildMail({ from: "ada@example.com", to: "bob@example.com", text: "hello" });
 * assertEquals((await signMail(mail, [])).size, mail.size);
 * ```
 */
export async function signMail(mail: BuiltMail, keys: readonly DkimKey[]): Promise<BuiltMail> {
  if (keys.length === 0) return mail;
  const { header, bodyHash } = await digestOf(mail);
  const fields = rawFields(header);
  const names = namesToSign(fields);
  let signatures = "";
  for (const key of keys) {
    const unsigned = signatureField(
      { ...key, domain: key.domain ?? domainOf(fields) },
      names,
      bodyHash,
      Math.floor(Date.now() / 1000),
    );
    const signature = await key.sign(octets(signedText(fields, names, unsigned)));
    signatures += `${unsigned}${folded(signature.toBase64(), LINE_LENGTH - 4)}\r\n`;
  }
  const top = octets(signatures);
  return {
    ...mail,
    size: mail.size + top.length,
    async *chunks() {
      yield top;
      yield* mail.chunks();
    },
  };
}

/** Reads a message: its header, one character for each byte, and the digest of its body. */
async function digestOf(mail: BuiltMail): Promise<{ readonly header: string; readonly bodyHash: string }> {
  const hash = createHash("sha256");
  const body = new RelaxedBody();
  let held: string | undefined = "";
  let header = "";
  for await (const chunk of mail.chunks()) {
    if (held === undefined) {
      hash.update(body.push(chunk));
      continue;
    }
    held += Array.from(chunk, (byte) => String.fromCharCode(byte)).join("");
    const end: number = held.startsWith("\r\n") ? 0 : held.indexOf("\r\n\r\n");
    if (end < 0 && held.length > MAX_HEADER_BYTES) {
      throw new UsageError("the header of the message is too large to sign", { code: "invalid-message" });
    }
    if (end < 0) continue;
    header = held.slice(0, end);
    hash.update(body.push(octets(held.slice(end === 0 ? 2 : end + 4))));
    held = undefined;
  }
  if (held !== undefined) header = held;
  if (rawFields(header).length === 0) {
    throw new UsageError("the message has no header to sign", { code: "invalid-message" });
  }
  hash.update(body.end());
  return { header, bodyHash: hash.digest("base64") };
}

/** Returns the field with an empty signature. */
function signatureField(key: Omit<DkimKey, "sign">, names: readonly string[], bodyHash: string, time: number): string {
  const { algorithm, domain, selector } = key;
  const lines = [`DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed;`, `d=${domain}; s=${selector}; t=${time};`];
  let line = "h=";
  for (const [i, name] of names.entries()) {
    const word = name + (i + 1 < names.length ? ":" : ";");
    if (line.length + word.length > LINE_LENGTH) {
      lines.push(line);
      line = "";
    }
    line += word;
  }
  return [...lines, line, `bh=${bodyHash};`, "b="].join("\r\n\t");
}

/** Returns the domain of the author. */
function domainOf(fields: readonly RawField[]): string {
  const from = fields.find(({ name }) => name === "from")?.text ?? "";
  const value = new TextDecoder().decode(octets(from.slice(from.indexOf(":") + 1).replace(/\r?\n/g, "")));
  const [author] = readAddresses(value);
  try {
    const mailbox = parseMailbox(author?.address ?? author?.group?.[0]?.address ?? "");
    return asciiHostName(mailbox.domain).toLowerCase();
  } catch {
    throw new UsageError("the message has no From field with an address: the domain that signs is not known", {
      code: "invalid-domain",
    });
  }
}

function folded(text: string, length: number): string {
  return (text.match(new RegExp(`.{1,${length}}`, "g")) ?? []).join("\r\n\t");
}

function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
