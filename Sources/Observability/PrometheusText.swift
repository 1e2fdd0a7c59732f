internal import Pipeline

/// Prometheus's text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
package enum PrometheusText {
    /// The content type that goes with it.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All families as one text. Families without samples are left out.
    package static func render(_ families: [MetricFamily]) -> String {
        var out = ""
        for family in families where !family.samples.isEmpty {
            out += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
            out += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                switch sample.value {
                case .number(let number): write(family.name, sample.labels, number, to: &out)
                case .histogram(let histogram): write(family.name, sample.labels, histogram, to: &out)
                }
            }
        }
        return out
    }

    private static let bounds = LatencyHistogram.boundsInNanoseconds.map { written(Double($0) / 1e9) }

    private static func write(
        _ name: String, _ labels: [MetricFamily.Label], _ histogram: LatencyHistogram, to out: inout String
    ) {
        var cumulative: UInt64 = 0
        for (bound, count) in zip(bounds + ["+Inf"], histogram.counts) {
            cumulative += count
            let bucket = MetricFamily.Label(name: "le", value: bound)
            write("\(name)_bucket", labels + [bucket], Double(cumulative), to: &out)
        }
        let (seconds, attoseconds) = histogram.sum.components
        write("\(name)_sum", labels, Double(seconds) + Double(attoseconds) / 1e18, to: &out)
        write("\(name)_count", labels, Double(histogram.count), to: &out)
    }

    private static func write(_ name: String, _ labels: [MetricFamily.Label], _ number: Double, to out: inout String) {
        out += name
        if !labels.isEmpty {
            out += "{"
            out += labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            out += "}"
        }
        out += " \(written(number))\n"
    }

    private static func written(_ number: Double) -> String {
        if let whole = Int64(exactly: number) { return String(whole) }
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        return String(number)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
