import { PALETTE } from '../charts/palette.js';
import { MOST_POINTS } from '../sections/frontier.js';
import { printStyle } from './print-style.js';

const JOBS = Object.entries(PALETTE);

/** Steps of shading that cells of heat tables and confusion tables may have, from none. */
export const SHADES = 8;

const variables = (scheme: 'light' | 'dark') =>
  JOBS.map(([job, colour]) => `--${job}:${colour[scheme]}`).join(';');

/** Charts are drawn in light colours; the page gives each the colour of its scheme. */
const chartColours = JOBS.map(([job, { light }]) => {
  const value = `var(--${job})`;
  return `.chart [fill="${light}"]{fill:${value}}.chart [stroke="${light}"]{stroke:${value}}`;
}).join('');

/** Shades of what counts for (s) and against (a). */
const shades = Array.from({ length: SHADES }, (_, at) => {
  const share = Math.round(((at + 1) * 46) / SHADES);
  const mix = (job: 'kept' | 'training') => `color-mix(in srgb,var(--${job}) ${share}%,var(--paper))`;
  return `.s${at + 1}{background:${mix('kept')}}.a${at + 1}{background:${mix('training')}}`;
}).join('');

/** The card of the set that is picked. */
const picked = Array.from(
  { length: MOST_POINTS },
  (_, at) => `.pick input:nth-of-type(${at + 1}):checked~.picked>:nth-child(${at + 1})`,
)
  .join(',')
  .concat('{display:block}');

