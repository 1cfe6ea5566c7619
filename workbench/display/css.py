"""Colours and CSS shared by apps, charts and rendered threads."""

#: Kept threads: the blue of Okabe and Ito's palette for colour-blind readers (2008), slightly
#: lighter so that it is visible on white and on near-black.
KEPT = "#3182bd"

#: Removed threads: a grey that also differs from the blue in lightness.
REMOVED = "#a3a8b0"

#: Thresholds and warnings: Okabe and Ito's vermilion.
LINE = "#d55e00"

#: Threads removed by a single rule: the reddish purple of the same palette, darker.
ONLY = "#8e3b72"

#: Styles of a rendered thread. Colours derive from the surrounding text, so that the dark and the
#: light theme need no rules of their own.
STYLE = f"""
.wb-thread{{max-width:46rem;font-size:14px;line-height:1.45;overflow-wrap:anywhere}}
.wb-thread p{{margin:0 0 .5rem}}
.wb-thread header{{border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent);
 margin-bottom:.75rem;padding-bottom:.25rem}}
.wb-verdict{{font-weight:600}}
.wb-facts{{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0 0 .5rem}}
.wb-facts dt{{font-size:12px;opacity:.7}}
.wb-facts dd{{margin:0;font-variant-numeric:tabular-nums}}
.wb-thread dl dt,.wb-thread dl dd{{float:none;width:auto;overflow:visible}}
.wb-nearest b{{display:block;font-size:12px;font-weight:400;opacity:.7}}
.wb-turn{{margin-left:calc(var(--wb-depth)*1.1rem);padding:.1rem 0 .1rem .7rem;margin-bottom:.6rem;
 border-left:2px solid color-mix(in srgb,currentColor 18%,transparent);overflow:hidden}}
.wb-head{{display:flex;flex-wrap:wrap;gap:.1rem .6rem;align-items:baseline;font-size:13px}}
.wb-head>*{{opacity:.72}}.wb-head>b,.wb-head>.wb-badge{{opacity:1}}
.wb-badge{{border:1px solid color-mix(in srgb,currentColor 35%,transparent);border-radius:1rem;
 padding:0 .45rem;font-size:12px}}
.wb-prompter{{border-color:{KEPT};background:color-mix(in srgb,{KEPT} 18%,transparent)}}
.wb-assistant{{border-color:{LINE};background:color-mix(in srgb,{LINE} 15%,transparent)}}
.wb-out{{border-style:dashed;opacity:.6!important}}
.wb-turn.wb-as-prompter{{border-left:3px solid {KEPT}}}
.wb-turn.wb-as-assistant{{border-left:3px solid {LINE}}}
.wb-turn.wb-as-out>.wb-text{{opacity:.72}}
.wb-thread mark{{background:color-mix(in srgb,{LINE} 28%,transparent);color:inherit;
 border-radius:.15rem}}
.wb-thread-head{{font-size:13px}}.wb-thread-head p{{margin:0 0 .35rem}}
.wb-thread-head details{{margin:.2rem 0 .4rem}}.wb-thread-head summary{{cursor:pointer}}
.wb-checks{{border-collapse:collapse;font-size:13px;margin:.1rem 0 .4rem;width:100%}}
.wb-checks th,.wb-checks td{{text-align:left;font-weight:400;padding:.12rem .8rem .12rem 0;
 vertical-align:top;border-bottom:1px solid color-mix(in srgb,currentColor 10%,transparent)}}
.wb-checks th[scope=col]{{font-size:12px;opacity:.78}}
.wb-checks td{{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}}
.wb-checks tr>:first-child{{width:1rem;padding-right:.5rem}}
.wb-checks .wb-fails td:first-child{{color:{LINE};font-weight:700}}
.wb-checks .wb-passes td:first-child{{color:{KEPT}}}
.wb-twins{{font-size:13px;margin:.15rem 0 .5rem}}.wb-twins summary{{cursor:pointer}}
.wb-twins ul{{margin:.2rem 0 0;padding-left:1.1rem;overflow-wrap:anywhere;list-style:disc}}
.wb-twins a{{color:inherit;text-decoration:underline}}.wb-twins small{{opacity:.75}}
.wb-exported{{font-size:13px;opacity:.85}}
.wb-text{{white-space:pre-wrap;unicode-bidi:isolate;max-height:40rem;overflow:auto}}
.wb-text i{{font-style:normal;font-size:12px;color:{LINE}}}
.wb-notes{{display:flex;flex-wrap:wrap;gap:.2rem .5rem;font-size:12px;margin-top:.15rem}}
.wb-notes span{{opacity:.8}}.wb-notes span::before{{content:"\\25B8\\00A0";color:{LINE}}}
.wb-gap{{font-size:13px;font-style:italic;opacity:.8}}
.wb-gone{{border-left-style:dashed;border-color:{LINE}}}.wb-thread .wb-gone p{{margin:.15rem 0}}
.wb-gone span{{font-style:normal;opacity:.75;margin-left:.5rem;font-variant-numeric:tabular-nums}}
.wb-own{{gap:.1rem 1rem;margin:.15rem 0 0;font-size:12px}}
.wb-own div{{display:flex;gap:.35rem;min-width:0}}.wb-own dt{{white-space:nowrap}}
.wb-effect{{font-size:12px;opacity:.75;font-variant-numeric:tabular-nums}}
.wb-wrong{{font-size:12px;color:{LINE};overflow-wrap:anywhere}}
.wb-counts{{display:flex;flex-wrap:wrap;gap:.25rem 2.25rem;align-items:baseline}}
.wb-counts b{{font-size:22px;font-weight:600;font-variant-numeric:tabular-nums}}
.wb-counts span{{font-size:13px;opacity:.8}}
.wb-counts{{padding:.1rem 0}}
"""

