/** The inbox's page; what is in it comes from its script. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Inbox · toucan mail sink</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inbox.css">
<script src="/inbox.js" defer></script>
<body>
<header>
  <h1>Inbox</h1>
  <input id="search" type="search" placeholder="Search ( / )" aria-label="Search messages" autocomplete="off">
  <span id="count" role="status"></span>
  <button id="clear" type="button">Delete all</button>
</header>
<main>
  <ul id="list" role="listbox" aria-label="Messages" tabindex="0"></ul>
  <p id="empty" hidden>No mail yet. What is sent to this sink shows up here by itself.</p>
  <article id="mail" aria-label="Message" hidden>
    <nav>
      <button id="back" type="button">← Back</button>
      <span class="gap"></span>
      <button id="delete" type="button">Delete</button>
    </nav>
    <h2 id="subject"></h2>
    <dl id="facts"></dl>
    <ul id="attachments" aria-label="Attachments"></ul>
    <div id="tabs" role="tablist"></div>
    <p id="remote" hidden>Remote images are not shown. <button type="button">Load remote images</button></p>
    <div id="body"></div>
  </article>
  <p id="none">Choose a message: ↑ ↓ or j k, Enter to open, Delete to delete, Esc to go back.</p>
</main>
`;
