/** A response that is served to curl and to `get`. */
export interface ResponseRow {
  /** Description. */
  readonly what: string;
  /** Its bytes, one character each. The server closes the connection after them. */
  readonly response: string;
  /** The method of the request. @default "GET" */
  readonly method?: string;
  /** Whether the server keeps the connection open after the response. */
  readonly open?: boolean;
}

/** Status line of most responses. */
export const OK = "HTTP/1.1 200 OK\r\n";
/** Framing of most bodies, by length. */
export const LENGTH = "Content-Length: 5\r\n";
/** Body of most responses. */
export const HELLO = "hello";
/** Header field and empty line before a chunked body. */
export const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

/** Returns a complete response with these header fields and this body. */
export function withFields(fields: string, body: string = HELLO): string {
  return `${OK}${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Returns a complete response with this status line. */
export function withStatus(line: string): string {
  return `${line}\r\n${LENGTH}\r\n${HELLO}`;
}
