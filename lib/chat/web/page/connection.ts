import { AccountLogin } from "./account/account_login.ts";
import { parse, type ServerMessage, write } from "./wire.ts";

const CAPABILITIES = "message-tags server-time echo-message batch labeled-response draft/chathistory sasl " +
  "draft/message-redaction draft/read-marker draft/event-playback soju.im/search";
/** Replies after which the same nick and password would be refused again. */
const FINAL_REPLIES = new Set(["432", "464", "465"]);
/** Time without a message after which the server is asked for one, and after which the connection is closed. */
const QUIET_MS = 60_000;
const SILENT_MS = 100_000;
const MAX_WAIT_MS = 30_000;

/** The login. */
export interface Login {
  /** The nick. */
  nick: string;
  /** The password of the server, or the token of an invitation; empty without one. */
  password: string;
  /** The account to log in to; undefined without one. */
  account?: string;
  /** The password of the account. It is in memory only: it is needed again when the connection is lost. */
  secret?: string;
}

/** Handlers of the events of a connection. */
export interface ConnectionHandlers {
  /** The login was accepted, with this nick. */
  entered(nick: string): void;
  /** The login was refused; `account` is whether an account may help. */
  refused(why: string, account: boolean): void;
  /** The server has logged the user in to an account, or refuses to: then with the reason. */
  account(name: string | undefined, why?: string): void;
  /** The connection was lost; the next attempt is in `wait` milliseconds. */
  lost(why: string, wait: number): void;
  /** The server has replaced the token of an invitation that was used. */
  renewed(password: string): void;
  /** A message has come. */
  message(message: ServerMessage): void;
}

/** A connection that is made again after each loss, until the server refuses the login. */
export class Connection {
  /** The login; nothing before the first. */
  login?: Login;
  /** Where it reports to. */
  on?: ConnectionHandlers;
  /** The account that the user is logged in to. */
  account?: string;
  readonly #caps = new Set<string>();
  readonly #logins = new AccountLogin((line) => this.#write(line));
  #needsAccount = false;
  #socket?: WebSocket;
  #inside = false;
  #entered = false;
  #over = false;
  #final = false;
  #why = "";
  #failures = 0;
  #heard = 0;
  #waiting?: number;

