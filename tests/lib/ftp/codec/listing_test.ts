import fc from "fast-check";
import { assertEquals } from "@std/assert";
import {
  formatListLine,
  type FtpEntry,
  isEntryName,
  parseFactLines,
  parseListing,
} from "../../../../lib/ftp/internal.ts";
import { ROOT } from "../../../kit/tool.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
type Parts = [year: number, month: number, day: number, hour?: number, minute?: number, second?: number];
const at = (...[year, month, day, ...time]: Parts) => Date.UTC(year, month - 1, day, ...time);
const minute = (...parts: Parts) => ({ modified: at(...parts), precision: "minute" as const });
const day = (...parts: Parts) => ({ modified: at(...parts), precision: "day" as const });
const second = (...parts: Parts) => ({ modified: at(...parts), precision: "second" as const });
const file = (name: string, size: number, rest: Partial<FtpEntry>) => ({ name, type: "file" as const, size, ...rest });
const folder = (name: string, rest: Partial<FtpEntry>) => ({ name, type: "folder" as const, ...rest });
const link = (name: string, target: string, rest: Partial<FtpEntry>) => ({
  name,
  type: "link" as const,
  ...(target !== "" && { target }),
  ...rest,
});

/** Forms of Unix and its imitations; the first word says whose. */
const UNIX: Readonly<Record<string, readonly [line: string, entry: FtpEntry]>> = {
  "ls": [
    "-rw-r--r--   1 root     other        531 Jan 29 03:26 README",
    file("README", 531, {
      mode: 0o644,
      ...minute(2026, 1, 29, 3, 26),
    }),
  ],
  "ls: no link count": [
    "-rw-r--r-- root other 531 Jan 29 03:26 a",
    file("a", 531, {
      mode: 0o644,
      ...minute(2026, 1, 29, 3, 26),
    }),
  ],
  "ls: no group": [
    "dr-xr-xr-x   2 root     512 Apr  8  1994 etc",
    folder("etc", {
      mode: 0o555,
      ...day(1994, 4, 8),
    }),
  ],
  "ls: owner of two words": [
    "-rw-r--r-- 1 Jane Doe Domain Users 531 Jan 29 03:26 a",
    file("a", 531, {
      mode: 0o644,
      ...minute(2026, 1, 29, 3, 26),
    }),
  ],
  "ls: owner is called as a month": [
    "-rw-r--r-- 1 jan 12 2005 Jan 29 03:26 a",
    file("a", 2005, {
      mode: 0o644,
      ...minute(2026, 1, 29, 3, 26),
    }),
  ],
  "ls: numeric owner, size over 2^32": [
    "-rw-rw-r-- 1 1000 1000 17179869184 Jun 15 11:59 big",
    file("big", 2 ** 34, {
      mode: 0o664,
      ...minute(2026, 6, 15, 11, 59),
    }),
  ],
  "ls: size over 2^53": ["-rw-rw-r-- 1 0 0 9007199254740993 Jun 15 11:59 a", {
    name: "a",
    type: "file",
    mode: 0o664,
    ...minute(2026, 6, 15, 11, 59),
  }],
  "wu-ftpd: negative size": ["-rw-rw-r-- 1 0 0 -2147483648 Jun 15 11:59 a", {
    name: "a",
    type: "file",
    mode: 0o664,
    ...minute(2026, 6, 15, 11, 59),
  }],
  "ls -h": ["-rw-rw-r-- 1 ftp ftp 34.5k Oct  5 21:22 a", {
    name: "a",
    type: "file",
    mode: 0o664,
    ...minute(2025, 10, 5, 21, 22),
  }],
  "ls: group and size in one": ["-r-xr-xr-x longowner longgroup123456 Feb 12 17:20 a b", {
    name: "a b",
    type: "file",
    mode: 0o555,
    ...minute(2026, 2, 12, 17, 20),
  }],
  "ls: access control list": [
    "drwxrwx---+  2 root adm 4096 Dec  1  2025 acl",
    folder("acl", {
      mode: 0o770,
      ...day(2025, 12, 1),
    }),
  ],
  "ls: macOS attributes": [
    "drwxr-xr-x@  2 root staff 64 Dec  1  2025 a",
    folder("a", {
      mode: 0o755,
      ...day(2025, 12, 1),
    }),
  ],
  "ls: setuid, setgid, sticky": [
    "-rwsr-sr-t 1 0 0 1 Dec  1  2025 a",
    file("a", 1, {
      mode: 0o7755,
      ...day(2025, 12, 1),
    }),
  ],
  "ls: the same without x": [
    "-rwSr-Sr-T 1 0 0 1 Dec  1  2025 a",
    file("a", 1, {
      mode: 0o7644,
      ...day(2025, 12, 1),
    }),
  ],
  "ls: device": ["crw-rw-rw- 1 root root 1,   3 Jan  1  2020 null", {
    name: "null",
    type: "other",
    mode: 0o666,
    ...day(2020, 1, 1),
  }],
  "ls: socket": ["srwxrwxrwx 1 root root 0 Jan  1  2020 s", {
    name: "s",
    type: "other",
    mode: 0o777,
    ...day(2020, 1, 1),
  }],
  "ls: link": [
    "lrwxrwxrwx   1 root     other          7 Jan 25 00:17 bin -> usr/bin",
    link("bin", "usr/bin", {
      size: 7,
      mode: 0o777,
      ...minute(2026, 1, 25, 0, 17),
    }),
  ],
  "ls: link with arrows in its name": [
    "lrwxrwxrwx 1 0 0 1 Jan  1  2020 a -> b -> c",
    link("a -> b", "c", {
      size: 1,
      mode: 0o777,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: link with arrows in its target": [
    "lrwxrwxrwx 1 0 0 6 Jan  1  2020 a -> b -> c",
    link("a", "b -> c", {
      size: 6,
      mode: 0o777,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: link with arrows and another size": [
    "lrwxrwxrwx 1 0 0 99 Jan  1  2020 a -> b -> c",
    link("a", "b -> c", {
      size: 99,
      mode: 0o777,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: link without a target": [
    "lrwxrwxrwx 1 0 0 4 Jan  1  2020 a",
    link("a", "", {
      size: 4,
      mode: 0o777,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: link to UTF-8": [
    "lrwxrwxrwx 1 0 0 2 Jan  1  2020 a -> b -> ä",
    link("a -> b", "ä", {
      size: 2,
      mode: 0o777,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: file with an arrow": [
    "-rw-r--r-- 1 0 0 1 Jan  1  2020 a -> b",
    file("a -> b", 1, {
      mode: 0o644,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: spaces around the name": [
    "-rw-r--r-- 1 0 0 1 Jan  1  2020   a  b ",
    file("  a  b ", 1, {
      mode: 0o644,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: name of spaces": ["-rw-r--r-- 1 0 0 1 Jan  1  2020   ", file("  ", 1, { mode: 0o644, ...day(2020, 1, 1) })],
  "ls: name as a date": [
    "-rw-r--r-- 1 0 0 1 Jan  1  2020 7 Jan  1  2021 a",
    file("7 Jan  1  2021 a", 1, {
      mode: 0o644,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: name begins with a time": [
    "-rw-r--r-- 1 0 0 1 Jan  1  2020 10:30 a",
    file("10:30 a", 1, {
      mode: 0o644,
      ...day(2020, 1, 1),
    }),
  ],
  "ls: name begins with a year": [
    "-rw-r--r-- 1 0 0 1 Jan  1 10:30 2020 a",
    file("2020 a", 1, {
      mode: 0o644,
      ...minute(2026, 1, 1, 10, 30),
    }),
  ],
  "ls: control characters": [
    "-rw-r--r-- 1 0 0 1 Jan  1  2020 a\x1b[31m\tb",
    file("a\x1b[31m\tb", 1, {
      mode: 0o644,
      ...day(2020, 1, 1),
    }),
  ],
  "ls --time-style=long-iso": [
    "-rw-r--r-- 1 ftp ftp 5 2026-01-29 03:26 a",
    file("a", 5, {
      mode: 0o644,
      ...minute(2026, 1, 29, 3, 26),
    }),
  ],
  "ls --time-style=long-iso, name begins with a zone": [
    "-rw-r--r-- 1 ftp ftp 5 2026-01-29 03:26 +0100 a",
    file("+0100 a", 5, { mode: 0o644, ...minute(2026, 1, 29, 3, 26) }),
  ],
  "ls --time-style=full-iso": [
    "-rw-r--r-- 1 ftp ftp 5 2026-01-29 03:26:10.123456789 +0130 a",
    file("a", 5, {
      mode: 0o644,
      ...second(2026, 1, 29, 1, 56, 10),
    }),
  ],
  "ls --time-style=iso, recent": [
    "-rw-r--r-- 1 ftp ftp 5 01-29 03:26 a",
    file("a", 5, {
      mode: 0o644,
      ...minute(2026, 1, 29, 3, 26),
    }),
  ],
  "ls --time-style=iso, old": [
    "-rw-r--r-- 1 ftp ftp 5 2020-01-29  10:30 a",
    file("10:30 a", 5, {
      mode: 0o644,
      ...day(2020, 1, 29),
    }),
  ],
  "ls -T of BSD": [
    "-rw-r--r-- 1 ftp ftp 5 Jan 29 03:26:10 2020 a",
    file("a", 5, {
      mode: 0o644,
      ...second(2020, 1, 29, 3, 26, 10),
    }),
  ],
  "ls: day before month": [
    "-rw-r--r-- 1 ftp ftp 5 29 Jan 03:26 a",
    file("a", 5, {
      mode: 0o644,
      ...minute(2026, 1, 29, 3, 26),
    }),
  ],
  "ls: month of another language": [
    "dr-xr-xr-x   2 root     other      2235 26. Juli, 20:10 a",
    folder("a", {
      mode: 0o555,
    }),
  ],
  "ls: no such day": ["-rw-r--r-- 1 ftp ftp 5 Feb 30  2020 a", file("a", 5, { mode: 0o644 })],
  "VShell": [
    "-rwxr-xr-x    1 user group        9 Oct 08, 2002 09:47 a",
    file("a", 9, {
      mode: 0o755,
      ...minute(2002, 10, 8, 9, 47),
    }),
  ],
  "slashes": [
    "-r-xr-xr-x   2 root     other      2235 1999/10/12 17:12 a",
    file("a", 2235, {
      mode: 0o555,
      ...minute(1999, 10, 12, 17, 12),
    }),
  ],
  "IIS, Unix style": [
    "----------   1 owner    group         1803128 Jul 10 10:18 ls-lR.Z",
    file("ls-lR.Z", 1803128, {
      mode: 0,
      ...minute(2025, 7, 10, 10, 18),
    }),
  ],
  "NetWare: folder": [
    "d [R----F--] supervisor            512       Jan 16 18:53    login",
    folder("login", {
      ...minute(2026, 1, 16, 18, 53),
    }),
  ],
  "NetWare: file": [
    "- [RWCEAFMS] rhesus             214059       Oct 20  2003    cx.exe",
    file("cx.exe", 214059, {
      ...day(2003, 10, 20),
    }),
  ],
  "Hellsoft for NetWare": [
    "-[RWCEMFA] rhesus             214059       Oct 20 15:27    cx.exe",
    file("cx.exe", 214059, {
      ...minute(2025, 10, 20, 15, 27),
    }),
  ],
  "NetPresenz: file": [
    "-------r--         326  1391972  1392298 Nov 22  1995 MegaPhone.sit",
    file("MegaPhone.sit", 1392298, {
      mode: 0o004,
      ...day(1995, 11, 22),
    }),
  ],
  "NetPresenz: folder": [
    "drwxrwxr-x               folder        2 May 10  1996 network",
    folder("network", {
      mode: 0o775,
      ...day(1996, 5, 10),
    }),
  ],
};

/** DOS and EPLF. */
const OTHERS: Readonly<Record<string, readonly [line: string, entry: FtpEntry]>> = {
  "IIS: folder": [
    "04-27-00  09:09PM       <DIR>          licensed",
    folder("licensed", {
      ...minute(2000, 4, 27, 21, 9),
    }),
  ],
  "IIS: file": [
    "04-14-99  12:47AM                  589 read me.htm",
    file("read me.htm", 589, {
      ...minute(1999, 4, 14, 0, 47),
    }),
  ],
  "IIS: noon": ["04-14-70  12:47PM                  589 a", file("a", 589, { ...minute(1970, 4, 14, 12, 47) })],
  "IIS: years of four digits, 24 hours": [
    "04-14-2000  15:47                  589 a",
    file("a", 589, {
      ...minute(2000, 4, 14, 15, 47),
    }),
  ],
  "IIS: name begins with a space": [
    "04-14-2000  15:47                  589  a",
    file(" a", 589, {
      ...minute(2000, 4, 14, 15, 47),
    }),
  ],
  "DOS: year first, thousands": [
    "2002-09-02  19:06                9,730 a",
    file("a", 9730, {
      ...minute(2002, 9, 2, 19, 6),
    }),
  ],
  "DOS: day first": ["31.12.2002  19:06                9.730 a", file("a", 9730, { ...minute(2002, 12, 31, 19, 6) })],
  "DOS: day cannot be a month": [
    "31/12/2002  19:06                9730 a",
    file("a", 9730, {
      ...minute(2002, 12, 31, 19, 6),
    }),
  ],
  "DOS: no such day": ["02-30-2002  19:06                9730 a", file("a", 9730, {})],
  "DOS: link": [
    "04-14-2000  15:47    <SYMLINKD>     a [C:\\b c]",
    link("a", "C:\\b c", {
      ...minute(2000, 4, 14, 15, 47),
    }),
  ],
  "DOS: junction": ["04-14-2000  03:47 PM    <JUNCTION>     a", link("a", "", { ...minute(2000, 4, 14, 15, 47) })],
  "EPLF: file": [
    "+i8388621.44468,m839956783,r,s10376,\tRFCEPLF",
    file("RFCEPLF", 10376, {
      unique: "8388621.44468",
      modified: 839956783000,
      precision: "second",
    }),
  ],
  "EPLF: folder": [
    "+i8388621.29609,m824255902,/,\tdev",
    folder("dev", {
      unique: "8388621.29609",
      modified: 824255902000,
      precision: "second",
    }),
  ],
  "EPLF: mode, tab in the name": ["+up644,r,s0,\t a\tb", file(" a\tb", 0, { mode: 0o644 })],
  "EPLF: neither": ["+,\ta", { name: "a", type: "other" }],
};

for (const [what, [line, entry]] of [...Object.entries(UNIX), ...Object.entries(OTHERS)]) {
  Deno.test(`parseListing: ${what}`, () => {
    assertEquals(parseListing([line], NOW), { entries: [entry], unreadable: 0 });
    assertEquals(parseListing([`${line}\r`], NOW), { entries: [entry], unreadable: 0 });
  });
}

const VMS = `
Directory ANONYMOUS_ROOT:[000000]

00README.TXT;1              2  30-DEC-1996 17:44 [SYSTEM] (RWED,RWED,RE,RE)
CORE.DIR;1                  1   8-SEP-1996 16:09 [SYSTEM] (RWE,RWE,RE,RE)
CII-MANUAL.TEX;1  213/216  29-JAN-1996 03:33:12  [ANONYMOU,ANONYMOUS]   (RWED,RWED,,)
PDF-FILE.;1       155   2-JUL-2003 10:30:13.64
NO-TIME.TXT;1    2/8    7-JAN-2000    [IV2_XXX]   (RWED,RWED,RE,)
$MAIN.TPU$JOURNAL;1
\t1/18 8-JUN-2004 13:04:14  [NUCLEAR,FISSION]      (RWED,RWED,RE,)
TCPIP$FTP_SERVER.LOG;29
\t0/18 8-JUN-2004 14:42:04  [NUCLEAR,FISSION]      (RWED,RWED,RE,)
TCPIP$FTP_SERVER.LOG;28
\t5/18 8-JUN-2004 13:05:11  [NUCLEAR,FISSION]      (RWED,RWED,RE,)
SECRET.TXT;1   %RMS-E-PRV, insufficient privilege or file protection violation
LOST.TXT;1

Total of 8 files, 400/416 blocks.`.split("\n");

Deno.test("parseListing: VMS, entries on two lines, versions, folders", () => {
  const { entries, unreadable } = parseListing(VMS, NOW);
  assertEquals(entries, [
    { name: "00README.TXT", type: "file", ...minute(1996, 12, 30, 17, 44) },
    { name: "CORE", type: "folder", ...minute(1996, 9, 8, 16, 9) },
    { name: "CII-MANUAL.TEX", type: "file", ...second(1996, 1, 29, 3, 33, 12) },
    { name: "PDF-FILE.", type: "file", ...second(2003, 7, 2, 10, 30, 13) },
    { name: "NO-TIME.TXT", type: "file", ...day(2000, 1, 7) },
    { name: "$MAIN.TPU$JOURNAL", type: "file", ...second(2004, 6, 8, 13, 4, 14) },
    { name: "TCPIP$FTP_SERVER.LOG", type: "file", ...second(2004, 6, 8, 14, 42, 4) },
  ]);
  assertEquals(unreadable, 2);
});

/** The time of a line, by the time at which it is read. */
const YEARS: readonly [time: string, now: Parts, modified: Parts][] = [
  ["Jan  1 00:30", [2026, 1, 1, 0, 31], [2026, 1, 1, 0, 30]],
  ["Dec 31 23:59", [2026, 1, 1, 0, 31], [2025, 12, 31, 23, 59]],
  // A server east of UTC.
  ["Jan  1 09:00", [2025, 12, 31, 23, 59], [2026, 1, 1, 9]],
  ["Jan  2 09:00", [2025, 12, 31, 23, 59], [2025, 1, 2, 9]],
  ["Feb 29 12:00", [2024, 3, 1], [2024, 2, 29, 12]],
  ["Feb 29 12:00", [2025, 3, 1], [2024, 2, 29, 12]],
  ["Feb 29 12:00", [2027, 12, 31], [2024, 2, 29, 12]],
  ["Feb 29 12:00", [1903, 1, 1], [1896, 2, 29, 12]],
  ["Jun 15 12:00", [2026, 6, 15, 12], [2026, 6, 15, 12]],
  ["Jun 17 12:00", [2026, 6, 15, 12], [2025, 6, 17, 12]],
];

for (const [time, now, modified] of YEARS) {
  Deno.test(`parseListing: ${time}, read on ${new Date(at(...now)).toISOString()}`, () => {
    const { entries } = parseListing([`-rw-r--r-- 1 0 0 1 ${time} a`], at(...now));
    assertEquals(entries.map(({ modified }) => modified), [at(...modified)]);
  });
}

/** Lines without an entry, and how many of them count as unreadable. */
const WITHOUT: Readonly<Record<string, readonly [lines: readonly string[], unreadable: number]>> = {
  "nothing": [[], 0],
  "empty lines": [["", "  ", "\r"], 0],
  "total": [["total 0"], 0],
  "total of another language": [["insgesamt 1.024K"], 0],
  "total in another place": [["", "total 0"], 1],
  ". and ..": [
    [
      "drwxr-xr-x 2 0 0 4096 Jan  1  2020 .",
      "drwxr-xr-x 2 0 0 4096 Jan  1  2020 ..",
      "04-27-00  09:09PM       <DIR>          .",
      "+/,\t..",
    ],
    0,
  ],
  "names that are paths": [
    [
      "-rw-r--r-- 1 0 0 1 Jan  1  2020 ../../etc/passwd",
      "-rw-r--r-- 1 0 0 1 Jan  1  2020 /etc/passwd",
      "-rw-r--r-- 1 0 0 1 Jan  1  2020 a/b",
      "drwxr-xr-x 1 0 0 1 Jan  1  2020 a/",
      "lrwxrwxrwx 1 0 0 1 Jan  1  2020 a/b -> c",
      "+r,\ta/b",
      "04-14-2000  15:47                  589 a/b",
    ],
    7,
  ],
  "names with NUL, CR or LF": [
    [
      "-rw-r--r-- 1 0 0 1 Jan  1  2020 a\0b",
      "-rw-r--r-- 1 0 0 1 Jan  1  2020 a\rb",
      "-rw-r--r-- 1 0 0 1 Jan  1  2020 a\nb",
    ],
    3,
  ],
  "empty names": [["-rw-r--r-- 1 0 0 1 Jan  1  2020 ", "-rw-r--r-- 1 0 0 1 Jan  1  2020", "+r,\t"], 3],
  "name too long": [[`-rw-r--r-- 1 0 0 1 Jan  1  2020 ${"ä".repeat(2049)}`], 1],
  "words": [["ls: cannot open directory", "+", "a;1", "220 hello"], 4],
  "name after too much": [[`-rw-r--r-- 1 ${"o".repeat(400)} 0 1 Jan  1  2020 a`], 1],
};

for (const [what, [lines, unreadable]] of Object.entries(WITHOUT)) {
  Deno.test(`parseListing: no entry: ${what}`, () => {
    assertEquals(parseListing(lines, NOW), { entries: [], unreadable });
  });
}

Deno.test("parseListing: name of the maximum length", () => {
  const name = "ä".repeat(2048);
  const { entries } = parseListing([`-rw-r--r-- 1 0 0 1 Jan  1  2020 ${name}`], NOW);
  assertEquals(entries[0]?.name, name);
});

const HERE = Date.UTC(2026, 10, 28, 10, 58);
const NAMES = [
  " leading",
  '"q"',
  "10:30 clock",
  "2003 year",
  "README",
  "a b  c",
  "arrow -> not link",
  "big",
  "dir",
  "dir with space ",
  "esc\x1b[31m",
  "future",
  "l -> x",
  "leap",
  "link",
  "old",
  "pipe",
  "semi;x=1; y",
  "ümläut",
];

for (const server of ["vsftpd", "proftpd", "pure-ftpd"]) {
  Deno.test(`parseListing: ${server}`, async () => {
    const { entries, unreadable } = parseListing(await stored(`${server}.list`), HERE);
    // Pure-FTPd leaves out pipes and names with control characters.
    const left = (name: string) => server === "pure-ftpd" && (name === "pipe" || name.includes("\x1b"));
    assertEquals([entries.map(({ name }) => name), unreadable], [NAMES.filter((name) => !left(name)), 0]);
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    const now = minute(2026, 11, 28, 10, 57);
    assertEquals(byName.get("README"), file("README", 3, { mode: 0o4755, ...now }));
    assertEquals(byName.get("big"), file("big", 5_000_000_000, { mode: 0o644, ...now }));
    assertEquals(byName.get("dir"), folder("dir", { mode: 0o1777, ...now }));
    assertEquals(byName.get("l -> x"), link("l -> x", "/etc/a -> b", { size: 11, mode: 0o777, ...now }));
    assertEquals(byName.get("leap"), file("leap", 0, { mode: 0o644, ...day(2024, 2, 29) }));
    assertEquals(byName.get("2003 year"), file("2003 year", 1, { mode: 0o644, ...now }));
  });
}

for (const server of ["proftpd", "pure-ftpd"]) {
  Deno.test(`parseFactLines: ${server}`, async () => {
    const lines = (await stored(`${server}.mlsd`)).map((line) => line.replace(/\r$/, ""));
    const { entries, unreadable } = parseFactLines(lines);
    const left = (name: string) => !entries.some((entry) => entry.name === name);
    assertEquals([entries.map(({ name }) => name).sort(), unreadable], [NAMES.filter((name) => !left(name)).sort(), 0]);
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    assertEquals(byName.get("big")?.size, 5_000_000_000);
    assertEquals(byName.get("README")?.mode, 0o4755);
    assertEquals(byName.get("dir")?.type, "folder");
    assertEquals(byName.get("link")?.type, "link");
    assertEquals(byName.get("leap")?.modified, at(2024, 2, 29, 10, 11, 12));
    if (server === "pure-ftpd") {
      assertEquals([byName.get("l -> x")?.target, byName.get("pipe")?.type], ["/etc/a -> b", "other"]);
    }
  });
}

async function stored(name: string): Promise<string[]> {
  return (await Deno.readTextFile(`${ROOT}tests/data/ftp/${name}`)).split("\n");
}

const listed: fc.Arbitrary<FtpEntry> = fc.record({
  name: fc.string({ unit: "binary", maxLength: 20 }).filter((text) => isEntryName(text) && text.isWellFormed()),
  type: fc.constantFrom("file" as const, "folder" as const),
  size: fc.maxSafeNat(),
  modified: fc.integer({ min: at(1970, 1, 1), max: at(2037, 12, 31) }),
  mode: fc.nat(0o777),
});

Deno.test("formatListLine, parseListing: what our server lists, our client reads", () => {
  fc.assert(
    fc.property(listed, (entry) => {
      const { entries, unreadable } = parseListing([formatListLine(entry, NOW)], NOW);
      const [read] = entries;
      assertEquals(unreadable, 0);
      assertEquals([read?.name, read?.type, read?.mode], [entry.name, entry.type, entry.mode]);
      assertEquals(read?.size, entry.type === "file" ? entry.size : undefined);
      const unit = read?.precision === "minute" ? 60_000 : 86_400_000;
      assertEquals(read?.modified, Math.floor((entry.modified ?? 0) / unit) * unit);
    }),
    { seed: 20261128, numRuns: 2000 },
  );
});
