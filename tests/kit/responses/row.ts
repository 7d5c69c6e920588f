/** A response that is served to curl and to us. */
export interface ResponseRow {
  /** What is special about it. */
  readonly what: string;
  /** The bytes, one character each. After them the server closes the connection. */
  readonly response: string;
  /** The method of the request. @default "GET" */
  readonly method?: string;
  /** Whether the server keeps the connection open behind the response. */
  readonly open?: boolean;
}

/** The line that most responses begin with. */
export const OK = "HTTP/1.1 200 OK\r\n";
/** Framing by length of the body that most have. */
export const LENGTH = "Content-Length: 5\r\n";
/** That body. */
export const HELLO = "hello";
/** The field and the empty line before a chunked body. */
export const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

/** A whole response with these fields, and this body by its length. */
export function withFields(fields: string, body: string = HELLO): string {
  return `${OK}${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** A whole response with this status line. */
export function withStatus(line: string): string {
  return `${line}\r\n${LENGTH}\r\n${HELLO}`;
}
