/** How the page looks: one layout, whose sides slide over it where there is little room; light and dark. */
export const CSS = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --side: #f4f5f7; --text: #1d2127; --soft: #5c6570; --line: #dde1e6;
  --mark: #0b66c3; --on-mark: #ffffff; --own: #eaf3fd; --for-me: #fff4d6; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #16191d; --side: #1d2126; --text: #e6e9ed; --soft: #9aa4b0; --line: #31373f;
    --mark: #6cb2ff; --on-mark: #0c1a29; --own: #1c2a3a; --for-me: #3a3014; --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body { background: var(--back); color: var(--text); font: 16px/1.45 system-ui, sans-serif; overflow: hidden; }
h1, h2, p, ul, ol { margin: 0; padding: 0; }
ul, ol { list-style: none; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid var(--line); background: var(--side); border-radius: 8px; padding: .45rem .8rem; }
input { background: var(--back); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .7rem; min-width: 0; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
#enter { max-width: 22rem; margin: 12vh auto 0; padding: 1.5rem; display: grid; gap: .9rem; }
#enter label { display: grid; gap: .25rem; color: var(--soft); font-size: .9rem; }
#enter label input { color: var(--text); font-size: 1rem; }
#enter button, #say button { background: var(--mark); border-color: var(--mark); color: var(--on-mark); font-weight: 600; }
#refused, .bad { color: var(--bad); }
#chat { height: 100%; display: grid; grid-template: auto minmax(0, 1fr) / 13rem minmax(0, 1fr) 12rem; }
header { grid-column: 1 / -1; min-width: 0; display: flex; align-items: center; gap: .8rem; padding: .55rem .9rem; border-bottom: 1px solid var(--line); min-height: 3.4rem; }
#about { flex: 1; min-width: 0; }
#name, #topic { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
#name { font-size: 1.05rem; line-height: 1.3; }
#topic { color: var(--soft); font-size: .86rem; }
#state { color: var(--soft); font-size: .86rem; }
#show-channels, #show-members { display: none; position: relative; padding: .4rem .65rem; white-space: nowrap; }
#elsewhere { position: absolute; top: -.4rem; right: -.4rem; min-width: 1.2rem; padding: 0 .3rem; border-radius: 1rem; background: var(--mark); color: var(--on-mark); font-size: .75rem; font-weight: 700; }
nav, aside { background: var(--side); overflow-y: auto; padding: .9rem .7rem; }
nav { border-right: 1px solid var(--line); }
aside { border-left: 1px solid var(--line); }
h2 { font-size: .76rem; letter-spacing: .05em; text-transform: uppercase; color: var(--soft); margin: 0 .4rem .4rem; }
#rooms button { width: 100%; display: flex; justify-content: space-between; gap: .5rem; border: 0; background: none; text-align: left; padding: .35rem .5rem; overflow-wrap: anywhere; }
#rooms button[aria-current] { background: var(--mark); color: var(--on-mark); font-weight: 600; }
#rooms b { background: var(--mark); color: var(--on-mark); border-radius: 1rem; padding: 0 .5rem; font-size: .8rem; line-height: 1.4rem; align-self: center; }
#open { display: flex; gap: .4rem; margin-top: .8rem; }
#open input { flex: 1; width: 0; padding: .35rem .55rem; }
#people li { padding: .15rem .5rem; overflow-wrap: anywhere; }
main { position: relative; display: flex; flex-direction: column; min-height: 0; min-width: 0; }
#scroll { flex: 1; min-height: 0; overflow-y: auto; overflow-anchor: none; overscroll-behavior: contain; padding: .6rem 0; display: flex; flex-direction: column; }
#earlier { align-self: center; font-size: .86rem; margin-bottom: .5rem; }
#log { margin-top: auto; }
#log li, #outbox li { display: grid; grid-template-columns: 3.2rem minmax(0, 1fr); padding: .1rem .9rem; }
#log li.own { background: var(--own); }
#log li.note { color: var(--soft); font-size: .9rem; }
#log li[data-day]::before { content: attr(data-day); grid-column: 1 / -1; text-align: center; color: var(--soft); font-size: .8rem; padding: .5rem; margin: -.1rem -.9rem .1rem; background: var(--back); }
#log li.bad { color: var(--bad); }
#log li.for-me { background: var(--for-me); }
#log time, #outbox time { color: var(--soft); font-size: .78rem; line-height: 1.9; font-variant-numeric: tabular-nums; }
#log p, #outbox p { overflow-wrap: anywhere; white-space: pre-wrap; }
#outbox li { color: var(--soft); }
#outbox li.failed small { color: var(--bad); }
#outbox small { display: block; }
#outbox small button { padding: 0 .4rem; font-size: .8rem; }
#latest { position: absolute; right: 1.2rem; bottom: 4.4rem; border-radius: 1.2rem; box-shadow: 0 .1rem .5rem #0004; }
#latest.for-me, b.for-me { background: var(--bad) !important; color: var(--back) !important; }
#outside { padding: .5rem .9rem; background: var(--side); border-top: 1px solid var(--line); }
#rooms button.outside { opacity: .6; }
.bold { font-weight: 700; }
.italic { font-style: italic; }
.underlined { text-decoration: underline; }
.struck { text-decoration: line-through; }
.mono { font-family: ui-monospace, monospace; }
a { color: var(--mark); }
#log .new { border-top: 1px solid var(--mark); }
#say { display: flex; gap: .5rem; padding: .6rem .9rem; border-top: 1px solid var(--line); }
#text { flex: 1; }
.who { font-weight: 600; margin-right: .25rem; }
${
  Array.from({ length: 12 }, (_, n) =>
    `.n${n} { color: hsl(${n * 30} 70% 30%); }\n` +
    `@media (prefers-color-scheme: dark) { .n${n} { color: hsl(${n * 30} 70% 72%); } }`).join("\n")
}
@media (max-width: 46rem) {
  #chat { grid-template: 3.8rem minmax(0, 1fr) / minmax(0, 1fr); }
  #show-channels, #show-members { display: block; }
  nav, aside { position: fixed; top: 3.8rem; bottom: 0; width: min(17rem, 82vw); z-index: 1; visibility: hidden; box-shadow: 0 0 1.5rem #0005; }
  nav { left: 0; }
  aside { right: 0; }
  nav.open, aside.open { visibility: visible; }
  #log li, #outbox li { padding: .15rem .7rem; grid-template-columns: 2.9rem minmax(0, 1fr); }
  #say, header { padding-left: .6rem; padding-right: .6rem; }
}
`;
