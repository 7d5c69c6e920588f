import { NetworkError, UsageError } from "../../../lib/core/errors/errors.ts";
import { parseByteCount, parseFtpCommand, withoutListOptions } from "../../../lib/ftp/codec/command.ts";
import { ftpCommandLine } from "../../../lib/ftp/codec/command_text.ts";
import { parseEpsvReply, parsePasvReply } from "../../../lib/ftp/codec/endpoint.ts";
import { type FtpEntry, isEntryName } from "../../../lib/ftp/codec/entry.ts";
import { formatFacts, parseFactLines, parseFacts, parsePathFacts } from "../../../lib/ftp/codec/facts.ts";
import { parseFeatures } from "../../../lib/ftp/codec/features.ts";
import { parseListing } from "../../../lib/ftp/codec/listing/list.ts";
import { parseQuotedPath, quotePath } from "../../../lib/ftp/codec/path_text.ts";
import { FtpReplyParser, ftpReplyText } from "../../../lib/ftp/codec/reply.ts";
import { formatReply } from "../../../lib/ftp/codec/reply_text.ts";
import { formatTimeValue, parseTimeValue } from "../../../lib/ftp/codec/time_value.ts";
import { type FuzzTarget, holds, octets, outcome, same, utf8 } from "../target.ts";

const NOW = Date.UTC(2026, 0, 1);

/** Checks what holds for the entries of any listing. */
function checkEntries(entries: readonly FtpEntry[], unreadable: number, lines: number): void {
  holds("no more entries than lines", entries.length + unreadable <= lines);
  for (const { name, size, modified, precision, mode } of entries) {
    holds("a name can be that of a file", isEntryName(name));
    holds("a size is a number of bytes", size === undefined || (Number.isSafeInteger(size) && size >= 0));
    holds("a time can be represented", modified === undefined || !Number.isNaN(new Date(modified).getTime()));
    holds("a time and its accuracy stand together", (modified === undefined) === (precision === undefined));
    holds("a mode has 12 bits", mode === undefined || (mode >= 0 && mode <= 0o7777));
  }
}

