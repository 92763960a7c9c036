/**
 * The part of the style sheet for paper: light, unfolded, and as narrow as A4 and Letter are between their margins, because a
 * browser shrinks or cuts what is wider. Cells give way in this order: padding, names anywhere, in tables of many columns
 * intervals at their comma; tables of more columns still, such as a correlation of every two models, have upright heads.
 */
export function printStyle(lightColours: string): string {
  return `@page{margin:12mm}
@media print{:root{color-scheme:light;${lightColours};--panel:#f6f8fa}
html{font-size:10pt}.page{max-width:none;padding:0}nav,.skip{display:none}header{padding-top:0}h2{margin-top:2rem}
.tile b{font-size:15pt}.tile b,.tile .whole{white-space:nowrap}.tile span{font-size:7.5pt}
pre{white-space:pre-wrap;overflow:visible;overflow-wrap:anywhere}
.scroll{overflow:visible;background:none}table{font-size:8pt;min-width:0;max-width:100%}caption,td small{font-size:7pt}caption span{position:static;max-width:none}
th,td{padding:.25rem .3rem .25rem 0}.num{white-space:normal;padding-left:.3rem;padding-right:.2rem}.num small{white-space:nowrap}
tbody th,thead th:first-child{position:static;background:none}tbody th{min-width:5rem;max-width:11rem;overflow-wrap:anywhere}
td:not(.num){overflow-wrap:anywhere}td.hash{white-space:normal}
${table(8)}{font-size:7pt}${table(8)} td small{font-size:6pt}${table(11)} td small{white-space:normal}
${table(14)}{font-size:5pt}${table(14)} :is(th,td){padding:1px}${table(14)} thead th:not(:first-child){writing-mode:vertical-rl;text-align:right}
details>summary{color:var(--ink);list-style:none;font-weight:600}details::details-content{content-visibility:visible;display:block;block-size:auto;opacity:1}.pick{break-inside:avoid}.picks{grid-template-columns:1fr 1fr}.lead{grid-template-columns:1fr 1fr}
.charts{grid-template-columns:repeat(auto-fit,minmax(5.5cm,1fr))}figure,tr,.tile,.card,.findings li{break-inside:avoid}h2,h3,summary,caption,thead,p:has(+.charts){break-after:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}`;
}

/** Tables of so many columns, or more. */
function table(columns: number): string {
  return `table:has(thead th:nth-child(${columns}))`;
}
