internal import Crypto
internal import struct Foundation.Data

/// The style of the page of one article: light and dark, from 320 pixels on.
enum PageStyle {
    /// Colours of speakers; one more is for what nobody is known to have said.
    static let colours = 8

    static let sheet = """
        :root{color-scheme:light dark;--ink:#1c1b19;--paper:#fdfcf9;--soft:#5b5750;--line:#ddd8cc;
        --s0:#e6e3dc;--s1:#cfe3fb;--s2:#fbdcc4;--s3:#d2eccb;--s4:#eed6f3;--s5:#fbe9a9;--s6:#c9ecea;--s7:#f8d3da;--s8:#dcdcf8}
        @media(prefers-color-scheme:dark){:root{--ink:#ece8df;--paper:#191815;--soft:#aaa497;--line:#3d3a33;
        --s0:#3c3a35;--s1:#1e3f63;--s2:#5f3717;--s3:#23481c;--s4:#512a5a;--s5:#544400;--s6:#0f4a48;--s7:#5f2632;--s8:#383872}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 Georgia,"Times New Roman",serif;
        overflow-wrap:anywhere}
        main{max-width:42rem;margin:0 auto;padding:1.5rem 1rem 4rem}
        h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
        h2{font-size:1.25rem;margin:2.5rem 0 1rem;padding-top:1.25rem;border-top:1px solid var(--line)}
        h3{font-size:1.0625rem;margin:1.5rem 0 .25rem}
        p{margin:0 0 1rem}
        a{color:inherit;text-underline-offset:.2em}
        a:focus-visible{outline:2px solid currentColor;outline-offset:2px}
        .about,.note,.role,.end{color:var(--soft);font:.875rem/1.5 system-ui,sans-serif}
        mark{color:inherit;border-radius:.15em;padding:.05em 0;-webkit-box-decoration-break:clone;box-decoration-break:clone}
        sup{line-height:0;font:600 .6875rem system-ui,sans-serif}
        sup a{text-decoration:none;padding:0 .15em}
        h3 span{border-radius:.25em;padding:.1em .4em}
        ol{list-style:none;margin:0;padding:0}
        ul{margin:.25rem 0 0;padding:0 0 0 1.25rem}
        li{margin:0 0 .5rem}
        :target{outline:2px solid currentColor;outline-offset:3px}
        \((0...colours).map { ".s\($0){background:var(--s\($0))}" }.joined())
        @media print{mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """

    /// The sheet's digest, by which a content security policy allows it and nothing else.
    static let digest = "sha256-" + Data(SHA256.hash(data: Data(sheet.utf8))).base64EncodedString()
}