/** Codecs of FTP. */
export const FTP_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "ftp-listing": {
    seeds: [
      "total 8\r\n-rwsr-xr-t+  1 ftp      ftp          5000000000 Jan 29 03:26 a b\r\n" +
      "lrwxrwxrwx    1 0        0               6 Feb 29  2024 link -> README -> b\r\n",
      "crw-rw-rw- 1 root root 1,   3 Jan  1  2020 null\n-r--r--r-- 1 a b c d 5 2026-01-29 03:26:10.123456789 +0100 a\n",
      "-rwxr-xr-x    1 user group        9 Oct 08, 2002 09:47 a\ndr-xr-xr-x 2 root other 2235 26. Juli, 20:10 b\n",
      "d [R----F--] supervisor            512       Jan 16 18:53    login\n-------r-- 326  139  139 Nov 22  1995 a.sit\n",
      "04-27-00  09:09PM       <DIR>          licensed\r\n04-14-2000  15:47                9,589 read me.htm\r\n" +
      "2000-04-14  03:47 PM    <SYMLINKD>     a [C:\\b]\r\n",
      "+i8388621.44468,m839956783,r,s10376,up644,\tRFCEPLF\r\n+m824255902,/,\tdev\r\n",
      "Directory ROOT:[000000]\n\nCORE.DIR;1   1  8-SEP-1996 16:09 [SYSTEM] (RWE,RWE,RE,RE)\n" +
      "A.TXT;2\n\t1/18 8-JUN-2004 13:04:14  [A,B]  (RWED,RWED,RE,)\nA.TXT;1\n 1 8-JUN-2004\nTotal of 2 files, 1/18 blocks.\n",
    ],
    tokens: [
      "\r\n",
      "\n",
      " -> ",
      "drwxr-xr-x ",
      " Jan  1  2020 ",
      " 10:30 ",
      " <DIR> ",
      "+/,\t",
      ";1",
      "..",
      "/",
      "1, ",
    ],
    check(bytes, cut) {
      const lines = utf8(bytes).split("\n");
      const { entries, unreadable } = parseListing(lines, NOW + cut);
      checkEntries(entries, unreadable, lines.length);
    },
  },
  "ftp-facts": {
    seeds: [
      "type=file;size=3;modify=20260101000000.123;unique=1g2;UNIX.mode=0644; a\r\ntype=cdir; .\r\n",
      "modify=191260101000000;perm=fle;type=pdir; ..\nType=dir;sizd=4096; dir with space \n",
      "size=11;type=OS.unix=slink:/etc/a -> b;UNIX.mode=0777; l -> x\ntype=OS.unix=symlink; a\n",
    ],
    tokens: ["\n", "type=", "size=", "modify=", "unix.mode=", ";", "; ", " ", "OS.unix=slink:", "file", "dir", "../"],
    check(bytes) {
      const lines = utf8(bytes).split("\n");
      const { entries, unreadable } = parseFactLines(lines);
      checkEntries(entries, unreadable, lines.length);
      for (const { target: _, ...entry } of entries) {
        same("formatted and parsed again", parseFacts(formatFacts(entry)), entry);
      }
      for (const line of lines) {
        const [entry, path] = [parseFacts(line), parsePathFacts(line)];
        if (typeof entry === "object" && path && !line.startsWith(" ")) same("MLSD and MLST", entry, path);
      }
    },
  },
  "ftp-replies": {
    seeds: [
      "Entering Extended Passive Mode (|||6446|)",
      "Entering Passive Mode (127,0,0,1,4,1).",
      '"/a""b" is the current directory',
      "20260101000000.5",
      "191260101000000",
      "Features:\n MLST type*;size*;\n HASH SHA-1;SHA-256*\n UTF8\n REST STREAM\nEnd",
    ],
    tokens: ["(|||", "|)", ",", '""', '"', ";", "*", "\n ", "MLST ", "HASH ", "211-", "65535", "256"],
    check(bytes) {
      const text = utf8(bytes);
      const port = parseEpsvReply(text);
      holds("a port is a port", port === undefined || (port > 0 && port < 65536));
      const passive = parsePasvReply(text);
      holds("an address has a port", !passive || (passive.port > 0 && passive.port < 65536));
      holds("an address has four numbers", !passive || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(passive.host));
      const path = parseQuotedPath(text);
      if (path !== undefined) same("quoted and parsed again", parseQuotedPath(quotePath(path)), path);
      const time = parseTimeValue(text);
      if (time !== undefined) same("time formatted and parsed again", parseTimeValue(formatTimeValue(time)), time);
      const features = parseFeatures(text.split("\n"));
      for (const item of [...features.mlst, ...features.hashes]) {
        holds("a fact or an algorithm is one word", /^[\w.*-]+$/.test(item));
      }
    },
  },
  "ftp-reply": {
    seeds: [
      "220 ready\r\n",
      "211-Features:\r\n SIZE\r\n211-MDTM\r\n2110\r\n211 End\r\n250 Ok\r\n",
      "150 Opening BINARY mode data connection for a (3 bytes).\r\n226 Done\r\n421\r\n",
      "250-Begin\r\n type=file;size=3; /a\r\n250 End.\r\n",
    ],
    tokens: ["\r\n", "220-", "220 ", "220", " 220 ", "-", "999 ", "\x1b[2J", "\0", "\xff"],
    check(bytes) {
      const parser = new FtpReplyParser("ftp.test:21");
      for (const line of utf8(bytes).split("\r\n")) {
        const reply = outcome(() => parser.push(line), [NetworkError]);
        if (typeof reply !== "object" || reply === null) continue;
        if (!("code" in reply && "lines" in reply)) return;
        const { code, lines } = reply as { code: number; lines: readonly string[] };
        holds("a code has three digits", code >= 100 && code <= 599);
        holds("a reply has lines", lines.length > 0);
        holds("no control characters for people", !/[\p{Cc}\p{Cs}]/u.test(ftpReplyText({ code, lines })));
        // A server that sends the same text: its own line breaks cannot be more lines, nor end the reply.
        const again = new FtpReplyParser("ftp.test:21");
        const sent = formatReply({ code, text: lines }).split("\r\n").slice(0, -1);
        const parsed = sent.map((line) => again.push(line));
        holds("a reply ends with its last line", parsed.findIndex((reply) => reply !== undefined) === lines.length - 1);
      }
    },
  },
  "ftp-command": {
    seeds: [
      "RETR a b.txt",
      "list -la  a",
      "\xff\xf4\xff\xf2ABOR",
      "REST 9007199254740991",
      "STOR  \xc3\xa4 ",
      "MFMT 20260101000000 a",
    ],
    tokens: [" ", "\r", "\n", "\0", "\xff\xf4", "\xf2", "-la ", "\xc3\xa4", "../", "\x1b"],
    check(bytes) {
      const command = parseFtpCommand(bytes);
      if (typeof command === "string") return;
      const { verb, argument } = command;
      holds("a verb is a word", /^[A-Z0-9]{0,16}$/.test(verb));
      holds("no NUL", !argument.includes("\0"));
      holds("options are left out", !/^-[A-Za-z1]+ /.test(withoutListOptions(argument)));
      const count = parseByteCount(argument);
      holds("a count is a number of bytes", count === undefined || (Number.isSafeInteger(count) && count >= 0));
      if (!/^[A-Z][A-Z0-9]{2,7}$/.test(verb)) return;
      const line = outcome(() => ftpCommandLine(verb, argument), [UsageError]);
      if (typeof line !== "string") return;
      holds("one line", line.indexOf("\r\n") === line.length - 2 && !/[\r\n\0]/.test(line.slice(0, -2)));
      const sent = octets(String.fromCharCode(...new TextEncoder().encode(line.slice(0, -2))));
      same("sent and parsed again", parseFtpCommand(sent), command);
    },
  },
};
