// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let hashTrees = Target.Dependency.product(name: "HashTreeCollections", package: "swift-collections")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

/// A library target; it may import only what is named here.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name), "TestSupport"] + dependencies, swiftSettings: settings)
}

let package = Package(
    name: "quoted",
    products: [
        .executable(name: "quoted", targets: ["quoted"]),
        .executable(name: "quoted-bench", targets: ["Benchmarks"]),
        .executable(name: "quoted-training-features", targets: ["TrainingFeatures"]),
        .executable(name: "quoted-fuzz", targets: ["FuzzProgram"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: [.defaults, "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C: system libraries, and what Swift cannot say.
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "CSQLite"),
        .target(name: "CChecksum"),
        .target(name: "CThread"),
        .systemLibrary(name: "COneDNN"),
        // Its headers lie in a folder of their own, which pkg-config knows.
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CEncoderKernels"),
        .target(name: "CGazetteer", exclude: ["CREDITS.md", "gazetteer.bin"]),

        // Values and pure functions.
        library("NewsModel"),
        library("Markup", ["CLibXML2"]),
        library("NewsFormats", ["NewsModel", "Markup", "CZlib", crypto]),
        library("TransformerEncoder", ["COneDNN", "CChecksum", "CEncoderKernels"]),
        library("LanguageAnalysis", ["NewsModel", "CGazetteer", "TransformerEncoder"]),
        .target(name: "EnglishModel", resources: [.copy("quoted-en.model")], swiftSettings: settings),
        library("Pipeline", ["NewsModel", deque]),

        // Disk, sockets, configuration.
        library("Journal", ["CChecksum"]),
        library("ZeroMQ", ["CZeroMQ"]),
        library("Authentication", ["ZeroMQ", crypto, logging]),
        library(
            "LearntNames", ["NewsModel", "NewsFormats", "LanguageAnalysis", "Pipeline", "Journal", hashTrees]),
        library("SQLite", ["CSQLite"]),
        library("ServiceConfiguration", [configuration]),
        library("Observability", ["NewsModel", "Pipeline", httpTypes, hummingbird, hummingbirdCore, nioCore, nioPosix, lifecycle, logging]),

        // The service and its clients.
        library(
            "Stages",
            [
                "NewsModel", "NewsFormats", "LanguageAnalysis", "LearntNames", "Pipeline", "Journal", "ZeroMQ", "Authentication", "CThread",
                deque, logging,
            ]),
        library("Archive", ["SQLite", "Journal", "NewsModel", "NewsFormats", "Stages", logging]),
        .target(
            name: "ArchiveAPI", dependencies: ["Archive", "NewsModel", "NewsFormats", "Observability", logging],
            resources: [.embedInCode("openapi.json")], swiftSettings: settings),
        .target(
            name: "LivePage",
            dependencies: [
                "NewsModel", "NewsFormats", "LanguageAnalysis", "Stages", "ZeroMQ", "Authentication", "Observability", deque,
                logging,
            ],
            resources: ["index.html", "page.css", "page.js", "feed.js", "reader.js", "views.js", "dom.js", "text.js", "icon.svg"].map { .embedInCode("Assets/\($0)") },
            swiftSettings: settings),
        library(
            "QuotedService",
            [
                "Archive", "ArchiveAPI", "LivePage", "ServiceClient", "Stages", "NewsFormats", "LanguageAnalysis", "LearntNames",
                "Pipeline", "Journal", "ZeroMQ", "Authentication", "ServiceConfiguration", "Observability", "EnglishModel", "TransformerEncoder",
                lifecycle, signals, logging,
            ]),
        library("ServiceClient", ["NewsModel", "NewsFormats", "ZeroMQ", "Authentication"]),
        .executableTarget(
            name: "quoted",
            dependencies: [
                "Archive", "ArchiveAPI", "SQLite", "QuotedService", "ServiceClient", "ServiceConfiguration", "Observability",
                "Journal", "Stages", "Pipeline", "NewsModel", "NewsFormats", "LanguageAnalysis", "LearntNames", "ZeroMQ", "Authentication",
                argumentParser, logging, signals,
            ],
            swiftSettings: settings),

        // Measures the service: `make bench`.
        .executableTarget(
            name: "Benchmarks", dependencies: ["ZeroMQ", "Archive", "Journal", "NewsModel", "NewsFormats"],
            swiftSettings: settings),
        .executableTarget(
            name: "EncoderBench", dependencies: ["TransformerEncoder", "COneDNN"], swiftSettings: settings),

        // For training alone: the encoder's input, computed by the service's own code.
        .executableTarget(
            name: "TrainingFeatures", dependencies: ["LanguageAnalysis", "NewsModel"], swiftSettings: settings),

        // Feeds every decoder with changed inputs: `make fuzz`.
        .target(name: "CFuzzing", path: "Tests/Fuzzing/CFuzzing"),
        .target(name: "CAllocationCount", path: "Tests/Fuzzing/CAllocationCount"),
        .target(name: "Fuzzing", dependencies: ["CFuzzing"], path: "Tests/Fuzzing/Engine", swiftSettings: settings),
        .executableTarget(
            name: "FuzzProgram",
            dependencies: [
                "CFuzzing", "CAllocationCount", "CChecksum", "Fuzzing", "NewsModel", "NewsFormats", "TransformerEncoder",
                "LanguageAnalysis", "Pipeline", "Journal", "LearntNames", "ServiceConfiguration", "Stages", "Archive", "ArchiveAPI",
                "LivePage", "ServiceClient", "QuotedService", argumentParser,
            ],
            path: "Tests/Fuzzing/Program", swiftSettings: settings),

        .target(name: "TestSupport", dependencies: ["Journal"], path: "Tests/TestSupport", swiftSettings: settings),
        tests(of: "Markup"),
        .testTarget(
            name: "NewsFormatsTests", dependencies: ["NewsFormats", "NewsModel", "Markup", "TestSupport"], exclude: ["Fixtures"],
            swiftSettings: settings),
        .testTarget(
            name: "TransformerEncoderTests",
            dependencies: ["TransformerEncoder", "EncoderBench", "CChecksum", "CEncoderKernels", "TestSupport"],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "LanguageAnalysisTests",
            dependencies: ["LanguageAnalysis", "NewsModel", "EnglishModel", "TestSupport"], exclude: ["Fixtures"],
            swiftSettings: settings),
        tests(of: "Pipeline", ["NewsModel"]),
        .testTarget(
            name: "JournalTests", dependencies: ["Journal", "CChecksum", "Pipeline", "TestSupport"], exclude: ["Fixtures"],
            swiftSettings: settings),
        tests(of: "ZeroMQ"),
        tests(of: "Authentication", ["ZeroMQ", logging]),
        tests(of: "LearntNames", ["NewsModel", "NewsFormats", "LanguageAnalysis", "Pipeline", "Journal"]),
        tests(of: "ServiceConfiguration"),
        tests(of: "Observability", ["Pipeline", lifecycle, logging]),
        tests(of: "Stages", ["NewsModel", "NewsFormats", "LanguageAnalysis", "LearntNames", "EnglishModel", "Pipeline", "Journal", "ZeroMQ", logging]),
        tests(of: "SQLite"),
        tests(of: "Fuzzing", ["FuzzProgram"]),
        .testTarget(
            name: "ArchiveTests",
            dependencies: ["Archive", "ArchiveAPI", "SQLite", "Journal", "NewsModel", "NewsFormats", "Observability", "TestSupport", logging],
            exclude: ["Fixtures"], swiftSettings: settings),
        tests(
            of: "LivePage", ["NewsModel", "NewsFormats", "LanguageAnalysis", "Observability", "ZeroMQ", "Stages", logging]),
        tests(of: "ServiceClient", ["NewsModel", "NewsFormats", "ZeroMQ"]),
        tests(
            of: "QuotedService",
            [
                "Stages", "NewsModel", "NewsFormats", "LanguageAnalysis", "LearntNames", "Pipeline", "ServiceConfiguration",
                "ZeroMQ", logging, lifecycle,
            ]),
    ]
)
