import { reference, SCHEMAS, text } from "./openapi_schemas.ts";
import { FILTERS, MAX_LIMIT, WAITS } from "./search/query.ts";

/** Schema of each parameter of `/api/messages`. */
const PARAMETERS: Readonly<Record<(typeof FILTERS)[number] | (typeof WAITS)[number], object>> = {
  q: text("words, separated by spaces, that addresses, subject or text have to contain"),
  to: text("address of a recipient of the envelope"),
  from: text("address of the sender: of the envelope or in From; <> for the empty sender"),
  subject: text("text that the subject has to contain, without regard to case"),
  has: { type: "string", enum: ["attachment"], description: "only messages with an attachment" },
  before: text("only messages received before this time: RFC 3339, or milliseconds since 1970"),
  limit: { type: "integer", minimum: 0, maximum: MAX_LIMIT, description: "number of messages, the newest first" },
  offset: { type: "integer", minimum: 0, description: "number of the newest messages to skip" },
  wait: text("how long to wait for messages: a duration up to 10m, such as 5s"),
  count: {
    type: "integer",
    minimum: 0,
    description: "with wait, without since: number of messages to wait for; default 1",
  },
  since: { type: "integer", minimum: 0, description: "with wait: wait until the version is another than this" },
};

const query = (names: readonly (keyof typeof PARAMETERS)[]) =>
  names.map((name) => ({ name, in: "query", schema: PARAMETERS[name] }));
const ID = { name: "id", in: "path", required: true, schema: { type: "string" } };
const INDEX = { name: "index", in: "path", required: true, schema: { type: "integer", minimum: 0 } };

const content = (type: string, schema: object, description: string) => ({
  description,
  content: { [type]: { schema } },
});
const failure = (description: string) => content("application/json", reference("Error"), description);
const INVALID = { 400: failure("unknown, repeated, empty or invalid parameter") };
const MISSING = { ...INVALID, 404: failure("no such message or part") };

const MARK = {
  requestBody: { required: true, content: { "application/json": { schema: reference("Seen") } } },
  responses: {
    200: content("application/json", reference("Changed"), "marked"),
    400: failure("invalid body or parameter; nothing has changed"),
    404: failure("no such message"),
  },
};

/** The API of an inbox as OpenAPI describes it. */
export const OPENAPI = {
  openapi: "3.1.0",
  info: { title: "Toucan mail sink", version: "1", description: "Messages that the sink has accepted." },
  paths: {
    "/api/messages": {
      get: {
        operationId: "listMessages",
        summary: "List messages, or wait for them",
        parameters: query([...FILTERS, ...WAITS]),
        responses: {
          200: content("application/json", reference("List"), "messages; limit is 100 unless given"),
          ...INVALID,
          503: failure("too many requests are waiting"),
        },
      },
      patch: {
        operationId: "markMessages",
        summary: "Mark the messages that GET with the same parameters means as read or unread",
        parameters: query(FILTERS),
        ...MARK,
      },
      delete: {
        operationId: "deleteMessages",
        summary: "Delete the messages that GET with the same parameters means; all without parameters",
        parameters: query(FILTERS),
        responses: { 204: { description: "deleted" }, ...INVALID },
      },
    },
    "/api/messages/{id}": {
      parameters: [ID],
      get: {
        operationId: "getMessage",
        summary: "Get a message, parsed",
        responses: { 200: content("application/json", reference("Message"), "the message"), ...MISSING },
      },
      patch: { operationId: "markMessage", summary: "Mark a message as read or unread", ...MARK },
      delete: {
        operationId: "deleteMessage",
        summary: "Delete a message",
        responses: { 204: { description: "deleted" }, ...MISSING },
      },
    },
    "/api/messages/{id}/raw": {
      parameters: [ID],
      get: {
        operationId: "getSource",
        summary: "Get the source of a message",
        responses: { 200: content("text/plain", { type: "string" }, "the source, byte for byte"), ...MISSING },
      },
    },
    "/api/messages/{id}/html": {
      parameters: [ID],
      get: {
        operationId: "getHtml",
        summary: "Get the HTML body of a message",
        responses: { 200: content("text/html", { type: "string" }, "the HTML, as it came"), ...MISSING },
      },
    },
    "/api/messages/{id}/attachments/{index}": {
      parameters: [ID, INDEX],
      get: {
        operationId: "getAttachment",
        summary: "Get an attachment",
        responses: {
          200: content("application/octet-stream", { type: "string", format: "binary" }, "the bytes"),
          ...MISSING,
        },
      },
    },
    "/api/messages/{id}/review": {
      parameters: [ID],
      get: {
        operationId: "reviewMessage",
        summary: "Get the links of a message, and facts about its HTML",
        responses: { 200: content("application/json", reference("Review"), "links and facts"), ...MISSING },
      },
    },
    "/api/messages/{id}/links": {
      parameters: [ID],
      post: {
        operationId: "checkLinks",
        summary: "Request the links of a message",
        responses: {
          200: content("application/json", reference("Links"), "outcome for each link, 100 at most"),
          403: failure("link checks are not enabled"),
          ...MISSING,
          503: failure("too many messages are being checked"),
          504: failure("the checks took too long"),
        },
      },
    },
    "/api/messages/{id}/release": {
      parameters: [ID],
      post: {
        operationId: "releaseMessage",
        summary: "Send a message to the mail server of the relay",
        requestBody: { required: false, content: { "application/json": { schema: reference("Release") } } },
        responses: {
          200: content("application/json", reference("Report"), "reply of the server for each recipient"),
          400: failure("invalid body, recipient or message; nothing was sent"),
          403: failure("a recipient that is not allowed; nothing was sent"),
          404: failure("no such message"),
          405: failure("no relay"),
          502: failure("the server cannot be reached, or rejects the session"),
          503: failure("too many messages are being released"),
          504: failure("the server is too slow"),
        },
      },
    },
    "/api/relay": {
      get: {
        operationId: "getRelay",
        summary: "Get the mail server that messages are released to",
        responses: {
          200: content("application/json", reference("Relay"), "the relay"),
          ...INVALID,
        },
      },
    },
    "/api/faults": {
      get: {
        operationId: "getFaults",
        summary: "Get the failures and the delay that are simulated",
        responses: { 200: content("application/json", reference("Faults"), "those that apply") },
      },
      put: {
        operationId: "setFaults",
        summary: "Replace all failures and the delay; what is not given is switched off",
        requestBody: { required: true, content: { "application/json": { schema: reference("Faults") } } },
        responses: {
          200: content("application/json", reference("Faults"), "those that apply now"),
          400: failure("invalid body; nothing has changed"),
        },
      },
      delete: {
        operationId: "clearFaults",
        summary: "Switch all failures and the delay off",
        responses: { 204: { description: "switched off" } },
      },
    },
    "/api/openapi.json": {
      get: {
        operationId: "getDescription",
        summary: "Get this description",
        responses: { 200: content("application/json", { type: "object" }, "OpenAPI") },
      },
    },
    "/livez": { get: { operationId: "isAlive", summary: "Liveness", responses: { 200: { description: "alive" } } } },
    "/readyz": {
      get: {
        operationId: "isReady",
        summary: "Readiness",
        responses: { 200: { description: "accepts mail" }, 503: { description: "shutting down" } },
      },
    },
  },
  components: { schemas: SCHEMAS },
} as const;
