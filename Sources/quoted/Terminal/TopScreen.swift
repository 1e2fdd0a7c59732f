import ArgumentParser
import Dispatch
import Glibc
import UnixSignals

/// `quoted top` in a terminal: looks, keys and signals come one by one, and each leads to a new picture.
struct TopScreen {
    private enum Event: Sendable {
        case look(Result<StatusAnswer, ServiceSilence>, at: ContinuousClock.Instant)
        case key(UInt8)
        case signal(UnixSignal)
        /// The keyboard is gone, or the service can no longer be asked.
        case end(ExitCode?)
    }

    let interval: Duration
    let isColoured: Bool
    let ask: @Sendable () async throws -> Result<StatusAnswer, ServiceSilence>

    /// Returns at the user's wish; the terminal is then as before.
    /// - Throws: an exit status, and `OutputFault` when the terminal is gone.
    func run() async throws {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(64))
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit, .sigwinch, .sigcont)
        let keyboard = Self.keyboard { continuation.yield($0) }
        defer { keyboard.cancel() }
        let screen = LiveScreen()
        try screen.enter()
        defer { screen.leave() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await signal in signals { continuation.yield(.signal(signal)) } }
            group.addTask { [interval, ask] in
                do {
                    while true {
                        let look = try await ask()
                        continuation.yield(.look(look, at: .now))
                        try await Task.sleep(for: interval)
                    }
                } catch is CancellationError {
                } catch {
                    continuation.yield(.end(error as? ExitCode ?? .unavailable))
                }
            }
            defer { group.cancelAll() }
            try await show(events, on: screen)
        }
    }

    /// Bytes as they are typed.
    private static func keyboard(_ yield: @escaping @Sendable (Event) -> Void) -> any DispatchSourceRead {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: DispatchQueue(label: "keyboard"))
        source.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            if count > 0 {
                for byte in bytes[..<count] { yield(.key(byte)) }
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                // Comes again until the screen ends, which cancels the source.
                yield(.end(nil))
            }
        }
        source.activate()
        return source
    }

    private func show(_ events: AsyncStream<Event>, on screen: LiveScreen) async throws {
        var picture = Picture()
        try screen.draw(["asking the service …"])
        for await event in events {
            switch event {
            case .look(let look, let time): picture.take(look, at: time)
            case .key(UInt8(ascii: "q")), .key(UInt8(ascii: "Q")), .key(0x03), .key(0x04): return
            case .key(0x1A): try screen.suspend()
            case .key: continue
            case .signal(.sigwinch): break
            case .signal(.sigcont): try screen.enter()
            case .signal: return
            case .end(let code):
                if let code { throw code }
                return
            }
            let size = screen.size
            try screen.draw(picture.lines(width: size.columns, height: size.lines, isColoured: isColoured))
        }
    }
}

/// What is on the screen: the last answer with the rates since the one before, and for how long there has been none.
private struct Picture {
    private var answer: (status: StatusAnswer, at: ContinuousClock.Instant)?
    private var rates: StatusRates?
    private var silence: ServiceSilence?

    mutating func take(_ look: Result<StatusAnswer, ServiceSilence>, at time: ContinuousClock.Instant) {
        switch look {
        case .success(let status):
            rates = answer.map { StatusRates(from: $0.status, to: status, after: $0.at.duration(to: time)) }
            answer = (status, time)
            silence = nil
        case .failure(let failure):
            silence = failure
            rates = nil
        }
    }

    func lines(width: Int, height: Int, isColoured: Bool) -> [String] {
        guard let silence else {
            guard let answer else { return [] }
            return StatusPage(answer: answer.status, rates: rates, isColoured: isColoured).lines(width: width, height: height)
        }
        let red = isColoured ? "\u{1B}[31m" : ""
        let plain = isColoured ? "\u{1B}[0m" : ""
        var lines = ([silence.what, silence.remedy].flatMap { Self.wrapped($0, width: width) }).map { red + $0 + plain }
        if let answer {
            let age = Quantities.span(milliseconds: Int(answer.at.duration(to: .now).components.seconds) * 1_000)
            lines += ["", "what it said \(age) ago:", ""]
            lines += StatusPage(answer: answer.status, isColoured: isColoured).lines(width: width, height: max(0, height - lines.count))
        }
        return Array(lines.prefix(height))
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word.prefix(width))
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word.prefix(width)))
            }
        }
        return lines
    }
}
