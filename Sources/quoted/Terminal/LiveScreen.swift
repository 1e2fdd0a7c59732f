import Glibc

/// The terminal while a command shows a page that changes: its other screen, without cursor, keys unechoed. What it was before
/// comes back with `leave()`.
final class LiveScreen {
    private var saved: termios?
    private var isEntered = false

    /// Lines and columns.
    var size: (lines: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Also when the terminal was somebody else's in the meantime.
    func enter() throws(OutputFault) {
        var settings = termios()
        if tcgetattr(STDIN_FILENO, &settings) == 0 {
            if saved == nil { saved = settings }
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
            // Ctrl-Z comes as a key, so that the terminal can be given back before.
            withUnsafeMutableBytes(of: &settings.c_cc) { keys in
                keys[Int(VSUSP)] = 0
                keys[Int(VMIN)] = 1
                keys[Int(VTIME)] = 0
            }
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        }
        isEntered = true
        try StandardOutput.write(Array("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J".utf8))
    }

    /// Writes over what was there, without clearing first: nothing flickers.
    func draw(_ lines: [String]) throws(OutputFault) {
        let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        try StandardOutput.write(Array(("\u{1B}[H" + text + "\u{1B}[J").utf8))
    }

    /// May be called twice.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        try? StandardOutput.write(Array("\u{1B}[?25h\u{1B}[?1049l".utf8))
        if var saved { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
    }

    /// Ctrl-Z: gives the terminal back and stops until the shell lets go on.
    func suspend() throws(OutputFault) {
        leave()
        kill(0, SIGTSTP)
        try enter()
    }
}