#: Styles of the panel of a job.
_JOB = f"""
.wb-job{{font-size:14px;padding:.4rem .75rem;border-left:3px solid {REMOVED}}}
.wb-job.wb-bad{{border-color:{LINE}}}
.wb-job p{{margin:0 0 .2rem}}.wb-job p span{{opacity:.75;margin-left:.75rem}}
.wb-job progress{{width:100%;height:.6rem;accent-color:{KEPT}}}
.wb-steps{{list-style:none;margin:.3rem 0 0;padding:0;display:grid;gap:.15rem;max-width:34rem}}
.wb-steps li{{display:flex;flex-wrap:wrap;gap:0 .6rem;align-items:center;opacity:.65}}
.wb-steps li::before{{content:"\\25CB";width:1rem}}
.wb-steps li[data-state=done]::before{{content:"\\2713";color:{KEPT}}}
.wb-steps li[data-state=now]{{opacity:1;font-weight:600}}
.wb-steps li[data-state=now]::before{{content:"\\25B6";color:{KEPT}}}
.wb-steps span{{font-weight:400;font-variant-numeric:tabular-nums}}
.wb-sr{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
 white-space:nowrap}}
.wb-job summary{{cursor:pointer;font-size:13px;opacity:.8}}
"""

#: Styles of a page: less space than marimo leaves, so that a whole view fits a small screen.
PAGE = (
    STYLE
    + _JOB
    + """
#App>div[class*="px-"]{padding:.25rem 1.25rem 1rem}
#App .output-area{padding:0;margin:.15rem 0}
#App .output{margin:.25rem 0}
.wb-split{display:grid;grid-template-columns:minmax(0,1.2fr) minmax(0,1fr);gap:1.25rem}
@media (max-width:900px){.wb-split{grid-template-columns:minmax(0,1fr);--wb-most-height:38vh}}
.wb-search{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.25rem}
@media (max-width:1000px){.wb-search{grid-template-columns:minmax(0,1fr)}}
.wb-help{font-size:13px}.wb-help summary{cursor:pointer}.wb-help p{margin:.2rem 0}
.wb-help td{padding:.1rem 1rem .1rem 0}
.wb-record{white-space:pre-wrap;overflow-wrap:anywhere;max-height:24rem;overflow:auto;font-size:12px;
 border:1px solid color-mix(in srgb,currentColor 18%,transparent);padding:.5rem;margin:0}
.wb-ways{display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;font-size:13px;margin:.25rem 0}
.wb-ways a,.wb-way{color:inherit;text-decoration:underline}.wb-ways span{opacity:.7}
.wb-listed{font-size:13px;margin:.15rem 0}.wb-listed b{font-variant-numeric:tabular-nums}
.wb-files td{padding:.1rem 1rem .1rem 0;font-variant-numeric:tabular-nums}
.wb-files th{padding:.1rem 1rem .1rem 0;text-align:left;font-weight:500;font-size:12px;opacity:.8}
.wb-files caption{text-align:left;font-size:13px;opacity:.8;padding-bottom:.15rem;
 white-space:nowrap}
.wb-numbers{font-size:13px}
.wb-numbers td:nth-child(3n+2),.wb-numbers tr+tr th:nth-child(3n+2){padding-left:1.25rem}
.wb-numbers td:not(:first-child),.wb-numbers th:not(:first-child){text-align:right}
.wb-columns{display:flex;flex-wrap:wrap;gap:.5rem 2.5rem;font-size:13px;align-items:flex-start}
.wb-columns td{overflow-wrap:anywhere;vertical-align:top}
.wb-said{font-size:13px;margin:0}
.wb-said small{opacity:.75}
.wb-trouble{white-space:pre-wrap}
.wb-title{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 1.25rem;padding-right:3rem}
.wb-title h1{font-size:18px;font-weight:600;margin:.35rem 0}
.wb-title p{font-size:13px;opacity:.8;margin:0;flex:1 1 24rem}
"""
)

