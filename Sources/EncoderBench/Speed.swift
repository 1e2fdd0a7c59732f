import TransformerEncoder

/// Articles of windows as the service cuts them: 20 to 190 pieces, about 100 on average.
func article(pieces count: Int, for model: EncoderModel, seed: UInt64) -> EncoderInput {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
    var windows: [Range<Int>] = [], start = 0
    while start < count {
        let length = min(20 + random(86) + random(86), count - start, model.manifest.positions)
        windows.append(start..<start + length)
        start += length
    }
    let pieces = (0..<count).map { _ in Int32(random(model.pieces)) }
    let features = (0..<count).flatMap { _ in model.manifest.features.map { UInt8(random($0.size)) } }
    return EncoderInput(pieces: pieces, features: features, windows: windows)
}

/// Multiplications and additions of the dense layers for one piece.
func denseOperations(_ manifest: ModelManifest) -> Double {
    let hidden = Double(manifest.hidden), wide = Double(manifest.intermediate)
    return Double(manifest.layers) * 2 * (4 * hidden * hidden + 2 * hidden * wide)
}

func measureSpeed(_ path: String, _ options: Options) throws {
    let clock = ContinuousClock()
    let opened = clock.now
    let model = try EncoderModel(path: path, upTo: options.limit)
    print("load: \(milliseconds(clock.now - opened)) ms; uses \(model.instructionSet)")
    let made = clock.now
    let encoder = try Encoder(model: model)
    var output = EncoderOutput()
    let articles = (1...8).map { article(pieces: options.pieces, for: model, seed: $0) }
    let mean = Double(articles.map(\.pieces.count).reduce(0, +)) / Double(articles.map(\.windows.count).reduce(0, +))
    try encoder.encode(articles[0], into: &output)
    print("encoder and first article: \(milliseconds(clock.now - made)) ms; windows of \(Int(mean)) pieces on average")
    for article in articles { try encoder.encode(article, into: &output) }

    var rates: [Double] = []
    let began = clock.now
    while clock.now - began < .seconds(options.seconds) {
        for article in articles {
            let start = EncoderProfile.processorTime()
            try encoder.encode(article, into: &output)
            rates.append(Double(article.pieces.count) / Double(EncoderProfile.processorTime() - start) * 1e9)
        }
    }
    rates.sort()
    let median = rates[rates.count / 2], best = rates[rates.count * 95 / 100]
    print("wordpieces per second of processor time, \(rates.count) articles:")
    print("  median \(Int(median)), 95th percentile \(Int(best))")

    encoder.profile = EncoderProfile()
    let profileBegan = clock.now
    var pieces = 0
    while clock.now - profileBegan < .seconds(options.seconds / 2) {
        for article in articles {
            try encoder.encode(article, into: &output)
            pieces += article.pieces.count
        }
    }
    guard let profile = encoder.profile else { return }
    for stage in EncoderProfile.Stage.allCases {
        let share = Double(profile[stage]) / Double(profile.total) * 100
        let microseconds = Double(profile[stage]) / Double(pieces) / 1000
        print("  \(stage): \(rounded(share, 1)) %, \(rounded(microseconds, 2)) µs per piece")
    }
    let dense = denseOperations(model.manifest) * Double(pieces) / Double(profile[.dense])
    print("dense: \(Int(dense)) GOP/s")
}

func milliseconds(_ duration: Duration) -> Double { rounded(duration / .milliseconds(1), 1) }
func rounded(_ value: Double, _ digits: Int) -> Double {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    return (value * factor).rounded() / factor
}
