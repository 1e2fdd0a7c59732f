internal import CFuzzing
internal import Glibc

/// How a run went.
package struct FuzzReport: Sendable {
    package var executions = 0
    package var seconds = 0.0
    /// Inputs kept because their outcome was new.
    package var outcomes = 0
    /// The input that took most processor time.
    package var slowest: (duration: Duration, input: [UInt8]) = (.zero, [])
    /// Most bytes allocated at once, and the input's length.
    package var largest = (bytes: 0, input: 0)
    /// What was found, with the input that shows it.
    package var finding: (description: String, input: [UInt8])?
}

/// Counts allocations, where the build can.
package struct AllocationCount: Sendable {
    package let reset: @Sendable () -> Void
    package let peak: @Sendable () -> Int

    package init(reset: @escaping @Sendable () -> Void, peak: @escaping @Sendable () -> Int) {
        self.reset = reset
        self.peak = peak
    }
}

/// Feeds a target with changed inputs until it has enough, or something is found.
package struct FuzzRun {
    package struct Bounds: Sendable {
        package var executions: Int
        package var duration: Duration

        package init(executions: Int = .max, duration: Duration = .seconds(1 << 32)) {
            self.executions = executions
            self.duration = duration
        }
    }

    private static let keptInputs = 2_048

    private let target: FuzzTarget
    private let allocations: AllocationCount?
    /// Slow builds, with sanitizers, may take so many times as long.
    private let patience: Int
    private var inputs: [[UInt8]]
    private var outcomes: Set<UInt64> = []
    private var mutator: Mutator
    package private(set) var report = FuzzReport()

    /// - Parameter corpus: inputs to begin with; each is run as it is, too.
    package init(
        _ target: FuzzTarget, corpus: [[UInt8]], seed: UInt64, allocations: AllocationCount? = nil, patience: Int = 1
    ) {
        self.target = target
        self.allocations = allocations
        self.patience = patience
        inputs = corpus.isEmpty ? [[]] : corpus
        mutator = Mutator(seed: seed, dictionary: target.dictionary, maximumBytes: target.maximumBytes)
    }

    package mutating func run(_ bounds: Bounds, progress: (FuzzReport) -> Void = { _ in }) -> FuzzReport {
        let start = ContinuousClock.now
        // What is made at the first use is not the input's.
        for input in inputs.prefix(4) {
            input.withUnsafeBufferPointer { cfuzzing_input($0.baseAddress, $0.count) }
            withExtendedLifetime(input) { _ = try? target.read(input) }
        }
        let corpus = inputs
        for input in corpus where report.finding == nil { execute(input) }
        while report.finding == nil, report.executions < bounds.executions {
            // The clock is looked at now and then.
            if report.executions % 64 == 0 {
                let elapsed = start.duration(to: .now)
                report.seconds = elapsed / .seconds(1)
                if elapsed >= bounds.duration { break }
                if report.executions % 131_072 == 0 { progress(report) }
            }
            // Half of them from those that were seen first: what came later often differs in its fault alone.
            let base = inputs[mutator.below(mutator.below(2) == 0 ? inputs.count : min(inputs.count, corpus.count + 64))]
            let other = inputs[mutator.below(inputs.count)]
            execute(mutator.mutate(base, with: other))
        }
        report.seconds = start.duration(to: .now) / .seconds(1)
        return report
    }

    private mutating func execute(_ input: [UInt8]) {
        report.executions += 1
        input.withUnsafeBufferPointer { cfuzzing_input($0.baseAddress, $0.count) }
        defer { cfuzzing_input(nil, 0) }
        withExtendedLifetime(input) {
            allocations?.reset()
            let begin = Self.clock(CLOCK_MONOTONIC)
            do throws(FuzzFinding) {
                let outcome = try target.read(input)
                check(input, took: Self.clock(CLOCK_MONOTONIC) - begin)
                keep(input, outcome)
            } catch {
                report.finding = (error.description, input)
            }
        }
    }

    private mutating func keep(_ input: [UInt8], _ outcome: FuzzOutcome) {
        guard outcomes.insert(outcome.signature).inserted else { return }
        report.outcomes += 1
        if inputs.count < Self.keptInputs { inputs.append(input) }
    }

    private mutating func check(_ input: [UInt8], took elapsed: Duration) {
        if let allocations {
            let bytes = allocations.peak()
            if bytes > report.largest.bytes { report.largest = (bytes, input.count) }
            let allowed = target.memory.base + target.memory.perByte * input.count
            if bytes > allowed {
                report.finding = ("allocated \(bytes) bytes at once for \(input.count), more than \(allowed)", input)
                return
            }
        }
        guard elapsed > report.slowest.duration, report.finding == nil else { return }
        // Others may have had the processor: what counts is this thread's own time, and the better of two.
        let begin = Self.clock(CLOCK_THREAD_CPUTIME_ID)
        _ = try? target.read(input)
        let own = min(elapsed, Self.clock(CLOCK_THREAD_CPUTIME_ID) - begin)
        guard own > report.slowest.duration else { return }
        report.slowest = (own, input)
        let allowed = (target.time.base + target.time.perByte * input.count) * patience
        if own > allowed { report.finding = ("took \(own) for \(input.count) bytes, more than \(allowed)", input) }
    }

    private static func clock(_ clock: clockid_t) -> Duration {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// Where the input that runs is written when the process crashes or hangs.
package enum CrashWatch {
    /// - Parameter seconds: of processor time after which an input hangs.
    package static func begin(artifact: String, seconds: Int) { cfuzzing_watch(artifact, UInt32(clamping: seconds)) }
}
