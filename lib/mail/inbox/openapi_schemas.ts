/** Schema of a text. */
export const text = (description: string) => ({ type: "string", description });
/** Schema of a whole number. */
export const number = (description: string) => ({ type: "integer", description });
/** Schema of a list. */
export const list = (items: object, description: string) => ({ type: "array", items, description });
/** Reference to a schema. */
export const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const FAULTS = {
  type: "object",
  additionalProperties: false,
  properties: {
    fail: list(
      { type: "string" },
      "failures as STAGE:CODE[:PATTERN], such as rcpt:451:bob@*; the first that matches applies. With close as the code, the " +
        "connection is closed without a reply; with drop, after the command was carried out",
    ),
    delay: {
      oneOf: [{ type: "integer", minimum: 0, maximum: 600_000 }, { type: "string" }],
      description: "time before each reply: milliseconds, or a duration such as 2s up to 10m; GET has milliseconds",
    },
  },
};
const SUMMARY = {
  id: text("id of the message"),
  received: number("time of receipt, milliseconds since 1970"),
  size: number("size in bytes"),
  from: text("sender of the envelope; empty for a bounce"),
  to: list({ type: "string" }, "recipients of the envelope, with those of Bcc"),
  fromHeader: text("From as text"),
  toHeader: text("To and Cc as text"),
  subject: text("subject"),
  date: text("Date, in UTC by ISO 8601"),
  messageId: text("Message-ID"),
  seen: { type: "boolean", description: "whether it is marked as read" },
  fromAddresses: list(reference("Address"), "From"),
  toAddresses: list(reference("Address"), "To"),
  cc: list(reference("Address"), "Cc"),
  replyTo: list(reference("Address"), "Reply-To"),
};
const SUMMARY_REQUIRED = Object.keys(SUMMARY).filter((name) => name !== "date" && name !== "messageId");

const object = (properties: Readonly<Record<string, object>>, optional: readonly string[] = []) => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

/** Schemas of the API of an inbox. */
export const SCHEMAS = {
  Address: object({ name: text("display name; may be empty"), address: text("address") }),
  Summary: { type: "object", required: SUMMARY_REQUIRED, properties: SUMMARY },
  List: object({
    version: number("version of the inbox, for since"),
    total: number("number of messages"),
    found: number("number of messages that fit"),
    messages: list(reference("Summary"), "the newest first"),
  }),
  Faults: FAULTS,
  Relay: object({ server: text("mail server that messages are released to; absent without a relay") }, ["server"]),
  Release: {
    type: "object",
    additionalProperties: false,
    properties: { to: list({ type: "string" }, "recipients; those of the envelope unless given") },
  },
  Report: object({
    messageId: text("Message-ID"),
    from: text("sender of the envelope"),
    recipients: list(
      object({
        address: text("address"),
        accepted: { type: "boolean", description: "whether the server accepted the message for it" },
        reply: object({ code: number("reply code"), enhanced: text("enhanced status code"), text: text("text") }, [
          "enhanced",
        ]),
      }),
      "recipients with the replies of the server",
    ),
    accepted: number("number of recipients accepted"),
    size: number("size in bytes"),
    server: text("mail server"),
    tls: text("basis on which its certificate was verified"),
    ms: { type: "number", description: "duration in milliseconds" },
  }, ["tls"]),
  Attachment: object({
    index: number("index, for /api/messages/ID/attachments/INDEX"),
    name: text("name as the message gives it"),
    file: text("safe file name"),
    type: text("media type"),
    size: number("size in bytes"),
    contentId: text("Content-ID without angle brackets"),
  }, ["contentId"]),
  Authentication: object({
    method: text("spf, dkim or dmarc"),
    result: text("result, such as pass"),
    reason: text("reason in words"),
    properties: {
      type: "object",
      additionalProperties: { type: "string" },
      description: "properties, such as header.d",
    },
  }, ["reason"]),
  Message: {
    allOf: [
      reference("Summary"),
      object({
        headers: list(object({ name: text("name"), value: text("value") }), "header fields in order"),
        text: text("text body"),
        html: text("HTML body as it came"),
        hasHtml: { type: "boolean", description: "whether there is an HTML body" },
        attachments: list(reference("Attachment"), "attachments"),
        authentication: list(reference("Authentication"), "results of SPF, DKIM and DMARC; with a sink that judges"),
        problem: text("why the message could not be parsed"),
      }, ["text", "html", "authentication", "problem"]),
    ],
  },
  Review: object({
    links: list(object({ url: text("URL"), kind: text("link, picture or style") }), "different links, in order"),
    facts: list(
      object({ code: text("code"), text: text("description"), count: number("number of places, or bytes") }),
      "facts",
    ),
  }),
  Links: object({
    total: number("number of links"),
    links: list(
      object({
        url: text("URL"),
        ok: { type: "boolean", description: "whether the last status is below 400" },
        status: number("status of the last response"),
        location: text("URL after redirects"),
        error: object({ code: text("stable code"), message: text("message") }),
      }, ["status", "location", "error"]),
      "outcomes in order",
    ),
  }),
  Seen: { ...object({ seen: { type: "boolean", description: "true: read" } }), additionalProperties: false },
  Changed: object({ changed: number("number of messages that were marked otherwise") }),
  Error: object({ error: object({ code: text("stable code"), message: text("message") }) }),
};
