/** Returns a message with attacks in HTML and header fields; `beacon` is an address that must not be contacted. */
export function hostileMail(beacon: string): string {
  const html = `<!doctype html><base href="${beacon}/"><meta http-equiv="refresh" content="0;url=${beacon}/refresh">
<link rel="stylesheet" href="${beacon}/css"><link rel="preconnect" href="${beacon}"><link rel="dns-prefetch" href="${beacon}">
<link rel="prefetch" href="${beacon}/prefetch"><link rel="icon" href="${beacon}/icon">
<style>@import url(${beacon}/import); body { background: url(${beacon}/background) } @font-face { font-family: x; src: url(${beacon}/font) }</style>
<h1 style="font-family:x" onclick="parent.pwned=1">Hello, this is the hostile one</h1>
<script>parent.pwned = 1; top.pwned = 1; fetch("${beacon}/script")</script><script src="${beacon}/src"></script>
<img src="${beacon}/img" onerror="top.pwned=1"><img srcset="${beacon}/srcset 2x"><img src="cid:pic" id="inline" alt="inline">
<video src="${beacon}/video" poster="${beacon}/poster" autoplay></video><audio src="${beacon}/audio" autoplay></audio>
<iframe src="${beacon}/iframe"></iframe><iframe srcdoc="<script>top.pwned=1</script>"></iframe>
<object data="${beacon}/object"></object><embed src="${beacon}/embed"><svg onload="top.pwned=1"><image href="${beacon}/svg"/></svg>
<form action="${beacon}/form" id="f"><input name="a" autofocus onfocus="top.pwned=1"><button id="send">send</button></form>
<a id="link" href="${beacon}/link" target="_top">click me</a><a id="self" href="${beacon}/self">or me</a><a href="javascript:top.pwned=1" id="js">or me</a>`;
  return [
    `From: "<img src=${beacon}/from onerror=top.pwned=1>" <eve@example.com>`,
    "To: bob@example.com",
    "Subject: <script>top.pwned=1</script><b>bold</b>",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/html; charset=utf-8",
    "",
    html.replaceAll("\n", "\r\n"),
    "--b",
    'Content-Type: text/html; name="../../evil.html"',
    'Content-Disposition: attachment; filename="../../evil\u202elmth.html"',
    "",
    "<script>top.pwned=1</script>",
    "--b",
    "Content-Type: image/png",
    "Content-ID: <pic>",
    "Content-Transfer-Encoding: base64",
    "",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "--b--",
    "",
  ].join("\r\n");
}
