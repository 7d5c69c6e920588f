import {
  acceptNext,
  bindTcp,
  closeQuietly,
  formatAddress,
  formatNetAddress,
  fromSystem,
  type HostPort,
} from "../../core/mod.ts";

/** A port on which a sink listens. */
export class SinkPort {
  /** Its address. */
  readonly addr: Deno.NetAddr;
  /** Where clients reach it, as text: `127.0.0.1:1025`. */
  readonly address: string;
  /** The number of the port. */
  readonly port: number;
  readonly #listener: Deno.Listener;
  #closed = false;

  /**
   * Binds to a port.
   *
   * @throws {SystemError} `address-in-use` and the like.
   */
  constructor(host: string, port: number) {
    const wanted: HostPort = { transport: "ip", host, port };
    try {
      this.#listener = bindTcp(wanted);
    } catch (error) {
      throw fromSystem(error, { doing: "listen on", what: formatAddress(wanted) });
    }
    const { addr } = this.#listener;
    if (!("hostname" in addr)) throw new Error("a sink listens on TCP");
    this.addr = addr;
    this.port = addr.port;
    this.address = formatNetAddress({ ...addr, hostname: clientHost(addr.hostname) });
  }

  /** Accepts clients until it is closed. */
  async accept(admit: (conn: Deno.Conn) => void): Promise<void> {
    const next = () => acceptNext(this.#listener, () => this.#closed);
    for (let conn = await next(); conn; conn = await next()) {
      try {
        admit(conn);
      } catch {
        // A callback that throws does not stop the server.
        closeQuietly(conn);
      }
    }
  }

  /** Stops listening. */
  close(): void {
    this.#closed = true;
    closeQuietly(this.#listener);
  }
}

/** Returns the address at which clients reach a listener; loopback for the unspecified address. */
function clientHost(hostname: string): string {
  return hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
}
