/** The page; what people say is never part of it, only of its text nodes. */
export const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Toucan chat</title>
<link rel="stylesheet" href="chat.css">
<script src="chat.js" defer></script>
</head>
<body>
<form id="enter" aria-label="Join the chat" autocomplete="off">
  <h1>Toucan chat</h1>
  <label>Your nick <input id="nick" autocomplete="username" maxlength="32" required spellcheck="false" autocapitalize="off"></label>
  <label>Channel <input id="channel" maxlength="64" required spellcheck="false" autocapitalize="off"></label>
  <label id="secret" hidden>Password <input id="password" type="password" autocomplete="current-password"></label>
  <button>Join</button>
  <p id="refused" role="alert"></p>
</form>
<div id="chat" hidden>
  <header>
    <button id="show-channels" aria-controls="channels" aria-expanded="false" aria-label="Channels">☰<span id="elsewhere" hidden></span></button>
    <div id="about"><h1 id="name"></h1><p id="topic"></p></div>
    <p id="state" role="status"></p>
    <button id="show-members" aria-controls="members" aria-expanded="false" aria-label="People"><span id="count"></span> here</button>
  </header>
  <nav id="channels" aria-label="Channels"><h2>Channels</h2><ul id="rooms"></ul>
    <form id="open"><input id="other" placeholder="#another" aria-label="Join another channel; after a space its key" maxlength="128" spellcheck="false" autocapitalize="off"><button aria-label="Join it">+</button></form>
  </nav>
  <main>
    <div id="scroll" tabindex="0" aria-label="Messages">
      <button id="earlier" hidden>Earlier messages</button>
      <ol id="log" role="log" aria-live="polite" aria-relevant="additions"></ol>
      <ol id="outbox" aria-label="Not confirmed yet"></ol>
    </div>
    <button id="latest" type="button" hidden></button>
    <p id="outside" hidden>You are not in this channel. <button id="again" type="button">Join</button></p>
    <form id="say" autocomplete="off">
      <input id="text" aria-label="Say something" enterkeyhint="send" placeholder="Say something, or /help">
      <button>Send</button>
    </form>
  </main>
  <aside id="members" aria-label="People"><h2>People</h2><ul id="people"></ul></aside>
</div>
<noscript>This page speaks to the chat by its script, which this browser does not run.</noscript>
</body>
</html>
`;
