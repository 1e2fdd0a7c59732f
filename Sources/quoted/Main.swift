import ArgumentParser
import Configuration
import Crypto
import Hummingbird
import Logging
import NewsModel
import ServiceLifecycle
import TOMLKit

@main
struct Quoted: AsyncParsableCommand {
    func run() async throws {}
}
