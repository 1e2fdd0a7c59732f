package import Pipeline

/// A metric of one name, with its value for each set of labels.
package struct MetricFamily: Sendable, Equatable {
    /// What a family's values are.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// The value for one set of labels.
    package struct Sample: Sendable, Equatable {
        /// Label names with their values, in the order in which they are written.
        package var labels: [Label]
        /// The number, or the histogram.
        package var value: Value

        /// A number; integers above 2⁵³ lose their last digits.
        package init(_ number: Double, labels: KeyValuePairs<String, String> = [:]) {
            self.value = .number(number)
            self.labels = labels.map { Label(name: $0.key, value: $0.value) }
        }

        /// A whole number.
        package init(_ number: some BinaryInteger, labels: KeyValuePairs<String, String> = [:]) {
            self.init(Double(number), labels: labels)
        }

        /// A histogram, in seconds.
        package init(_ histogram: LatencyHistogram, labels: KeyValuePairs<String, String> = [:]) {
            self.value = .histogram(histogram)
            self.labels = labels.map { Label(name: $0.key, value: $0.value) }
        }
    }

    /// One label. The value may be any text.
    package struct Label: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    /// A sample's value.
    package enum Value: Sendable, Equatable {
        case number(Double)
        case histogram(LatencyHistogram)
    }

    /// The metric's name: letters, digits, underscores; counters end in `_total`, units stand before it in full.
    package var name: String
    /// One sentence.
    package var help: String
    package var kind: Kind
    package var samples: [Sample]

    /// A number that only grows while the process runs. `name` ends in `_total`.
    package static func counter(_ name: String, _ help: String, _ samples: [Sample]) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .counter, samples: samples)
    }

    /// A number that goes up and down.
    package static func gauge(_ name: String, _ help: String, _ samples: [Sample]) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .gauge, samples: samples)
    }

    /// Durations. `name` ends in `_seconds`; every sample holds a histogram.
    package static func histogram(_ name: String, _ help: String, _ samples: [Sample]) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .histogram, samples: samples)
    }
}