#: Styles of Home only: its tables and the next step.
HOME = f"""
.wb-place{{font-size:13px;margin:0;opacity:.85}}
.wb-advice{{margin:.35rem 0 0;padding:.4rem .75rem;border-left:3px solid {KEPT};
 background:color-mix(in srgb,{KEPT} 9%,transparent)}}
.wb-advice a{{margin-left:.75rem;text-decoration:underline}}
.wb-warn{{margin:.35rem 0 0;padding:.25rem .75rem;border-left:3px solid {LINE};font-size:14px}}
.wb-wide{{overflow-x:auto}}
.wb-grid{{border-collapse:collapse;font-size:13px;width:100%}}
.wb-grid th,.wb-grid td{{padding:.22rem .9rem .22rem 0;text-align:left;vertical-align:top;
 border-bottom:1px solid color-mix(in srgb,currentColor 12%,transparent)}}
.wb-grid th[scope=row]{{font-weight:500;overflow-wrap:anywhere}}
.wb-grid th[scope=col]{{font-weight:400;opacity:.75;white-space:nowrap}}
.wb-grid .wb-num{{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}}
.wb-grid td:last-child{{overflow-wrap:anywhere;padding-right:0}}
.wb-sentence{{font-size:1.25rem;margin:.4rem 0 .1rem;font-variant-numeric:tabular-nums}}
.wb-loss{{font-size:.85rem;margin:0 0 .35rem}}.wb-loss a{{text-decoration:underline}}
.wb-home{{display:grid;grid-template-columns:minmax(0,2.2fr) minmax(16rem,1fr);gap:1.5rem;
 margin-top:.5rem}}
@media (max-width:960px){{.wb-home{{grid-template-columns:minmax(0,1fr)}}}}
.wb-stages{{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.9rem 1.4rem;
 list-style:none;margin:0;padding:0}}
@media (max-width:620px){{.wb-stages{{grid-template-columns:minmax(0,1fr)}}}}
.wb-stage{{position:relative;display:flex;flex-direction:column;gap:.15rem;padding:.6rem .75rem;
 border:1px solid color-mix(in srgb,currentColor 18%,transparent);border-radius:.5rem;
 border-top:3px solid {REMOVED};font-size:.82rem}}
.wb-stage:not(:nth-child(3n))::after{{content:"\\2192";position:absolute;right:-1.2rem;top:45%;
 opacity:.5}}
.wb-stage.wb-fresh,.wb-stage.wb-run{{border-top-color:{KEPT}}}
.wb-stage.wb-stale{{border-top-color:{LINE}}}
.wb-stage.wb-fresh::before,.wb-stage.wb-stale::before,.wb-stage.wb-run::before{{content:none}}
.wb-stage h3{{font-size:.9rem;font-weight:600;margin:0}}.wb-stage h3 small{{opacity:.7}}
.wb-stage p{{margin:0}}.wb-what,.wb-when{{opacity:.75;font-size:.78rem}}
.wb-size b{{font-size:1.05rem;font-weight:600;font-variant-numeric:tabular-nums}}
.wb-do{{margin-top:auto;padding-top:.35rem}}.wb-do a{{text-decoration:underline}}
.wb-kept h2{{font-size:.9rem;font-weight:600;margin:0 0 .5rem}}
.wb-kept a{{display:block;padding:.55rem .75rem;margin-bottom:.6rem;border-radius:.5rem;
 color:inherit;text-decoration:none;
 border:1px solid color-mix(in srgb,currentColor 18%,transparent)}}
.wb-kept a:hover{{border-color:{KEPT}}}
.wb-kept a:focus-visible,.wb-loss a:focus-visible,.wb-do a:focus-visible{{outline:2px solid {KEPT};
 outline-offset:2px}}
.wb-kept bdi{{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;
 font-size:.85rem;line-height:1.4;overflow-wrap:anywhere}}
.wb-kept .wb-reply{{opacity:.8;border-left:2px solid {KEPT};padding-left:.5rem;margin:.25rem 0}}
.wb-kept small{{opacity:.75}}
.wb-steps{{margin-top:1rem;font-size:.82rem}}.wb-steps summary{{cursor:pointer;font-weight:600}}
.wb-share span{{display:block;width:7rem;height:.55rem;margin-top:.35rem;
 background:color-mix(in srgb,{REMOVED} 40%,transparent)}}
.wb-share i{{display:block;height:100%;background:{KEPT}}}
.wb-state::before{{display:inline-block;width:1.2rem}}
.wb-fresh::before{{content:"\\2713";color:{KEPT}}}
.wb-stale::before{{content:"\\25CB";color:{LINE}}}
.wb-run::before{{content:"\\25B6";color:{KEPT}}}
.wb-chosen{{font-size:13px;margin:.25rem 0;padding-left:1.1rem;overflow-wrap:anywhere;
 max-height:9rem;overflow:auto}}
"""
