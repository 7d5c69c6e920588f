/** Connections that are kept for further requests to the same origin under the same conditions. */
export class ConnectionPool implements Disposable {
  /** Closes all that are idle. */
  [Symbol.dispose](): void {
  }
}