  /** Creates one that is not connected. */
  constructor() {
    setInterval(() => this.#watch(), 15_000);
    addEventListener("online", () => {
      if (this.#waiting !== undefined) this.#again();
    });
  }

  /** Whether the server has accepted the login. */
  get up(): boolean {
    return this.#inside;
  }

  /** Returns whether the server has granted a capability. */
  has(capability: string): boolean {
    return this.#caps.has(capability);
  }

  /** Connects. */
  open(login: Login): void {
    this.login = login;
    this.#inside =
      this.#over =
      this.#final =
      this.#needsAccount =
        false;
    this.#why = "";
    this.account = undefined;
    this.#caps.clear();
    this.#logins.reset();
    const url = new URL("chat", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = this.#socket = new WebSocket(url, "text.ircv3.net");
    socket.onopen = () => {
      this.#heard = Date.now();
      this.send("CAP", "LS", "302");
      if (login.password) this.send("PASS", login.password);
      this.send("NICK", login.nick);
      this.send("USER", "web", "0", "*", login.nick);
      this.send("CAP", "REQ", CAPABILITIES);
      if (login.account === undefined) this.send("CAP", "END");
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const message = socket === this.#socket ? parse(data) : undefined;
      if (message) this.#take(message, socket);
    };
    socket.onclose = ({ reason }) => {
      if (socket === this.#socket) this.#closed(reason);
    };
  }

  /** Sends a command. */
  send(command: string, ...params: readonly string[]): void {
    this.#write(write(command, params));
  }

  /** Sends a command with tags; a label in them is that of its answers. */
  tagged(tags: ReadonlyMap<string, string>, command: string, ...params: readonly string[]): void {
    const known = this.#caps.has("labeled-response") ? tags : [...tags].filter(([name]) => name !== "label");
    this.#write(write(command, params, new Map(known)));
  }

  /** Logs in to an account; the server answers soon. */
  logIn(account: string, secret: string): void {
    if (this.login) Object.assign(this.login, { account, secret });
    const failure = this.#logins.begin(account, secret);
    if (failure !== undefined) this.#notLoggedIn(failure);
  }

  /** Logs out of the account, also while the connection is down: then the next one does not log in. */
  logOut(): void {
    this.#loggedOut();
    if (this.#inside) return this.send("NICKSERV", "LOGOUT");
    const socket = this.#socket;
    if (this.#over || this.#waiting !== undefined) return;
    // A login may have begun on this one.
    this.#again();
    socket?.close();
  }

  /** Whether the server lets users register accounts. */
  get registers(): boolean {
    return this.#logins.offered.has("draft/account-registration");
  }

  /** Sends a last command, and closes. */
  close(command: string, ...params: readonly string[]): void {
    this.send(command, ...params);
    this.#over = true;
    clearTimeout(this.#waiting);
    this.#socket?.close();
  }

  #write(line: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(line);
  }

  #closed(reason: string): void {
    const was = this.#inside;
    this.#inside = false;
    if (this.#over) return;
    const why = this.#why || reason;
    if (!was && (this.#final || !this.#entered)) {
      this.#over = true;
      this.on?.refused(why || "The chat cannot be reached.", this.#needsAccount);
      return;
    }
    const wait = Math.min(MAX_WAIT_MS, 500 * 2 ** this.#failures++) * (0.75 + Math.random() / 2);
    this.on?.lost(why, wait);
    this.#waiting = setTimeout(() => this.#again(), wait);
  }

  #again(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    if (this.login) this.open(this.login);
  }

  #watch(): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    const since = Date.now() - this.#heard;
    if (since > SILENT_MS) {
      this.#why = "the server does not answer";
      this.#socket = undefined;
      socket.close();
      this.#closed("");
    } else if (since > QUIET_MS) this.send("PING", "page");
  }

  #take(message: ServerMessage, socket: WebSocket): void {
    const { command, params } = message;
    const text = params.at(-1) ?? "";
    this.#heard = Date.now();
    if (command === "PING") return this.send("PONG", text);
    if (command === "PONG") return;
    if (command === "CAP") {
      if (params[1] === "ACK") { for (const name of text.split(" ")) this.#caps.add(name); }
      const { account, secret = "" } = this.login ?? {};
      const complete = params[1] === "LS" && this.#logins.offers(params);
      if (complete && account !== undefined && !this.#inside) this.logIn(account, secret);
      return;
    }
    if (command === "901") return this.#loggedOut();
    const login = this.#logins.take(message);
    if (login) {
      if (login.failure !== undefined) return this.#notLoggedIn(login.failure);
      if (login.account !== undefined) {
        this.account = login.account;
        this.on?.account(login.account);
      }
      if (login.done && !this.#inside) this.send("CAP", "END");
      return;
    }
    // The last word of a server, after a numeric that says more.
    if (command === "ERROR") return void (this.#why ||= text);
    if (this.#inside) return this.on?.message(message);
    const [about, code, password = ""] = params;
    if (command === "NOTE" && about === "PASS" && code === "INVITATION_USED" && this.login?.password) {
      this.login.password = password;
      return this.on?.renewed(password);
    }
    if (command === "001") {
      this.#inside = this.#entered = true;
      this.#failures = 0;
      return this.on?.entered(params[0] ?? "");
    }
    if (command === "433") {
      const reserved = / reserved /.test(text) && !this.#entered;
      if (reserved) {
        return this.#refuse(`${params[1] ?? "The nick"} is registered: log in to its account, or choose another nick.`);
      }
      return this.send("NICK", `${this.login?.nick.slice(0, 20)}${Math.floor(Math.random() * 1000)}`);
    }
    if (command !== "FAIL" && !/^4\d\d$/.test(command)) return;
    if (code === "ACCOUNT_REQUIRED_TO_CONNECT") {
      return this.#refuse("This chat admits only users with an account: log in to yours.");
    }
    this.#why = text;
    this.#final = FINAL_REPLIES.has(command);
    if (this.#final) socket.close();
  }

  #loggedOut(): void {
    this.account = undefined;
    if (this.login) this.login.account = this.login.secret = undefined;
    this.on?.account(undefined);
  }

  #notLoggedIn(why: string): void {
    if (this.login) this.login.account = this.login.secret = undefined;
    if (this.#inside) this.on?.account(undefined, why);
    else this.#refuse(why);
  }

  /** Closes the connection, since an account is needed, or another one. */
  #refuse(why: string): void {
    this.#why = why;
    this.#final = this.#needsAccount = true;
    this.#socket?.close();
  }
}
