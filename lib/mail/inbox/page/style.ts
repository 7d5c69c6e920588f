/** How the inbox's page looks: two columns, one on a phone; light and dark as the system has it. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --line: light-dark(#d9dce1, #3a3f47);
  --soft: light-dark(#5c6470, #9aa3af);
  --paper: light-dark(#ffffff, #16181c);
  --side: light-dark(#f5f6f8, #1d2025);
  --mark: light-dark(#dbe8fb, #23395b);
  --accent: light-dark(#0b57d0, #8ab4f8);
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: var(--paper); font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; gap: .75rem; align-items: center; padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.05rem; margin: 0; }
#search { flex: 1; min-width: 6rem; max-width: 30rem; padding: .4rem .6rem; font: inherit; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: inherit; }
#count { color: var(--soft); white-space: nowrap; margin-left: auto; }
button { font: inherit; padding: .35rem .7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--side); color: inherit; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(16rem, 24rem) 1fr; }
#list, #empty { border-right: 1px solid var(--line); background: var(--side); margin: 0; grid-column: 1; grid-row: 1; }
#list { list-style: none; padding: 0; overflow-y: auto; }
#empty { padding: 1rem; color: var(--soft); align-self: start; border: 0; }
#list li { padding: .55rem 1rem; border-bottom: 1px solid var(--line); cursor: pointer; display: grid; grid-template-columns: 1fr auto; gap: 0 .5rem; }
#list li[aria-selected=true] { background: var(--mark); }
/* Text that runs from right to left turns none of its neighbours. */
#list b, #list span, #list i, h2, dd, #attachments a, #body pre { unicode-bidi: plaintext; text-align: left; }
#list b, #list span, #list i { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#list time { color: var(--soft); font-size: .85rem; }
#list span, #list i { grid-column: 1 / -1; }
#list i { color: var(--soft); font-style: normal; font-size: .85rem; }
article, #none { grid-column: 2; grid-row: 1; min-width: 0; }
article { display: flex; flex-direction: column; min-height: 0; padding: .75rem 1.25rem 0; }
article[hidden] { display: none; }
#none { color: var(--soft); place-self: center; padding: 1rem; text-align: center; }
nav { display: flex; } .gap { flex: 1; } #back { visibility: hidden; }
h2 { font-size: 1.25rem; margin: .5rem 0; overflow-wrap: anywhere; max-height: 6rem; overflow-y: auto; }
#body a { color: var(--accent); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .75rem; margin: 0 0 .5rem; max-height: 14rem; overflow-y: auto; }
dt { color: var(--soft); } dd { margin: 0; max-height: 4.4rem; overflow-y: auto; overflow-wrap: anywhere; }
#attachments { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: 0 0 .5rem; max-height: 6rem; overflow-y: auto; }
#attachments a { display: inline-block; max-width: 100%; padding: .2rem .6rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--accent); text-decoration: none; overflow-wrap: anywhere; }
#tabs { display: flex; gap: .25rem; border-bottom: 1px solid var(--line); }
#tabs button { border: 0; border-bottom: 2px solid transparent; border-radius: 0; background: none; }
#tabs button[aria-selected=true] { border-color: var(--accent); color: var(--accent); }
#remote { margin: .4rem 0; color: var(--soft); font-size: .9rem; }
#body { flex: 1; min-height: 0; display: flex; flex-direction: column; margin: 0 -1.25rem; }
#body pre { flex: 1; overflow: auto; margin: 0; padding: 1rem 1.25rem; font: .87rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
/* Mail is written for white paper. */
#body iframe { flex: 1; border: 0; width: 100%; background: #fff; color-scheme: light; }
@media (max-width: 700px) {
  main { grid-template-columns: 1fr; }
  #list { border: 0; }
  article, #none { grid-column: 1; }
  #none { display: none; }
  article { padding: .5rem 1rem 0; } #body { margin: 0 -1rem; }
  body.open #list, body.open #empty { display: none; }
  #back { visibility: visible; }
  h1 { display: none; }
}
`;
