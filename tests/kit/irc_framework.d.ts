/** Options of a connection. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly nick: string;
  readonly account?: { readonly account: string; readonly password: string };
  readonly auto_reconnect?: boolean;
  readonly enable_echomessage?: boolean;
}
/** Event of a client; each has its own fields. */
export interface IrcEvent {
  readonly nick: string;
  readonly account?: string | false;
  readonly message?: string;
  readonly tags?: Readonly<Record<string, string>>;
}
/** Client of irc-framework. */
export declare class Client {
  readonly user: { readonly nick: string };
  connect(options: ConnectOptions): void;
  on(event: string, listener: (event: IrcEvent) => void): void;
  requestCap(names: readonly string[]): void;
  join(channel: string): void;
  say(target: string, text: string): void;
  raw(line: string): void;
  whois(nick: string, callback: (event: IrcEvent) => void): void;
  quit(reason?: string): void;
}
declare const framework: { readonly Client: typeof Client };
export default framework;
