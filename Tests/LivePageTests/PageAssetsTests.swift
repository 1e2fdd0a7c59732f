import Foundation
import LivePage
import Testing

@Suite struct PageAssetsTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/LivePage/Assets")

    private func text(_ path: String) throws -> String {
        String(decoding: try #require(PageAssets.all.first { $0.path == path }).bytes, as: UTF8.self)
    }

    @Test func theProgramHoldsEveryFileAsItIs() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files.map { $0 == "index.html" ? "/" : "/" + $0 }) == Set(PageAssets.all.map(\.path)))
        for asset in PageAssets.all {
            let name = asset.path == "/" ? "index.html" : String(asset.path.dropFirst())
            #expect(try Data(contentsOf: Self.folder.appendingPathComponent(name)) == Data(asset.bytes), "\(name)")
        }
    }

    /// Works without any network: what is loaded comes from here, and everything that is loaded is there.
    @Test func nothingIsLoadedFromElsewhere() throws {
        for asset in PageAssets.all {
            let text = String(decoding: asset.bytes, as: UTF8.self).replacing("http://www.w3.org/2000/svg", with: "")
            #expect(!text.contains("http://") && !text.contains("https://"), "\(asset.path)")
            #expect(!text.contains("@import") && !text.contains("url("), "\(asset.path)")
        }
        let page = try text("/")
        for match in page.matches(of: /(?:src|href)="(\/[^"#]*)"/) {
            let path = String(match.1)
            #expect(PageAssets.all.contains { $0.path == path }, "\(path)")
        }
        for asset in PageAssets.all where asset.path.hasSuffix(".js") {
            for match in String(decoding: asset.bytes, as: UTF8.self).matches(of: /from "\.(\/[^"]+)"/) {
                let path = String(match.1)
                #expect(PageAssets.all.contains { $0.path == path }, "\(path)")
            }
        }
    }

    /// Text never becomes markup or code: the ways to do that do not occur.
    @Test func textStaysText() throws {
        let ways = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "srcdoc", "style=", "onclick="]
        for asset in PageAssets.all {
            let text = String(decoding: asset.bytes, as: UTF8.self)
            for way in ways { #expect(!text.contains(way), "\(way) in \(asset.path)") }
        }
    }
}
