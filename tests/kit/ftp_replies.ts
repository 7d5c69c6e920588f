import { writeAll } from "../../lib/core/mod.ts";
import type { FtpMischief, FtpWire } from "./scripted_ftp.ts";

/** Time of the last change of all files. */
export const FTP_TIME = "20260102030405";

const text = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Returns a path in its absolute form. */
function absolute(wire: FtpWire, path: string): string {
  return path.startsWith("/") ? path : `${wire.folder.replace(/\/?$/, "/")}${path}`;
}

/** Sends a text over the data connection of a transfer, which ends as it should. */
export async function sendData(
  wire: FtpWire,
  content: string,
  { end = "226 Transfer complete\r\n" } = {},
): Promise<void> {
  await wire.say("150 Opening BINARY mode data connection\r\n");
  const conn = await wire.data();
  await writeAll(conn, bytes(content));
  conn.close();
  await wire.say(end);
}

/** Receives all that comes over the data connection of a transfer. */
export async function receiveData(wire: FtpWire): Promise<string> {
  await wire.say("150 Ok to send data\r\n");
  const conn = await wire.data();
  const buffer = new Uint8Array(64 * 1024);
  let content = "";
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    content += text(buffer.subarray(0, count));
  }
  conn.close();
  return content;
}

/** Replies of a correct server by verb. */
export function goodReplies(files: Map<string, string>, features: readonly string[]): Record<string, FtpMischief> {
  const isFolder = (path: string) => files.has(path.replace(/\/?$/, "/")) || path === "/" || path === "/home";
  const children = (folder: string) => {
    const start = folder.replace(/\/?$/, "/");
    const below = [...files].filter(([path]) => path.startsWith(start) && path !== start);
    return below.filter(([path]) => !path.slice(start.length).replace(/\/$/, "").includes("/"))
      .map(([path, content]) => ({ name: path.slice(start.length).replace(/\/$/, ""), content, path }));
  };
  const facts = (path: string, content: string) =>
    path.endsWith("/") ? `type=dir;modify=${FTP_TIME};` : `type=file;size=${content.length};modify=${FTP_TIME};`;
  const store: FtpMischief = async (wire, argument) => {
    const path = absolute(wire, argument);
    const before = (files.get(path) ?? "").slice(0, wire.restart());
    files.set(path, before + await receiveData(wire));
    await wire.say("226 Transfer complete\r\n");
  };
  return {
    greeting: "220 ready\r\n",
    USER: "331 Please specify the password\r\n",
    PASS: "230 Login successful\r\n",
    PBSZ: "200 PBSZ set to 0\r\n",
    FEAT: `211-Features:\r\n${features.map((name) => ` ${name}\r\n`).join("")}211 End\r\n`,
    OPTS: "200 Ok\r\n",
    TYPE: "200 Switching to binary mode\r\n",
    PWD: '257 "/home" is the current directory\r\n',
    NOOP: "200 Ok\r\n",
    QUIT: "221 Goodbye\r\n",
    ALLO: "202 Ignored\r\n",
    EPSV: (wire) => wire.say(`229 Entering Extended Passive Mode (|||${wire.passive()}|)\r\n`),
    PASV: (wire) => {
      const port = wire.passive();
      return wire.say(`227 Entering Passive Mode (127,0,0,1,${port >> 8},${port & 255}).\r\n`);
    },
    CWD: async (wire, argument) => {
      if (!isFolder(absolute(wire, argument))) return await wire.say("550 Failed to change directory\r\n");
      wire.folder = absolute(wire, argument);
      await wire.say("250 Directory changed\r\n");
    },
    RETR: async (wire, argument) => {
      const content = files.get(absolute(wire, argument));
      if (content === undefined) await wire.say("550 No such file\r\n");
      else await sendData(wire, content.slice(wire.restart()));
    },
    STOR: store,
    APPE: async (wire, argument) => {
      const path = absolute(wire, argument);
      files.set(path, (files.get(path) ?? "") + await receiveData(wire));
      await wire.say("226 Transfer complete\r\n");
    },
    MLSD: (wire) =>
      sendData(
        wire,
        children(wire.folder).map(({ name, path, content }) => `${facts(path, content)} ${name}\r\n`).join(""),
      ),
    LIST: (wire) =>
      sendData(
        wire,
        [
          "drwxr-xr-x 2 0 0 4096 Jan 02  2026 .",
          ...children(wire.folder).map(({ name, path, content }) =>
            `${path.endsWith("/") ? "drwxr-xr-x" : "-rw-r--r--"} 1 0 0 ${content.length} Jan 02  2026 ${name}`
          ),
        ]
          .map((line) => `${line}\r\n`).join(""),
      ),
    MLST: async (wire, argument) => {
      const path = absolute(wire, argument);
      const content = files.get(path);
      if (content === undefined && !isFolder(path)) return await wire.say("550 No such file\r\n");
      const shown = facts(content === undefined ? "/" : path, content ?? "");
      await wire.say(`250-Listing\r\n ${shown} ${path}\r\n250 End\r\n`);
    },
    SIZE: (wire, argument) => {
      const content = files.get(absolute(wire, argument));
      return wire.say(content === undefined ? "550 Could not get file size\r\n" : `213 ${content.length}\r\n`);
    },
    MDTM: (wire, argument) =>
      wire.say(files.has(absolute(wire, argument)) ? `213 ${FTP_TIME}\r\n` : "550 Could not get time\r\n"),
    MFMT: (wire, argument) => wire.say(`213 Modify=${argument}\r\n`),
    MKD: async (wire, argument) => {
      files.set(`${absolute(wire, argument)}/`, "");
      await wire.say(`257 "${absolute(wire, argument)}" created\r\n`);
    },
    DELE: (wire, argument) =>
      wire.say(files.delete(absolute(wire, argument)) ? "250 Removed\r\n" : "550 No such file\r\n"),
    RMD: (wire, argument) =>
      wire.say(files.delete(`${absolute(wire, argument)}/`) ? "250 Removed\r\n" : "550 No such folder\r\n"),
    RNFR: "350 Ready for RNTO\r\n",
    RNTO: "250 Renamed\r\n",
  };
}