/** The whole style sheet of a report: no import, no url, no font to fetch. */
export const STYLE = `
:root{color-scheme:light dark;${variables('light')};--panel:#f6f8fa;--shade:#9aa7b8}
@media (prefers-color-scheme:dark){:root{${variables('dark')};--panel:#1a2029;--shade:#4a586b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:break-word}
.page{max-width:70rem;margin:0 auto;padding:0 1.25rem 3rem}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
a{color:var(--kept)}
:focus-visible{outline:3px solid var(--kept);outline-offset:2px}
header{padding:1.25rem 0 0}
.eyebrow{margin:0;color:var(--muted);font-size:.875rem;letter-spacing:.02em}
h1{margin:.1rem 0 .5rem;font-size:clamp(1.4rem,4.5vw,2rem);line-height:1.2;letter-spacing:-.015em}
h2{margin:3rem 0 .5rem;font-size:1.35rem;line-height:1.3;letter-spacing:-.01em}
h3{margin:1.75rem 0 .25rem;font-size:1rem}
p{max-width:52rem;margin:.5rem 0}
.decision{font-size:1.1rem}.lead{display:grid;grid-template-columns:minmax(0,1fr);overflow-wrap:anywhere;gap:.5rem 2rem;align-items:start}
@media (min-width:58rem){.lead{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}}
.lead .chart svg{width:100%;max-width:31rem}
.simulated{border-left:3px solid var(--training);padding-left:.75rem;margin:.25rem 0 .75rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:1.25rem 0 0;padding:.75rem 0;border-block:1px solid var(--grid);font-size:.9rem}
.tiles{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.5rem;margin:.75rem 0;padding:0;list-style:none}
.tile{background:var(--panel);border:1px solid var(--grid);border-radius:.6rem;padding:.5rem .65rem}
.tile b{display:block;font-size:clamp(1.25rem,5vw,1.75rem);line-height:1.2;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
.tile span{display:block;color:var(--muted);font-size:clamp(.68rem,3vw,.85rem);margin:0}
.evidence{max-width:52rem;padding-left:1.2rem}
.evidence li{margin:.3rem 0}
.note{color:var(--muted);font-size:.9rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20.5rem),1fr));gap:1rem;margin:1rem 0}
figure{margin:0}
figcaption{font-weight:600;font-size:.95rem;margin-bottom:.25rem}
.chart svg{display:block;max-width:100%;height:auto}
${chartColours}
.key{display:inline-block;width:.8em;height:.8em;margin:0 .35em 0 .9em;border:2px solid;border-radius:50%;vertical-align:-.05em}
.bound{white-space:nowrap}.bound:first-child>.key,.whole>.key{margin-left:0}
.k-kept{color:var(--kept);background:var(--kept)}.k-dropped{color:var(--dropped);background:var(--dropped)}
.k-square{color:var(--dropped);background:var(--dropped);border-radius:0}
.k-hollow{color:var(--dropped)}.k-ensemble{color:var(--ensemble);background:var(--ensemble);border-radius:0;transform:rotate(45deg) scale(.8)}
.tile .whole{white-space:normal}
.k-ring{color:var(--kept)}.k-faint{color:var(--dropped);background:var(--dropped);opacity:.5;width:.55em;height:.55em;vertical-align:.05em}
.k-line{color:var(--kept);height:0;border-width:2px 0 0;border-radius:0;width:1.6em;vertical-align:.25em}
.k-dash{color:var(--training);height:0;border-width:2px 0 0;border-style:dashed;border-radius:0;width:1.6em;vertical-align:.25em}
.k-against{color:var(--training);background:var(--training)}
.k-low{color:var(--low);background:var(--low)}.k-lower{color:var(--lower);background:var(--lower)}.k-middle{color:var(--middle);background:var(--middle)}.k-higher{color:var(--higher);background:var(--higher)}.k-high{color:var(--high);background:var(--high)}
.whole{white-space:nowrap;margin-right:.75em}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20.5rem),1fr));gap:1rem;margin:.75rem 0}
.card{background:var(--panel);border:1px solid var(--grid);border-radius:.6rem;padding:.85rem 1rem;min-width:0}
.card .chart{background:var(--paper);border-radius:.4rem}
dl{margin:0 0 .75rem;font-size:.9rem}dl div{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.5rem;padding:.1rem 0}
dt{color:var(--muted);overflow-wrap:anywhere}dd{margin:0;overflow-wrap:anywhere}
.picks{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;margin:1rem 0}
.pick{border:1px solid var(--grid);border-radius:.6rem;padding:.5rem .85rem .85rem;margin:0;min-width:0}
.pick legend{font-weight:600;font-size:.95rem;padding:0 .35rem;margin-left:-.35rem}
.pick{position:relative}.pick input{position:absolute;opacity:0;margin:0}
.pick label{display:inline-block;margin:.2rem .35rem .2rem 0;padding:.1rem .6rem;border:1px solid var(--muted);border-radius:1rem;font-size:.9rem;font-variant-numeric:tabular-nums;white-space:nowrap;cursor:pointer}
.pick input:checked+label{background:var(--kept);border-color:var(--kept);color:var(--paper);font-weight:650}
.pick input:focus-visible+label{outline:3px solid var(--kept);outline-offset:2px}
.picked{margin-top:.5rem}.picked>*{display:none}${picked}
.picked p{margin:0;font-size:.85rem;color:var(--muted)}.picked pre{margin:.25rem 0 0;background:var(--paper);white-space:pre-wrap;overflow-wrap:anywhere}
details{margin:.75rem 0}summary{cursor:pointer;color:var(--kept);font-size:.9rem}
.rules ul{margin:.15rem 0;padding-left:1.4rem}.rules>ul{padding-left:1.2rem}.rules li{margin:.3rem 0}.rules b{font-weight:600}.rules small{color:var(--muted)}
.scroll{overflow-x:auto;margin:.75rem 0 1rem;max-width:100%;background:linear-gradient(90deg,var(--paper) 1.5rem,transparent 3rem) 0 0/3rem 100% local no-repeat,linear-gradient(270deg,var(--paper) 1.5rem,transparent 3rem) 100% 0/3rem 100% local no-repeat,linear-gradient(90deg,var(--shade),transparent) 0 0/.8rem 100% scroll no-repeat,linear-gradient(270deg,var(--shade),transparent) 100% 0/.8rem 100% scroll no-repeat,var(--paper)}
tbody th,thead th:first-child{position:sticky;left:0;background:var(--paper);z-index:1}
table{border-collapse:collapse;font-size:.9rem;min-width:min(100%,26rem)}
caption{text-align:left;color:var(--muted);font-size:.875rem;padding:0 0 .35rem}
th,td{padding:.4rem .75rem .4rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
thead th{font-weight:600;color:var(--muted);vertical-align:bottom;border-bottom-color:var(--muted)}
tbody th{font-weight:500;min-width:min(9rem,34vw);max-width:min(17rem,40vw);overflow-wrap:break-word}
.num{text-align:right;padding-left:.75rem;padding-right:.5rem;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .num{white-space:normal}
.num+:not(.num){padding-left:.75rem}
td small{display:block;color:var(--muted);font-size:.8rem}
.aside,tr.chance td{color:var(--muted)}
.heat td small{color:inherit}.heat td.noise{color:var(--muted)}
tr.kept th::before{content:"\\2713\\00a0" / "";color:var(--kept);font-weight:700}
tr.strong>*{border-top:1px solid var(--muted);font-weight:650}
tr.strong small{font-weight:400}
caption span{display:block;position:sticky;left:0;max-width:min(52rem,calc(100vw - 2.5rem))}
td.hash{font-family:ui-monospace,monospace;font-size:.8rem;white-space:nowrap}
${shades}
.findings{list-style:none;margin:.75rem 0;padding:0;max-width:50rem}
.findings li{padding:.5rem 0 .5rem .9rem;border-left:3px solid var(--grid);margin:.4rem 0}
.findings .warning,.findings .error{border-left-color:var(--training)}
.findings small{display:block;color:var(--muted)}
pre{background:var(--panel);border:1px solid var(--grid);border-radius:.5rem;padding:.75rem 1rem;overflow-x:auto;font-size:.85rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--grid);color:var(--muted);font-size:.85rem}
${printStyle(variables('light'))}
`;
