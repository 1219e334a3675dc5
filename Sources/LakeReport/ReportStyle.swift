/// How the page looks: by the system's fonts, in light and dark, on paper and on a phone. All pairs of colours have at
/// least the contrast that WCAG asks for at level AA.
enum ReportStyle {
    static let rules: StaticString = """
        :root{color-scheme:light dark;--page:#f5f7fa;--card:#fff;--text:#18202c;--soft:#525f73;--line:#dce1e9;--link:#1b52c0;--code:#edf0f5;\
        --good:#0b6646;--good-room:#dff3e8;--doubtful:#864500;--doubtful-room:#fdeed8;--bad:#a01c28;--bad-room:#fde6e7;\
        --bar-good:#3e73d8;--bar-doubtful:#c76b00;--bar-bad:#c4303b;--shadow:0 1px 2px rgb(20 30 50/.06),0 2px 8px rgb(20 30 50/.05)}
        @media (prefers-color-scheme:dark){:root{--page:#0e131a;--card:#161d27;--text:#e5eaf1;--soft:#a3afc0;--line:#2a3443;--link:#92b8ff;--code:#202a37;\
        --good:#72d6a8;--good-room:#113428;--doubtful:#f3b962;--doubtful-room:#38290f;--bad:#ff9f9f;--bad-room:#3d1b20;\
        --bar-good:#6c9bf2;--bar-doubtful:#e39a3c;--bar-bad:#ee6d75;--shadow:none}}
        @media print{:root{color-scheme:light;--page:#fff;--card:#fff;--text:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f2f2f2;\
        --good:#0b6646;--good-room:#e6f4ec;--doubtful:#864500;--doubtful-room:#fdf1e0;--bad:#a01c28;--bad-room:#fdeaea;\
        --bar-good:#3e73d8;--bar-doubtful:#c76b00;--bar-bad:#c4303b;--shadow:none}}
        *,*::before,*::after{box-sizing:border-box}
        html{scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;\
        overflow-wrap:anywhere}
        .page{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem;max-width:88rem;margin:0 auto;padding:1.5rem 1rem 3rem}
        h1,h2,h3,h4,p,ul,ol,dl,dd,figure{margin:0}
        h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.3rem);line-height:1.2;letter-spacing:-.02em}
        h2{font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;margin-bottom:.75rem}
        h3{font-size:1rem}
        h4{font-size:.9rem;margin:1.5rem 0 .5rem}
        a{color:var(--link);text-underline-offset:.2em}
        a.mono{text-underline-offset:.35em}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
        .skip{position:absolute;left:-100rem}
        .skip:focus{left:1rem;top:1rem;z-index:1;background:var(--card);padding:.5rem 1rem}
        .soft{color:var(--soft)}
        .over{color:var(--soft);font-size:.85rem}
        .mono,code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
        code{background:var(--code);padding:.1em .35em;border-radius:4px}
        pre{background:var(--code);padding:.75rem;border-radius:8px;white-space:pre-wrap}
        pre code{padding:0;background:none;font-size:1em}
        .note{color:var(--soft);padding:.75rem 1rem;border:1px dashed var(--line);border-radius:10px;margin-top:.75rem}
        .state{display:flex;flex-wrap:wrap;align-items:center;gap:.35rem .7rem;margin:.6rem 0 .4rem;font-size:1.05rem}
        .dot{display:inline-grid;place-items:center;width:1.7rem;height:1.7rem;border-radius:50%;background:var(--code);font-weight:700;font-size:.95rem}
        .good{color:var(--good)}.doubtful{color:var(--doubtful)}.bad{color:var(--bad)}
        .dot.good,.badge.good,.mark.good{background:var(--good-room)}
        .dot.doubtful,.badge.doubtful,.mark.doubtful{background:var(--doubtful-room)}
        .dot.bad,.badge.bad,.mark.bad{background:var(--bad-room)}
        .badge{display:inline-block;padding:.05rem .55rem;border-radius:99px;font-size:.85em;font-weight:600;background:var(--code);white-space:nowrap}
        .marks{display:inline-flex;gap:2px}
        .mark{display:inline-grid;place-items:center;width:1.15rem;height:1.15rem;border-radius:4px;font-size:.75rem;font-weight:700}
        .under{display:block;font-size:.85em;color:var(--soft)}
        nav{font-size:.92rem}
        nav ul{list-style:none;padding:0}
        nav a{text-decoration:none;display:inline-block;padding:.2rem 0}
        nav a:hover{text-decoration:underline}
        .chapters{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem}
        nav details{margin-top:.6rem}
        .names{margin-top:.25rem;font-size:.95em;max-height:40vh;overflow:auto}
        summary{cursor:pointer;border-radius:6px}
        main{display:grid;grid-template-columns:minmax(0,1fr);gap:2.5rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(10.5rem,100%),1fr));gap:.75rem}
        .tile,.card,.table,.frame{background:var(--card);border:1px solid var(--line);border-radius:12px}
        .tile{padding:.8rem 1rem;box-shadow:var(--shadow)}
        .tile dt{color:var(--soft);font-size:.85rem}
        .tile dd{font-size:1.55rem;font-weight:700;line-height:1.25;font-variant-numeric:tabular-nums}
        .tile dd.soft{font-size:.85rem;font-weight:400;margin-top:.15rem}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:.75rem;margin:.9rem 0}
        .card{padding:.8rem 1rem 1rem;box-shadow:var(--shadow)}
        figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin-bottom:.6rem;font-size:.9rem}
        .card>svg,.small>svg{display:block;width:100%;height:6.5rem}
        .small{margin-top:1rem}
        .small>svg{height:3rem;max-width:36rem}
        .small figcaption{color:var(--soft);font-size:.85rem;margin-bottom:.3rem}
        svg .good{fill:var(--bar-good)}svg .doubtful{fill:var(--bar-doubtful)}svg .bad{fill:var(--bar-bad)}
        svg .grid{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
        svg rect:hover{opacity:.75}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin-bottom:1rem;font-size:.85rem;color:var(--soft)}
        .swatch{display:inline-block;width:.8rem;height:.8rem;border-radius:3px;margin-right:.4rem;vertical-align:-.05rem;background:var(--bar-good)}
        .swatch.doubtful{background:var(--bar-doubtful)}.swatch.bad{background:var(--bar-bad)}
        .frame{overflow-x:auto;max-width:100%}
        .soft+.frame,.soft+.warning{margin-top:.75rem}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        th,td{text-align:left;padding:.45rem .9rem;border-bottom:1px solid var(--line);vertical-align:baseline;font-weight:400;white-space:nowrap;overflow-wrap:normal}
        thead th{color:var(--soft);font-size:.85em;font-weight:600}
        tbody tr:last-child>*{border-bottom:0}
        tbody tr:hover{background:color-mix(in srgb,var(--code) 55%,transparent)}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        .value{font-size:.93em}
        .value bdi{display:block;width:max-content;max-width:22rem;white-space:normal;overflow-wrap:anywhere}
        .share{width:3.5rem;height:.5rem;margin-right:.55rem;border-radius:3px;vertical-align:.05rem}
        .share .room{fill:var(--line)}.share .part{fill:var(--bar-good)}
        .path{white-space:normal;overflow-wrap:anywhere;min-width:9rem;max-width:24rem}
        .words{white-space:normal;min-width:12rem;max-width:30rem}
        @media (max-width:40rem){th,td{padding:.4rem .6rem}th.mono{white-space:normal;overflow-wrap:anywhere;min-width:8.5rem}}
        .more{margin-top:.75rem}
        .more>summary{padding:.3rem 0;color:var(--link)}
        .more>.frame,.more>.trees,.more>pre{margin-top:.5rem}
        .warning{border-left:4px solid var(--line);background:var(--card);border-radius:0 10px 10px 0;padding:.75rem 1.1rem;margin-bottom:.75rem;color:var(--text)}
        .warning.bad{border-color:var(--bar-bad)}.warning.doubtful{border-color:var(--bar-doubtful)}
        .warning ul{padding-left:1.1rem;margin-top:.3rem}
        .trees{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));align-items:start;gap:.75rem;margin:.9rem 0}
        .tree .frame{border:0;border-radius:0;padding:3px}
        .tree svg{display:block;max-width:100%;min-width:22rem;height:auto}
        svg .box{fill:var(--code);stroke:var(--line)}
        svg a:hover .box{stroke:var(--link)}
        svg a:focus-visible .box{stroke:var(--link);stroke-width:3}
        svg .line{fill:none;stroke:var(--soft);stroke-width:1.25}
        svg text{fill:var(--text);font:600 .8rem ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        svg text.rows{fill:var(--soft);font-weight:400;font-size:.72rem}
        svg a{text-decoration:none}
        .table{margin-top:.6rem;box-shadow:var(--shadow)}
        .table>summary{position:relative;padding:.75rem 1rem .75rem 2.4rem;list-style:none}
        .table>summary::-webkit-details-marker{display:none}
        .table>summary::before{content:"";position:absolute;left:1rem;top:1.2rem;width:.5rem;height:.5rem;border:solid var(--soft);border-width:0 2px 2px 0;transform:rotate(-45deg)}
        .table[open]>summary::before{transform:rotate(45deg)}
        .table>summary .soft{font-size:.88rem;font-weight:400;margin-left:auto;font-variant-numeric:tabular-nums}
        .table h3{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 1rem}
        .table h3 .mono{font-size:.95rem;min-width:0}
        .body{padding:0 1rem 1.1rem;scroll-margin-top:4rem}
        .facts{display:flex;flex-wrap:wrap;gap:.5rem 1.75rem;font-size:.9rem}
        .facts dt{color:var(--soft);font-size:.85em}
        .time{list-style:none;padding:0 0 0 1.2rem;border-left:2px solid var(--line);margin-left:.35rem;font-size:.9rem}
        .time>li{position:relative;padding-bottom:.8rem}
        .time>li:last-child{padding-bottom:0}
        .time>li::before{content:"";position:absolute;left:calc(-1.2rem - 6px);top:.42rem;width:10px;height:10px;border-radius:50%;background:var(--bar-good)}
        .time ul{list-style:none;padding:0}
        .time ul li{padding-left:1.1rem;text-indent:-1.1rem}
        .sign{display:inline-block;width:1.1rem;text-indent:0;color:var(--soft);font-weight:700}
        footer{color:var(--soft);font-size:.85rem;border-top:1px solid var(--line);padding-top:1rem}
        @media (min-width:64rem){.page{grid-template-columns:13rem minmax(0,1fr);column-gap:2.5rem;padding-inline:2rem}
        header,footer{grid-column:1/-1}
        nav{position:sticky;top:1.5rem;align-self:start;max-height:calc(100vh - 3rem);overflow:auto}
        .chapters{display:block}
        .names{max-height:none}}
        @media print{nav,.skip{display:none}.page{display:block;max-width:none;padding:0}main{display:block}section{margin-top:1.5rem}\
        details::details-content{content-visibility:visible;block-size:auto}.frame{overflow:visible}table{font-size:7.5pt}\
        table:has(.value) :is(th,td):nth-child(n+9){display:none}.swatch,.badge,.dot,.mark,.time>li::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}th,td{white-space:normal;padding:.2rem .4rem}\
        tr,figure,.time>li,.warning{break-inside:avoid}h2,h3,h4,summary{break-after:avoid}a{text-decoration:none}}
        """
}
