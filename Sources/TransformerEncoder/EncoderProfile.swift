#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Where an encoder spends its thread's processor time, in nanoseconds.
package struct EncoderProfile: Sendable {
    package enum Stage: Int, CaseIterable, Sendable {
        case embed, quantise, dense, project, attention, gelu, norm, classify
    }

    private var times = [Int](repeating: 0, count: Stage.allCases.count)

    package init() {}

    package subscript(stage: Stage) -> Int { times[stage.rawValue] }
    package var total: Int { times.reduce(0, +) }

    mutating func add(_ nanoseconds: Int, to stage: Stage) { times[stage.rawValue] += nanoseconds }

    /// The calling thread's processor time in nanoseconds: unlike a clock, it stands still while others run.
    package static func processorTime() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
